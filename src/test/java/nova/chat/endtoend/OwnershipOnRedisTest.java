package nova.chat.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.List;
import nova.chat.testing.RedisServer;
import nova.chat.testing.Service;
import nova.chat.testing.TestClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OwnershipOnRedisTest extends OwnershipContract {
    private final RedisServer redis = RedisServer.started();

    @Override
    String store() {
        return redis.url();
    }

    @AfterAll
    void stopRedis() {
        redis.close();
    }

    @Test
    void it_is_still_hers_after_a_restart() {
        String session = alicesSession();
        Service.await(bridge.service().stop());
        try (Service restarted = another()) {
            try (TestClient mallory = restarted.client(MALLORY + "&session_id=" + session)) {
                assertShutOut(mallory, session);
            }
            try (TestClient alice = restarted.client(ALICE + "&session_id=" + session)) {
                assertThat(alice.session()).isEqualTo(session);
                alice.say("again");
                alice.answer();
            }
        }
        assertThat(bridge.conversation(1)).hasSize(3).startsWith("user: alice's secret");
    }

    @Test
    void one_open_here_that_a_key_begins_elsewhere_is_the_keys() {
        try (Service elsewhere = another();
                TestClient mallory = bridge.client(MALLORY + "&session_id=shared");
                TestClient nobody = bridge.client("?session_id=shared")) {
            assertThat(mallory.session()).isEqualTo("shared");
            assertThat(nobody.session()).isEqualTo("shared");
            try (TestClient alice = elsewhere.client(ALICE + "&session_id=shared")) {
                alice.session();
                alice.say("alice's secret");
                alice.answer();
            }
            for (TestClient foreign : List.of(mallory, nobody)) {
                foreign.say("and what did she say?", "shared");
                JsonObject frame = foreign.next("error");
                while (frame.getString("type").equals("error")) { // one of them may be the end of the other's turn
                    assertThat(frame.getString("code")).isEqualTo("forbidden_session");
                    frame = foreign.next();
                }
                assertThat(frame.getString("type")).isEqualTo("system");
                assertThat(frame.getString("session_id")).isNotEqualTo("shared");
            }
            assertThat(turns()).as("only hers ran").isEqualTo(1);
            try (TestClient alice = bridge.client(ALICE + "&session_id=shared")) {
                assertThat(alice.session()).as("she is not locked out here").isEqualTo("shared");
                alice.say("mine");
                alice.answer();
            }
        }
        assertThat(bridge.conversation(1)).hasSize(3).noneMatch(line -> line.contains("what did she say"));
    }

    @Test
    void who_looks_on_elsewhere_when_a_key_takes_an_open_session_is_shut_out_before_it_speaks() {
        try (Service elsewhere = another();
                TestClient nobody = bridge.client()) {
            String session = nobody.session();
            nobody.say("a public word");
            nobody.answer();
            try (TestClient seed = elsewhere.client("?session_id=" + session);
                    V2 v2 = V2.resuming(elsewhere, session, new JsonObject());
                    TestClient alice = bridge.client(ALICE + "&session_id=" + session)) {
                assertThat(seed.session()).isEqualTo(session);
                v2.until("synced");
                alice.session();
                alice.say("alice's secret");
                alice.answer();
                assertShutOut(seed, session);
                assertThat(v2.next("error").getString("code")).isEqualTo("forbidden_session");
                assertThat(v2.next("system").getString("session_id")).isNotEqualTo(session);
            }
        }
    }

    /** A second process, as far as the store can tell. */
    private Service another() {
        return Service.start("ORCHESTRATOR_URL", "http://127.0.0.1:" + bridge.orchestratorPort(), "REDIS_URL", store());
    }
}
