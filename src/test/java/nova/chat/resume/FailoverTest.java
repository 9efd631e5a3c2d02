package nova.chat.resume;

import java.nio.file.Path;
import nova.chat.testing.Patience;
import nova.chat.testing.RedisSentinel;
import nova.chat.testing.RedisServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Another Redis becomes the master in the middle of a turn. It may lack what the one before took last: replication is
 * asynchronous. The replica that runs the turn still has that, and writes it again.
 */
class FailoverTest {
    @TempDir
    Path directory;

    @Test
    void a_turn_outlives_the_master() {
        try (RedisSentinel redis = RedisSentinel.started(directory);
                MidTurn turn = MidTurn.on(redis.url())) {
            turn.sayNext();
            turn.awaitThatItWaits();
            redis.awaitReplica(); // what nobody else has, nobody can write again
            RedisServer before = redis.master();
            redis.killMaster();
            turn.awaitMore();
            Patience.await("another master", () -> !redis.master().equals(before));
            turn.isOver();
            turn.assertAllIsWell();
        }
    }

    @Test
    void a_turn_goes_on_while_the_roles_are_changed() {
        try (RedisSentinel redis = RedisSentinel.started(directory);
                MidTurn turn = MidTurn.on(redis.url())) {
            turn.sayNext();
            turn.awaitThatItWaits();
            redis.awaitReplica();
            redis.failover();
            turn.isOver();
            turn.assertAllIsWell();
        }
    }
}
