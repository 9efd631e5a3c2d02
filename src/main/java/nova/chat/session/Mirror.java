package nova.chat.session;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import nova.chat.log.Batch;
import nova.chat.log.Log;
import nova.chat.protocol.Position;
import nova.chat.protocol.SessionId;
import nova.chat.protocol.TurnId;
import nova.chat.store.News;
import nova.chat.store.Reading;
import nova.chat.store.Reading.Since;
import nova.chat.store.Store;
import org.jspecify.annotations.Nullable;

/**
 * Fills a session's log from the store, while a turn of it runs on another replica, or none does. News are a hint that
 * saves a reading; the log in the store is the truth, and is compared whenever news may have been lost.
 */
final class Mirror {
    /** While a turn runs elsewhere and nothing is heard of it; its writer beats once a second, and streams faster. */
    private static final long RUNNING_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** While nothing runs: only lost news, and an ear that does not know that it is deaf, are found so late. */
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(30);
    /** Four times what a writer may lag: a position ahead of the log is waited for this long. */
    static final long LAG_MS = 100;

    private final Vertx vertx;
    private final Store store;
    private final SessionId session;
    private final Log log;
    private final Course course;
    private final Consumer<String> owned;
    /** Turns whose end was told here, and will not be told again. */
    private Set<TurnId> told = Set.of();

    private Future<?> last = Future.succeededFuture();
    private @Nullable Future<Reading> next;
    private long checkNanos = System.nanoTime() + IDLE_NANOS;
    private boolean writtenHere;

    /**
     * A mirror of the session.
     *
     * @param owned told whose it is, before the log says what that one has asked
     */
    Mirror(Vertx vertx, Store store, SessionId session, Log log, Course course, Consumer<String> owned) {
        this.vertx = vertx;
        this.store = store;
        this.session = session;
        this.log = log;
        this.course = course;
        this.owned = owned;
    }

    /** From now on the log is written by a turn here; what is read changes nothing. */
    void pause() {
        writtenHere = true;
    }

    /**
     * From now on the log is filled from the store.
     *
     * @param ended a turn that lost its lease after its end was told here; null for none
     */
    void resume(@Nullable TurnId ended) {
        writtenHere = false;
        told = ended == null ? Set.of() : Set.of(ended);
        checkNanos = System.nanoTime() + IDLE_NANOS;
    }

    /** Reads what the log here does not have. What was read says how the session stood after this was called. */
    Future<Reading> refresh() {
        Future<Reading> waiting = next;
        if (waiting != null) {
            return waiting; // it has not begun
        }
        Future<Reading> mine = last.transform(done -> {
            next = null;
            return read(false);
        });
        next = last.isComplete() ? null : mine;
        last = mine;
        return mine;
    }

    /** Whether it is time to compare: nothing was heard for long, or a lease is past. */
    boolean isDue(long nowNanos) {
        return !writtenHere && nowNanos - checkNanos > 0;
    }

    /** Takes a batch that was published, if it is the next; answers whether the store is to be read instead. */
    boolean hear(News.Grown grown) {
        learn(grown.owner());
        if (writtenHere) {
            return false;
        }
        Batch batch = grown.batch();
        if (!grown.epoch().equals(log.epoch()) || batch.first() > log.seq() + 1) {
            return true;
        }
        log.add(batch);
        checkLater(course.running() != null ? RUNNING_NANOS : IDLE_NANOS);
        return false;
    }

    private void learn(@Nullable String owner) {
        if (owner != null) {
            owned.accept(owner);
        }
    }

    private void checkLater(long nanos) {
        checkNanos = System.nanoTime() + nanos;
    }

    /** Takes what somebody else has read from the log's end on. */
    Future<Reading> take(Reading reading, Position from) {
        return apply(reading, from, false);
    }

    boolean isPaused() {
        return writtenHere;
    }

    private Future<Reading> read(boolean waited) {
        boolean joinAnywhere = log.top().equals(Position.NONE) && !log.isFollowed();
        Position from = joinAnywhere ? null : log.top();
        return store.read(session, from, false).compose(reading -> apply(reading, from, waited));
    }

    private Future<Reading> apply(Reading reading, @Nullable Position from, boolean waited) {
        learn(reading.owner());
        long leaseNanos = reading.lease().toNanos();
        checkLater(reading.running() == null ? IDLE_NANOS : Math.min(RUNNING_NANOS, leaseNanos));
        if (writtenHere || (from != null && !from.equals(log.top()))) {
            return Future.succeededFuture(reading); // news were faster, or a turn has begun here
        }
        return switch (reading.since()) {
            case CONTINUES -> add(reading, from == null);
            case OTHER_EPOCH -> {
                log.moveTo(new Position(reading.top().epoch(), 0), told);
                course.begin(reading); // a new epoch does not tell again what waited before it
                yield reading.top().seq() == 0 ? Future.succeededFuture(reading) : read(false);
            }
            case TRIMMED -> jump();
            case AHEAD ->
                waited ? jump() : vertx.timer(LAG_MS, TimeUnit.MILLISECONDS).compose(v -> read(true));
        };
    }

    private Future<Reading> add(Reading reading, boolean anywhere) {
        if (anywhere && !reading.top().equals(Position.NONE)) {
            log.moveTo(new Position(reading.top().epoch(), reading.runningFrom()), told);
            course.begin(reading);
            if (reading.running() != null) {
                log.keepAfter(reading.runningFrom());
            }
        }
        reading.batches().forEach(log::add);
        boolean more = log.seq() < reading.top().seq() && !reading.batches().isEmpty();
        return more ? read(false) : Future.succeededFuture(reading);
    }

    /** Gives up the place in the log here for one that the store still has. */
    private Future<Reading> jump() {
        return store.read(session, null, false).compose(reading -> {
            learn(reading.owner());
            if (writtenHere || reading.since() != Since.CONTINUES) {
                return Future.succeededFuture(reading);
            }
            return add(reading, true);
        });
    }
}
