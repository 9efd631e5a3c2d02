package nova.chat.store;

import io.vertx.core.Vertx;
import java.time.Duration;
import nova.chat.config.Config;
import nova.chat.testing.RedisServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class RedisStoreTest extends StoreContract {
    private static RedisServer redis;

    private final String metaKey = "nova:chat:{" + session + "}:meta";

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
        redis.command("EVAL", """
                local millis = tonumber(ARGV[1])
                for _, key in ipairs(redis.call('KEYS', '*' .. ARGV[2] .. '*')) do
                  redis.call('PEXPIRE', key, redis.call('PTTL', key) - millis)
                end
                if redis.call('HEXISTS', KEYS[1], 'deadline') == 1 then
                  redis.call('HINCRBY', KEYS[1], 'deadline', -millis)
                end
                for _, member in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
                  redis.call('ZINCRBY', KEYS[2], -millis, member)
                end
                """, "2", metaKey, DueIndex.KEY, String.valueOf(time.toMillis()), session.value());
    }
}
