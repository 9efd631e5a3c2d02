package nova.chat.store;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import nova.chat.store.RedisDial.Line;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps one connection to Redis: made when first asked for, and from then on made anew whenever it is lost. */
final class RedisKeeper {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration MAX_PAUSE = Duration.ofSeconds(1);

    /** After a wrong password: no use to hurry, and some servers lock out who tries often. */
    private static final Duration REFUSED_PAUSE = Duration.ofSeconds(5);

    /** A connection that broke sooner counts as a failed attempt: a Redis that hangs up on us is not called in a loop. */
    private static final Duration LASTING = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(RedisKeeper.class);

    private final Vertx vertx;
    private final RedisDial dial;
    private final String name;
    private final Consumer<Line> made;
    private final Consumer<RedisFailure> lost;

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
     * @param made told of each new connection, before anybody else has it
     * @param lost told of each loss
     */
    RedisKeeper(Vertx vertx, RedisDial dial, String name, Consumer<Line> made, Consumer<RedisFailure> lost) {
        this.vertx = vertx;
        this.dial = dial;
        this.name = name;
        this.made = made;
        this.lost = lost;
    }

    /** The connection, or the first attempt to get it. */
    Future<Line> line() {
        if (closed) {
            return Future.failedFuture(new StoreUnavailable("the store is closed"));
        }
        if (line != null) {
            return Future.succeededFuture(line);
        }
        if (failures > 0) {
            return Future.failedFuture(new StoreUnavailable("Redis is away"));
        }
        if (attempt == null) {
            attempt = connect();
        }
        return attempt;
    }

    /** Whether it has a connection, or has not failed to get one. */
    boolean isWell() {
        return line != null || failures == 0;
    }

    /** Gives up the connection that is there, if any. */
    void drop(RedisFailure why) {
        if (line != null) {
            lost(line, why);
        }
    }

    /** Where its connection leads; null while there is none. */
    @Nullable
    RedisOptions where() {
        return line == null ? null : line.where();
    }

    Future<Void> close() {
        closed = true;
        if (pause != null) {
            vertx.cancelTimer(pause);
        }
        Line last = line;
        line = null;
        return last == null ? Future.succeededFuture() : last.close();
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

    private void connected(Line fresh) {
        if (closed) {
            cut(fresh);
            return;
        }
        line = fresh;
        connectedAtNanos = System.nanoTime();
        fresh.connection().endHandler(end -> lost(fresh, new RedisFailure("connection closed")));
        fresh.connection().exceptionHandler(error -> lost(fresh, RedisFailure.of(error)));
        if (away) {
            away = false;
            LOG.info("Redis at {} is back", name);
        }
        made.accept(fresh);
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
        lost.accept(why);
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
