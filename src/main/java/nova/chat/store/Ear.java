package nova.chat.store;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import io.vertx.redis.client.impl.types.ErrorType;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import nova.chat.protocol.SessionId;
import nova.chat.store.RedisDial.Line;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process's one connection for what others publish. Whoever follows a session is told {@link News.Changed} as soon
 * as its channel is subscribed, the first time and after every reconnection: from then on nothing is missed, and what was
 * missed before is to be read.
 *
 * <p>It knows whether it hears: it publishes to a channel of its own, which has to come back. A connection on which it
 * does not is given up. As long as nothing is heard, followers are told {@link News.Changed} every {@link #BEAT}.
 *
 * <p>On this connection no command is sent that has an answer: the client takes news that comes before the answer for it.
 */
final class Ear {
    static final Duration BEAT = Duration.ofSeconds(2);

    /** That many beats without an echo, and the connection is deaf. */
    private static final int DEAF_BEATS = 2;

    // All followers at once might ask Redis more than may wait for it: they are told bit by bit, within one beat.
    private static final int TELLINGS = 16;

    private static final News CHANGED = new News.Changed();
    private static final int ECHO_BYTES = 128;

    private static final Logger LOG = LoggerFactory.getLogger(Ear.class);

    private final Vertx vertx;
    private final RedisLink link;
    private final Function<byte[], News> decode;
    private final RedisKeeper keeper;
    private final Subscriptions subscriptions;
    private final String own = "nova:chat:ear:" + UUID.randomUUID();
    private final Map<String, Consumer<News>> followers = new HashMap<>();

    private @Nullable Long beat;
    private int unheardBeats;
    private boolean heard;
    private boolean telling;
    private boolean closed;

    /**
     * Connects when first needed.
     *
     * @param link the ordinary way to the same Redis: says where to listen, and publishes what is to come back
     * @param decode of what is published; where it throws, it was {@link News.Changed}
     */
    Ear(Vertx vertx, RedisLink link, Function<byte[], News> decode) {
        this.vertx = vertx;
        this.link = link;
        this.decode = decode;
        this.keeper = new RedisKeeper(vertx, link.dial(), link.name() + " (news)", this::connected, this::lost);
        this.subscriptions = new Subscriptions(vertx, this::subscribed);
    }

    /** From now on told of what happens in a session, on the event loop. Takes the place of who followed it before. */
    void follow(SessionId session, Consumer<News> follower) {
        if (closed) {
            return;
        }
        String channel = new Keys(session).channel();
        followers.put(channel, follower);
        subscriptions.add(channel);
        if (beat == null) {
            subscriptions.add(own);
            beat = vertx.setTimer(BEAT.toMillis(), id -> beat());
            keeper.line().onFailure(error -> LOG.debug("No news yet: {}", RedisFailure.of(error)));
        }
    }

    void unfollow(SessionId session) {
        String channel = new Keys(session).channel();
        if (followers.remove(channel) != null) {
            subscriptions.remove(channel);
        }
    }

    /** Whether what is published arrives, as far as the last four seconds tell. */
    boolean hears() {
        return heard;
    }

    Future<Void> close() {
        closed = true;
        heard = false;
        followers.clear();
        subscriptions.disconnected();
        if (beat != null) {
            vertx.cancelTimer(beat);
        }
        return keeper.close();
    }

    private void connected(Line line) {
        unheardBeats = 0;
        line.connection().handler(this::receive);
        subscriptions.connected(line.connection());
    }

    private void lost(RedisFailure why) {
        LOG.debug("No news: {}", why);
        heard = false;
        subscriptions.disconnected();
    }

    private void receive(Response push) {
        if (push.type() == ResponseType.ERROR) {
            // The echo will not come either, so it is tried again.
            LOG.warn(
                    "Redis refuses to tell news: {}",
                    RedisFailure.of((ErrorType) push).word());
            return;
        }
        String kind = String.valueOf(push.get(0));
        if (kind.equals("message")) {
            message(push.get(1).toString(), push.get(2).toBytes());
        } else if (kind.equals("subscribe")) {
            subscribed(push.get(1).toString());
        }
    }

    private void message(String channel, byte[] payload) {
        Consumer<News> follower = followers.get(channel);
        if (follower != null) {
            follower.accept(decoded(payload));
        } else if (channel.equals(own)) {
            heard = true;
            unheardBeats = 0;
        }
    }

    private News decoded(byte[] payload) {
        try {
            return decode.apply(payload);
        } catch (RuntimeException e) {
            LOG.debug("News that is not understood: {}", e.getClass().getSimpleName());
            return CHANGED;
        }
    }

    private void subscribed(String channel) {
        if (channel.equals(own)) {
            publish();
        } else {
            tell(channel);
        }
    }

    private void beat() {
        if (unheardBeats >= DEAF_BEATS) {
            keeper.drop(new RedisFailure("nothing is heard"));
            unheardBeats = 0;
        } else {
            unheardBeats++;
            publish();
        }
        if (!heard && !telling) {
            telling = true;
            tellAll(List.copyOf(followers.keySet()), 0);
        }
        beat = vertx.setTimer(BEAT.toMillis(), id -> beat());
    }

    private void publish() {
        Request echo = Request.cmd(Command.PUBLISH).arg(own).arg("");
        link.run(ECHO_BYTES, redis -> redis.send(echo))
                .onFailure(error -> LOG.debug("No echo: {}", RedisFailure.of(error)));
    }

    private void tellAll(List<String> channels, int from) {
        int to = Math.min(channels.size(), from + channels.size() / TELLINGS + 1);
        channels.subList(from, to).forEach(this::tell);
        telling = to < channels.size() && !heard && !closed;
        if (telling) {
            vertx.setTimer(BEAT.toMillis() / TELLINGS, id -> tellAll(channels, to));
        }
    }

    private void tell(String channel) {
        Consumer<News> follower = followers.get(channel);
        if (follower != null) {
            follower.accept(CHANGED);
        }
    }
}
