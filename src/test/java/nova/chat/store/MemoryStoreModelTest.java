package nova.chat.store;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import nova.chat.config.Config;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

class MemoryStoreModelTest extends StoreModel {
    private Instant now = Instant.parse("2026-03-01T00:00:00Z");

    @Override
    Store open(Vertx vertx, Config.Turns turns) {
        return new MemoryStore(vertx, turns, () -> now, 1_000, 512L << 20);
    }

    @Override
    void timePasses(Duration time) {
        now = now.plus(time);
    }

    @RepeatedTest(300)
    void the_store_does_what_the_model_does(RepetitionInfo run) {
        theStoreDoesWhatTheModelDoes(run);
    }
}
