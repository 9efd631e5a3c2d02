package nova.chat.testing;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.Callable;
import nova.chat.config.Config;
import nova.chat.config.Environment;
import nova.chat.orchestrator.Call;
import nova.chat.orchestrator.Orchestrator;
import nova.chat.orchestrator.Trace;
import nova.chat.standin.Control;
import nova.chat.standin.StandIn;
import nova.chat.store.Store;
import nova.chat.turn.Turns;

/** The service's event loop and a scripted Orchestrator, for whatever of the service a test puts on it. */
public final class Stage implements AutoCloseable {
    public static final Config CONFIG = Environment.read(java.util.Map.of());
    public static final Call CALL = new Call(null, "127.0.0.1", Trace.of(null));

    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private final StandIn upstream =
            Service.await(StandIn.start(vertx, Upstream.prompt().recording(100)));
    private final Orchestrator orchestrator =
            on(() -> new Orchestrator(vertx, CONFIG.upstream(), upstream.url(), 10, 1_000_000));

    public Vertx vertx() {
        return vertx;
    }

    public Context loop() {
        return loop;
    }

    public Control upstream() {
        return upstream.control();
    }

    /** Makes turns that ask the scripted Orchestrator. */
    public Turns turns(Config.Turns limits, Store store) {
        return new Turns(vertx, limits, store, orchestrator, call -> {});
    }

    /** What an action on the event loop answers. */
    @CanIgnoreReturnValue
    public <T> T on(Callable<T> action) {
        return await(() -> Future.succeededFuture(action.call()));
    }

    /** What an action on the event loop comes to. */
    @CanIgnoreReturnValue
    public <T> T await(Callable<Future<T>> action) {
        return Service.await(start(action));
    }

    /** Begins an action on the event loop, and does not wait for what it comes to. */
    public <T> Future<T> start(Callable<Future<T>> action) {
        Promise<T> done = Promise.promise();
        loop.runOnContext(v -> {
            try {
                action.call().onComplete(done);
            } catch (Exception | AssertionError failure) {
                done.fail(failure);
            }
        });
        return done.future();
    }

    /** Waits until something is so on the event loop. */
    public void eventually(String what, Callable<Boolean> condition) {
        Bridge.eventually(what, () -> on(condition));
    }

    @Override
    public void close() {
        Service.await(upstream.close());
        Service.await(vertx.close());
    }
}
