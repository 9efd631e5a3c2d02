package nova.chat.log;

/**
 * Memory that the text of all logs of the process shares. A turn is bounded by itself, but a thousand times a turn's bound
 * is more than there is: an answer that finds no room is ended, and all others go on.
 */
public final class TextBudget {
    private final long maxBytes;
    private long bytes;

    /**
     * An unused one.
     *
     * @param maxBytes of text in all logs together
     */
    public TextBudget(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** An eighth of the heap: an answer that ends is held several times over while it is being stored. */
    public static TextBudget ofThisProcess() {
        return new TextBudget(Runtime.getRuntime().maxMemory() / 8);
    }

    boolean hasRoomFor(long more) {
        return bytes + more <= maxBytes;
    }

    void take(long more) {
        bytes += more;
    }

    void giveBack(long less) {
        bytes -= less;
    }
}
