package nova.chat.resume;

import java.nio.file.Path;
import nova.chat.testing.RedisCluster;
import nova.chat.testing.RedisCluster.Migration;
import nova.chat.testing.RedisServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A session's slot moves from one master to another in the middle of a turn. */
class MigrationTest {
    private static RedisCluster cluster;

    @BeforeAll
    static void start(@TempDir Path directory) {
        cluster = RedisCluster.started(directory);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void a_turn_moves_with_its_sessions_slot() {
        try (MidTurn turn = MidTurn.on(cluster.url())) {
            turn.sayNext();
            turn.awaitThatItWaits();
            Migration migration = migration(turn);
            migration.begin();
            turn.awaitMore();
            while (migration.moveKeys(1)) {
                turn.awaitMore(); // half of the session is here, and half there
            }
            migration.end();
            turn.isOver();
            turn.assertAllIsWell();
        }
    }

    /** It is held back until all of the session is in one place. */
    @Test
    void a_message_that_comes_while_the_slot_moves_waits_like_any_other() {
        try (MidTurn turn = MidTurn.on(cluster.url())) {
            Migration migration = migration(turn);
            migration.begin();
            migration.moveKeys(1);
            turn.sayNext();
            turn.awaitMore();
            while (migration.moveKeys(1)) {
                turn.awaitMore();
            }
            migration.end();
            turn.awaitThatItWaits();
            turn.isOver();
            turn.assertAllIsWell();
        }
    }

    private static Migration migration(MidTurn turn) {
        int slot = cluster.slot("{" + turn.session() + "}");
        RedisServer from = cluster.owner(slot);
        return cluster.migrate(
                slot,
                cluster.nodes().stream()
                        .filter(node -> !node.equals(from))
                        .findFirst()
                        .orElseThrow());
    }
}
