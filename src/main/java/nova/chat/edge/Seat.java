package nova.chat.edge;

import io.vertx.core.Future;
import nova.chat.log.Cursor;
import nova.chat.log.Taken;
import nova.chat.protocol.ClientFrame.User;
import nova.chat.protocol.CloseCode;
import nova.chat.protocol.ErrorCode;
import nova.chat.protocol.Event;
import nova.chat.protocol.SeedFrames;
import nova.chat.protocol.SessionId;
import nova.chat.session.Asked;
import nova.chat.session.Session;
import nova.chat.session.Sessions;
import org.jspecify.annotations.Nullable;

/** A seed connection's place in a session: which one, and how far it has read. */
final class Seat implements View {
    private static final String WELCOME = "Connected.";
    private static final String MOVED = "The conversation goes on in this session.";

    private final Sessions sessions;
    private final Admission admission;
    private final Socket socket;
    private final Connection connection;
    /** What the client was last told; a session of that name is not taken while the store is away. */
    private @Nullable SessionId id;

    private @Nullable Session session;
    private @Nullable Cursor cursor;
    private boolean closed;

    /** An empty one. */
    Seat(Sessions sessions, Admission admission, Socket socket, Connection connection) {
        this.sessions = sessions;
        this.admission = admission;
        this.socket = socket;
        this.connection = connection;
    }

    @Override
    public @Nullable SessionId id() {
        return id;
    }

    @Override
    public @Nullable Session session() {
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

    /** It sees what happens from now on. */
    @Override
    public Future<Boolean> move(SessionId wanted, @Nullable String ref) {
        return sessions.find(wanted).transform(found -> {
            if (found.failed()) {
                tell(
                        ref,
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

    @Override
    public void close() {
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

    @Override
    public void pump() {
        if (session == null || cursor == null) {
            return;
        }
        if (!session.admits(admission.principal())) {
            refused(true);
            return;
        }
        while (!socket.isFull()) {
            if (cursor.isLost()) {
                connection.close(CloseCode.SLOW_CONSUMER);
                return;
            }
            Taken taken = cursor.next(MAX_TEXT_BYTES);
            if (taken == null) {
                connection.caughtUp();
                return;
            }
            SeedFrames.of(session.id(), taken.event()).ifPresent(socket::send);
        }
    }

    /** Seeds know no acknowledgement: that a message was taken shows by what happens. */
    @Override
    public void answered(User message, Session asked, Asked answer) {
        if (!(answer instanceof Asked.Refused refusal)) {
            return;
        }
        if (refusal.code() != ErrorCode.FORBIDDEN_SESSION) {
            tell(null, refusal.code(), Refusals.ofMessage(refusal.code()));
        } else if (asked == session) { // else it was shut out meanwhile, and told so
            refused(true);
        }
    }

    @Override
    public void held(User message, int position) {
        if (session != null) {
            socket.send(SeedFrames.queued(session.id(), position, Event.Queued.Reason.UPSTREAM_DOWN));
        }
    }

    @Override
    public void tell(@Nullable String ref, ErrorCode code, String content) {
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
        connection.seated(taken);
        cursor = fromRunning ? taken.followRunning(this::pump) : taken.followNew(this::pump);
    }

    /**
     * The session is somebody else's. Nobody is left without one: the connection goes on in its own. Only who waits for
     * a verdict may stay where it is, since the session may yet turn out to be its own.
     */
    private void refused(boolean unseated) {
        if (admission.isProvisional()) {
            tell(null, ErrorCode.AUTH_UNAVAILABLE, Refusals.SHUT);
            if (unseated) {
                takeNew();
            }
        } else {
            tell(null, ErrorCode.FORBIDDEN_SESSION, Refusals.FORBIDDEN);
            takeNew();
        }
    }
}
