package nova.chat.edge;

import io.vertx.core.Future;
import nova.chat.protocol.ClientFrame.User;
import nova.chat.protocol.ErrorCode;
import nova.chat.protocol.SessionId;
import nova.chat.session.Asked;
import nova.chat.session.Session;
import org.jspecify.annotations.Nullable;

/** A connection's place in a session, and what its client is told there, in the client's dialect. */
interface View {
    /** Text in one frame at most, unless a single piece is larger: what a slow reader gets at a time. */
    int MAX_TEXT_BYTES = 32 * 1024;

    /** The name that the client knows; null before it was given one. */
    @Nullable
    SessionId id();

    @Nullable
    Session session();

    /**
     * Moves to the session that a message names; answers whether it is there. If not, the client was told why.
     *
     * @param ref the message's name
     */
    Future<Boolean> move(SessionId wanted, @Nullable String ref);

    /** A message that was handed in has its answer. */
    void answered(User message, Session session, Asked asked);

    /** A message waits until its sender's key can be checked. */
    void held(User message, int position);

    /**
     * An error that ends no turn.
     *
     * @param ref the name of the message that it is about; null for none
     */
    void tell(@Nullable String ref, ErrorCode code, String content);

    /** Sends what has happened and was not sent, as long as the socket takes it. */
    void pump();

    /** Leaves for good: the connection is gone, whatever was still asked for it. */
    void close();
}
