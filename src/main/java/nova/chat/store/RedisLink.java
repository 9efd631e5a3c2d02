package nova.chat.store;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisConnection;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import nova.chat.store.RedisDial.Line;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pipelined connection to Redis, and the care for it: made when first needed, made anew when lost, given up when it
 * hangs. Fails only with {@link StoreUnavailable}.
 *
 * <p>While a first attempt is under way, at the start or after a loss, commands wait for it; once it has failed they
 * fail at once, until an attempt in the background succeeds. A command that was sent when the connection broke is not
 * sent again: nobody knows whether Redis ran it, and the caller may repeat it.
 */
final class RedisLink {
    /** Of one call, waiting for a connection included. */
    static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(3);

    /** Less than a call's, so that one which waited for a slow connection still has time to run. */
    static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration MAX_PAUSE = Duration.ofSeconds(1);

    /** After a wrong password: no use to hurry, and some servers lock out who tries often. */
    private static final Duration REFUSED_PAUSE = Duration.ofSeconds(5);

    /** A connection that broke sooner counts as a failed attempt: a Redis that hangs up on us is not called in a loop. */
    private static final Duration LASTING = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(RedisLink.class);

    private final Vertx vertx;
    private final RedisDial dial;
    private final String name;
    private final Waiting waiting = new Waiting();

    // At most one of the three is there: a line, an attempt to get one, a timer for the next attempt.
    private @Nullable Line line;
    private @Nullable Future<Line> attempt;
    private @Nullable Long pause;

    private long connectedAtNanos;
    private int failures;
    private boolean away;
    private boolean closed;

    /**
     * Connects to nothing yet.
     *
     * @param name of the server, for the log
     */
    RedisLink(Vertx vertx, RedisDial dial, String name) {
        this.vertx = vertx;
        this.dial = dial;
        this.name = name;
    }

    /**
     * Runs one call's commands, {@link #COMMAND_TIMEOUT} for all of them together.
     *
     * @param bytes about what they hold
     */
    <T> Future<T> run(long bytes, Function<RedisConnection, Future<T>> commands) {
        if (waiting.isFull()) {
            return Future.failedFuture(new StoreUnavailable("too much is waiting for Redis"));
        }
        Promise<T> call = waiting.add(bytes);
        long timer = vertx.setTimer(COMMAND_TIMEOUT.toMillis(), id -> giveUp(call));
        connection().compose(commands).onComplete(reply -> settle(call, reply));
        return call.future().onComplete(done -> vertx.cancelTimer(timer));
    }

    Future<Void> close() {
        closed = true;
        if (pause != null) {
            vertx.cancelTimer(pause);
        }
        Line last = line;
        line = null;
        waiting.failAll("the store is closed");
        return last == null ? Future.succeededFuture() : last.close();
    }

    private Future<RedisConnection> connection() {
        if (closed) {
            return Future.failedFuture(new StoreUnavailable("the store is closed"));
        }
        if (line != null) {
            return Future.succeededFuture(line.connection());
        }
        if (failures > 0) {
            return Future.failedFuture(new StoreUnavailable("Redis is away"));
        }
        if (attempt == null) {
            attempt = connect();
        }
        return attempt.map(Line::connection);
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
            RedisFailure failure = RedisFailure.of(reply.cause());
            call.fail(new StoreUnavailable(failure.toString()));
            if (failure.isElsewhere() && line != null) {
                lost(line, failure);
            }
        }
    }

    /** Replies come in the order of commands, so one that does not come holds up all others: the line is dead. */
    private void giveUp(Promise<?> call) {
        RedisFailure failure = new RedisFailure("no answer in time");
        call.tryFail(new StoreUnavailable(failure.toString()));
        if (line != null) {
            lost(line, failure);
        }
    }

    private Future<Line> connect() {
        pause = null;
        return dial.dial().onComplete(result -> {
            attempt = null;
            if (result.succeeded()) {
                connected(result.result());
            } else {
                notConnected(RedisFailure.of(result.cause()));
            }
        });
    }

    private void connected(Line made) {
        if (closed) {
            cut(made);
            return;
        }
        line = made;
        connectedAtNanos = System.nanoTime();
        made.connection().endHandler(end -> lost(made, new RedisFailure("connection closed")));
        made.connection().exceptionHandler(error -> lost(made, RedisFailure.of(error)));
        if (away) {
            away = false;
            LOG.info("Redis at {} is back", name);
        }
    }

    private void notConnected(RedisFailure why) {
        sayAway(why);
        failures++;
        connectLater(why.isRefusal() ? REFUSED_PAUSE : backOff());
    }

    /** Does nothing for a line that was lost before: it says so in more than one way. */
    private void lost(Line broken, RedisFailure why) {
        if (!broken.equals(line)) {
            return;
        }
        line = null;
        sayAway(why);
        if (System.nanoTime() - connectedAtNanos >= LASTING.toNanos()) {
            failures = 0;
            attempt = connect();
        } else {
            failures++;
            connectLater(backOff());
        }
        cut(broken);
        waiting.failAll(why.toString());
    }

    private Duration backOff() {
        Duration doubled = FIRST_PAUSE.multipliedBy(1L << Math.min(failures, 10));
        return doubled.compareTo(MAX_PAUSE) < 0 ? doubled : MAX_PAUSE;
    }

    /** With jitter, or all replicas would come back to a restarted Redis at once. */
    private void connectLater(Duration most) {
        if (!closed) {
            long millis = ThreadLocalRandom.current().nextLong(most.toMillis() / 2, most.toMillis() + 1);
            pause = vertx.setTimer(millis, id -> attempt = connect());
        }
    }

    private void cut(Line old) {
        old.close().onFailure(error -> LOG.debug("An old connection to Redis: {}", RedisFailure.of(error)));
    }

    private void sayAway(RedisFailure why) {
        if (!away) {
            away = true;
            LOG.warn("Redis at {} is away ({}); trying again until it is back", name, why.word());
        }
    }
}
