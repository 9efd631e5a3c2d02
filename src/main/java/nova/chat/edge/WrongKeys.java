package nova.chat.edge;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Counts wrong keys an address, so that guessing is told to back off (4029). A good key never comes here: it is judged
 * before anything is counted, however many bad ones its address sent.
 */
final class WrongKeys {
    /** A person mistypes a few times; 30 a minute is a program. */
    private static final int MAX_A_MINUTE = 30;

    private static final long WINDOW_NANOS = TimeUnit.MINUTES.toNanos(1);
    /** Beyond it all is forgotten and counted anew: a bound for memory, not a punishment. */
    private static final int MAX_ADDRESSES = 50_000;

    private final Map<String, Integer> counts = new HashMap<>();
    private long windowNanos = System.nanoTime();

    /** Counts one; answers whether that is too many. */
    boolean count(String address) {
        long now = System.nanoTime();
        if (now - windowNanos > WINDOW_NANOS || counts.size() >= MAX_ADDRESSES) {
            counts.clear();
            windowNanos = now;
        }
        return counts.merge(address, 1, Integer::sum) > MAX_A_MINUTE;
    }
}
