package nova.chat.store;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import nova.chat.config.Config;
import nova.chat.testing.RedisServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class RedisStoreTest extends StoreContract {
    private static RedisServer redis;

    private final String meta = "nova:chat:{" + session + "}:meta";

    @BeforeAll
    static void start_redis() {
        redis = RedisServer.started();
    }

    @AfterAll
    static void stop_redis() {
        redis.close();
    }

    @Override
    Store open(Vertx vertx, Config.Turns turns) {
        return new RedisStore(vertx, redis.url(), turns);
    }

    /** Brings forward whatever Redis will do or answer by its clock. */
    @Override
    void timePasses(Duration time) {
        long millis = time.toMillis();
        for (Object key : (List<?>) redis.command("KEYS", "*" + session + "*")) {
            redis.command("PEXPIRE", (String) key, String.valueOf(ttl((String) key) - millis));
        }
        if (Long.valueOf(1).equals(redis.command("HEXISTS", meta, "deadline"))) {
            redis.command("HINCRBY", meta, "deadline", String.valueOf(-millis));
        }
        for (Object member : (List<?>) redis.command("ZRANGE", DueIndex.KEY, "0", "-1")) {
            redis.command("ZINCRBY", DueIndex.KEY, String.valueOf(-millis), (String) member);
        }
    }

    private static long ttl(String key) {
        return (Long) redis.command("PTTL", key);
    }
}
