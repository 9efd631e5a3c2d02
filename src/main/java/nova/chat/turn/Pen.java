package nova.chat.turn;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import nova.chat.log.Batch;
import nova.chat.log.Cursor;
import nova.chat.log.Log;
import nova.chat.protocol.Event;
import nova.chat.protocol.Message;
import nova.chat.protocol.SessionId;
import nova.chat.store.Claimant;
import nova.chat.store.Lease;
import nova.chat.store.Store;
import nova.chat.store.Store.Progress;
import nova.chat.store.StoreUnavailable;
import nova.chat.store.Written;
import org.jspecify.annotations.Nullable;

/**
 * Writes a turn's log to the store, behind it, and keeps its lease. Local viewers never wait for this, nor does upstream:
 * what is not stored yet is in the log. One write is under way at a time; what comes meanwhile goes with the next.
 *
 * <p>Every answer also says whether somebody wants the turn to stop, and whether what waits behind it has changed: a
 * signal that was lost costs a beat, and nothing else.
 *
 * <p>While the store is away it tries again, for as long as the turn lives. What the store has lost it writes again from
 * memory; where it cannot, because somebody else has the lease, it says so and never writes again.
 */
final class Pen {
    /** As many new events are written at once, without a rest. */
    private static final int SOON_EVENTS = 64;

    private static final int MOST_EVENTS = 1_024;
    private static final int MOST_BYTES = 256 * 1024;
    /** From a write that the store did not take to the next try, on average. */
    private static final long AGAIN_MS = 300;

    /** What a pen tells its turn. */
    interface Holder {
        /** Somebody wants the turn to stop; said more than once. */
        void stopWanted();

        /** The lease is somebody else's, or nobody's: nothing that this turn says counts any more. Said once. */
        void lost();
    }

    private final Vertx vertx;
    private final Store store;
    private final SessionId session;
    private final Log log;
    private final Lease lease;
    private final Holder holder;
    private final WaitingLine line;
    private final Cursor cursor;
    private final Pace pace;

    private long stored;
    private boolean departed;
    private boolean writing;
    /** Somebody asked for attention while a write was under way. */
    private boolean wanted;

    private boolean closed;
    private @Nullable Ending ending;

    /**
     * How the turn is to end.
     *
     * @param last the end itself, which the log does not tell before it is stored; null where it had to
     */
    private record Ending(
            @Nullable Event last,
            @Nullable Message answer,
            @Nullable String nextToken,
            Claimant claimant,
            Promise<@Nullable Lease> done) {}

    Pen(Vertx vertx, Store store, SessionId session, Log log, Lease lease, Holder holder) {
        this.vertx = vertx;
        this.store = store;
        this.session = session;
        this.log = log;
        this.lease = lease;
        this.holder = holder;
        this.stored = lease.from().seq();
        this.line = new WaitingLine(log, lease.queue());
        this.cursor = log.follow(stored, this::grew);
        this.pace = new Pace(vertx, this::due);
    }

    /** Whether the question may have gone upstream; told with the next write. */
    void departed(boolean really) {
        departed = really;
    }

    /** Writes now, even nothing, to hear what is wanted; after the write that is under way, whose answer may be older. */
    void attend() {
        if (writing) {
            wanted = true;
        } else {
            write();
        }
    }

    /**
     * Stores what is left and the end, and then tells the end. Answers the right to run the next message, if there is
     * one. Fails with {@link LostLease}, with {@link StoreUnavailable} after {@link #giveUp}, or with a bug of the store's;
     * until then it tries.
     */
    Future<@Nullable Lease> end(Event last, @Nullable Message answer, @Nullable String nextToken, Claimant claimant) {
        Promise<@Nullable Lease> done = Promise.promise();
        ending = new Ending(last, answer, nextToken, claimant, done);
        attend();
        return done.future().onComplete(v -> close());
    }

    /** Tells this end now, though none is stored: the store was away for too long. Storing goes on. */
    void tellUnstored(Event end) {
        Ending before = ending;
        if (before != null && before.last() != null) {
            ending = new Ending(null, before.answer(), before.nextToken(), before.claimant(), before.done());
            log.append(end);
        }
    }

    /** What waits is told that it will not run: the process ends, and the store with it. */
    void refuseWaiting() {
        line.refuse();
        attend();
    }

    /** Writes no more, whatever is left. */
    void giveUp() {
        giveUp(new StoreUnavailable("given up"));
    }

    private void giveUp(Throwable why) {
        close();
        if (ending != null) {
            ending.done().tryFail(why);
        }
    }

