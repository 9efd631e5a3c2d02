package nova.chat.edge;

import io.vertx.core.Future;
import java.util.HashSet;
import java.util.Set;
import nova.chat.protocol.ClientFrame.User;
import nova.chat.protocol.ErrorCode;
import nova.chat.protocol.SessionId;
import nova.chat.session.Asked;
import nova.chat.session.Asking;
import nova.chat.session.Session;

/** Where a connection's messages are handed in: each goes to the session that it names, or is held until it may. */
final class Desk {
    /** A turn goes on when its connection moves to another session: one connection must not take all there are. */
    private static final int MAX_BUSY = 20;

    private final Connection connection;
    private final Admission admission;
    private final Socket socket;
    private final View view;
    private final Held held;
    /** Sessions in which it asked and something still runs. */
    private final Set<Session> busy = new HashSet<>();

    Desk(Connection connection, Admission admission, Socket socket, View view, Held held) {
        this.connection = connection;
        this.admission = admission;
        this.socket = socket;
        this.view = view;
        this.held = held;
    }

    /** Hands a message in; done when the client was told what became of it. */
    Future<Void> take(User message) {
        SessionId named = message.session() == null ? view.id() : message.session();
        Session here = view.session();
        if (named == null || (here != null && here.id().equals(named))) {
            return ask(message);
        }
        return view.move(named, message.ref()).compose(moved -> moved ? ask(message) : Future.succeededFuture());
    }

    /** Hands in what was held, in order. */
    Future<Void> takeHeld() {
        User message = held.poll();
        return message == null ? Future.succeededFuture() : take(message).compose(v -> takeHeld());
    }

    /** What was held is not run, and each message is told why. */
    void dropHeld(ErrorCode code, String content) {
        for (User message = held.poll(); message != null; message = held.poll()) {
            view.tell(message.ref(), code, content);
        }
    }

    /** Drops one message that is held; answers whether there was one of this name. */
    boolean dropHeld(String ref) {
        return held.remove(ref);
    }

    /** The connection is gone: there is nobody to tell. */
    void close() {
        while (held.poll() != null) {}
    }

    private Future<Void> ask(User message) {
        Session session = view.session();
        if (session == null || socket.isOver()) {
            return Future.succeededFuture();
        }
        if (admission.isProvisional()) {
            hold(new User(message.content(), session.id(), message.ref(), message.onBusy()));
            return Future.succeededFuture();
        }
        busy.removeIf(Session::isIdle);
        if (busy.size() >= MAX_BUSY && !busy.contains(session)) {
            view.tell(
                    message.ref(),
                    ErrorCode.QUEUE_FULL,
                    "You have answers running in too many sessions. Send this one later.");
            return Future.succeededFuture();
        }
        return session.ask(asking(message)).map(asked -> {
            if (!(asked instanceof Asked.Refused)) {
                busy.add(session);
            }
            view.answered(message, session, asked);
            return null;
        });
    }

    private void hold(User message) {
        if (held.add(message)) {
            view.held(message, held.size());
        } else {
            view.tell(message.ref(), ErrorCode.QUEUE_FULL, Refusals.ofMessage(ErrorCode.QUEUE_FULL));
        }
    }

    private Asking asking(User message) {
        return new Asking(message.content(), message.ref(), message.onBusy(), admission.principal(), connection.call());
    }
}
