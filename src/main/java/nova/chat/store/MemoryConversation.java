package nova.chat.store;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import nova.chat.config.Config;
import nova.chat.protocol.Message;
import nova.chat.protocol.TurnId;

/**
 * The messages of one session, in the bytes that Redis keeps too: half the size of the text for most languages, and no
 * list is trimmed sooner here than there.
 */
final class MemoryConversation {
    private final Config.Turns limits;
    private final Deque<byte[]> messages = new ArrayDeque<>();
    private long bytes;

    MemoryConversation(Config.Turns limits) {
        this.limits = limits;
    }

    /** Stores it once. What is not built upon pushes nothing out: where it has no room it is not stored. */
    void add(Message message) {
        if (holds(message.role(), message.turn())) {
            return;
        }
        byte[] json = MessageJson.encode(message);
        if (Conversation.isBuiltUpon(message) || fits(json)) {
            messages.addLast(json);
            bytes += json.length;
            trim();
        }
    }

    /** Takes back a question that is to wait again, so that it stands where it is answered. */
    void takeBack(Question question) {
        byte[] json = MessageJson.encode(question.message(Message.State.COMPLETE));
        if (messages.removeIf(other -> Arrays.equals(other, json))) {
            bytes -= json.length;
        }
    }

    boolean holds(Message.Role role, TurnId turn) {
        byte[] mark = MessageJson.mark(role, turn);
        return messages.stream().anyMatch(json -> Arrays.mismatch(mark, json) == mark.length);
    }

    List<Message> all() {
        return messages.stream().map(MessageJson::decode).toList();
    }

    List<Message> upTo(Question question) {
        return Conversation.upTo(question.message(Message.State.COMPLETE), List.copyOf(messages));
    }

    long bytes() {
        return bytes;
    }

    private boolean fits(byte[] json) {
        return messages.size() < limits.maxHistory() && bytes + json.length <= limits.maxBytes();
    }

    private void trim() {
        while (messages.size() > 1 && (messages.size() > limits.maxHistory() || bytes > limits.maxBytes())) {
            bytes -= messages.removeFirst().length;
        }
    }
}
