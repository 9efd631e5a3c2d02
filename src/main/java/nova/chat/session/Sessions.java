package nova.chat.session;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Timer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import nova.chat.log.Log;
import nova.chat.log.TextBudget;
import nova.chat.protocol.SessionId;
import nova.chat.turn.Turns;
import org.jspecify.annotations.Nullable;

/** All sessions that are alive in this process: found, made, and ended with it. */
public final class Sessions {
    private final Context loop;
    private final Turns turns;
    private final Budget budget;
    private final TextBudget texts = TextBudget.ofThisProcess();
    private final Map<SessionId, Session> alive = new HashMap<>();
    /** Set when the process ends; completed when the last turn has. */
    private @Nullable Promise<Void> drained;

    public Sessions(Context loop, Turns turns, Budget budget) {
        this.loop = loop;
        this.turns = turns;
        this.budget = budget;
    }

    /** A session as somebody finds it: its agent is known once it had a turn. */
    public record Found(Session session, @Nullable String agentId) {}

    /** A new session, with an id that nobody knows. The store hears of it with its first message. */
    public Session begin() {
        return open(SessionId.mint());
    }

    /**
     * The session of this name, whose owner is known: ask it whether it {@link Session#admits} you. A name that nobody
     * has begun is as good as a new one. Fails as the store does, but for a session that has a turn here: whoever comes
     * back to it sees its answer, whatever the store does.
     */
    public Future<Found> find(SessionId id) {
        return turns.store()
                .look(id)
                .map(known -> {
                    Session session = open(id);
                    session.ownedBy(known.owner());
                    return new Found(session, known.agentId());
                })
                .recover(failure -> {
                    Session here = alive.get(id);
                    return here == null || here.isIdle()
                            ? Future.failedFuture(failure)
                            : Future.succeededFuture(new Found(here, null));
                });
    }

    /** One that nobody has followed or asked by the next event-loop turn is forgotten again. */
    private Session open(SessionId id) {
        return alive.computeIfAbsent(id, name -> {
            Log log = new Log(
                    task -> loop.runOnContext(v -> task.run()),
                    2L * turns.limits().maxBytes(),
                    texts);
            Session session = new Session(name, turns, log, budget, this::idle);
            if (drained != null) {
                session.drain();
            }
            loop.runOnContext(v -> idle(session));
            return session;
        });
    }

    private void idle(Session session) {
        if (session.isIdle() && !session.isFollowed()) {
            alive.remove(session.id(), session);
        }
        completeIfDrained();
    }

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
        return done.future().onComplete(v -> limitReached.cancel());
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
