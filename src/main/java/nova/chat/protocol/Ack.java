package nova.chat.protocol;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What became of a message, a stop or a cancel.
 *
 * @param ref the client's own name for the message; null when it gave none
 * @param turn null where there is none
 * @param position where it waits, 1 is next; 0 where it does not
 */
public record Ack(
        State state, @Nullable String ref, @Nullable TurnId turn, int position) {
    public enum State {
        ACCEPTED,
        QUEUED,
        /** A message of that name is known; it is not asked twice. */
        DUPLICATE,
        /** There is nothing to stop or to cancel. */
        IDLE;

        String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
