package nova.chat.store;

import java.util.ArrayList;
import java.util.List;
import nova.chat.protocol.Message;

/** What a turn sends upstream, picked from what is kept of its session. */
final class Conversation {
    private Conversation() {}

    /**
     * Everything complete, or stopped, up to the question, which ends it. A repeated begin may come when its own turn, and even
     * later ones, are already answered: they are cut off. Or when the question itself has been dropped for newer
     * messages: then so has all before it.
     */
    static List<Message> upTo(Message question, List<byte[]> kept) {
        List<Message> conversation = new ArrayList<>();
        for (byte[] json : kept) {
            Message message = MessageJson.decode(json);
            if (message.role() == Message.Role.USER && message.turn().equals(question.turn())) {
                conversation.add(message);
                return conversation;
            }
            if (isBuiltUpon(message)) {
                conversation.add(message);
            }
        }
        return List.of(question);
    }

    /** Such a message goes upstream, and others make room for it. */
    static boolean isBuiltUpon(Message message) {
        return message.state() == Message.State.COMPLETE || message.state() == Message.State.STOPPED;
    }
}
