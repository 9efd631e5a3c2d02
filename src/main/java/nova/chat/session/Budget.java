package nova.chat.session;

/**
 * What all sessions of the process share: memory for messages that have not ended, and how many turns may live at once.
 * Each session is bounded by itself, but so many times a bound is more than there is. Beyond it a message is refused with
 * {@code queue_full}, and nothing else happens to anybody.
 */
public final class Budget {
    /** What a message costs beside its text. */
    private static final int OBJECTS_BYTES = 1_024;

    private final long maxBytes;
    private final int maxTurns;
    private long bytes;
    private int turns;

    /**
     * An unused one.
     *
     * @param maxBytes of all messages together
     */
    public Budget(long maxBytes, int maxTurns) {
        this.maxBytes = maxBytes;
        this.maxTurns = maxTurns;
    }

    /** An eighth of the heap for messages: what is left is for answers, connections and the code. */
    public static Budget ofThisProcess(int maxTurns) {
        return new Budget(Runtime.getRuntime().maxMemory() / 8, maxTurns);
    }

    /** Takes what a message needs, if it is there. */
    public boolean take(String text) {
        if (bytes + size(text) > maxBytes) {
            return false;
        }
        bytes += size(text);
        return true;
    }

    /** For a message that was accepted already and cannot be refused; there is one a turn. */
    void takeAnyway(String text) {
        bytes += size(text);
    }

    public void giveBack(String text) {
        bytes -= size(text);
    }

    /** Takes the right to run a turn, if there is one. */
    boolean takeTurn() {
        if (turns >= maxTurns) {
            return false;
        }
        turns++;
        return true;
    }

    void giveBackTurn() {
        turns--;
    }

    /** At worst two bytes a character. */
    private static long size(String text) {
        return 2L * text.length() + OBJECTS_BYTES;
    }
}
