package nova.chat.protocol;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a conversation, as a {@code history} frame has it.
 *
 * @param messages oldest first
 * @param more whether there are older ones
 * @param partial what the running turn has answered; null where none runs
 */
public record Page(
        List<Message> messages, boolean more, @Nullable Partial partial) {
    /**
     * An answer that is still being written.
     *
     * @param literal its text so far: the inside of a JSON string literal in valid UTF-8
     */
    public record Partial(TurnId turn, Buffer literal) {
        String json() {
            return FrameWriter.object()
                    .field("turn_id", turn.value())
                    .literal("text", literal)
                    .end();
        }
    }

    /** Of content: more is a page of its own, so that many who come at once can be told their conversations. */
    private static final int MAX_CHARS = 256 * 1024;

    /** The newest ones. */
    public static Page newest(List<Message> conversation, int limit, @Nullable Partial partial) {
        return upTo(conversation, conversation.size(), limit, partial);
    }

    /**
     * The newest ones before a turn; none where the conversation does not know the turn, which has then been dropped
     * from it, being older than what is kept.
     *
     * <p>A turn and not a {@code seq} names the place: numbers begin anew with every epoch, and the conversation outlives
     * the log, so that most of its messages have no number any more. Turns keep their names.
     */
    public static Page before(TurnId turn, List<Message> conversation, int limit) {
        int end = 0;
        while (end < conversation.size() && !conversation.get(end).turn().equals(turn)) {
            end++;
        }
        return upTo(conversation, end == conversation.size() ? 0 : end, limit, null);
    }

    /** Whole turns only, since a turn names where the next page ends; of one that is too much by itself, all. */
    private static Page upTo(List<Message> conversation, int end, int limit, @Nullable Partial partial) {
        int begin = end;
        int size = 0;
        while (begin > 0) {
            int turn = beginOfTurn(conversation, begin - 1);
            for (Message message : conversation.subList(turn, begin)) {
                size += message.content().length();
            }
            if (begin < end && (end - turn > limit || size > MAX_CHARS)) {
                break;
            }
            begin = turn;
        }
        return new Page(List.copyOf(conversation.subList(begin, end)), begin > 0, partial);
    }

    private static int beginOfTurn(List<Message> conversation, int index) {
        int begin = index;
        while (begin > 0
                && conversation
                        .get(begin - 1)
                        .turn()
                        .equals(conversation.get(index).turn())) {
            begin--;
        }
        return begin;
    }

    String messagesJson() {
        return messages.stream().map(Page::json).collect(Collectors.joining(",", "[", "]"));
    }

    private static String json(Message message) {
        return FrameWriter.object()
                .field("role", message.role() == Message.Role.USER ? "user" : "assistant")
                .field("content", message.content())
                .field("turn_id", message.turn().value())
                .fieldIf("id", message.ref())
                .field("at", message.at().toString())
                .field("state", message.state().wire())
                .end();
    }
}
