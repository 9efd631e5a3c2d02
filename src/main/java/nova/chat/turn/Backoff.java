package nova.chat.turn;

import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait before asking again, in milliseconds: doubling from a quarter of a second to five, the upper half of
 * it at random, so that all who waited do not come back at once.
 */
final class Backoff {
    private static final long FIRST_MS = 250;
    private static final long LAST_MS = 5_000;

    private long ceilingMs = FIRST_MS;

    long nextMs() {
        long half = ceilingMs / 2;
        ceilingMs = Math.min(LAST_MS, ceilingMs * 2);
        return half + ThreadLocalRandom.current().nextLong(half + 1);
    }
}
