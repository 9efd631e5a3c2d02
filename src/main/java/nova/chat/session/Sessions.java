package nova.chat.session;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Timer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.crypto.SecretKey;
import nova.chat.log.Log;
import nova.chat.log.TextBudget;
import nova.chat.protocol.SessionId;
import nova.chat.store.Store;
import nova.chat.turn.Turns;
import org.jspecify.annotations.Nullable;

/** All sessions that are alive in this process: found, made, kept up to date, and ended with it. */
public final class Sessions {
    /** How often each is looked at. */
    private static final long TICK_MS = 1_000;
    /** How often, about, the store is asked for turns whose replica was lost: a third of a lease. */
    private static final long SCAN_MS = 3_000;

    private final Context loop;
    private final Turns turns;
    private final Store store;
    private final Budget budget;
    private final Seal seal;
    private final TextBudget texts;
    private final Map<SessionId, Session> alive = new HashMap<>();
    private final long tick;
    /** Set when the process ends; completed when the last turn has. */
    private @Nullable Promise<Void> drained;

    private boolean closed;

    /**
     * None yet.
     *
     * @param secret what keys of waiting messages are sealed with; empty: they stay in memory
     */
    public Sessions(Context loop, Turns turns, Budget budget, Optional<SecretKey> secret) {
        this(loop, turns, budget, TextBudget.ofThisProcess(), secret);
    }

    /**
     * The same.
     *
     * @param texts what the text of all logs is taken from
     */
    Sessions(Context loop, Turns turns, Budget budget, TextBudget texts, Optional<SecretKey> secret) {
        this.loop = loop;
        this.texts = texts;
        this.turns = turns;
        this.store = turns.store();
        this.budget = budget;
        this.seal = new Seal(secret);
        this.tick = turns.vertx().setPeriodic(TICK_MS, id -> tick());
        scanLater();
    }

    /** A session as somebody finds it: its agent is known once it had a turn. */
    public record Found(Session session, @Nullable String agentId) {}

    /** A new session, with an id that nobody knows. The store hears of it with its first message. */
    public Session begin() {
        return open(SessionId.mint());
    }

    /**
     * The session of this name, whose owner and log are known: ask it whether it {@link Session#admits} you. A name that
     * nobody has begun is as good as a new one. Fails as the store does, but for a session that has a turn here: whoever
     * comes back to it sees its answer, whatever the store does.
     */
    public Future<Found> find(SessionId id) {
        Session session = open(id);
        session.hold();
        Future<@Nullable String> agent = store.agent(id);
        return session.refresh()
                .compose(read -> agent)
                .map(known -> new Found(session, known))
                .recover(failure -> session.isIdle()
                        ? Future.failedFuture(failure)
                        : Future.succeededFuture(new Found(session, null)))
                .onComplete(found -> loop.runOnContext(v -> {
                    session.letGo();
                    idle(id);
                }));
    }

    /** One that nobody has followed or asked by the next event-loop turn is forgotten again. */
    private Session open(SessionId id) {
        Session known = alive.get(id);
        if (known != null) {
            return known;
        }
        Function<Log.Observer, Log> logs = observer -> new Log(
                task -> loop.runOnContext(v -> task.run()), 2L * turns.limits().maxBytes(), texts, observer);
        Session session = new Session(id, turns, logs, budget, seal, () -> idle(id));
        alive.put(id, session);
        store.follow(id, session::hear);
        if (drained != null) {
            session.drain();
        }
        loop.runOnContext(v -> idle(id));
        return session;
    }

    private void idle(SessionId id) {
        Session session = alive.get(id);
        if (session != null && !session.isNeeded()) {
            alive.remove(id);
            store.unfollow(id);
            session.forget();
        }
        completeIfDrained();
    }

    // what other replicas leave behind

    private void tick() {
        long now = System.nanoTime();
        snapshot().forEach(session -> session.tick(now));
    }

    private void scanLater() {
        long half = SCAN_MS / 2;
        turns.vertx().setTimer(half + ThreadLocalRandom.current().nextLong(SCAN_MS), id -> scan());
    }

    private void scan() {
        if (closed || drained != null) {
            return;
        }
        store.due().onComplete(due -> {
            if (due.succeeded()) {
                due.result().forEach(id -> open(id).visit());
            }
            scanLater();
        });
    }

    // the process ends

    /**
     * Ends all turns: new messages are refused at once, running turns have {@code limit}, and are then interrupted.
     * Succeeds when the last has its end.
     */
    public Future<Void> drain(Duration limit) {
        Promise<Void> done = Promise.promise();
        drained = done;
        snapshot().forEach(Session::drain);
        completeIfDrained();
        long ms = Math.max(1, limit.toMillis());
        Timer limitReached = turns.vertx().timer(ms, TimeUnit.MILLISECONDS);
        limitReached.onSuccess(v -> snapshot().forEach(Session::interrupt));
        return done.future().onComplete(v -> {
            limitReached.cancel();
            closed = true;
            turns.vertx().cancelTimer(tick);
        });
    }

    private void completeIfDrained() {
        if (drained != null && alive.values().stream().allMatch(Session::isIdle)) {
            drained.tryComplete();
        }
    }

    private List<Session> snapshot() {
        return List.copyOf(alive.values());
    }
}
