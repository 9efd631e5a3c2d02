package nova.chat.edge;

import java.util.concurrent.TimeUnit;

/** Counts one v2 client's malformed frames: its author reads errors in a console, and nobody's traffic needs more. */
final class Strikes {
    private static final int MAX_A_MINUTE = 10;
    private static final long WINDOW_NANOS = TimeUnit.MINUTES.toNanos(1);

    private long windowNanos = System.nanoTime();
    private int count;

    /** Counts one; answers whether that is too many. */
    boolean count() {
        long now = System.nanoTime();
        if (now - windowNanos > WINDOW_NANOS) {
            windowNanos = now;
            count = 0;
        }
        return ++count > MAX_A_MINUTE;
    }
}
