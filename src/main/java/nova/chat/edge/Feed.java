package nova.chat.edge;

import io.vertx.core.Future;
import java.util.Set;
import nova.chat.log.Cursor;
import nova.chat.log.Taken;
import nova.chat.protocol.CloseCode;
import nova.chat.protocol.ErrorCode;
import nova.chat.protocol.Event;
import nova.chat.protocol.Extra;
import nova.chat.protocol.Frames;
import nova.chat.protocol.Numbers;
import nova.chat.protocol.Position;
import nova.chat.protocol.Welcome.Fresh;
import nova.chat.session.Session;
import nova.chat.session.Snapshot;
import nova.chat.store.StoreUnavailable;
import org.jspecify.annotations.Nullable;

/** One session as it is told to a v2 client: what had happened when it came, {@code synced}, and then what happens. */
final class Feed {
    private final Connection connection;
    private final Socket socket;
    private final Voice voice;
    private final Session session;
    private final @Nullable String agentId;
    private final Cursor cursor;
    private final Set<Extra> extras;
    /** What the client has: behind the cursor by events that it did not ask for. */
    private Position sent;
    /** Where the log ended when the client came: all up to there is backlog. */
    private long backlog;
    /** What the client was sent on this connection before it asked to go back: it may have taken it since, or not. */
    private long sentBefore;

    private boolean synced;
    /** What must come before the next event is being fetched. */
    private boolean settling;

    private boolean left;

    /**
     * The rest of a session.
     *
     * @param agentId the Orchestrator's agent, where it is known
     * @param at what the client has, or is about to get at once; where the cursor stands
     */
    Feed(
            Connection connection,
            Socket socket,
            Voice voice,
            Session session,
            @Nullable String agentId,
            Cursor cursor,
            Position at,
            Set<Extra> extras) {
        this.connection = connection;
        this.socket = socket;
        this.voice = voice;
        this.session = session;
        this.agentId = agentId;
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

    /**
     * The client has asked to go back. What was on its way to it then it has taken since, or not, if it had missed
     * something before: so it gets that again, and no frame reaches over the end of that.
     */
    void repeats(Feed before) {
        boolean same = before.session == session && before.sent.epoch().equals(sent.epoch());
        sentBefore = same ? Math.max(before.sent.seq(), before.sentBefore) : 0;
    }

    /** Where the session is, for one who asks whether there is more: events that it did not ask for are not more. */
    Position current() {
        return cursor.atEnd() && !cursor.hasMoved() ? sent : session.top();
    }

    void leave() {
        left = true;
        session.leave(cursor);
    }

    /**
     * Says that the client is here.
     *
     * @param why it begins anew; null where it goes on
     */
    void welcome(@Nullable Fresh why) {
        voice.welcome(session, agentId, why);
    }

    /** Sends what has happened and was not sent, as long as the socket takes it. */
    void pump() {
        while (!left && !settling && !socket.isFull()) {
            if (cursor.isLost()) {
                connection.close(CloseCode.SLOW_CONSUMER);
            } else if (cursor.hasMoved()) {
                settling = true;
                connection.alone(this::settle);
            } else if (!tellNext()) {
                connection.caughtUp();
                return;
            }
        }
    }

    /** Answers whether there was something to tell. */
    private boolean tellNext() {
        while (true) {
            long at = cursor.position().seq();
            if ((!synced && at >= backlog) || (at == sentBefore && at > sent.seq())) {
                synced = at >= backlog;
                sent = cursor.position();
                voice.send(Frames.synced(session.id(), sent));
                return true;
            }
            Taken taken = cursor.next(View.MAX_TEXT_BYTES, at < sentBefore ? sentBefore : Long.MAX_VALUE);
            if (taken != null && isWanted(taken.event())) {
                tell(taken);
                return true;
            }
            if (taken == null && (synced || cursor.position().seq() < backlog)) {
                return false;
            }
        }
    }

    private boolean isWanted(Event event) {
        Extra kind = Extra.of(event);
        return kind == null || extras.contains(kind);
    }

    private void tell(Taken taken) {
        Numbers numbers = new Numbers(sent.seq() + 1, taken.last(), !synced);
        sent = new Position(sent.epoch(), taken.last());
        voice.send(Frames.of(session.id(), taken.event(), numbers));
    }

    /** What comes next does not continue what was sent: the client begins anew from what there is. */
    private Future<Void> settle() {
        if (left) {
            return Future.succeededFuture();
        }
        boolean sameEpoch = session.top().epoch().equals(sent.epoch());
        return session.resettle(cursor)
                .<Void>map(snapshot -> {
                    settling = false;
                    if (!connection.mayRead(session)) {
                        connection.writable(); // it is shut out; whose the session is was learned meanwhile
                        return null;
                    }
                    goOn(snapshot, sameEpoch ? Fresh.TRIMMED : Fresh.EPOCH_CHANGED);
                    return null;
                })
                .recover(this::giveUp);
    }

    private void goOn(Snapshot snapshot, Fresh why) {
        if (!left) {
            sent = snapshot.at();
            backlog = sent.seq(); // what follows happens now, for the client too
            sentBefore = 0;
            synced = false;
            welcome(why);
            voice.reset(session, snapshot);
            pump();
        }
    }

    private Future<Void> giveUp(Throwable failure) {
        boolean away = failure instanceof StoreUnavailable;
        if (away) {
            voice.error(session.id(), null, ErrorCode.STORE_UNAVAILABLE, Refusals.CLOSED);
        }
        connection.close(CloseCode.OVERLOADED); // and begins anew when it comes again
        return away ? Future.succeededFuture() : Future.failedFuture(failure);
    }
}
