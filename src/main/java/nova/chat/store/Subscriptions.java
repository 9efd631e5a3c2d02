package nova.chat.store;

import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the channels that a connection is subscribed to into line with those that are wanted: many with one command, and
 * not all at once, since after a reconnection each makes its follower read.
 */
final class Subscriptions {
    /** 5,000 channels a second. */
    private static final int MAX_BATCH = 250;

    private static final Duration PAUSE = Duration.ofMillis(50);

    /** Of the first of a batch, for the others. */
    private static final Duration GATHER = Duration.ofMillis(1);

    private static final Logger LOG = LoggerFactory.getLogger(Subscriptions.class);

    private final Vertx vertx;
    private final Consumer<String> alreadySubscribed;
    private final Set<String> wanted = new LinkedHashSet<>();
    private final Set<String> asked = new HashSet<>();
    private final Set<String> toSettle = new LinkedHashSet<>();
    private @Nullable RedisConnection connection;
    private @Nullable Long timer;

    /** @param alreadySubscribed told of a channel that Redis will not confirm once more */
    Subscriptions(Vertx vertx, Consumer<String> alreadySubscribed) {
        this.vertx = vertx;
        this.alreadySubscribed = alreadySubscribed;
    }

    void add(String channel) {
        wanted.add(channel);
        settleSoon(channel);
    }

    void remove(String channel) {
        wanted.remove(channel);
        settleSoon(channel);
    }

    /** A new connection, which is subscribed to nothing. */
    void connected(RedisConnection fresh) {
        disconnected();
        connection = fresh;
        toSettle.addAll(wanted);
        settle();
    }

    void disconnected() {
        connection = null;
        asked.clear();
        toSettle.clear();
        if (timer != null) {
            vertx.cancelTimer(timer);
            timer = null;
        }
    }

    private void settleSoon(String channel) {
        if (connection == null) {
            return;
        }
        toSettle.add(channel);
        if (timer == null) {
            timer = vertx.setTimer(GATHER.toMillis(), id -> settle());
        }
    }

    private void settle() {
        timer = vertx.setTimer(PAUSE.toMillis(), id -> settle());
        List<String> batch = nextBatch();
        List<String> held =
                batch.stream().filter(asked::contains).filter(wanted::contains).toList();
        send(
                Command.SUBSCRIBE,
                batch.stream().filter(wanted::contains).filter(asked::add).toList());
        send(
                Command.UNSUBSCRIBE,
                batch.stream()
                        .filter(one -> !wanted.contains(one))
                        .filter(asked::remove)
                        .toList());
        held.forEach(alreadySubscribed);
        if (batch.isEmpty() && timer != null) {
            vertx.cancelTimer(timer);
            timer = null;
        }
    }

    private List<String> nextBatch() {
        List<String> batch = toSettle.stream().limit(MAX_BATCH).toList();
        batch.forEach(toSettle::remove);
        return batch;
    }

    /** It is confirmed by news, not by an answer. */
    private void send(Command command, List<String> channels) {
        if (connection != null && !channels.isEmpty()) {
            Request request = Request.cmd(command);
            channels.forEach(request::arg);
            connection.send(request).onFailure(error -> LOG.debug("{}: {}", command, RedisFailure.of(error)));
        }
    }
}
