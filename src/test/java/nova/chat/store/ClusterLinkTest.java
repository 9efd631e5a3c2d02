package nova.chat.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import nova.chat.protocol.SessionId;
import nova.chat.testing.Patience;
import nova.chat.testing.RedisCluster;
import nova.chat.testing.RedisServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Cluster of three, whose slots move and whose nodes die. */
class ClusterLinkTest {
    private static final long RECOVERY_MS = 15_000;
    private static final String COUNTING =
            "return {redis.call('INCR', KEYS[1]), redis.call('EXISTS', KEYS[2]), ARGV[1]}";
    private static final Script COUNT = Script.of(COUNTING);

    private static RedisCluster cluster;

    private final Loop loop = new Loop();
    private final SessionId session = SessionId.mint();
    private RedisLink link;

    @BeforeAll
    static void start_the_cluster(@TempDir Path directory) {
        cluster = RedisCluster.started(directory);
    }

    @AfterAll
    static void stop_the_cluster() {
        cluster.close();
    }

    @BeforeEach
    void start() {
        cluster.restore();
        link = RedisLink.to(loop.vertx, new RedisAddress(cluster.url(), null), List.of(COUNT));
    }

    @AfterEach
    void stop() {
        loop.await(link::close);
        loop.close();
    }

    @Test
    void keys_of_all_nodes_are_written_and_read() {
        List<CompletableFuture<String>> written = IntStream.range(0, 300)
                .mapToObj(i -> loop.start(() -> LinkCommands.send(link, Command.SET, "key-" + i, "value-" + i)))
                .toList();
        written.forEach(one -> assertThat(Loop.result(one)).isEqualTo("OK"));
        List<CompletableFuture<String>> read = IntStream.range(0, 300)
                .mapToObj(i -> loop.start(() -> LinkCommands.send(link, Command.GET, "key-" + i)))
                .toList();
        for (int i = 0; i < 300; i++) {
            assertThat(Loop.result(read.get(i))).isEqualTo("value-" + i);
        }
        assertThat(cluster.nodes())
                .allSatisfy(node -> assertThat((Long) node.plain("DBSIZE")).isPositive());
        assertThat(loop.await(() -> LinkCommands.send(link, Command.GET, "nothing")))
                .isEqualTo("null");
    }

    @Test
    void a_script_runs_where_its_keys_are_whether_the_node_knows_it_or_not() {
        Script unknown = Script.of(COUNTING + " -- not loaded");
        for (int round = 1; round <= 2; round++) {
            for (String node : List.of("{a}", "{b}", "{c}")) { // slots 15495, 3300, 7365: one on each node
                assertThat(loop.await(() -> count(COUNT, node + ":n", node + ":m")))
                        .isEqualTo(2L * round - 1);
                assertThat(loop.await(() -> count(unknown, node + ":n", node + ":m")))
                        .isEqualTo(2L * round);
            }
        }
    }

    @Test
    void keys_of_different_slots_are_refused_without_harm() {
        assertThat(loop.failure(() -> LinkCommands.send(link, Command.MGET, "{a}", "{b}")))
                .hasMessage("Redis: CROSSSLOT");
        assertThat(loop.await(() -> LinkCommands.send(link, Command.PING))).isEqualTo("PONG");
    }

    @Test
    void commands_sent_together_are_answered_together() {
        List<Response> both = loop.await(() -> link.run(
                64,
                redis -> redis.batch(List.of(
                        LinkCommands.request(Command.SET, "{a}", "1"), LinkCommands.request(Command.GET, "{a}")))));
        assertThat(both).extracting(Response::toString).containsExactly("OK", "1");
    }

    @Test
    void a_slot_that_moves_in_mid_use_loses_and_reorders_no_answer() {
        Keys keys = new Keys(session);
        int slot = cluster.slot(keys.meta());
        Traffic traffic = new Traffic(keys);
        loop.await(() -> {
            traffic.fill();
            return Future.succeededFuture();
        });
        for (int round = 0; round < 4; round++) {
            traffic.awaitMore();
            RedisServer from = cluster.owner(slot);
            var migration = cluster.migrate(slot, other(from));
            migration.begin();
            traffic.awaitMore();
            while (migration.moveKeys(1)) {
                Patience.await("some time", new Countdown()::isOver);
            }
            traffic.awaitMore();
            migration.end();
            Patience.await("the other node has it", () -> !cluster.owner(slot).equals(from));
        }
        traffic.awaitMore();
        List<String> answers = traffic.stop();
        for (int i = 0; i < answers.size(); i++) {
            assertThat(answers.get(i)).isEqualTo(i + " gave " + (i / 2 + 1));
        }
    }

