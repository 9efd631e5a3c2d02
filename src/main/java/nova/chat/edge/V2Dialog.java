package nova.chat.edge;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import nova.chat.protocol.Ack;
import nova.chat.protocol.ClientFrame;
import nova.chat.protocol.ClientFrames;
import nova.chat.protocol.CloseCode;
import nova.chat.protocol.Dialect;
import nova.chat.protocol.ErrorCode;
import nova.chat.protocol.SessionId;
import nova.chat.protocol.TurnId;
import nova.chat.session.Session;
import nova.chat.store.StoreUnavailable;
import org.jspecify.annotations.Nullable;

/** Version two: the client begins, with {@code hello}. */
final class V2Dialog implements Dialog, ClientFrame.Cases<Future<Void>> {
    private static final Future<Void> DONE = Future.succeededFuture();

    private final Connection connection;
    private final Admission admission;
    private final Viewer viewer;
    private final Desk desk;
    private final Identities identities;
    private final Duration deadline;
    private final Strikes strikes = new Strikes();
    private final long sinceNanos = System.nanoTime();
    private ClientFrame.@Nullable Hello hello;
    /** There is a name to greet with, or no use in waiting for one. */
    private Future<Void> introduced = DONE;

    V2Dialog(
            Connection connection,
            Admission admission,
            Viewer viewer,
            Desk desk,
            Identities identities,
            Duration deadline) {
        this.connection = connection;
        this.admission = admission;
        this.viewer = viewer;
        this.desk = desk;
        this.identities = identities;
        this.deadline = deadline;
    }

    /** Says nothing, and asks nobody about its key before it is known who it is. */
    @Override
    public Future<Void> open() {
        return DONE;
    }

    @Override
    public Future<Void> hear(Buffer message) {
        ClientFrame frame = ClientFrames.read(message, Dialect.V2);
        boolean auth = frame instanceof ClientFrame.Auth;
        if (hello == null && !auth && !(frame instanceof ClientFrame.Hello)) {
            String why = frame instanceof ClientFrame.Malformed malformed ? malformed.content() : "It is another.";
            connection.refuse(ErrorCode.BAD_FRAME, "The first frame must be a hello. " + why, CloseCode.MISUSE);
            return DONE;
        }
        if (admission.needsKey() && !auth) {
            admission.refuse("A key is needed before anything else.");
            return DONE;
        }
        return frame.match(this);
    }

    @Override
    public Future<Void> admitted() {
        return introduced.compose(v -> enter());
    }

    private Future<Void> enter() {
        ClientFrame.Hello said = hello;
        SessionId wanted = said == null ? null : said.session();
        if (said == null || wanted == null) {
            viewer.begin();
            return DONE;
        }
        return viewer.join(wanted, said.from(), null).map(joined -> {
            if (viewer.session() == null) {
                // Another session in its place would make it forget this one, for as long as an outage may last.
                connection.close(CloseCode.OVERLOADED);
            }
            return null;
        });
    }

    @Override
    public void tick(long nowNanos) {
        if (hello == null && nowNanos - sinceNanos > deadline.toNanos()) {
            // Not as misuse: a page that the browser froze in that moment should come back.
            connection.close(CloseCode.NO_PONG);
        } else {
            viewer.tick(nowNanos);
        }
    }

    @Override
    public View view() {
        return viewer;
    }

    // what it may say

    @Override
    public Future<Void> hello(ClientFrame.Hello frame) {
        if (hello != null) {
            return malformed(new ClientFrame.Malformed(
                    ErrorCode.BAD_FRAME, "There was a hello already. To go elsewhere, send resume."));
        }
        hello = frame;
        introduced = identities.refresh(); // while the key is looked at
        viewer.wants(frame.extras());
        if (frame.token() != null) {
            admission.offer(frame.token());
        }
        return admission.begin();
    }

    @Override
    public Future<Void> auth(ClientFrame.Auth auth) {
        if (hello == null) {
            admission.offer(auth.token());
            return DONE;
        }
        return admission.bring(auth.token());
    }

    @Override
    public Future<Void> user(ClientFrame.User message) {
        return desk.take(message);
    }

    @Override
    public Future<Void> stop(ClientFrame.Stop stop) {
        Session here = viewer.admitted();
        if (here == null || isHeld(stop.ref(), here)) {
            return DONE;
        }
        return stopped(here.stop(stop.turn(), stop.ref()), here, stop.ref());
    }

    @Override
    public Future<Void> cancel(ClientFrame.Cancel cancel) {
        Session here = viewer.admitted();
        if (here == null || isHeld(cancel.ref(), here)) {
            return DONE;
        }
        return stopped(here.cancel(cancel.ref()), here, cancel.ref());
    }

    @Override
    public Future<Void> resume(ClientFrame.Resume resume) {
        return viewer.join(resume.session(), resume.from(), null).mapEmpty();
    }

    @Override
    public Future<Void> history(ClientFrame.History history) {
        Session here = viewer.admitted();
        if (here == null) {
            return DONE;
        }
        return here.history()
                .<Void>map(conversation -> {
                    viewer.page(conversation, history);
                    return null;
                })
                .recover(failure -> unavailable(failure, null, "The conversation cannot be read at the moment."));
    }

    @Override
    public Future<Void> ping(ClientFrame.Ping ping) {
        viewer.pong(ping.id());
        return DONE;
    }

    /** An unknown type is no strike: it may be of a version to come. */
    @Override
    public Future<Void> malformed(ClientFrame.Malformed malformed) {
        if (malformed.code() != ErrorCode.UNSUPPORTED_TYPE && strikes.count()) {
            connection.refuse(malformed.code(), malformed.content(), CloseCode.MISUSE);
        } else {
            viewer.tell(malformed.ref(), malformed.code(), malformed.content());
        }
        return DONE;
    }

    /** One that waits for a verdict has no turn yet, and will have none. */
    private boolean isHeld(@Nullable String ref, Session here) {
        boolean dropped = ref != null && desk.dropHeld(ref);
        if (dropped) {
            viewer.acknowledge(here, new Ack(Ack.State.ACCEPTED, ref, null, 0));
        }
        return dropped;
    }

    private Future<Void> stopped(Future<@Nullable TurnId> stopping, Session here, @Nullable String ref) {
        return stopping.<Void>map(turn -> {
                    Ack.State state = turn == null ? Ack.State.IDLE : Ack.State.ACCEPTED;
                    viewer.acknowledge(here, new Ack(state, ref, turn, 0));
                    return null;
                })
                .recover(failure -> unavailable(failure, ref, "The stop could not be stored. Send it again."));
    }

    private Future<Void> unavailable(Throwable failure, @Nullable String ref, String content) {
        if (!(failure instanceof StoreUnavailable)) {
            return Future.failedFuture(failure);
        }
        viewer.tell(ref, ErrorCode.STORE_UNAVAILABLE, content);
        return DONE;
    }
}
