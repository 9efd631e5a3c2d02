package nova.chat.store;

import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import nova.chat.config.Config;
import nova.chat.protocol.Message;
import nova.chat.protocol.SessionId;
import org.jspecify.annotations.Nullable;

/**
 * Conversations in this process, lost with it: for a first run and for tests.
 *
 * <p>Bounded twice, by the number of sessions and by their size together; where a bound is passed, those that were not
 * used for longest are dropped, silently, as if their seven days were over. The one in use is never dropped. Not
 * thread-safe: lives on the event loop.
 */
public final class MemoryStore1 implements Store1 {
    /** Far more than one process serves in seven days; it bounds what empty sessions cost. */
    static final int MAX_SESSIONS = 100_000;

    private final Config.Turns turns;
    private final InstantSource clock;
    private final int maxSessions;
    private final long maxBytes;

    /** Least recently used first, which is also the order in which they expire. */
    private final Map<SessionId, MemorySession1> sessions = new LinkedHashMap<>();

    private long bytes;

    /** Takes up to a quarter of the heap: the rest belongs to connections and running turns. */
    public MemoryStore1(Config.Turns turns) {
        this(turns, InstantSource.system(), MAX_SESSIONS, Runtime.getRuntime().maxMemory() / 4);
    }

    MemoryStore1(Config.Turns turns, InstantSource clock, int maxSessions, long maxBytes) {
        this.turns = turns;
        this.clock = clock;
        this.maxSessions = maxSessions;
        this.maxBytes = maxBytes;
    }

    @Override
    public Future<Begun> begin(SessionId id, @Nullable String owner, Message question) {
        MemorySession1 session = find(id);
        if (session.owner != null && !session.owner.equals(owner)) {
            return Future.succeededFuture(new Begun.Forbidden());
        }
        session.owner = owner;
        session.begin(question, turns);
        use(id, session);
        return Future.succeededFuture(new Begun.Accepted(session.agentId, Conversation.upTo(question, session.kept())));
    }

    @Override
    public Future<Known> look(SessionId id) {
        MemorySession1 session = find(id);
        return Future.succeededFuture(new Known(session.owner, session.agentId));
    }

    @Override
    public Future<Void> keepAgent(SessionId id, String agentId) {
        MemorySession1 session = find(id);
        session.agentId = agentId;
        use(id, session);
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> end(SessionId id, Message answer) {
        MemorySession1 session = find(id);
        if (session.isBegun()) {
            session.end(answer, turns);
            use(id, session);
        }
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> probe() {
        return Future.succeededFuture();
    }

    @Override
    public String kind() {
        return "memory";
    }

    @Override
    public Future<Void> close() {
        sessions.clear();
        bytes = 0;
        return Future.succeededFuture();
    }

    /** The session, or a new one that is kept only once it is {@link #use}d. */
    private MemorySession1 find(SessionId id) {
        Instant now = clock.instant();
        for (var eldest = eldest(); eldest != null && !eldest.expires.isAfter(now); eldest = eldest()) {
            dropEldest();
        }
        MemorySession1 session = sessions.get(id);
        return session == null ? new MemorySession1() : session;
    }

    /** Puts the session last in the row, for seven days more, and makes room for what it has grown. */
    private void use(SessionId id, MemorySession1 session) {
        session.expires = clock.instant().plus(KEPT);
        sessions.remove(id);
        sessions.put(id, session);
        bytes += session.growth();
        while (sessions.size() > 1 && (sessions.size() > maxSessions || bytes > maxBytes)) {
            dropEldest();
        }
    }

    private @Nullable MemorySession1 eldest() {
        return sessions.isEmpty() ? null : sessions.values().iterator().next();
    }

    private void dropEldest() {
        Iterator<MemorySession1> eldestFirst = sessions.values().iterator();
        bytes -= eldestFirst.next().bytes();
        eldestFirst.remove();
    }
}
