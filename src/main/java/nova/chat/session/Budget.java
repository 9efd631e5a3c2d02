package nova.chat.session;

/**
 * Memory that all waiting messages of the process share. Each session's queue is bounded, but so many times a bound is
 * more than there is: whoever would wait beyond this is told that the queue is full.
 */
public final class Budget {
    private final long max;
    private long used;

    /**
     * An unused one.
     *
     * @param maxBytes in all
     */
    public Budget(long maxBytes) {
        this.max = maxBytes;
    }

    /** An eighth of the heap: what is left is for answers, connections and the code. */
    public static Budget ofThisProcess() {
        return new Budget(Runtime.getRuntime().maxMemory() / 8);
    }

    /** Takes what a text needs, if it is there. */
    public boolean take(String text) {
        long bytes = size(text);
        if (used + bytes > max) {
            return false;
        }
        used += bytes;
        return true;
    }

    public void giveBack(String text) {
        used -= size(text);
    }

    /** At worst two bytes a character, and what a message costs beside its text. */
    private static long size(String text) {
        return 2L * text.length() + 256;
    }
}
