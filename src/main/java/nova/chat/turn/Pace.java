package nova.chat.turn;

import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** When a pen writes: what is new after a rest since the last write, and in a silence once a beat. */
final class Pace {
    /** From one write of text to the next: what a viewer elsewhere lags at most, and what a write is amortised over. */
    private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(25);
    /** From one write to the next in a silence: a tenth of a lease, and what a stop takes whose signal was lost. */
    private static final long BEAT_MS = 1_000;

    private final Vertx vertx;
    private final Runnable write;
    private final long beats;

    private long wroteNanos = System.nanoTime() - REST_NANOS;
    private @Nullable Long resting;

    /**
     * Begins with a first write that need not rest.
     *
     * @param write called when it is time; also while a write is under way
     */
    Pace(Vertx vertx, Runnable write) {
        this.vertx = vertx;
        this.write = write;
        this.beats = vertx.setPeriodic(BEAT_MS, id -> beat());
    }

    /** A write begins now. */
    void wrote() {
        wroteNanos = System.nanoTime();
        cancelRest();
    }

    /** Calls for a write when the rest is over, which may be at once. */
    void whenRested() {
        long leftNanos = REST_NANOS - sinceNanos();
        if (leftNanos <= 0) {
            write.run();
        } else if (resting == null) {
            resting = vertx.setTimer(1 + TimeUnit.NANOSECONDS.toMillis(leftNanos), id -> {
                resting = null;
                write.run();
            });
        }
    }

    void close() {
        vertx.cancelTimer(beats);
        cancelRest();
    }

    /** Half a beat is let go by: each writes a little after it was due, and the next would come too soon. */
    private void beat() {
        if (sinceNanos() >= TimeUnit.MILLISECONDS.toNanos(BEAT_MS / 2)) {
            write.run();
        }
    }

    private long sinceNanos() {
        return System.nanoTime() - wroteNanos;
    }

    private void cancelRest() {
        if (resting != null) {
            vertx.cancelTimer(resting);
            resting = null;
        }
    }
}
