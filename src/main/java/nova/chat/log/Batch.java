package nova.chat.log;

import java.util.List;
import nova.chat.protocol.Event;

/**
 * Consecutive events of a log, on their way to or from the store: each piece of text by itself, since others may follow
 * from any of them.
 *
 * @param first the number of the first of them; of an empty one, the number that it would have
 */
public record Batch(long first, List<Event> events) {
    public long last() {
        return first + events.size() - 1;
    }

    public boolean isEmpty() {
        return events.isEmpty();
    }
}
