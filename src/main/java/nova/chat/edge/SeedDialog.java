package nova.chat.edge;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import nova.chat.protocol.ClientFrame;
import nova.chat.protocol.ClientFrames;
import nova.chat.protocol.Dialect;
import nova.chat.protocol.ErrorCode;
import nova.chat.protocol.SessionId;

/** As the original speaks: the server begins, and says in which session. */
final class SeedDialog implements Dialog {
    private final Guest guest;
    private final Admission admission;
    private final Seat seat;
    private final Desk desk;

    SeedDialog(Guest guest, Admission admission, Seat seat, Desk desk) {
        this.guest = guest;
        this.admission = admission;
        this.seat = seat;
        this.desk = desk;
    }

    @Override
    public Future<Void> open() {
        return admission.begin();
    }

    @Override
    public Future<Void> admitted() {
        if (guest.session() == null) {
            seat.takeNew();
            return Future.succeededFuture();
        }
        Optional<SessionId> wanted = SessionId.parse(guest.session());
        if (wanted.isPresent()) {
            return seat.resume(wanted.get());
        }
        seat.tell(
                null, ErrorCode.INVALID_SESSION_ID, "This session_id is not well formed. You go on in a new session.");
        seat.takeNew();
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> hear(Buffer message) {
        ClientFrame frame = ClientFrames.read(message, Dialect.SEED);
        if (frame instanceof ClientFrame.Auth auth) {
            return admission.bring(auth.token());
        }
        if (admission.needsKey()) {
            admission.refuse("A key is needed before anything else.");
        } else if (frame instanceof ClientFrame.User user) {
            return desk.take(user);
        } else if (frame instanceof ClientFrame.Malformed malformed) {
            seat.tell(null, malformed.code(), malformed.content());
        }
        return Future.succeededFuture();
    }

    @Override
    public void tick(long nowNanos) {}

    @Override
    public View view() {
        return seat;
    }
}
