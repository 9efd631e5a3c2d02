package nova.chat.edge;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import nova.chat.protocol.ClientFrame;
import nova.chat.protocol.ClientFrames;
import nova.chat.protocol.CloseCode;
import nova.chat.protocol.Dialect;
import nova.chat.protocol.ErrorCode;
import nova.chat.protocol.Event;
import nova.chat.protocol.SeedFrames;
import nova.chat.protocol.SessionId;
import nova.chat.session.Asked;
import nova.chat.session.Asking;
import nova.chat.session.Session;
import nova.chat.store.Store;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * One client's connection: what it says goes to its session, what happens there goes to its socket. One message is dealt
 * with at a time; while an answer from elsewhere is needed, nothing more is read.
 */
final class Connection implements Socket.Owner {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    /** A turn goes on when its connection moves to another session: one connection must not take all there are. */
    private static final int MAX_BUSY = 20;

    private final Guest guest;
    private final Connections connections;
    private final Socket socket;
    private final Admission admission;
    private final Seat seat;
    private final Held held;
    /** Sessions in which it asked and something still runs. */
    private final Set<Session> busy = new HashSet<>();

    /** What is being done, or was last. A verdict may come in the middle of a message: what it sets free waits for that. */
    private Future<Void> last = Future.succeededFuture();

