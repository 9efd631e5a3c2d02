package nova.chat.protocol;

/**
 * A place in a session's log (PROTOCOL.md, "Numbers").
 *
 * @param epoch changes whenever it cannot be proved that the numbers go on; empty before a session's first message
 * @param seq the number of the last event before this place; 0 is the start
 */
public record Position(String epoch, long seq) {
    /** Of a session in which nothing has happened. */
    public static final Position NONE = new Position("", 0);

    public Position {
        if (seq < 0) {
            throw new IllegalArgumentException("a seq below 0");
        }
    }
}
