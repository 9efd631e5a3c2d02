package nova.chat.edge;

import java.util.List;
import nova.chat.protocol.Ack;
import nova.chat.protocol.ClientFrame.History;
import nova.chat.protocol.ErrorCode;
import nova.chat.protocol.Frames;
import nova.chat.protocol.Message;
import nova.chat.protocol.Page;
import nova.chat.protocol.Position;
import nova.chat.protocol.SessionId;
import nova.chat.protocol.TurnId;
import nova.chat.protocol.Welcome;
import nova.chat.protocol.Welcome.Fresh;
import nova.chat.session.Session;
import nova.chat.session.Snapshot;
import org.jspecify.annotations.Nullable;

/** What a v2 client is told besides the log's events. */
final class Voice {
    private static final String WELCOME = "Connected.";
    private static final String ANEW = "The conversation as it stands follows.";

    private final Socket socket;
    private final Welcome.Limits limits;
    private final Identities identities;
    private long sentNanos = System.nanoTime();

    Voice(Socket socket, Welcome.Limits limits, Identities identities) {
        this.socket = socket;
        this.limits = limits;
        this.identities = identities;
    }

    /**
     * It is in a session.
     *
     * @param why it begins anew there; null where it goes on
     */
    void welcome(Session session, @Nullable String agentId, @Nullable Fresh why) {
        String content = why == null || why == Fresh.NEW ? WELCOME : ANEW;
        Welcome welcome =
                new Welcome(content, agentId, session.top(), why, session.live(), limits, identities.latest());
        send(Frames.system(session.id(), welcome));
    }

    /** It is to forget what it had of the session, for this. */
    void reset(Session session, Snapshot snapshot) {
        TurnId turn = snapshot.turn();
        Page.Partial partial = turn == null ? null : new Page.Partial(turn, snapshot.partial());
        Page page = Page.newest(snapshot.messages(), History.MAX_LIMIT, partial);
        send(Frames.history(session.id(), page, snapshot.at(), true));
    }

    /** It is to forget what it had of another session, for one in which nothing has happened. */
    void resetToNothing(Session session, Position at) {
        send(Frames.history(session.id(), new Page(List.of(), false, null), at, true));
    }

    void acknowledge(Session session, Ack ack) {
        send(Frames.ack(session.id(), ack, session.top().seq()));
    }

    void error(@Nullable SessionId session, @Nullable String ref, ErrorCode code, String content) {
        send(Frames.error(session, ref, code, content));
    }

    void pong(Feed feed, @Nullable String id) {
        send(Frames.pong(feed.session().id(), id, feed.current(), feed.session().live()));
    }

    /** A page of the conversation. Its position is what the client has anyway: it moves nobody. */
    void page(Feed feed, List<Message> conversation, History asked) {
        TurnId before = asked.before();
        Page page = before == null
                ? Page.newest(conversation, asked.limit(), null)
                : Page.before(before, conversation, asked.limit());
        send(Frames.history(feed.session().id(), page, feed.sent(), false));
    }

    /** A sign of life where there was no other: browsers do not show a page the WebSocket's own pings. */
    void ping(Feed feed, long nowNanos) {
        if (!socket.isFull() && nowNanos - sentNanos > limits.pingMs() * 1_000_000) {
            send(Frames.ping(feed.session().id(), feed.current()));
        }
    }

    void send(String frame) {
        sentNanos = System.nanoTime();
        socket.send(frame);
    }
}
