package nova.chat.store;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import nova.chat.config.RedisUrl.Host;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The masters of a Cluster, a link to each that was needed, and which of them has which slot. Replicas are not used. */
final class ClusterNodes {
    /** Asked at once who has what, of a large Cluster. The first answer is taken: a stale one is corrected by use. */
    private static final int MAX_ASKED = 5;

    // After a node's loss every command for it asks for a new map: this seldom it is got, and not by all replicas at
    // once.
    private static final int MIN_PAUSE_MS = 200;
    private static final int MAX_PAUSE_MS = 600;

    private static final Logger LOG = LoggerFactory.getLogger(ClusterNodes.class);

    private final Vertx vertx;
    private final RedisAddress address;
    private final List<Script> scripts;
    private final Map<Host, SingleLink> links = new HashMap<>();
    private ClusterSlots slots = ClusterSlots.NONE;
    private @Nullable Future<Void> asking;
    private boolean soon;
    private boolean closed;

    /** Connects to nothing yet. */
    ClusterNodes(Vertx vertx, RedisAddress address, List<Script> scripts) {
        this.vertx = vertx;
        this.address = address;
        this.scripts = scripts;
    }

    /** Succeeds once it is known who has what. */
    Future<Void> known() {
        if (closed) {
            return Future.failedFuture(new StoreUnavailable("the store is closed"));
        }
        return slots.masters().isEmpty() ? ask() : Future.succeededFuture();
    }

    /** Null where no node has the slot. */
    @Nullable
    Host owner(int slot) {
        return slots.owner(slot);
    }

    SingleLink at(Host host) {
        return links.computeIfAbsent(host, this::linkTo);
    }

    private SingleLink linkTo(Host host) {
        RedisDial dial = new RedisDial(vertx, address.options(host), RedisLink.CONNECT_TIMEOUT);
        return new SingleLink(vertx, dial, host.toString(), scripts);
    }

    /** Some master that works, as far as is known. Not before {@link #known}. */
    Host any() {
        return candidates().get(0);
    }

    /** A node says that it has no longer, or never had, what it was asked for. */
    void moved(int slot, Host host) {
        slots.move(slot, host);
        askSoon();
    }

    /** Something does not work: the map may be out of date. */
    void askSoon() {
        if (!soon && !closed) {
            soon = true;
            vertx.setTimer(ThreadLocalRandom.current().nextLong(MIN_PAUSE_MS, MAX_PAUSE_MS), id -> {
                soon = false;
                ask().onFailure(error -> LOG.debug("Nobody tells the Cluster's slots: {}", RedisFailure.of(error)));
            });
        }
    }

    Future<Void> close() {
        closed = true;
        List<Future<Void>> closing =
                links.values().stream().map(SingleLink::close).toList();
        return Future.join(closing).mapEmpty();
    }

    private Future<Void> ask() {
        if (closed || asking != null) {
            return asking == null ? Future.failedFuture(new StoreUnavailable("the store is closed")) : asking;
        }
        Promise<Void> asked = Promise.promise();
        asking = asked.future();
        List<Future<ClusterSlots>> answers =
                candidates().stream().limit(MAX_ASKED).map(this::slotsFrom).toList();
        Future.any(answers)
                .map(any -> answers.stream()
                        .filter(Future::succeeded)
                        .findFirst()
                        .orElseThrow()
                        .result())
                .onComplete(answer -> {
                    asking = null;
                    asked.handle(answer.map(this::learn));
                });
        return asked.future();
    }

    private Future<ClusterSlots> slotsFrom(Host host) {
        return at(host).run(0, redis -> redis.send(Request.cmd(Command.CLUSTER).arg("SLOTS")))
                .map((Response answer) -> ClusterSlots.read(answer, host.name()));
    }

    /** Those that work, in any order; if there is none, all that were ever named. */
    private List<Host> candidates() {
        List<Host> hosts = new ArrayList<>(slots.masters());
        hosts.removeIf(host -> links.containsKey(host) && !at(host).isWell());
        if (hosts.isEmpty()) {
            Set<Host> all = new LinkedHashSet<>(slots.masters());
            all.addAll(address.hosts());
            hosts.addAll(all);
        }
        Collections.shuffle(hosts);
        return hosts;
    }

    private @Nullable Void learn(ClusterSlots news) {
        slots = news;
        // What is under way to a node that has left is still answered, by a redirection.
        vertx.setTimer(RedisLink.COMMAND_TIMEOUT.toMillis(), id -> forgetOthers());
        return null;
    }

    private void forgetOthers() {
        Set<Host> masters = slots.masters();
        List<Host> others =
                links.keySet().stream().filter(host -> !masters.contains(host)).toList();
        for (Host host : others) {
            SingleLink link = links.remove(host);
            if (link != null) {
                link.close().onFailure(error -> LOG.debug("a node that has left: {}", RedisFailure.of(error)));
            }
        }
    }
}
