package nova.chat.edge;

import io.vertx.core.Future;
import nova.chat.log.Cursor;
import nova.chat.log.Taken;
import nova.chat.protocol.CloseCode;
import nova.chat.protocol.ErrorCode;
import nova.chat.protocol.Event;
import nova.chat.protocol.SeedFrames;
import nova.chat.protocol.SessionId;
import nova.chat.session.Session;
import nova.chat.session.Sessions;
import org.jspecify.annotations.Nullable;

/** A connection's place in a session: which one, and how far it has read. */
final class Seat {
    /** Text in one frame at most, unless a single piece is larger: what a slow reader gets at a time. */
    private static final int MAX_TEXT_BYTES = 32 * 1024;

    private static final String WELCOME = "Connected.";
    private static final String MOVED = "The conversation goes on in this session.";

    private final Sessions sessions;
    private final Admission admission;
    private final Socket socket;
    private final Runnable caughtUp;
    /** What the client was last told; a session of that name is not taken while the store is away. */
    private @Nullable SessionId id;

    private @Nullable Session session;
    private @Nullable Cursor cursor;
    private boolean closed;

    /**
     * An empty seat.
     *
     * @param caughtUp told when all that happened was sent
     */
    Seat(Sessions sessions, Admission admission, Socket socket, Runnable caughtUp) {
        this.sessions = sessions;
        this.admission = admission;
        this.socket = socket;
        this.caughtUp = caughtUp;
    }

    /** The name that the client knows; null before it was given one. */
    @Nullable
    SessionId id() {
        return id;
    }

    @Nullable
    Session session() {
        return session;
    }

    /** Takes the session that a connection asked for when it came: it sees the running answer from its start. */
    Future<Void> resume(SessionId wanted) {
        return sessions.find(wanted).transform(found -> {
            if (found.failed()) {
                // Its name is kept: a client that were given another would lose its conversation for an outage.
                id = wanted;
                socket.send(SeedFrames.system(wanted, null, WELCOME));
            } else if (!sitDown(found.result(), true)) {
                refused(true);
            }
            return Future.succeededFuture();
        });
    }

    /** Moves to the session that a message names: it sees what happens from now on. Answers whether it is there. */
    Future<Boolean> move(SessionId wanted) {
        return sessions.find(wanted).transform(found -> {
            if (found.failed()) {
                tell(
                        ErrorCode.STORE_UNAVAILABLE,
                        "This session cannot be opened at the moment. Send the message again.");
                return Future.succeededFuture(false);
            }
            boolean seated = sitDown(found.result(), false);
            if (!seated) {
                refused(false);
            }
            return Future.succeededFuture(seated);
        });
    }

    /** Takes a session of its own. */
    void takeNew() {
        leave();
        Session mine = sessions.begin();
        follow(mine, false);
        socket.send(SeedFrames.system(mine.id(), null, WELCOME));
    }

    /** Leaves for good: the connection is gone, whatever was still asked for it. */
    void close() {
        closed = true;
        leave();
    }

    private void leave() {
        if (session != null && cursor != null) {
            session.leave(cursor);
        }
        session = null;
        cursor = null;
    }

    /** Sends what has happened and was not sent, as long as the socket takes it. */
    void pump() {
        if (session == null || cursor == null) {
            return;
        }
        if (!session.admits(admission.principal())) {
            refused(true);
            return;
        }
        while (!socket.isFull()) {
            if (cursor.isLost()) {
                socket.close(CloseCode.SLOW_CONSUMER);
                return;
            }
            Taken taken = cursor.next(MAX_TEXT_BYTES);
            if (taken == null) {
                caughtUp.run();
                return;
            }
            Event event = taken.event();
            SeedFrames.of(session.id(), event).ifPresent(socket::send);
            if (event instanceof Event.Failure failure) {
                heed(session, failure);
            }
        }
    }

    private void heed(Session here, Event.Failure failure) {
        if (failure.code() == ErrorCode.FORBIDDEN_SESSION) {
            // Another process has given it to a key since it was taken here. If the store is away again, the next
            // message finds out.
            sessions.find(here.id()).onSuccess(found -> {
                if (session == here && !here.admits(admission.principal())) {
                    takeNew();
                }
            });
        }
    }

    void tell(ErrorCode code, String content) {
        socket.send(SeedFrames.error(id, code, content));
    }

    private boolean sitDown(Sessions.Found found, boolean fromRunning) {
        if (!found.session().admits(admission.principal())) {
            return false;
        }
        leave();
        follow(found.session(), fromRunning);
        socket.send(SeedFrames.system(found.session().id(), found.agentId(), fromRunning ? WELCOME : MOVED));
        return true;
    }

    private void follow(Session taken, boolean fromRunning) {
        if (closed) {
            return;
        }
        session = taken;
        id = taken.id();
        cursor = fromRunning ? taken.followRunning(this::pump) : taken.followNew(this::pump);
    }

    /**
     * The session is somebody else's. Nobody is left without one: the connection goes on in its own. Only who waits for
     * a verdict may stay where it is, since the session may yet turn out to be its own.
     */
    private void refused(boolean unseated) {
        if (admission.isProvisional()) {
            tell(
                    ErrorCode.AUTH_UNAVAILABLE,
                    "This session belongs to a key, and keys cannot be checked now. Try later.");
            if (unseated) {
                takeNew();
            }
        } else {
            tell(ErrorCode.FORBIDDEN_SESSION, "This session belongs to another key. You go on in a new one.");
            takeNew();
        }
    }
}
