package nova.chat.store;

import io.vertx.core.Vertx;
import java.time.Duration;
import nova.chat.config.Config;
import nova.chat.testing.RedisServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

class RedisStoreModelTest extends StoreModel {
    private static RedisServer redis;

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

    @Override
    void timePasses(Duration time) {
        RedisStoreTest.letPass(redis, session, time);
    }

    @RepeatedTest(12)
    void the_store_does_what_the_model_does(RepetitionInfo run) {
        theStoreDoesWhatTheModelDoes(run);
    }
}
