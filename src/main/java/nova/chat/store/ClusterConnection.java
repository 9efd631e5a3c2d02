package nova.chat.store;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.RequestImpl;
import io.vertx.redis.client.impl.ZModem;
import io.vertx.redis.client.impl.types.ErrorType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sends each command to the master that has its keys. As long as its {@link ClusterLink}; nothing is to be listened to. */
final class ClusterConnection implements RedisConnection {
    private final Vertx vertx;
    private final ClusterNodes nodes;
    private final Map<Integer, SlotQueue> busy = new HashMap<>();

    ClusterConnection(Vertx vertx, ClusterNodes nodes) {
        this.vertx = vertx;
        this.nodes = nodes;
    }

    @Override
    public Future<Response> send(Request request) {
        List<byte[]> keys = ((RequestImpl) request).keys();
        if (keys.isEmpty()) {
            return nodes.at(nodes.any()).run(0, redis -> redis.send(request));
        }
        int slot = ZModem.generate(keys.get(0));
        if (!keys.stream().allMatch(key -> ZModem.generate(key) == slot)) {
            return Future.failedFuture(ErrorType.create("CROSSSLOT"));
        }
        return busy.computeIfAbsent(slot, one -> new SlotQueue(vertx, nodes, one, () -> busy.remove(one)))
                .add(request);
    }

    /** Together as far as they belong together: each goes where its keys are. */
    @Override
    public Future<List<Response>> batch(List<Request> requests) {
        return Future.all(requests.stream().map(this::send).toList()).map(all -> all.<Response>list());
    }

    @Override
    public boolean pendingQueueFull() {
        return false; // the link's own bound is met first
    }

    @Override
    public Future<Void> close() {
        return Future.succeededFuture();
    }

    @Override
    public RedisConnection handler(@Nullable Handler<Response> handler) {
        throw new UnsupportedOperationException("whoever listens has a connection of his own");
    }

    @Override
    public RedisConnection exceptionHandler(@Nullable Handler<Throwable> handler) {
        return this; // each node's link has one
    }

    @Override
    public RedisConnection endHandler(@Nullable Handler<Void> handler) {
        return this; // it never ends
    }

    @Override
    public RedisConnection pause() {
        return this;
    }

    @Override
    public RedisConnection resume() {
        return this;
    }

    @Override
    public RedisConnection fetch(long amount) {
        return this;
    }
}
