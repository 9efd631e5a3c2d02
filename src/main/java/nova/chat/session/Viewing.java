package nova.chat.session;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import nova.chat.log.Batch;
import nova.chat.log.Cursor;
import nova.chat.log.Log;
import nova.chat.log.Taken;
import nova.chat.protocol.Event;
import nova.chat.protocol.Message;
import nova.chat.protocol.Position;
import nova.chat.protocol.SessionId;
import nova.chat.protocol.TurnId;
import nova.chat.protocol.Welcome.Fresh;
import nova.chat.store.Reading.Since;
import nova.chat.store.Store;
import org.jspecify.annotations.Nullable;

/** How viewers come to follow a log from where they were, or from a snapshot: never with a part missing. */
final class Viewing {
    /** Of a running answer in a snapshot; what is beyond follows as events, as fast as the viewer reads. */
    private static final int MAX_PARTIAL_BYTES = 256 * 1024;

    /** Of a conversation that changes while it is read; then it may lack what the log tells next. */
    private static final int MAX_READINGS = 5;

    private @Nullable Future<List<Message>> reading;

    private final Vertx vertx;
    private final Store store;
    private final SessionId session;
    private final Log log;
    private final Mirror mirror;
    private final Course course;

    Viewing(Vertx vertx, Store store, SessionId session, Log log, Mirror mirror, Course course) {
        this.vertx = vertx;
        this.store = store;
        this.session = session;
        this.log = log;
        this.mirror = mirror;
        this.course = course;
    }

    /**
     * Follows from a position.
     *
     * @param from null: from a snapshot
     */
    Future<Joined> join(@Nullable Position from, Runnable grew) {
        if (from == null) {
            return reset(log.top().equals(Position.NONE) ? Fresh.UNKNOWN_SESSION : null, grew);
        }
        if (isHere(from)) {
            return Future.succeededFuture(new Joined.Resumed(log.follow(from.seq(), grew)));
        }
        return catchUp(from).compose(v -> {
            if (isHere(from)) {
                return Future.succeededFuture(new Joined.Resumed(log.follow(from.seq(), grew)));
            }
            if (log.top().equals(Position.NONE)) {
                return reset(Fresh.UNKNOWN_SESSION, grew);
            }
            if (!from.epoch().equals(log.epoch())) {
                return reset(Fresh.EPOCH_CHANGED, grew);
            }
            return from.seq() > log.seq() ? reset(Fresh.AHEAD, grew) : goBack(from, grew);
        });
    }

    private boolean isHere(Position from) {
        return from.epoch().equals(log.epoch()) && from.seq() >= log.forgotten() && from.seq() <= log.seq();
    }

    /** Another replica may have told it more than is known here. */
    private Future<?> catchUp(Position from) {
        boolean behind = from.epoch().equals(log.epoch()) && from.seq() <= log.seq();
        return behind
                ? Future.succeededFuture()
                : mirror.refresh().compose(read -> {
                    boolean ahead = from.epoch().equals(log.epoch()) && from.seq() > log.seq();
                    return ahead
                            ? vertx.timer(Mirror.LAG_MS, TimeUnit.MILLISECONDS).compose(waited -> mirror.refresh())
                            : Future.succeededFuture(read);
                });
    }

    // from further back than the log here goes

    private Future<Joined> goBack(Position from, Runnable grew) {
        return older(from, new ArrayList<>()).compose(found -> {
            if (found && isHere(from)) {
                return Future.succeededFuture(new Joined.Resumed(log.follow(from.seq(), grew)));
            }
            return reset(course.running() == null ? Fresh.EXPIRED : Fresh.TRIMMED, grew);
        });
    }

    /** Reads page by page up to what is here, and puts it back in one go; answers whether it was there. */
    private Future<Boolean> older(Position from, List<Batch> found) {
        return store.read(session, from, false).compose(reading -> {
            if (reading.since() != Since.CONTINUES || !from.epoch().equals(log.epoch())) {
                return Future.succeededFuture(false);
            }
            found.addAll(reading.batches());
            long reached =
                    found.isEmpty() ? from.seq() : found.get(found.size() - 1).last();
            if (reached >= log.forgotten()) {
                return Future.succeededFuture(putBack(found));
            }
            boolean stuck = reading.batches().isEmpty();
            return stuck ? Future.succeededFuture(false) : older(new Position(from.epoch(), reached), found);
        });
    }

