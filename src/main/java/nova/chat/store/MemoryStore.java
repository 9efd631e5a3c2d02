package nova.chat.store;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import nova.chat.config.Config;
import nova.chat.log.Batch;
import nova.chat.protocol.Message;
import nova.chat.protocol.OnBusy;
import nova.chat.protocol.Position;
import nova.chat.protocol.SessionId;
import nova.chat.protocol.TurnId;
import org.jspecify.annotations.Nullable;

/**
 * Sessions in this process, lost with it: for a first run and for tests. Bounded by {@link MemorySessions}. Not
 * thread-safe: lives on the event loop.
 */
public final class MemoryStore implements Store {
    /** Far more than one process serves in seven days; it bounds what empty sessions cost. */
    static final int MAX_SESSIONS = 100_000;

    private final Vertx vertx;
    private final MemorySessions sessions;
    private final Map<SessionId, Consumer<News>> ears = new HashMap<>();

    /** Takes up to a quarter of the heap: the rest belongs to connections and running turns. */
    MemoryStore(Vertx vertx, Config.Turns turns) {
        this(
                vertx,
                turns,
                InstantSource.system(),
                MAX_SESSIONS,
                Runtime.getRuntime().maxMemory() / 4);
    }

    MemoryStore(Vertx vertx, Config.Turns turns, InstantSource clock, int maxSessions, long maxBytes) {
        this.vertx = vertx;
        this.sessions = new MemorySessions(turns, clock, maxSessions, maxBytes);
    }

    @Override
    public Future<Begun> begin(SessionId session, Question question, OnBusy onBusy, String token, Position known) {
        return in(session, found -> new MemoryAsking(found).begin(question, onBusy, token, known));
    }

    @Override
    public Future<Void> retract(SessionId session, TurnId turn, String token) {
        return in(session, found -> {
            new MemoryStopping(found).retract(turn, token);
            return null;
        });
    }

    @Override
    public Future<@Nullable Lease> claim(SessionId session, String token, Claimant claimant) {
        return in(session, found -> new MemoryAsking(found).claim(token, claimant));
    }

    @Override
    public Future<Queue> queue(SessionId session) {
        return in(session, found -> new MemoryReading(found).queue());
    }

    @Override
    public Future<@Nullable Departure> depart(SessionId session, Lease lease) {
        return in(session, found -> new MemoryWriting(found, lease).depart());
    }

    @Override
    public Future<Void> keepAgent(SessionId session, String agentId) {
        return in(session, found -> {
            found.use();
            found.agentId = agentId;
            return null;
        });
    }

    @Override
    public Future<Written> append(SessionId session, Lease lease, Batch batch, Progress progress) {
        return in(session, found -> new MemoryWriting(found, lease).append(batch, progress));
    }

    @Override
    public Future<Written> end(
            SessionId session,
            Lease lease,
            Batch batch,
            Progress progress,
            @Nullable Message answer,
            @Nullable String nextToken,
            Claimant claimant) {
        return in(session, found -> new MemoryWriting(found, lease).end(batch, progress, answer, nextToken, claimant));
    }

    @Override
    public Future<Boolean> restore(SessionId session, Lease lease) {
        return in(session, found -> new MemoryWriting(found, lease).restore());
    }

    @Override
    public Future<Stopped> stop(SessionId session, @Nullable TurnId turn, @Nullable String ref) {
        return in(session, found -> new MemoryStopping(found).stop(turn, ref));
    }

    @Override
    public Future<Stopped> cancel(SessionId session, String ref) {
        return in(session, found -> new MemoryStopping(found).cancel(ref));
    }

    @Override
    public Future<Reading> read(SessionId session, @Nullable Position from, boolean messages) {
        return in(session, found -> new MemoryReading(found).read(from, messages));
    }

    @Override
    public Future<@Nullable String> agent(SessionId session) {
        return in(session, found -> found.agentId);
    }

    @Override
    public void follow(SessionId session, Consumer<News> ear) {
        ears.put(session, ear);
    }

    @Override
    public void unfollow(SessionId session) {
        ears.remove(session);
    }

    @Override
    public Future<List<SessionId>> due() {
        return Future.succeededFuture(sessions.due());
    }

    @Override
    public boolean isShared() {
        return false;
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
        ears.clear();
        return Future.succeededFuture();
    }

    private <T extends @Nullable Object> Future<T> in(SessionId id, Function<MemorySession, T> step) {
        MemorySession session = sessions.find(id);
        T answer = step.apply(session);
        sessions.settle(id, session);
        for (News news : session.takeNews()) {
            // After the caller has its answer, as from any other store.
            vertx.runOnContext(now -> tell(id, news));
        }
        return Future.succeededFuture(answer);
    }

    private void tell(SessionId id, News news) {
        Consumer<News> ear = ears.get(id);
        if (ear != null) {
            ear.accept(news);
        }
    }
}
