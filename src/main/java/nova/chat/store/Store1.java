package nova.chat.store;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import nova.chat.config.Config;
import nova.chat.protocol.Message;
import nova.chat.protocol.SessionId;
import org.jspecify.annotations.Nullable;

/**
 * What outlives a connection and a process: each session's owner, agent and conversation, for seven days after its last
 * message. Two tenants, memory and Redis, pass one contract test.
 *
 * <p>Every call may fail, and only with {@link StoreUnavailable}, within the store's command timeout; nothing here ever
 * throws or blocks. Called and answered on the service's event loop. Every change is one atomic step and may safely be
 * repeated: a client library resends after a reconnect.
 */
public interface Store1 {
    /** How long a session is kept after its last message: as long as the original bridge keeps its agent. */
    Duration KEPT = Duration.ofDays(7);

    /**
     * The store that the operator chose; one in Redis connects later, by itself.
     *
     * @throws IllegalArgumentException if the Redis URL is none; without its text, which may hold a password
     */
    static Store1 open(Vertx vertx, Config.Storage storage, Config.Turns turns) {
        return storage.redis()
                .<Store1>map(url -> new RedisStore1(vertx, url, turns))
                .orElseGet(() -> new MemoryStore1(turns));
    }

    /** Who owns a session and which agent serves it; both absent for one that nobody has begun. */
    record Known(@Nullable String owner, @Nullable String agentId) {}

    /**
     * Stores the user's message, before anything is asked upstream, and takes the session for {@code owner} if it has
     * none. A message whose turn was begun before is not stored twice.
     *
     * @param owner the sender's principal, null for one without a key
     */
    Future<Begun> begin(SessionId session, @Nullable String owner, Message question);

    /** What {@link #begin} answers. */
    sealed interface Begun {
        /**
         * Stored.
         *
         * @param conversation oldest first, ends with the new question; only complete messages
         */
        record Accepted(@Nullable String agentId, List<Message> conversation) implements Begun {}

        /** The session belongs to another key: nothing was stored. */
        record Forbidden() implements Begun {}
    }

    Future<Known> look(SessionId session);

    /** Remembers which agent serves the session, in the form that the original bridge reads and writes too. */
    Future<Void> keepAgent(SessionId session, String agentId);

    /**
     * Stores the answer, before its end is told. An answer whose turn is already ended is not stored twice. One to a
     * session that the store no longer knows is not stored at all: its owner is forgotten, so anybody could read it.
     * Nor is a failed one for which there is room only in the place of messages that are built upon.
     */
    Future<Void> end(SessionId session, Message answer);

    /** Succeeds when the store works, now. */
    Future<Void> probe();

    /** {@code memory} or {@code redis}: said by the log and by readiness. */
    String kind();

    Future<Void> close();
}
