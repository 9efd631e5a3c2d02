package nova.chat.turn;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import nova.chat.log.Batch;
import nova.chat.protocol.Message;
import nova.chat.protocol.SessionId;
import nova.chat.store.Around;
import nova.chat.store.Claimant;
import nova.chat.store.Lease;
import nova.chat.store.Store;
import nova.chat.store.StoreUnavailable;
import nova.chat.store.Written;
import org.jspecify.annotations.Nullable;

/** A store whose calls can be failed, held, answered otherwise and counted. To be used on the event loop only. */
final class Faulty extends Around {
    /** All that was written, in order. */
    record Write(String what, Batch batch, Progress progress) {}

    private final Vertx vertx;
    private final Map<String, Deque<Future<?>>> instead = new HashMap<>();
    private final Set<String> failing = new HashSet<>();
    private final Set<String> throwing = new HashSet<>();
    private final Map<String, Promise<Void>> held = new HashMap<>();
    private final Map<String, Integer> counts = new HashMap<>();
    private final List<Write> writes = new ArrayList<>();
    private long latencyMs;
    private int writing;
    private int mostWriting;

    Faulty(Vertx vertx, Store store) {
        super(store);
        this.vertx = vertx;
    }

    /** From now on such calls fail. */
    void fail(String... calls) {
        failing.addAll(List.of(calls));
    }

    void mend() {
        failing.clear();
    }

    /** From now on such calls throw, which no store does. */
    void breakDown(String call) {
        throwing.add(call);
    }

    /** From now on such calls wait, until {@link #letGo}; then they are made. */
    void hold(String call) {
        held.put(call, Promise.promise());
    }

    void letGo(String call) {
        Promise<Void> gate = held.remove(call);
        if (gate != null) {
            gate.complete();
        }
    }

    /** The next such call is answered so, and not made. */
    void answer(String call, Written answer) {
        instead.computeIfAbsent(call, none -> new ArrayDeque<>()).add(Future.succeededFuture(answer));
    }

    /** Every call takes so long from now on. */
    void slow(long ms) {
        latencyMs = ms;
    }

    int count(String call) {
        return counts.getOrDefault(call, 0);
    }

    int mostWriting() {
        return mostWriting;
    }

    List<Write> writes() {
        return List.copyOf(writes);
    }

    @Override
    public Future<Written> append(SessionId session, Lease lease, Batch batch, Progress progress) {
        return write(new Write("append", batch, progress), () -> super.append(session, lease, batch, progress));
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
        return write(
                new Write("end", batch, progress),
                () -> super.end(session, lease, batch, progress, answer, nextToken, claimant));
    }

    private Future<Written> write(Write write, Supplier<Future<Written>> question) {
        writes.add(write);
        writing++;
        mostWriting = Math.max(mostWriting, writing);
        return question.get().onComplete(done -> writing--);
    }

    @Override
    protected <T extends @Nullable Object> Future<T> ask(String what, Supplier<Future<T>> question) {
        counts.merge(what, 1, Integer::sum);
        if (throwing.contains(what)) {
            throw new IllegalStateException("on purpose");
        }
        Promise<Void> gate = held.get(what);
        Future<?> before = gate != null
                ? gate.future()
                : latencyMs > 0
                        ? vertx.timer(latencyMs, java.util.concurrent.TimeUnit.MILLISECONDS)
                        : Future.succeededFuture();
        return before.compose(v -> now(what, question));
    }

    @SuppressWarnings("unchecked")
    private <T extends @Nullable Object> Future<T> now(String what, Supplier<Future<T>> question) {
        if (failing.contains(what)) {
            return Future.failedFuture(new StoreUnavailable("on purpose"));
        }
        Deque<Future<?>> answers = instead.get(what);
        return answers == null || answers.isEmpty() ? question.get() : (Future<T>) answers.remove();
    }
}
