package nova.chat.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import nova.chat.config.Config;
import nova.chat.testing.RedisCluster;
import nova.chat.testing.RedisServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same promises where a session's keys, its agent and the index of what is due are on different nodes. */
class ClusterStoreTest extends StoreContract {
    private static RedisCluster cluster;

    @BeforeAll
    static void start_the_cluster(@TempDir Path directory) {
        cluster = RedisCluster.started(directory);
    }

    @AfterAll
    static void stop_the_cluster() {
        cluster.close();
    }

    @Override
    Store open(Vertx vertx, Config.Turns turns) {
        return new RedisStore(vertx, cluster.url(), turns);
    }

    /** A key of a session expires on whichever node has it; the session itself, and the index, have one each. */
    @Override
    void timePasses(Duration time) {
        String millis = String.valueOf(time.toMillis());
        for (RedisServer node : cluster.nodes()) {
            node.plain("EVAL", """
                    for _, key in ipairs(redis.call('KEYS', '*' .. ARGV[2] .. '*')) do
                      redis.call('PEXPIRE', key, redis.call('PTTL', key) - ARGV[1])
                    end
                    """, "0", millis, session.value());
        }
        String meta = new Keys(session).meta();
        owner(meta).plain("EVAL", """
                if redis.call('HEXISTS', KEYS[1], 'deadline') == 1 then
                  redis.call('HINCRBY', KEYS[1], 'deadline', -ARGV[1])
                end
                """, "1", meta, millis);
        owner(DueIndex.KEY).plain("EVAL", """
                for _, member in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
                  redis.call('ZINCRBY', KEYS[1], -ARGV[1], member)
                end
                """, "1", DueIndex.KEY, millis);
    }

    private static RedisServer owner(String key) {
        return cluster.owner(cluster.slot(key));
    }

    @Test
    void sessions_are_spread_over_the_nodes_and_each_is_on_one() {
        Lease lease = run(named("m1", question("t1")));
        begin(named("m2", question("t2")));
        append(lease, 1, said("t1"));
        String tag = "*{" + session + "}*";
        assertThat(cluster.nodes())
                .extracting(node -> ((List<?>) node.plain("KEYS", tag)).size())
                .containsExactlyInAnyOrder(0, 0, 6);
    }
}
