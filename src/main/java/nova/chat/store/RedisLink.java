package nova.chat.store;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisConnection;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/**
 * The way to Redis, whatever stands behind the URL, and the care for it: made when first needed, made anew when lost,
 * given up when it hangs. Fails only with {@link StoreUnavailable}.
 *
 * <p>While a first attempt is under way, at the start or after a loss, commands wait for it; once it has failed they
 * fail at once, until an attempt in the background succeeds. A command that was sent when the connection broke is not
 * sent again: nobody knows whether Redis ran it, and the caller may repeat it.
 *
 * <p>Answers for keys of one Cluster slot come in the order of the calls; for all keys, where there is no Cluster.
 */
interface RedisLink {
    /** Of one call, waiting for a connection included. */
    Duration COMMAND_TIMEOUT = Duration.ofSeconds(3);

    /** Less than a call's, so that one which waited for a slow connection still has time to run. */
    Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

    /**
     * Connects to nothing yet.
     *
     * @param scripts that will be run by way of it
     */
    static RedisLink to(Vertx vertx, RedisAddress address, List<Script> scripts) {
        return switch (address.shape()) {
            case CLUSTER -> new ClusterLink(vertx, address, scripts);
            case SENTINEL -> new SentinelLink(vertx, address, scripts);
            case SINGLE -> new SingleLink(vertx, dial(vertx, address), address.name(), scripts);
        };
    }

    private static RedisDial dial(Vertx vertx, RedisAddress address) {
        return new RedisDial(vertx, address.options(address.hosts().get(0)), CONNECT_TIMEOUT);
    }

    /**
     * Runs one call's commands, {@link #COMMAND_TIMEOUT} for all of them together.
     *
     * @param bytes about what they hold
     */
    <T> Future<T> run(long bytes, Function<RedisConnection, Future<T>> commands);

    /** For a connection of one's own, to some Redis that hears what is published. */
    RedisDial dial();

    /** Hosts and ports, for the log. */
    String name();

    Future<Void> close();
}
