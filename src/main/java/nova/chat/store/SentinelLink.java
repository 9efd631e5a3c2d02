package nova.chat.store;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One pipelined connection to the Redis that the sentinels call master, for as long as they do.
 *
 * <p>They are asked again and again. In a failover that somebody ordered, the old master lives, and is told only some ten
 * seconds later that it is none any more; until then it takes writes, all of which are lost, and on the new one leases
 * run out meanwhile.
 */
final class SentinelLink implements RedisLink {
    /** A fifth of a lease. The price: a short connection to each sentinel, from each replica, so often. */
    static final Duration WATCH = Store.LEASE.dividedBy(5);

    private final Vertx vertx;
    private final RedisSentinels sentinels;
    private final SingleLink link;
    private @Nullable Long watch;
    private boolean watched;
    private boolean closed;

    /** Connects to nothing yet. */
    SentinelLink(Vertx vertx, RedisAddress address, List<Script> scripts) {
        this.vertx = vertx;
        this.sentinels = new RedisSentinels(vertx, address);
        RedisDial dial = new RedisDial(vertx, sentinels::master, CONNECT_TIMEOUT, RedisDial::masterOnly);
        this.link = new SingleLink(vertx, dial, address.name(), scripts);
    }

    @Override
    public <T> Future<T> run(long bytes, Function<RedisConnection, Future<T>> commands) {
        if (!watched) {
            watched = true;
            watchOn();
        }
        return link.run(bytes, commands);
    }

    /** Whoever listens finds out by the link: on the old master nothing is heard any more of what is published on the new. */
    @Override
    public RedisDial dial() {
        return link.dial();
    }

    @Override
    public String name() {
        return link.name();
    }

    @Override
    public Future<Void> close() {
        closed = true;
        if (watch != null) {
            vertx.cancelTimer(watch);
        }
        return link.close();
    }

    /** With jitter, or all replicas would ask at once. */
    private void watchOn() {
        if (!closed) {
            long most = WATCH.toMillis();
            watch = vertx.setTimer(ThreadLocalRandom.current().nextLong(most / 2, most + 1), id -> look());
        }
    }

    private void look() {
        RedisOptions master = link.where();
        if (master == null) {
            watchOn(); // whoever connects asks
            return;
        }
        sentinels.agreeOnAnotherThan(master).onComplete(another -> {
            if (another.succeeded() && another.result() && master.equals(link.where())) {
                link.leave();
            }
            watchOn();
        });
    }
}
