package nova.chat.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.redis.client.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import nova.chat.testing.RedisServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One Redis, and what becomes of calls when it is in trouble. */
class RedisLinkTest {
    private static final long RECOVERY_MS = 10_000;
    private static final String KEY = "nova:chat:key";

    private final Loop loop = new Loop();
    private final List<RedisLink> links = new ArrayList<>();
    private RedisServer redis;

    @BeforeEach
    void start_redis() {
        redis = RedisServer.started();
    }

    @AfterEach
    void stop() {
        links.forEach(link -> loop.await(link::close));
        loop.close();
        redis.close();
    }

    @Test
    void a_url_that_is_none_is_refused_without_its_text() {
        assertThatThrownBy(() -> new RedisAddress("redis+cluster://:hunter2@one/3", null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Cluster")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void answers_come_in_the_order_of_the_calls() {
        RedisLink link = linkTo(redis.url());
        List<CompletableFuture<String>> counts = IntStream.range(0, 500)
                .mapToObj(i -> loop.start(() -> LinkCommands.send(link, Command.INCR, KEY)))
                .toList();
        for (int i = 0; i < 500; i++) {
            assertThat(Loop.result(counts.get(i))).isEqualTo(String.valueOf(i + 1));
        }
    }

    @Test
    void a_script_is_known_ahead_of_its_first_call() {
        Script script = Script.of("return {redis.call('INCR', KEYS[1])}");
        RedisLink link = RedisLink.to(loop.vertx, new RedisAddress(redis.url(), null), List.of(script));
        links.add(link);
        for (int life = 0; life < 2; life++) {
            LinkCommands.becomesWell(loop, link, "nova:chat:other");
            String count = loop.await(() -> link.run(64, one -> script.run(one, List.of(KEY), arguments -> {}))
                    .map(answer -> answer.get(0).toString()));
            assertThat(count).isEqualTo("1");
            assertThat((String) redis.command("INFO", "commandstats"))
                    .contains("cmdstat_evalsha:")
                    .doesNotContain("cmdstat_eval:");
            redis.kill();
            redis.start();
        }
    }

    @Test
    void a_redis_that_is_away_fails_calls_until_it_is_back() {
        RedisLink link = linkTo(redis.url());
        loop.await(() -> LinkCommands.send(link, Command.SET, KEY, "1"));
        redis.kill();
        for (int i = 0; i < 200; i++) {
            loop.failure(() -> LinkCommands.send(link, Command.SET, KEY, "2"));
        }
        redis.start();
        assertThat(LinkCommands.becomesWell(loop, link, KEY)).isLessThan(RECOVERY_MS);
    }

    @Test
    void a_redis_that_hangs_fails_calls_in_time() {
        RedisLink link = linkTo(redis.url());
        loop.await(() -> LinkCommands.send(link, Command.SET, KEY, "1"));
        redis.pause();
        assertThat(loop.failure(() -> LinkCommands.send(link, Command.SET, KEY, "2")))
                .hasMessageContaining("no answer in time");
        redis.resume();
        assertThat(LinkCommands.becomesWell(loop, link, KEY)).isLessThan(RECOVERY_MS);
    }

    @Test
    void a_redis_that_became_a_replica_is_asked_anew() {
        RedisLink link = linkTo(redis.url());
        loop.await(() -> LinkCommands.send(link, Command.SET, KEY, "1"));
        redis.command("REPLICAOF", "127.0.0.1", "1");
        assertThat(loop.failure(() -> LinkCommands.send(link, Command.SET, KEY, "2")))
                .hasMessage("Redis: READONLY");
        redis.command("REPLICAOF", "NO", "ONE");
        assertThat(LinkCommands.becomesWell(loop, link, KEY)).isLessThan(RECOVERY_MS);
    }

    @Test
    void what_redis_is_not_is_no_cluster() {
        RedisLink link = linkTo("redis+cluster://127.0.0.1:" + redis.port());
        assertThat(loop.failure(() -> LinkCommands.send(link, Command.PING))).hasMessageStartingWith("Redis: ");
    }

    @Test
    void a_closed_link_fails_calls() {
        for (String url : List.of(redis.url(), "redis+cluster://127.0.0.1:" + redis.port())) {
            RedisLink link = linkTo(url);
            loop.await(link::close);
            assertThat(loop.failure(() -> LinkCommands.send(link, Command.PING)))
                    .hasMessageContaining("closed");
        }
    }

    private RedisLink linkTo(String url) {
        RedisLink link = RedisLink.to(loop.vertx, new RedisAddress(url, null), List.of());
        links.add(link);
        return link;
    }
}
