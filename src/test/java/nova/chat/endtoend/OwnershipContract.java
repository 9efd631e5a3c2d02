package nova.chat.endtoend;

import static nova.chat.testing.Bridge.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.Set;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import nova.chat.testing.TestClient;
import nova.chat.testing.Upstream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whose a session is: the key's that began it, on either store and over a restart. */
abstract class OwnershipContract {
    static final String ALICE = "?token=sk-nova-alice";
    static final String MALLORY = "?token=sk-nova-mallory";

    Bridge bridge;

    abstract String store();

    @BeforeEach
    void start() {
        bridge = Bridge.start(Upstream.prompt().recording(1_000), "REDIS_URL", store());
        bridge.orchestrator()
                .always(Endpoint.STREAM, Script.stream().text("an answer").done());
    }

    @AfterEach
    void stop() {
        bridge.close();
    }

    @Test
    void nobody_else_gets_in_by_a_message_that_names_it() {
        String session = alicesSession();
        for (String key : new String[] {MALLORY, ""}) {
            try (TestClient foreign = bridge.client(key)) {
                String own = foreign.session();
                foreign.say("tell me", session);
                assertThat(assertShutOut(foreign, session)).isNotEqualTo(own);
                foreign.say("hello");
                assertThat(foreign.answer()).as("it goes on in its own").isEqualTo("an answer");
            }
        }
        assertNothingForeign(session, 3);
    }

    @Test
    void nobody_else_gets_in_by_asking_for_it_when_connecting() {
        String session = alicesSession();
        for (String query : new String[] {MALLORY + "&session_id=" + session, "?session_id=" + session}) {
            try (TestClient foreign = bridge.client(query)) {
                String own = assertShutOut(foreign, session);
                foreign.say("hello");
                JsonObject chunk = foreign.next("stream_chunk");
                assertThat(chunk.getString("session_id")).isEqualTo(own);
                foreign.next("stream_end");
            }
        }
        assertNothingForeign(session, 3);
    }

    @Test
    void nobody_else_hears_what_is_said_in_it() {
        Script.Gate gate = new Script.Gate();
        bridge.orchestrator()
                .next(
                        Endpoint.STREAM,
                        Script.stream().text("for alice").await(gate).done());
        try (TestClient alice = bridge.client(ALICE)) {
            String session = alice.session();
            alice.say("alice's secret").next("stream_chunk");
            try (TestClient mallory = bridge.client(MALLORY + "&session_id=" + session)) {
                assertShutOut(mallory, session);
                gate.open();
                alice.next("stream_end");
                assertThat(mallory.hears(300)).as("a frame of alice's").isFalse();
            }
        }
    }

    @Test
    void her_own_other_tab_sees_it_all() {
        String session = alicesSession();
        try (TestClient one = bridge.client(ALICE + "&session_id=" + session);
                TestClient two = bridge.client(ALICE + "&session_id=" + session)) {
            assertThat(one.session()).isEqualTo(session);
            assertThat(two.session()).isEqualTo(session);
            one.say("both?");
            assertThat(one.answer()).isEqualTo("an answer");
            assertThat(two.answer()).isEqualTo("an answer");
        }
    }

    @Test
    void one_begun_without_a_key_is_open_to_whoever_knows_its_name() {
        String session;
        try (TestClient nobody = bridge.client()) {
            session = nobody.session();
            nobody.say("a public word");
            nobody.answer();
        }
        try (TestClient another = bridge.client("?session_id=" + session)) {
            assertThat(another.session()).isEqualTo(session);
            another.say("and then?");
            another.answer();
        }
        assertThat(bridge.conversation(1)).hasSize(3).startsWith("user: a public word");
    }

    @Test
    void one_begun_without_a_key_becomes_the_first_keys_with_its_message_and_viewers_are_shut_out() {
        String session;
        try (TestClient nobody = bridge.client();
                TestClient alice = bridge.client(ALICE);
                TestClient mallory = bridge.client(MALLORY)) {
            alice.session();
            mallory.session();
            session = nobody.session();
            nobody.say("a public word");
            nobody.answer();
            // Looking on takes nothing.
            try (TestClient looking = bridge.client(MALLORY + "&session_id=" + session)) {
                assertThat(looking.session()).isEqualTo(session);
                alice.say("alice's secret", session);
                assertThat(alice.session()).isEqualTo(session);
                assertThat(alice.answer()).isEqualTo("an answer");
                assertShutOut(looking, session);
                assertShutOut(nobody, session);
                assertThat(looking.hears(200)).isFalse();
            }
            mallory.say("and mine?", session);
            assertShutOut(mallory, session);
            nobody.say("and mine?", session);
            assertShutOut(nobody, session);
        }
        assertNothingForeign(session, 2);
        try (TestClient nobody = bridge.client("?session_id=" + session)) {
            assertShutOut(nobody, session);
        }
    }

    @Test
    void whoever_is_shut_out_while_messages_wait_runs_none_of_them() {
        Script.Gate gate = new Script.Gate();
        bridge.orchestrator()
                .next(Endpoint.STREAM, Script.stream().await(gate).text("first").done());
        try (TestClient nobody = bridge.client();
                TestClient alice = bridge.client(ALICE)) {
            alice.session();
            String session = nobody.session();
            nobody.say("running");
            eventually("it runs", () -> turns() == 1);
            alice.say("alice's secret", session);
            assertThat(alice.session()).isEqualTo(session);
            alice.next("queued");
            nobody.say("too late", session);
            assertShutOut(nobody, session);
            gate.open();
            assertThat(alice.answer()).isEqualTo("an answer");
        }
        assertThat(turns()).isEqualTo(2);
    }

    @Test
    void fifty_new_sessions_have_fifty_names_that_nobody_guesses() {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            try (TestClient client = bridge.client()) {
                names.add(client.session());
            }
        }
        assertThat(names).hasSize(50).allSatisfy(name -> assertThat(name).hasSizeGreaterThanOrEqualTo(22));
    }

    /** A session in which Alice's first turn was run. */
    String alicesSession() {
        try (TestClient alice = bridge.client(ALICE)) {
            String session = alice.session();
            alice.say("alice's secret");
            assertThat(alice.answer()).isEqualTo("an answer");
            return session;
        }
    }

    long turns() {
        return bridge.orchestrator().requests(Endpoint.STREAM);
    }

    /** The error, and a {@code system} with a new name, which is answered. */
    static String assertShutOut(TestClient client, String session) {
        JsonObject error = client.next("error");
        assertThat(error.getString("code")).isEqualTo("forbidden_session");
        assertThat(error.getBoolean("retryable")).isFalse();
        String own = client.session();
        assertThat(own).isNotEqualTo(session);
        return own;
    }

    /** No message of a stranger went into the session, no word of it to a stranger, and no agent was shared. */
    private void assertNothingForeign(String session, int turns) {
        assertThat(turns()).isEqualTo(turns);
        Set<String> agents = new HashSet<>();
        Set<String> others = new HashSet<>();
        for (int i = 0; i < turns; i++) {
            JsonObject body = bridge.asked(Endpoint.STREAM, i);
            boolean hers = body.getString("session_id").equals(session);
            (hers ? agents : others).add(body.getString("agent_id"));
            if (!hers) {
                assertThat(bridge.conversation(i)).noneMatch(line -> line.contains("alice's secret"));
            }
            assertThat(bridge.conversation(i)).noneMatch(line -> line.contains("tell me") || line.contains("mine?"));
        }
        assertThat(agents).hasSize(1);
        assertThat(others).doesNotContainAnyElementsOf(agents);
    }
}
