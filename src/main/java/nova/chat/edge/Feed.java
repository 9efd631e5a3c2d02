package nova.chat.edge;

import io.vertx.core.Future;
import java.util.Set;
import nova.chat.log.Cursor;
import nova.chat.log.Taken;
import nova.chat.protocol.Event;
import nova.chat.protocol.Extra;
import nova.chat.protocol.Frames;
import nova.chat.protocol.Numbers;
import nova.chat.protocol.Position;
import nova.chat.session.Session;
import nova.chat.session.Snapshot;
import org.jspecify.annotations.Nullable;

/** One session as it is told to a v2 client: what had happened when it came, {@code synced}, and then what happens. */
final class Feed {
    /** Text in one frame at most, unless a single piece is larger: what a slow reader gets at a time. */
    private static final int MAX_TEXT_BYTES = 32 * 1024;

    private final Session session;
    private final Cursor cursor;
    private final Set<Extra> extras;
    /** Where the log ended when the client came: all up to there is backlog. */
    private long backlog;

    private boolean synced;
    /** What the client has: behind the cursor by events that it did not ask for. */
    private Position sent;

    /**
     * The rest of a session.
     *
     * @param at what the client has; where the cursor stands
     */
    Feed(Session session, Cursor cursor, Position at, Set<Extra> extras) {
        this.session = session;
        this.cursor = cursor;
        this.extras = extras;
        this.sent = at;
        this.backlog = session.top().seq();
    }

    Session session() {
        return session;
    }

    Position sent() {
        return sent;
    }

    /** Whether what comes next is gone. */
    boolean isLost() {
        return cursor.isLost();
    }

    /** Whether what comes next does not continue what was sent. */
    boolean hasMoved() {
        return cursor.hasMoved();
    }

    /** Whether the log goes on in the epoch that was sent so far. */
    boolean isOfThisEpoch() {
        return session.top().epoch().equals(sent.epoch());
    }

    /** Fetches what the client is to know before what comes next. Fails as the store does. */
    Future<Snapshot> resettle() {
        return session.resettle(cursor);
    }

    /** Goes on from there: what comes next happens now, for the client too. */
    void goOn(Position at) {
        sent = at;
        backlog = at.seq();
        synced = false;
    }

    /** The next frame; null when there is none for now. */
    @Nullable
    String next() {
        while (true) {
            if (!synced && cursor.position().seq() >= backlog) {
                synced = true;
                sent = cursor.position();
                return Frames.synced(session.id(), sent);
            }
            Taken taken = cursor.next(MAX_TEXT_BYTES);
            if (taken != null && isWanted(taken.event())) {
                return frame(taken);
            }
            if (taken == null && (synced || cursor.position().seq() < backlog)) {
                return null;
            }
        }
    }

    /** Where the session is, for one who asks whether there is more: events that it did not ask for are not more. */
    Position current() {
        return cursor.atEnd() && !cursor.hasMoved() ? sent : session.top();
    }

    void leave() {
        session.leave(cursor);
    }

    private boolean isWanted(Event event) {
        Extra kind = Extra.of(event);
        return kind == null || extras.contains(kind);
    }

    private String frame(Taken taken) {
        Numbers numbers = new Numbers(sent.seq() + 1, taken.last(), !synced);
        sent = new Position(sent.epoch(), taken.last());
        return Frames.of(session.id(), taken.event(), numbers);
    }
}
