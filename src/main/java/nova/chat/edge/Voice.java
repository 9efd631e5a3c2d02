package nova.chat.edge;

import java.util.List;
import nova.chat.protocol.Ack;
import nova.chat.protocol.ErrorCode;
import nova.chat.protocol.Frames;
import nova.chat.protocol.Page;
import nova.chat.protocol.Position;
import nova.chat.protocol.SessionId;
import nova.chat.protocol.Welcome;
import nova.chat.protocol.Welcome.Fresh;
import nova.chat.session.Session;
import org.jspecify.annotations.Nullable;

/** What a v2 client is told besides the log's events. */
final class Voice {
    private static final String WELCOME = "Connected.";
    private static final String ANEW = "The conversation as it stands follows.";

    private final Socket socket;
    private final Welcome.Limits limits;
    private long sentNanos = System.nanoTime();

    Voice(Socket socket, Welcome.Limits limits) {
        this.socket = socket;
        this.limits = limits;
    }

    /**
     * It is in a session.
     *
     * @param why it begins anew there; null where it goes on
     */
    void welcome(Session session, @Nullable String agentId, @Nullable Fresh why) {
        String content = why == null || why == Fresh.NEW ? WELCOME : ANEW;
        Welcome welcome = new Welcome(content, agentId, session.top(), why, session.live(), limits);
        send(Frames.system(session.id(), welcome));
    }

    /** It is to forget what it had of the session, for this. */
    void reset(Session session, Page page, Position at) {
        send(Frames.history(session.id(), page, at, true));
    }

    /** As {@link #reset}, where there is nothing in its place. */
    void empty(Session session, Position at) {
        reset(session, new Page(List.of(), false, null), at);
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
