package nova.chat.protocol;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One message of a conversation.
 *
 * @param content exactly as typed or answered, except that lone surrogates, which no UTF-8 can carry, are U+FFFD
 * @param turn the turn that it belongs to: a question and its answer share it
 * @param ref the client's own name for a question; null when it gave none, and of every answer
 */
public record Message(
        Role role, String content, TurnId turn, @Nullable String ref, Instant at, State state) {
    public Message {
        content = Surrogates.mend(content);
    }

    public Message(Role role, String content, TurnId turn, Instant at, State state) {
        this(role, content, turn, null, at, state);
    }

    /** Without what was said. */
    @Override
    public String toString() {
        return "Message[" + role + ", " + turn + ", " + state + "]";
    }

    public enum Role {
        USER,
        ASSISTANT
    }

    /**
     * What became of it. Only {@code COMPLETE} and {@code STOPPED} ones go upstream: half an answer that nobody chose to
     * cut is kept, but not built upon.
     */
    public enum State {
        COMPLETE,
        /** Cut short because somebody wanted it so. */
        STOPPED,
        /** The replica that ran its turn was lost. */
        INTERRUPTED,
        FAILED,
        /** A question that is being answered; never stored. */
        RUNNING,
        /** A question that waits for its turn; never stored. */
        WAITING;

        String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
