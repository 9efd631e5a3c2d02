package nova.chat.store;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import nova.chat.config.Config;
import nova.chat.log.Batch;
import nova.chat.protocol.Message;
import nova.chat.protocol.OnBusy;
import nova.chat.protocol.Position;
import nova.chat.protocol.SessionId;
import nova.chat.protocol.TurnId;
import org.jspecify.annotations.Nullable;

/** A store around another: every question to it goes through one place, where it can be held, counted or failed. */
public abstract class Around implements Store {
    private Store store;

    protected Around(Store store) {
        this.store = store;
    }

    /** One in memory, as large as it likes to be. */
    public static Store memory(Vertx vertx, Config.Turns turns, InstantSource clock) {
        return new MemoryStore(vertx, turns, clock, 1_000, Long.MAX_VALUE);
    }

    /** What is asked, by the name of the method. */
    protected abstract <T extends @Nullable Object> Future<T> ask(String what, Supplier<Future<T>> question);

    /** From now on another store answers: this one is lost. */
    public final void replace(Store other) {
        store = other;
    }

    /** The store itself, to which nothing happens. */
    public final Store inner() {
        return store;
    }

    @Override
    public Future<Begun> begin(SessionId session, Question question, OnBusy onBusy, String token, Position known) {
        return ask("begin", () -> store.begin(session, question, onBusy, token, known));
    }

    @Override
    public Future<Void> retract(SessionId session, TurnId turn, String token) {
        return ask("retract", () -> store.retract(session, turn, token));
    }

    @Override
    public Future<@Nullable Lease> claim(SessionId session, String token, Claimant claimant) {
        return ask("claim", () -> store.claim(session, token, claimant));
    }

    @Override
    public Future<Queue> queue(SessionId session) {
        return ask("queue", () -> store.queue(session));
    }

    @Override
    public Future<@Nullable Departure> depart(SessionId session, Lease lease) {
        return ask("depart", () -> store.depart(session, lease));
    }

    @Override
    public Future<Void> keepAgent(SessionId session, String agentId) {
        return ask("keepAgent", () -> store.keepAgent(session, agentId));
    }

    @Override
    public Future<Written> append(SessionId session, Lease lease, Batch batch, Progress progress) {
        return ask("append", () -> store.append(session, lease, batch, progress));
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
        return ask("end", () -> store.end(session, lease, batch, progress, answer, nextToken, claimant));
    }

    @Override
    public Future<Boolean> restore(SessionId session, Lease lease) {
        return ask("restore", () -> store.restore(session, lease));
    }

    @Override
    public Future<Stopped> stop(SessionId session, @Nullable TurnId turn, @Nullable String ref) {
        return ask("stop", () -> store.stop(session, turn, ref));
    }

    @Override
    public Future<Stopped> cancel(SessionId session, String ref) {
        return ask("cancel", () -> store.cancel(session, ref));
    }

    @Override
    public Future<Reading> read(SessionId session, @Nullable Position from, boolean messages) {
        return ask("read", () -> store.read(session, from, messages));
    }

    @Override
    public Future<@Nullable String> agent(SessionId session) {
        return ask("agent", () -> store.agent(session));
    }

    @Override
    public void follow(SessionId session, Consumer<News> ear) {
        store.follow(session, ear);
    }

    @Override
    public void unfollow(SessionId session) {
        store.unfollow(session);
    }

    @Override
    public Future<List<SessionId>> due() {
        return ask("due", () -> store.due());
    }

    @Override
    public boolean isShared() {
        return store.isShared();
    }

    @Override
    public Future<Void> probe() {
        return ask("probe", () -> store.probe());
    }

    @Override
    public String kind() {
        return store.kind();
    }

    @Override
    public Future<Void> close() {
        return store.close();
    }
}
