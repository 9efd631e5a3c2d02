package nova.chat.orchestrator;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Notices that a stream has said nothing for too long. Being fed costs one reading of the clock: the only timer finds out
 * when it fires how long is left, and sleeps again for that.
 */
final class Watchdog {
    private final Vertx vertx;
    private final long limitNanos;
    private final Runnable starved;
    private long fedAt;
    private long timer = -1;

    Watchdog(Vertx vertx, Duration limit, Runnable starved) {
        this.vertx = vertx;
        this.limitNanos = limit.toNanos();
        this.starved = starved;
    }

    void start() {
        feed();
        sleep(limitNanos);
    }

    void feed() {
        fedAt = System.nanoTime();
    }

    void stop() {
        vertx.cancelTimer(timer);
    }

    private void sleep(long nanos) {
        // Rounded up: waking a moment early would only mean to wake again.
        timer = vertx.setTimer(TimeUnit.NANOSECONDS.toMillis(nanos) + 1, id -> look());
    }

    private void look() {
        long left = limitNanos - (System.nanoTime() - fedAt);
        if (left > 0) {
            sleep(left);
        } else {
            starved.run();
        }
    }
}