    private boolean putBack(List<Batch> found) {
        for (int i = found.size() - 1; i >= 0; i--) {
            Batch batch = found.get(i);
            int known = (int) Math.max(0, batch.last() - log.forgotten());
            if (known >= batch.events().size()) {
                continue;
            }
            List<Event> missing = batch.events().subList(0, batch.events().size() - known);
            if (!log.restore(new Batch(batch.first(), missing))) {
                return false;
            }
        }
        return true;
    }

    // from a snapshot

    private Future<Joined> reset(@Nullable Fresh reason, Runnable grew) {
        return conversation().map(messages -> {
            Cursor cursor = log.follow(Math.max(log.kept(), log.forgotten()), grew);
            TurnId turn = course.running();
            Buffer partial = turn == null ? Buffer.buffer() : partial(cursor, turn);
            Position at = cursor.position();
            return new Joined.Reset(reason, new Snapshot(upTo(at, messages), turn, partial, at), cursor);
        });
    }

    /** Takes the running answer's text so far out of the cursor's way. */
    private Buffer partial(Cursor cursor, TurnId turn) {
        Buffer partial = Buffer.buffer();
        while (partial.length() < MAX_PARTIAL_BYTES && isOfAnswer(cursor.peek(), turn)) {
            Taken taken = cursor.next(MAX_PARTIAL_BYTES - partial.length());
            if (taken != null && taken.event() instanceof Event.Delta delta) {
                partial.appendBuffer(delta.literal());
            }
        }
        return partial;
    }

    private static boolean isOfAnswer(@Nullable Event event, TurnId turn) {
        boolean kind = event instanceof Event.Started || event instanceof Event.Delta || event instanceof Event.Aside;
        return kind && event != null && turn.equals(event.turn());
    }

    /** For a viewer whose log went on in another epoch: what had been said before its new place. */
    Future<Snapshot> resettle(Cursor cursor) {
        boolean fromNothing = cursor.settle();
        Position at = cursor.position();
        return (fromNothing ? Future.succeededFuture(List.<Message>of()) : conversation())
                .map(messages -> new Snapshot(upTo(at, messages), null, Buffer.buffer(), at));
    }

    /** Without what the log tells after that place: it was read later, and nothing is to be told twice. */
    private List<Message> upTo(Position at, List<Message> messages) {
        Set<TurnId> said = new HashSet<>();
        Set<TurnId> started = new HashSet<>();
        for (Event event : at.epoch().equals(log.epoch()) ? log.outline(at.seq()) : List.<Event>of()) {
            if (event instanceof Event.Said later) {
                said.add(later.turn());
            } else if (event instanceof Event.Started later) {
                started.add(later.turn());
            }
        }
        return messages.stream()
                .filter(message -> !said.contains(message.turn()))
                .filter(message -> message.role() == Message.Role.USER || !started.contains(message.turn()))
                .toList();
    }

    /** As it stands at the end of the log here, when this is done. */
    Future<List<Message>> conversation() {
        if (log.top().equals(Position.NONE)) {
            return Future.succeededFuture(List.of());
        }
        Future<List<Message>> shared = reading;
        if (shared == null) {
            // One for all who ask until it is there: a conversation is large, and many come back at once.
            shared = conversation(MAX_READINGS).onComplete(read -> reading = null);
            reading = shared.isComplete() ? null : shared;
        }
        return shared;
    }

    private Future<List<Message>> conversation(int readings) {
        Position from = log.top();
        return store.read(session, from, true)
                .compose(reading -> mirror.take(reading, from).compose(taken -> {
                    boolean same = mirror.isPaused() || log.top().equals(reading.top());
                    return same || readings == 1
                            ? Future.succeededFuture(reading.messages())
                            : conversation(readings - 1); // news were faster than the reading
                }));
    }
}
