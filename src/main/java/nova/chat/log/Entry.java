package nova.chat.log;

import java.util.List;
import nova.chat.protocol.Event;

/** One or more consecutive events of a log. */
sealed interface Entry permits TextRun, Single {
    /** The number of its first event. */
    long first();

    /** The number of its last event. */
    long last();

    /** How much text it holds. */
    int bytes();

    /**
     * What a cursor that has seen {@code last} takes next.
     *
     * @param maxBytes of text to take at once; a single larger piece is taken whole
     * @param upTo the number of the last event to take, which is after {@code last}
     */
    Taken take(long last, int maxBytes, long upTo);

    /** Its events after {@code last}, each by itself, up to {@code most} of them. */
    List<Event> events(long last, int most);
}
