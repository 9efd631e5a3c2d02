package nova.chat.store;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one connection to Redis at a time, within a bound.
 *
 * <p>Each comes from a client of its own, because closing the client is the one sure way to be rid of a connection: the
 * client's pool would take it back alive, and has no bound for a server that accepts and then says nothing; and a socket
 * closed in the ordinary way first flushes, which to a hung server takes for ever.
 */
final class RedisDial {
    private static final Logger LOG = LoggerFactory.getLogger(RedisDial.class);

    private final Vertx vertx;
    private final Supplier<Future<RedisOptions>> where;
    private final Duration timeout;
    private final Function<RedisConnection, Future<?>> greeting;

    /** To one Redis, always the same. */
    RedisDial(Vertx vertx, RedisOptions options, Duration timeout) {
        this(vertx, () -> Future.succeededFuture(options), timeout, RedisDial::ping);
    }

    /**
     * To wherever Redis is today.
     *
     * @param timeout of all: finding it, connecting, the greeting
     * @param greeting the first words; they fail where this is not the Redis that was meant
     */
    RedisDial(
            Vertx vertx,
            Supplier<Future<RedisOptions>> where,
            Duration timeout,
            Function<RedisConnection, Future<?>> greeting) {
        this.vertx = vertx;
        this.where = where;
        this.timeout = timeout;
        this.greeting = greeting;
    }

    /** A live connection, where it leads, and the client that it dies with. */
    record Line(RedisConnection connection, RedisOptions where, Vertx vertx, Redis client) {
        /** Cuts the line. What still waits for a reply fails. */
        Future<Void> close() {
            // The client is done with closing on some other thread: back to ours.
            Context ours = vertx.getOrCreateContext();
            Promise<Void> closed = Promise.promise();
            client.close().onComplete(done -> ours.runOnContext(now -> closed.handle(done)));
            return closed.future();
        }
    }

    /** Connects, authenticates, selects the database, and greets; or fails, and leaves nothing open. */
    Future<Line> dial() {
        Promise<Line> dialled = Promise.promise();
        long timer = vertx.setTimer(timeout.toMillis(), id -> dialled.tryFail(new TimeoutException()));
        where.get().onComplete(options -> connect(options, dialled), dialled::tryFail);
        return dialled.future().onComplete(done -> vertx.cancelTimer(timer));
    }

    private void connect(RedisOptions options, Promise<Line> dialled) {
        if (dialled.future().isComplete()) {
            return; // too late
        }
        Redis client = Redis.createClient(vertx, options);
        dialled.future().onFailure(error -> hangUp(client));
        client.connect()
                .compose(connection -> greeting.apply(connection).map(new Line(connection, options, vertx, client)))
                .onComplete(dialled::tryComplete, dialled::tryFail);
    }

    /** The client takes a missing password for a success; only a command tells. */
    static Future<?> ping(RedisConnection connection) {
        return connection.send(Request.cmd(Command.PING));
    }

    /** A sentinel may be the last to hear of a failover. Not by ROLE: that, many users may not ask. */
    static Future<?> masterOnly(RedisConnection connection) {
        return connection
                .send(Request.cmd(Command.HELLO))
                .compose(hello -> "master".equals(String.valueOf(hello.get("role")))
                        ? Future.succeededFuture()
                        : Future.failedFuture(new RedisFailure("no master any more").asException()));
    }

    private static void hangUp(Redis client) {
        client.close()
                .onFailure(error -> LOG.debug("closing a connection that was not made: {}", RedisFailure.of(error)));
    }
}
