package nova.chat.store;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import nova.chat.config.RedisUrl.Host;
import nova.chat.store.RedisDial.Line;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Those who know which Redis is the master. All are asked at once, and the first who knows is believed: asked one after
 * the other, as the client does, a single one that hangs would keep us from ever asking the next.
 */
final class RedisSentinels {
    /** Half of what connecting may take; the rest is for the master. */
    private static final Duration TIMEOUT = RedisLink.CONNECT_TIMEOUT.dividedBy(2);

    private static final Logger LOG = LoggerFactory.getLogger(RedisSentinels.class);

    private final Vertx vertx;
    private final RedisAddress address;

    RedisSentinels(Vertx vertx, RedisAddress address) {
        this.vertx = vertx;
        this.address = address;
    }

    /** The way to the master of this moment. */
    Future<RedisOptions> master() {
        List<Future<Host>> answers = askAll();
        return Future.any(answers)
                .map(any -> known(answers).findFirst().orElseThrow())
                .map(address::options);
    }

    /**
     * Whether all who know a master name another: with one alone that is behind, or cut off from the others, there would
     * be no end of going to and fro. Never fails.
     */
    Future<Boolean> agreeOnAnotherThan(RedisOptions master) {
        List<Future<Host>> answers = askAll();
        return Future.join(answers).transform(all -> {
            List<String> named = known(answers)
                    .map(host -> address.options(host).getEndpoint())
                    .toList();
            return Future.succeededFuture(!named.isEmpty() && !named.contains(master.getEndpoint()));
        });
    }

    private List<Future<Host>> askAll() {
        return address.hosts().stream().map(this::askAsWhoeverMay).toList();
    }

    private static Stream<Host> known(List<Future<Host>> answers) {
        return answers.stream().filter(Future::succeeded).map(Future::result);
    }

    /** Sentinels often have no users where Redis has. */
    private Future<Host> askAsWhoeverMay(Host sentinel) {
        return ask(address.sentinel(sentinel, true))
                .recover(error -> address.hasUser() && RedisFailure.of(error).isRefusal()
                        ? ask(address.sentinel(sentinel, false))
                        : Future.failedFuture(error));
    }

    private Future<Host> ask(RedisOptions sentinel) {
        return new RedisDial(vertx, sentinel, TIMEOUT).dial().compose(this::ask);
    }

    private Future<Host> ask(Line line) {
        Request question =
                Request.cmd(Command.SENTINEL).arg("GET-MASTER-ADDR-BY-NAME").arg(address.master());
        long timer = vertx.setTimer(TIMEOUT.toMillis(), id -> hangUp(line));
        return line.connection().send(question).compose(RedisSentinels::host).onComplete(done -> {
            vertx.cancelTimer(timer);
            hangUp(line);
        });
    }

    private static Future<Host> host(@Nullable Response answer) {
        return answer == null
                ? Future.failedFuture(new RedisFailure("a sentinel knows no master of this name").asException())
                : Future.succeededFuture(
                        new Host(answer.get(0).toString(), answer.get(1).toInteger()));
    }

    private static void hangUp(Line line) {
        line.close().onFailure(error -> LOG.debug("closing a connection to a sentinel: {}", RedisFailure.of(error)));
    }
}