    private final ClientFrame.Cases<Future<Void>> reactions = new ClientFrame.Cases<>() {
        @Override
        public Future<Void> user(ClientFrame.User message) {
            return ask(message);
        }

        @Override
        public Future<Void> auth(ClientFrame.Auth auth) {
            return admission.bring(auth.token());
        }

        @Override
        public Future<Void> hello(ClientFrame.Hello frame) {
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> stop(ClientFrame.Stop frame) {
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> cancel(ClientFrame.Cancel frame) {
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> resume(ClientFrame.Resume frame) {
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> history(ClientFrame.History frame) {
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> ping(ClientFrame.Ping frame) {
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> malformed(ClientFrame.Malformed malformed) {
            seat.tell(malformed.code(), malformed.content());
            return Future.succeededFuture();
        }
    };

    Connection(ServerWebSocket webSocket, Guest guest, Connections connections) {
        this.guest = guest;
        this.connections = connections;
        this.held = new Held(connections.waiting());
        this.socket = new Socket(webSocket, connections.limits(), this);
        this.admission = connections.admission(this, guest.caller());
        this.seat = new Seat(connections.sessions(), admission, socket, this::caughtUp);
    }

    void open() {
        say(Level.DEBUG).addKeyValue("address", guest.caller().address()).log("connection opened");
        alone(admission::begin);
    }

    Guest guest() {
        return guest;
    }

    void tick(long nowNanos) {
        socket.tick(nowNanos);
        if (!socket.isOver()) {
            admission.tick(nowNanos);
        }
    }

    /** The process ends: what waits for a verdict is not run. */
    void drain() {
        dropHeld(ErrorCode.DRAINING, "The service is restarting. Connect again, then send this message again.");
        leave();
    }

    /** Sends it away, at once if nothing runs here and it was told everything; else as soon as that is so. */
    void leave() {
        Session session = seat.session();
        if (session == null) {
            close(CloseCode.RESTART);
        } else if (session.isIdle()) {
            seat.pump(); // and then caughtUp
        }
    }

    void close(CloseCode code) {
        if (!socket.isOver()) {
            say(Level.INFO).addKeyValue("code", code.number()).log("closing connection: {}", code.reason());
            socket.close(code);
        }
    }

    // what Admission decides

    /** It is in, for good or provisionally: it gets its session, and may speak when this is done. */
    Future<Void> admitted() {
        if (guest.session() == null) {
            seat.takeNew();
            return Future.succeededFuture();
        }
        Optional<SessionId> wanted = SessionId.parse(guest.session());
        if (wanted.isPresent()) {
            return seat.resume(wanted.get());
        }
        seat.tell(ErrorCode.INVALID_SESSION_ID, "This session_id is not well formed. You go on in a new session.");
        seat.takeNew();
        return Future.succeededFuture();
    }

    /** The verdict on one who waited inside is good: what it asked is asked now, in order. */
    void released() {
        alone(this::askHeld);
    }

    private Future<Void> askHeld() {
        ClientFrame.User message = held.poll();
        return message == null ? Future.succeededFuture() : ask(message).compose(v -> askHeld());
    }

    /** What waited for a verdict is not run, and each message is told why. */
    void dropHeld(ErrorCode code, String content) {
        while (held.poll() != null) {
            seat.tell(code, content);
        }
    }

    void tell(ErrorCode code, String content) {
        seat.tell(code, content);
    }

    void refuse(ErrorCode code, String content, CloseCode close) {
        seat.tell(code, content);
        close(close);
    }

    // what the socket tells

    @Override
    public void message(Buffer text) {
        alone(() -> react(ClientFrames.read(text, Dialect.SEED)));
    }

    @Override
    public void tooLarge() {
        int limit = connections.limits().maxMessageBytes();
        refuse(
                ErrorCode.MESSAGE_TOO_LARGE,
                "This message is larger than " + limit + " bytes, or in too many fragments. Do not send it again.",
                CloseCode.TOO_LARGE);
    }

    @Override
    public void binary() {
        refuse(ErrorCode.BAD_FRAME, "Binary messages are not understood. Send JSON as text.", CloseCode.BINARY);
    }

    @Override
    public void notUtf8() {
        refuse(ErrorCode.BAD_FRAME, "This message is not UTF-8. Send JSON as UTF-8 text.", CloseCode.NOT_UTF8);
    }

    @Override
    public void violation() {
        refuse(ErrorCode.BAD_FRAME, "This is not a WebSocket frame as RFC 6455 has it.", CloseCode.PROTOCOL);
    }

    @Override
    public void lost(CloseCode why) {
        close(why);
    }

    @Override
    public void writable() {
        seat.pump();
    }

    @Override
    public void closed() {
        while (held.poll() != null) {} // there is nobody to tell
        seat.close();
        connections.left(this);
        say(Level.DEBUG).log("connection closed");
    }

    /** A line that names the connection and, where it has one, its session: else nothing would tie the two together. */
    private LoggingEventBuilder say(Level level) {
        LoggingEventBuilder line = LOG.atLevel(level).addKeyValue("connection", guest.connection());
        SessionId session = seat.id();
        return session == null ? line : line.addKeyValue("session", session);
    }

    // a message's way

    /** Does one thing after those before it, and reads nothing further until all are done. */
    private void alone(Supplier<Future<Void>> task) {
        socket.hold();
        Future<Void> mine = last.transform(v -> task.get()).otherwise(bug -> {
            say(Level.ERROR).setCause(bug).log("a message was not dealt with, which is a bug");
            seat.tell(ErrorCode.INTERNAL, "Something went wrong here. You can send it again.");
            return null;
        });
        last = mine;
        mine.onComplete(v -> {
            if (last == mine) {
                socket.read();
            }
        });
    }

    private Future<Void> react(ClientFrame frame) {
        if (admission.needsKey() && !(frame instanceof ClientFrame.Auth)) {
            admission.refuse("A key is needed before anything else.");
            return Future.succeededFuture();
        }
        return frame.match(reactions);
    }

    private Future<Void> ask(ClientFrame.User message) {
        SessionId named = message.session() == null ? seat.id() : message.session();
        Session here = seat.session();
        boolean there = here != null && (named == null || here.id().equals(named));
        if (there || named == null) {
            return askHere(message.content());
        }
        return seat.move(named).compose(moved -> moved ? askHere(message.content()) : Future.succeededFuture());
    }

    private Future<Void> askHere(String content) {
        Session session = seat.session();
        if (session == null || socket.isOver()) {
            return Future.succeededFuture();
        }
        if (admission.isProvisional()) {
            waitForVerdict(new ClientFrame.User(content, session.id(), null, ClientFrame.OnBusy.ENQUEUE));
            return Future.succeededFuture();
        }
        busy.removeIf(Session::isIdle);
        if (busy.size() >= MAX_BUSY && !busy.contains(session)) {
            seat.tell(ErrorCode.QUEUE_FULL, "You have answers running in too many sessions. Send this one later.");
            return Future.succeededFuture();
        }
        busy.add(session);
        Asking asking = new Asking(
                content,
                null,
                Store.OnBusy.ENQUEUE,
                admission.principal(),
                admission.caller().call(guest.trace()));
        return session.ask(asking).map(asked -> {
            if (asked instanceof Asked.Refused refused) {
                switch (refused.code()) {
                    case FORBIDDEN_SESSION ->
                        seat.pump(); // which finds the same, says so, and goes on in a new session
                    case DRAINING ->
                        seat.tell(ErrorCode.DRAINING, "The service is restarting. Connect again, then send this.");
                    case STORE_UNAVAILABLE ->
                        seat.tell(
                                ErrorCode.STORE_UNAVAILABLE,
                                "Your message could not be stored and was not sent on. Send it again in a moment.");
                    default -> seat.tell(ErrorCode.QUEUE_FULL, "Too many messages wait already. Send this one later.");
                }
            }
            return null;
        });
    }

    private void waitForVerdict(ClientFrame.User message) {
        if (!held.add(message)) {
            seat.tell(ErrorCode.QUEUE_FULL, "Too many messages wait already. Send this one later.");
            return;
        }
        Session session = seat.session();
        if (session != null) {
            socket.send(SeedFrames.queued(session.id(), held.size(), Event.Queued.Reason.UPSTREAM_DOWN));
        }
    }

    private void caughtUp() {
        Session session = seat.session();
        if (connections.isDraining() && session != null && session.isIdle()) {
            close(CloseCode.RESTART);
        }
    }
}
