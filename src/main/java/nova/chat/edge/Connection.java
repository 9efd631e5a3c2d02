package nova.chat.edge;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.util.function.Supplier;
import nova.chat.orchestrator.Call;
import nova.chat.protocol.CloseCode;
import nova.chat.protocol.Dialect;
import nova.chat.protocol.ErrorCode;
import nova.chat.protocol.SessionId;
import nova.chat.protocol.Welcome;
import nova.chat.session.Session;
import nova.chat.session.Sessions;
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

    private final Guest guest;
    private final Connections connections;
    private final Socket socket;
    private final Admission admission;
    private final Desk desk;
    private final Dialog dialog;
    private final View view;

    /** What is being done, or was last. A verdict may come in the middle of a message: what it sets free waits for that. */
    private Future<Void> last = Future.succeededFuture();

    Connection(ServerWebSocket webSocket, Guest guest, Connections connections) {
        this.guest = guest;
        this.connections = connections;
        this.socket = new Socket(webSocket, connections.limits(), this);
        this.admission = connections.admission(this, guest.caller());
        Sessions sessions = connections.sessions();
        Held held = new Held(connections.waiting());
        if (guest.dialect() == Dialect.SEED) {
            Seat seat = new Seat(sessions, admission, socket, this);
            this.desk = new Desk(this, admission, socket, seat, held);
            this.dialog = new SeedDialog(guest, admission, seat, desk);
        } else {
            Voice voice = new Voice(socket, limits(connections), connections.identities());
            Viewer viewer = new Viewer(sessions, admission, socket, voice, this);
            this.desk = new Desk(this, admission, socket, viewer, held);
            this.dialog = new V2Dialog(
                    this,
                    admission,
                    viewer,
                    desk,
                    connections.identities(),
                    connections.keys().deadline());
        }
        this.view = dialog.view();
    }

    private static Welcome.Limits limits(Connections connections) {
        return new Welcome.Limits(
                connections.limits().maxMessageBytes(),
                Store.MAX_WAITING,
                connections.limits().ping().toMillis());
    }

    void open() {
        say(Level.DEBUG).addKeyValue("address", guest.caller().address()).log("connection opened");
        alone(dialog::open);
    }

    Guest guest() {
        return guest;
    }

    void tick(long nowNanos) {
        socket.tick(nowNanos);
        if (!socket.isOver()) {
            admission.tick(nowNanos);
            dialog.tick(nowNanos);
            Session session = view.session();
            if (session != null) {
                seated(session); // a replica may have been lost since, and with it the key of what waits there
            }
        }
    }

    /** The process ends: what waits for a verdict is not run. */
    void drain() {
        desk.dropHeld(ErrorCode.DRAINING, "The service is restarting. Connect again, then send this message again.");
        leave();
    }

    /** Sends it away, at once if nothing runs here and it was told everything; else as soon as that is so. */
    void leave() {
        Session session = view.session();
        if (session == null) {
            close(CloseCode.RESTART);
        } else if (session.isIdle()) {
            view.pump(); // and then caughtUp
        }
    }

    void close(CloseCode code) {
        if (!socket.isOver()) {
            say(Level.INFO).addKeyValue("code", code.number()).log("closing connection: {}", code.reason());
            socket.close(code);
        }
    }

    // what Admission decides

    Future<Void> admitted() {
        return dialog.admitted();
    }

    /** The verdict on one who waited inside is good: what it asked is asked now, in order. */
    void released() {
        alone(() -> {
            Session session = view.session();
            if (session != null) {
                seated(session);
            }
            return desk.takeHeld();
        });
    }

    /** It is in a session now: its key may be what a message there waits for. */
    void seated(Session session) {
        session.bring(admission.principal(), this::call);
    }

    /** Whether what is said there may be shown to it. */
    boolean mayRead(Session session) {
        return session.admits(admission.principal());
    }

    /** On its behalf. */
    Call call() {
        return admission.caller().call(guest.trace());
    }

    /** The verdict is bad. */
    void dropHeld(ErrorCode code, String content) {
        desk.dropHeld(code, content);
    }

    void tell(ErrorCode code, String content) {
        view.tell(null, code, content);
    }

    void refuse(ErrorCode code, String content, CloseCode close) {
        view.tell(null, code, content);
        close(close);
    }

    // what the socket tells

    @Override
    public void message(Buffer text) {
        alone(() -> dialog.hear(text));
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
        view.pump();
    }

    @Override
    public void closed() {
        desk.close();
        view.close();
        connections.left(this);
        say(Level.DEBUG).log("connection closed");
    }

    /** A line that names the connection and, where it has one, its session: else nothing would tie the two together. */
    private LoggingEventBuilder say(Level level) {
        LoggingEventBuilder line = LOG.atLevel(level).addKeyValue("connection", guest.connection());
        SessionId session = view.id();
        return session == null ? line : line.addKeyValue("session", session);
    }

    // a message's way

    /** Does one thing after those before it, and reads nothing further until all are done. */
    void alone(Supplier<Future<Void>> task) {
        socket.hold();
        Future<Void> before = last;
        Promise<Void> mine = Promise.promise();
        last = mine.future(); // before it begins: what it asks for in its turn comes after it
        before.transform(v -> task.get())
                .otherwise(bug -> {
                    say(Level.ERROR).setCause(bug).log("a message was not dealt with, which is a bug");
                    view.tell(null, ErrorCode.INTERNAL, "Something went wrong here. You can send it again.");
                    return null;
                })
                .onComplete(v -> {
                    mine.complete();
                    if (last == mine.future()) {
                        socket.read();
                    }
                });
    }

    /** All that happened was sent. */
    void caughtUp() {
        Session session = view.session();
        if (connections.isDraining() && session != null && session.isIdle()) {
            close(CloseCode.RESTART);
        }
    }
}
