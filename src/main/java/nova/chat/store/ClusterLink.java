package nova.chat.store;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisConnection;
import java.util.List;
import java.util.function.Function;

/**
 * A Redis Cluster: one pipelined connection to each master, and each cared for by itself, so that one which dies or hangs
 * fails only what is meant for it.
 *
 * <p>Not by the client's own Cluster connection: that is no connection at all as soon as a single node is away, replicas
 * included; it never replaces one that broke; after a redirection it lets a later command overtake an earlier one for the
 * same key; and it asks a node for permission to use a migrating slot in one message and uses it in the next, by when
 * another command may have used it up.
 */
final class ClusterLink implements RedisLink {
    private final Vertx vertx;
    private final RedisAddress address;
    private final ClusterNodes nodes;
    private final ClusterConnection connection;
    private final Calls calls;

    /** Connects to nothing yet. */
    ClusterLink(Vertx vertx, RedisAddress address, List<Script> scripts) {
        this.vertx = vertx;
        this.address = address;
        this.nodes = new ClusterNodes(vertx, address, scripts);
        this.connection = new ClusterConnection(vertx, nodes);
        // A node that is in trouble is seen to by its own link.
        this.calls = new Calls(vertx, failure -> {});
    }

    @Override
    public <T> Future<T> run(long bytes, Function<RedisConnection, Future<T>> commands) {
        return calls.run(bytes, () -> nodes.known().compose(ok -> commands.apply(connection)));
    }

    /** What is published to one node is heard at all others, so any will do; another one at each attempt. */
    @Override
    public RedisDial dial() {
        return new RedisDial(
                vertx, () -> nodes.known().map(ok -> address.options(nodes.any())), CONNECT_TIMEOUT, RedisDial::ping);
    }

    @Override
    public String name() {
        return address.name();
    }

    @Override
    public Future<Void> close() {
        Future<Void> closed = nodes.close();
        calls.failAll("the store is closed");
        return closed;
    }
}