    private void close() {
        if (!closed) {
            closed = true;
            pace.close();
            cursor.close();
        }
    }

    // when

    private void due() {
        if (!writing) {
            write();
        }
    }

    private void grew() {
        if (writing || closed || stored >= log.seq()) {
            return;
        }
        if (ending != null || log.seq() - stored >= SOON_EVENTS) {
            write();
        } else {
            pace.whenRested();
        }
    }

    // what

    /** Where what is to be stored is no longer here, the log could only go on with a gap: then this turn is lost. */
    private void write() {
        if (closed) {
            return;
        }
        if (stored < log.forgotten()) {
            lose();
            return;
        }
        writing = true;
        wanted = false;
        pace.wrote();
        Batch batch = log.batch(stored, MOST_EVENTS, MOST_BYTES);
        boolean all = batch.last() == log.seq();
        Progress progress = line.progress(batch.last(), departed);
        Ending end = all ? ending : null;
        Future.succeededFuture() // not called as it is: what a store throws is an answer, too
                .compose(v -> end != null ? end(end, batch, progress) : store.append(session, lease, batch, progress))
                .onComplete(answer -> answered(batch, end, progress, answer));
    }

    private Future<Written> end(Ending end, Batch batch, Progress progress) {
        Batch whole = batch;
        if (end.last() != null) {
            List<Event> events = new ArrayList<>(batch.events());
            events.add(end.last());
            whole = new Batch(batch.first(), events);
        }
        return store.end(session, lease, whole, progress, end.answer(), end.nextToken(), end.claimant());
    }

    private void answered(Batch batch, @Nullable Ending end, Progress progress, AsyncResult<Written> answer) {
        if (closed) {
            writing = false;
        } else if (answer.succeeded()) {
            writing = false;
            answer.result().match(new Outcome(batch, end, progress)).run();
        } else if (end == null || answer.cause() instanceof StoreUnavailable) {
            writeAgain();
        } else {
            giveUp(answer.cause()); // a bug, which trying again does not mend
        }
    }

    private void writeAgain() {
        writing = true;
        vertx.setTimer(AGAIN_MS / 2 + ThreadLocalRandom.current().nextLong(AGAIN_MS), id -> write());
    }

    private void tellLine() {
        writing = true;
        store.queue(session).map(this::told).onComplete(told -> {
            if (told.succeeded()) {
                write();
            } else {
                writeAgain();
            }
        });
    }

    /** What is read after the last write is for whoever has the lease now to tell. */
    private boolean told(Store.Queue queue) {
        if (!closed) {
            line.tell(queue);
        }
        return !closed;
    }

    /** What is to be done on a write's answer. */
    private final class Outcome implements Written.Cases<Runnable> {
        private final Batch batch;
        private final @Nullable Ending end;
        private final Progress progress;

        /**
         * Of one write.
         *
         * @param end null: it was an append
         */
        Outcome(Batch batch, @Nullable Ending end, Progress progress) {
            this.batch = batch;
            this.end = end;
            this.progress = progress;
        }

        @Override
        public Runnable kept(Written.Kept kept) {
            return () -> {
                if (end == null) {
                    stored = Math.max(stored, batch.last());
                    line.stored(progress);
                }
                if (kept.stop()) {
                    holder.stopWanted();
                }
                goOn(kept.queue());
            };
        }

        private void goOn(long queue) {
            if (line.isBehind(queue)) {
                tellLine();
            } else if (ending == null && !wanted) {
                grew();
            } else if (end == null) {
                write();
            } else {
                writeAgain(); // which no store should make us do
            }
        }

        @Override
        public Runnable ended(Written.Ended ended) {
            return () -> {
                Ending now = ending;
                stored = batch.last();
                close();
                if (now != null && now.last() != null) {
                    log.append(now.last());
                }
                if (now != null) {
                    now.done().tryComplete(ended.next());
                }
            };
        }

        @Override
        public Runnable behind(Written.Behind behind) {
            return () -> {
                stored = behind.seq();
                write();
            };
        }

        @Override
        public Runnable gone(Written.Gone gone) {
            return Pen.this::restore;
        }

        @Override
        public Runnable lost(Written.Lost lost) {
            return Pen.this::lose;
        }
    }

    private void restore() {
        writing = true;
        store.restore(session, lease).onComplete(given -> {
            if (closed) {
                return;
            }
            if (given.failed()) {
                writeAgain();
            } else if (given.result()) {
                stored = lease.from().seq();
                write();
            } else {
                lose();
            }
        });
    }

    private void lose() {
        giveUp(new LostLease());
        holder.lost();
    }
}
