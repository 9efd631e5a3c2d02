package nova.chat.edge;

import io.vertx.core.Future;
import java.util.List;
import java.util.Set;
import nova.chat.log.Cursor;
import nova.chat.protocol.Ack;
import nova.chat.protocol.ClientFrame.History;
import nova.chat.protocol.ClientFrame.User;
import nova.chat.protocol.CloseCode;
import nova.chat.protocol.ErrorCode;
import nova.chat.protocol.Event.Queued.Reason;
import nova.chat.protocol.Extra;
import nova.chat.protocol.Frames;
import nova.chat.protocol.Message;
import nova.chat.protocol.Position;
import nova.chat.protocol.SessionId;
import nova.chat.protocol.Welcome.Fresh;
import nova.chat.session.Asked;
import nova.chat.session.Joined;
import nova.chat.session.Session;
import nova.chat.session.Sessions;
import nova.chat.session.Snapshot;
import nova.chat.store.StoreUnavailable;
import org.jspecify.annotations.Nullable;

/** A v2 connection's place in a session: it goes on from where the client was, or from a snapshot. */
final class Viewer implements View {
    private final Sessions sessions;
    private final Admission admission;
    private final Socket socket;
    private final Voice voice;
    private final Connection connection;
    private Set<Extra> extras = Set.of();
    private @Nullable Feed feed;
    private boolean closed;

    /** One that is nowhere yet. */
    Viewer(Sessions sessions, Admission admission, Socket socket, Voice voice, Connection connection) {
        this.sessions = sessions;
        this.admission = admission;
        this.socket = socket;
        this.voice = voice;
        this.connection = connection;
    }

    /** The events that the client wants beside the answers; said once, before it has a session. */
    void wants(Set<Extra> asked) {
        extras = asked;
    }

    @Override
    public @Nullable SessionId id() {
        return feed == null ? null : feed.session().id();
    }

    @Override
    public @Nullable Session session() {
        return feed == null ? null : feed.session();
    }

    /** Its session, if it may still be there; else it is told that it may not. */
    @Nullable
    Session admitted() {
        Session here = session();
        if (here != null && !here.admits(admission.principal())) {
            shutOut(null);
            return null;
        }
        return here;
    }

    // where it is

    /** Takes a session of its own. */
    void begin() {
        begin(Fresh.NEW);
    }

    /** Goes on in a session from a position, or else from its snapshot; answers whether it is there. */
    Future<Boolean> join(SessionId wanted, @Nullable Position from, @Nullable String ref) {
        return sessions.find(wanted)
                .compose(found -> join(found, from, ref))
                .recover(failure -> unavailable(failure, ref));
    }

    @Override
    public Future<Boolean> move(SessionId wanted, @Nullable String ref) {
        return join(wanted, null, ref);
    }

    @Override
    public void close() {
        closed = true;
        leave();
    }

    private Future<Boolean> join(Sessions.Found found, @Nullable Position from, @Nullable String ref) {
        Session session = found.session();
        if (!session.admits(admission.principal())) {
            shutOut(ref);
            return Future.succeededFuture(false);
        }
        return session.join(from, this::pump).map(joined -> {
            if (closed || !session.admits(admission.principal())) {
                session.leave(joined.cursor());
                shutOut(ref);
                return false;
            }
            enter(session, found.agentId(), joined);
            return true;
        });
    }

    private Future<Boolean> unavailable(Throwable failure, @Nullable String ref) {
        if (!(failure instanceof StoreUnavailable)) {
            return Future.failedFuture(failure);
        }
        tell(ref, ErrorCode.STORE_UNAVAILABLE, Refusals.CLOSED);
        return Future.succeededFuture(false);
    }

    private void enter(Session session, @Nullable String agentId, Joined joined) {
        if (joined instanceof Joined.Reset reset) {
            Snapshot snapshot = reset.snapshot();
            Feed begun = sit(session, agentId, reset.cursor(), snapshot.at());
            begun.welcome(reset.reason());
            voice.reset(session, snapshot);
        } else {
            Feed resumed =
                    sit(session, agentId, joined.cursor(), joined.cursor().position());
            resumed.welcome(null);
        }
        pump();
    }

    private void begin(Fresh why) {
        if (closed) {
            return;
        }
        Session mine = sessions.begin();
        Cursor cursor = mine.followNew(this::pump);
        Feed begun = sit(mine, null, cursor, cursor.position());
        begun.welcome(why);
        if (why != Fresh.NEW) {
            voice.resetToNothing(mine, cursor.position());
        }
        pump();
    }

    private Feed sit(Session session, @Nullable String agentId, Cursor cursor, Position at) {
        Feed before = feed;
        leave();
        Feed begun = new Feed(connection, socket, voice, session, agentId, cursor, at, extras);
        if (before != null) {
            begun.repeats(before);
        }
        feed = begun;
        connection.seated(session);
        return begun;
    }

    private void leave() {
        Feed left = feed;
        feed = null;
        if (left != null) {
            left.leave();
        }
    }

    /**
     * The session is somebody else's: nobody is left without one, the connection goes on in its own. Only for one whose
     * key nobody can check the session may yet turn out to be its own: it stays where it is, or is to come again.
     */
    private void shutOut(@Nullable String ref) {
        Session here = session();
        if (!admission.isProvisional()) {
            tell(ref, ErrorCode.FORBIDDEN_SESSION, Refusals.FORBIDDEN);
            begin(Fresh.FORBIDDEN_SESSION);
        } else {
            tell(ref, ErrorCode.AUTH_UNAVAILABLE, Refusals.SHUT);
            if (here != null && !here.admits(null)) {
                connection.close(CloseCode.OVERLOADED);
            }
        }
    }

    // what it is told

    @Override
    public void pump() {
        Feed now = feed;
        if (now != null && admitted() != null) {
            now.pump();
        }
    }

    void tick(long nowNanos) {
        if (feed != null) {
            voice.ping(feed, nowNanos);
        }
    }

    @Override
    public void answered(User message, Session session, Asked asked) {
        if (!(asked instanceof Asked.Refused refused)) {
            asked.match(new Acks(message.ref())).ifPresent(ack -> voice.acknowledge(session, ack));
        } else if (refused.code() == ErrorCode.FORBIDDEN_SESSION && session == session()) {
            shutOut(message.ref());
        } else {
            tell(message.ref(), refused.code(), Refusals.ofMessage(refused.code()));
        }
    }

    void acknowledge(Session session, Ack ack) {
        voice.acknowledge(session, ack);
    }

    @Override
    public void held(User message, int position) {
        Session here = session();
        if (here != null) {
            voice.send(Frames.queued(here.id(), message.ref(), position, Reason.UPSTREAM_DOWN));
        }
    }

    @Override
    public void tell(@Nullable String ref, ErrorCode code, String content) {
        voice.error(id(), ref, code, content);
    }

    void page(List<Message> conversation, History asked) {
        if (admitted() != null && feed != null) { // whose it is may have been learned with the conversation
            voice.page(feed, conversation, asked);
        }
    }

    void pong(@Nullable String id) {
        if (feed != null) {
            voice.pong(feed, id);
        }
    }
}
