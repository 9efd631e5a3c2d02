package nova.chat.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.redis.client.Command;
import java.nio.file.Path;
import java.util.List;
import nova.chat.testing.Patience;
import nova.chat.testing.RedisSentinel;
import nova.chat.testing.RedisServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Redis behind sentinels. The upper bound is the sentinels' own time and some slack. */
class SentinelLinkTest {
    private static final long RECOVERY_MS = 15_000;

    @TempDir
    Path directory;

    private final Loop loop = new Loop();
    private RedisSentinel redis;
    private RedisLink link;

    @BeforeEach
    void start() {
        redis = RedisSentinel.started(directory);
        link = RedisLink.to(loop.vertx, new RedisAddress(redis.url(), null), List.of());
    }

    @AfterEach
    void stop() {
        loop.await(link::close);
        loop.close();
        redis.close();
    }

    @Test
    void the_master_is_found_and_its_database_selected() {
        loop.await(() -> LinkCommands.send(link, Command.SET, "nova:chat:one", "1"));
        assertThat(redis.master().command("GET", "nova:chat:one")).isEqualTo("1");
    }

    @Test
    void a_dead_masters_successor_is_found() {
        loop.await(() -> LinkCommands.send(link, Command.SET, "nova:chat:one", "1"));
        RedisServer before = redis.master();
        redis.killMaster();
        assertThat(LinkCommands.becomesWell(loop, link, "nova:chat:two")).isLessThan(RECOVERY_MS);
        Patience.await(
                "the sentinel that is asked here knows it, too",
                () -> !redis.master().equals(before));
        assertThat(redis.master().command("GET", "nova:chat:two")).isEqualTo("1");
    }

    @Test
    void a_master_that_became_a_replica_is_left() {
        loop.await(() -> LinkCommands.send(link, Command.SET, "nova:chat:one", "1"));
        redis.failover();
        assertThat(LinkCommands.becomesWell(loop, link, "nova:chat:two")).isLessThan(RECOVERY_MS);
        assertThat(redis.master().command("GET", "nova:chat:two")).isEqualTo("1");
    }

    @Test
    void sentinels_that_hang_or_are_dead_keep_nobody_from_asking_the_third() {
        redis.sentinels().get(0).pause();
        redis.sentinels().get(1).kill();
        assertThat(loop.await(() -> LinkCommands.send(link, Command.PING))).isEqualTo("PONG");
        redis.sentinels().get(0).resume();
    }

    @Test
    void a_name_that_no_sentinel_knows_is_no_master() {
        RedisLink wrong = RedisLink.to(
                loop.vertx, new RedisAddress(redis.url().replace("master=nova", "master=other"), null), List.of());
        loop.failure(() -> LinkCommands.send(wrong, Command.PING));
        loop.await(wrong::close);
    }

    @Test
    void a_user_that_only_redis_knows_is_no_hindrance() {
        redis.master().command("ACL", "SETUSER", "ada", "on", ">secret", "allkeys", "+@all");
        RedisLink ada = RedisLink.to(
                loop.vertx, new RedisAddress(redis.url().replace("://", "://ada:secret@"), null), List.of());
        assertThat(loop.await(() -> LinkCommands.send(ada, Command.ACL, "WHOAMI")))
                .isEqualTo("ada");
        loop.await(ada::close);
    }
}
