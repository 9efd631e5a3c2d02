package nova.chat.log;

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
     */
    Taken take(long last, int maxBytes);

    /**
     * One event, or several that were merged into one.
     *
     * @param last the number of the newest event in it
     */
    record Taken(Event event, long last) {}
}
