package nova.chat.store;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The calls that have no answer yet: bounded, each for a time, and failing only with {@link StoreUnavailable}. */
final class Calls {
    private final Vertx vertx;
    private final Consumer<RedisFailure> trouble;
    private final Waiting waiting = new Waiting();

    /** @param trouble told of each failure that Redis is to blame for */
    Calls(Vertx vertx, Consumer<RedisFailure> trouble) {
        this.vertx = vertx;
        this.trouble = trouble;
    }

    /**
     * Runs one, {@link RedisLink#COMMAND_TIMEOUT} for all of it. Answered where it was asked: the client answers on the
     * context of whoever happened to open the connection.
     */
    <T> Future<T> run(long bytes, Supplier<Future<T>> commands) {
        if (waiting.isFull()) {
            return Future.failedFuture(new StoreUnavailable("too much is waiting for Redis"));
        }
        Promise<T> call = waiting.add(bytes);
        long timer = vertx.setTimer(RedisLink.COMMAND_TIMEOUT.toMillis(), id -> giveUp(call));
        Context asker = vertx.getOrCreateContext();
        commands.get().onComplete(reply -> {
            if (asker.equals(Vertx.currentContext())) {
                settle(call, reply);
            } else {
                asker.runOnContext(v -> settle(call, reply));
            }
        });
        return call.future().onComplete(done -> vertx.cancelTimer(timer));
    }

    void failAll(String why) {
        waiting.failAll(why);
    }

    private <T> void settle(Promise<T> call, AsyncResult<T> reply) {
        if (call.future().isComplete()) {
            return; // the last words of a line that was given up
        }
        if (reply.succeeded()) {
            call.complete(reply.result());
        } else if (reply.cause() instanceof StoreUnavailable) {
            call.fail(reply.cause());
        } else {
            fail(call, RedisFailure.of(reply.cause()));
        }
    }

    private void giveUp(Promise<?> call) {
        fail(call, RedisFailure.TOO_LATE);
    }

    private void fail(Promise<?> call, RedisFailure failure) {
        call.tryFail(new StoreUnavailable(failure.toString()));
        trouble.accept(failure);
    }
}
