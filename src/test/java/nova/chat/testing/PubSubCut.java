package nova.chat.testing;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** While this is open, whoever subscribes in a Redis is cut off a moment later: hints hardly come through. */
public final class PubSubCut implements AutoCloseable {
    private static final long EVERY_NANOS = 5_000_000;

    private final AtomicLong cut = new AtomicLong();
    private final Thread cutter;

    private PubSubCut(RedisServer redis) {
        cutter = new Thread(
                () -> {
                    while (!Thread.currentThread().isInterrupted()) {
                        cut.addAndGet((Long) redis.command("CLIENT", "KILL", "TYPE", "pubsub"));
                        LockSupport.parkNanos(EVERY_NANOS);
                    }
                },
                "pub-sub-cut");
        cutter.setDaemon(true);
        cutter.start();
    }

    /** Cuts from here on; those that were subscribed have been cut when this returns. */
    public static PubSubCut of(RedisServer redis) {
        redis.command("CLIENT", "KILL", "TYPE", "pubsub");
        return new PubSubCut(redis);
    }

    /** How many came again and were cut: that somebody did shows that there was something to cut. */
    public long count() {
        return cut.get();
    }

    @Override
    public void close() {
        cutter.interrupt();
        try {
            cutter.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