    @Test
    void a_node_that_dies_fails_only_what_is_its_own_and_is_found_again() {
        String dead = keyOn(cluster.nodes().get(2));
        String alive = keyOn(cluster.nodes().get(0));
        loop.await(() -> LinkCommands.send(link, Command.SET, dead, "1"));
        loop.await(() -> LinkCommands.send(link, Command.SET, alive, "1"));
        cluster.nodes().get(2).kill();
        loop.failure(() -> LinkCommands.send(link, Command.SET, dead, "2"));
        for (int i = 0; i < 50; i++) {
            loop.failure(() -> LinkCommands.send(link, Command.SET, dead, "2"));
            loop.await(() -> LinkCommands.send(link, Command.SET, alive, "2"));
            loop.await(() -> LinkCommands.send(link, Command.PING));
        }
        cluster.nodes().get(2).start();
        assertThat(LinkCommands.becomesWell(loop, link, dead)).isLessThan(RECOVERY_MS);
    }

    @Test
    void a_cluster_is_entered_also_where_a_node_is_dead() {
        String alive = keyOn(cluster.nodes().get(2)); // not named by the URL
        cluster.nodes().get(0).kill(); // named by it
        assertThat(LinkCommands.becomesWell(loop, link, alive)).isLessThan(RECOVERY_MS);
    }

    @Test
    void a_node_that_hangs_holds_up_only_what_is_its_own() {
        String hung = keyOn(cluster.nodes().get(2));
        String alive = keyOn(cluster.nodes().get(0));
        loop.await(() -> LinkCommands.send(link, Command.SET, hung, "1"));
        cluster.nodes().get(2).pause();
        CompletableFuture<StoreUnavailable> failure = CompletableFuture.supplyAsync(
                () -> loop.failure(() -> LinkCommands.send(link, Command.SET, hung, "2")));
        for (int i = 0; i < 20; i++) {
            loop.await(() -> LinkCommands.send(link, Command.SET, alive, "2"));
        }
        assertThat(failure)
                .as("not even given up yet, when all others are answered")
                .isNotDone();
        assertThat(Loop.result(failure)).isNotNull();
        loop.await(() -> LinkCommands.send(link, Command.SET, alive, "3"));
        cluster.nodes().get(2).resume();
        assertThat(LinkCommands.becomesWell(loop, link, hung)).isLessThan(RECOVERY_MS);
    }

    private Future<Long> count(Script script, String counter, String other) {
        return link.run(64, redis -> script.run(redis, List.of(counter, other), arguments -> arguments.arg("x")))
                .map(answer -> answer.get(0).toLong());
    }

    private RedisServer other(RedisServer one) {
        List<RedisServer> nodes = cluster.nodes();
        return nodes.get((nodes.indexOf(one) + 1) % nodes.size());
    }

    private String keyOn(RedisServer node) {
        return IntStream.range(0, 1_000)
                .mapToObj(i -> "key-" + i)
                .filter(key -> cluster.owner(cluster.slot(key)).equals(node))
                .findFirst()
                .orElseThrow();
    }

    /** A moment, so that traffic goes on between two steps. */
    private static final class Countdown {
        private int left = 5;

        boolean isOver() {
            return --left < 0;
        }
    }

    /** Calls for one session, up to sixteen under way: a script of two keys, a command of one, and so on in turns. */
    private final class Traffic {
        private final Keys keys;
        private final List<String> answers = new ArrayList<>();
        private int sent;
        private int underWay;
        private boolean stopped;

        Traffic(Keys keys) {
            this.keys = keys;
        }

        void fill() {
            while (underWay < 16 && (!stopped || sent % 2 == 1)) {
                int number = sent++;
                underWay++;
                Future<Long> counted = number % 2 == 0
                        ? count(COUNT, keys.meta(), keys.messages())
                        : LinkCommands.send(link, Command.INCR, keys.messages()).map(Long::valueOf);
                counted.onComplete(done -> {
                    underWay--;
                    answers.add(number + " gave " + (done.succeeded() ? done.result() : done.cause()));
                    fill();
                });
            }
        }

        void awaitMore() {
            int before = loop.await(() -> Future.succeededFuture(answers.size()));
            Patience.await(
                    "more answers", () -> loop.await(() -> Future.succeededFuture(answers.size() > before + 100)));
        }

        List<String> stop() {
            loop.await(() -> {
                stopped = true;
                return Future.succeededFuture();
            });
            Patience.await("the last answer", () -> loop.await(() -> Future.succeededFuture(underWay == 0)));
            return answers;
        }
    }
}
