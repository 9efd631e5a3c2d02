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
    private final RedisOptions options;
    private final Duration timeout;

    RedisDial(Vertx vertx, RedisOptions options, Duration timeout) {
        this.vertx = vertx;
        this.options = options;
        this.timeout = timeout;
    }

    /** A live connection, and the client that it dies with. */
    record Line(RedisConnection connection, Vertx vertx, Redis client) {
        /** Cuts the line. What still waits for a reply fails. */
        Future<Void> close() {
            // The client is done with closing on some other thread: back to ours.
            Context ours = vertx.getOrCreateContext();
            Promise<Void> closed = Promise.promise();
            client.close().onComplete(done -> ours.runOnContext(now -> closed.handle(done)));
            return closed.future();
        }
    }

    /** Connects, authenticates, selects the database, and hears a PONG; or fails, and leaves nothing open. */
    Future<Line> dial() {
        Redis client = Redis.createClient(vertx, options);
        Promise<Line> dialled = Promise.promise();
        long timer = vertx.setTimer(timeout.toMillis(), id -> dialled.tryFail(new TimeoutException()));
        client.connect()
                .compose(connection -> connection
                        // The client takes a missing password for a success; only a command tells.
                        .send(Request.cmd(Command.PING))
                        .map(pong -> new Line(connection, vertx, client)))
                .onComplete(dialled::tryComplete, dialled::tryFail);
        return dialled.future().onComplete(done -> vertx.cancelTimer(timer)).onFailure(error -> hangUp(client));
    }

    private static void hangUp(Redis client) {
        client.close()
                .onFailure(error -> LOG.debug("closing a connection that was not made: {}", RedisFailure.of(error)));
    }
}
