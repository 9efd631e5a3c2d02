package nova.chat.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The service's one event loop, asked from a test's thread. Holds every answer to the promise that it comes there. */
final class Loop implements AutoCloseable {
    private static final int PATIENCE_S = 30;

    final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();

    @CanIgnoreReturnValue
    <T> T await(Callable<Future<T>> call) {
        return result(start(call));
    }

    /** The failure, which must be the one that a store has. */
    @CanIgnoreReturnValue
    StoreUnavailable failure(Callable<? extends Future<?>> call) {
        Throwable failure = await(() -> call.call().<Throwable>map(done -> null).otherwise(error -> error));
        assertThat(failure).isInstanceOf(StoreUnavailable.class);
        return (StoreUnavailable) failure;
    }

    /** Begins and does not wait. */
    <T> CompletableFuture<T> start(Callable<Future<T>> call) {
        var answer = new CompletableFuture<T>();
        context.runOnContext(now -> {
            try {
                call.call().onComplete(result -> {
                    if (!context.equals(Vertx.currentContext())) {
                        answer.completeExceptionally(new AssertionError("answered on another context"));
                    } else if (result.succeeded()) {
                        answer.complete(result.result());
                    } else {
                        answer.completeExceptionally(result.cause());
                    }
                });
            } catch (Exception e) {
                answer.completeExceptionally(new AssertionError("it threw", e));
            }
        });
        return answer;
    }

    @CanIgnoreReturnValue
    static <T> T result(CompletableFuture<T> answer) {
        try {
            return answer.get(PATIENCE_S, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new AssertionError(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("no answer", e);
        }
    }

    @Override
    public void close() {
        result(vertx.close().toCompletionStage().toCompletableFuture());
    }
}
