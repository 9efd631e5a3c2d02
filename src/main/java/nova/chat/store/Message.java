package nova.chat.store;

import java.time.Instant;
import nova.chat.protocol.TurnId;

/**
 * One finished message of a conversation, as it is kept.
 *
 * @param content exactly as typed or answered, except that lone surrogates, which no UTF-8 can carry, are U+FFFD
 * @param turn the turn that it belongs to: a question and its answer share it
 */
public record Message(Role role, String content, TurnId turn, Instant at, State state) {
    public Message {
        content = Surrogates.mend(content);
    }

    public enum Role {
        USER,
        ASSISTANT
    }

    /** How a message's turn ended. Only {@code COMPLETE} ones go upstream: half an answer is kept, but not built upon. */
    public enum State {
        COMPLETE,
        FAILED
    }
}
