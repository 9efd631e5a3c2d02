package nova.chat.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import nova.chat.config.Config;
import org.jspecify.annotations.Nullable;

/** Calls an {@link Orchestrator} as the service does: on one event loop. */
final class Caller implements AutoCloseable {
    static final Call CALL = new Call("sk-nova-1", "192.0.2.7", Trace.of(null));
    static final List<ChatMessage> HELLO = List.of(new ChatMessage("user", "hello"));
    static final int MAX_EVENT_BYTES = 16 * 1024 * 1024;

    /** A turn upstream, and what is heard of it. */
    record Turn(UpstreamStream stream, List<UpstreamEvent> heard) {
        @CanIgnoreReturnValue
        UpstreamFailure failure() {
            return failureOf(stream.ended());
        }

        Throwable cause() {
            return catchThrowable(() -> await(stream.ended()));
        }

        void succeeds() {
            await(stream.ended());
        }

        /** The answer so far, decoded. */
        String text() {
            return new JsonObject("{\"x\":\"" + literal() + "\"}").getString("x");
        }

        String literal() {
            StringBuilder literal = new StringBuilder();
            for (UpstreamEvent event : heard) {
                if (event instanceof UpstreamEvent.Text text) {
                    literal.append(text.literal());
                }
            }
            return literal.toString();
        }
    }

    final Orchestrator orchestrator;
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final Context loop = vertx.getOrCreateContext();

    Caller(URI url) {
        this(url, config(Duration.ofSeconds(20), Duration.ofSeconds(20)));
    }

    Caller(URI url, Config.Upstream config) {
        this(url, config, MAX_EVENT_BYTES);
    }

    Caller(URI url, Config.Upstream config, int maxEventBytes) {
        orchestrator = on(() -> Future.succeededFuture(new Orchestrator(vertx, config, url, 4, maxEventBytes)));
    }

    static Config.Upstream config(Duration header, Duration stall) {
        return new Config.Upstream(Optional.empty(), "Nova", "auto", Duration.ofSeconds(5), header, stall);
    }

    @CanIgnoreReturnValue
    <T> T get(Function<Orchestrator, Future<T>> call) {
        return on(() -> call.apply(orchestrator));
    }

    @CanIgnoreReturnValue
    UpstreamFailure fail(Function<Orchestrator, ? extends Future<?>> call) {
        Promise<Object> promise = Promise.promise();
        loop.runOnContext(go -> call.apply(orchestrator).<Object>map(x -> x).onComplete(promise));
        return failureOf(promise.future());
    }

    Turn turn() {
        return turn(event -> {});
    }

    Turn turn(Consumer<UpstreamEvent> listener) {
        return turn(CALL, HELLO, listener);
    }

    Turn turn(Call call, List<ChatMessage> conversation, Consumer<UpstreamEvent> listener) {
        List<UpstreamEvent> heard = new CopyOnWriteArrayList<>();
        return on(() -> Future.succeededFuture(new Turn(
                orchestrator.stream(call, "agent-1", conversation, "session-1", event -> {
                    heard.add(event);
                    listener.accept(event);
                }),
                heard)));
    }

    /** A turn whose listener knows it. */
    Turn turn(Consumer<UpstreamEvent> listener, CompletableFuture<Turn> self) {
        List<UpstreamEvent> heard = new CopyOnWriteArrayList<>();
        return on(() -> {
            Turn turn = new Turn(
                    orchestrator.stream(CALL, "agent-1", HELLO, "session-1", event -> {
                        heard.add(event);
                        listener.accept(event);
                    }),
                    heard);
            self.complete(turn);
            return Future.succeededFuture(turn);
        });
    }

    /** A turn of which only the text is kept: the list of events would cost more than the turn. */
    UpstreamStream text(StringBuilder text) {
        return on(() -> Future.succeededFuture(orchestrator.stream(CALL, "agent-1", HELLO, "session-1", event -> {
            text.append(((UpstreamEvent.Text) event).literal());
        })));
    }

    /** Cancels on the loop, and answers whether the turn had ended before the call returned. */
    @CanIgnoreReturnValue
    boolean cancel(Turn turn) {
        return on(() -> {
            turn.stream().cancel();
            return Future.succeededFuture(turn.stream().ended().isComplete());
        });
    }

    void later(long ms, Runnable action) {
        vertx.setTimer(ms, id -> action.run());
    }

    @Override
    public void close() {
        await(vertx.close());
    }

    private interface Work<T> {
        Future<T> run();
    }

    private <T> T on(Work<T> work) {
        Promise<T> promise = Promise.promise();
        loop.runOnContext(go -> {
            try {
                work.run().onComplete(promise);
            } catch (RuntimeException | AssertionError thrown) {
                promise.fail(thrown);
            }
        });
        return await(promise.future());
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.await(60, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            throw new AssertionError("nothing within 60 s", late);
        }
    }

    static UpstreamFailure failureOf(Future<?> future) {
        Throwable failure = catchThrowable(() -> await(future));
        assertThat(failure).isInstanceOf(UpstreamFailure.class);
        return (UpstreamFailure) failure;
    }

    static Call call(@Nullable String key) {
        return new Call(key, "192.0.2.7", Trace.of(null));
    }
}
