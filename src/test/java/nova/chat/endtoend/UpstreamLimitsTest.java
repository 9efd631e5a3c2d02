package nova.chat.endtoend;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static nova.chat.standin.Script.FOR_EVER;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.standin.Sse;
import nova.chat.testing.Bridge;
import nova.chat.testing.TestClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** An answer that is silent, endless or too large is ended, here and upstream, and the connection goes on. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UpstreamLimitsTest {
    private static final int MAX_BYTES = 65_536;
    private static final String HEARTBEAT = "data: " + Sse.heartbeat(ofSeconds(3)) + "\n\n";

    private Bridge bridge;

    @BeforeAll
    void start() {
        bridge = Bridge.start(
                "UPSTREAM_STALL_TIMEOUT", "4s", "TURN_TIMEOUT", "8s", "TURN_MAX_BYTES", String.valueOf(MAX_BYTES));
    }

    @AfterAll
    void stop() {
        bridge.close();
    }

    @Test
    void heartbeats_keep_a_silent_turn_alive() {
        bridge.orchestrator()
                .next(
                        Endpoint.STREAM,
                        Script.stream()
                                .quiet(ofSeconds(6), ofSeconds(1))
                                .text("at last")
                                .done());
        try (TestClient client = bridge.client()) {
            client.session();
            client.say("hi");
            assertThat(client.answer()).isEqualTo("at last");
        }
    }

    @Test
    void silence_is_a_stall() {
        endsWith("upstream_stalled", true, Script.stream().text("par").hang());
    }

    @Test
    void a_line_that_drips_is_silence() {
        endsWith("upstream_stalled", true, Script.stream().write("data: ").repeat(FOR_EVER, "x", ofMillis(200)));
    }

    @Test
    void heartbeats_alone_do_not_keep_a_turn_alive_for_ever() {
        endsWith("upstream_timeout", true, Script.stream().repeat(FOR_EVER, HEARTBEAT, ofMillis(500)));
    }

    @Test
    void an_endless_line_is_broken_off() {
        endsWith("output_limit", false, Script.stream().write("data: ").repeat(FOR_EVER, "x".repeat(1_000), ZERO));
    }

    @Test
    void an_endless_line_that_means_nothing_is_broken_off() {
        endsWith("output_limit", false, Script.stream().repeat(FOR_EVER, "x".repeat(1_000), ZERO));
    }

    @Test
    void an_endless_event_of_many_lines_is_broken_off() {
        endsWith("output_limit", false, Script.stream().repeat(FOR_EVER, "data: x\n", ZERO));
    }

    @Test
    void an_endless_answer_is_cut_at_the_limit() {
        bridge.orchestrator().next(Endpoint.STREAM, Script.stream().deltas(FOR_EVER, 100, ZERO));
        try (TestClient client = bridge.client()) {
            client.session();
            client.say("hi");
            int chars = 0;
            JsonObject frame = client.next();
            for (; frame.getString("type").equals("stream_chunk"); frame = client.next()) {
                chars += frame.getString("delta").length();
            }
            assertThat(frame.getString("code")).isEqualTo("output_limit");
            assertThat(chars).isBetween(MAX_BYTES - 100, MAX_BYTES);
            goesOn(client);
        }
    }

    @Test
    void an_agents_creation_has_no_longer_than_the_header_timeout() {
        try (Bridge impatient = Bridge.start("UPSTREAM_CONNECT_TIMEOUT", "5s", "UPSTREAM_HEADER_TIMEOUT", "300ms");
                TestClient client = impatient.client()) {
            client.session();
            impatient.orchestrator().next(Endpoint.AGENTS, Script.mute().hang());
            long begun = System.nanoTime();
            client.say("hi");
            assertThat(client.next("error").getString("code")).isEqualTo("upstream_timeout");
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(ofSeconds(4));
        }
    }

    private void endsWith(String code, boolean retryable, Script script) {
        bridge.orchestrator().next(Endpoint.STREAM, script);
        try (TestClient client = bridge.client()) {
            client.session();
            client.say("hi");
            long begun = System.nanoTime();
            JsonObject error = client.error();
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(ofSeconds(15));
            assertThat(error.getString("code")).isEqualTo(code);
            assertThat(error.getBoolean("retryable")).isEqualTo(retryable);
            goesOn(client);
        }
    }

    private void goesOn(TestClient client) {
        Bridge.eventually(
                "the stream is closed upstream", () -> bridge.orchestrator().openStreams() == 0);
        bridge.orchestrator().next(Endpoint.STREAM, Script.stream().text("fine").done());
        client.say("again");
        assertThat(client.answer()).isEqualTo("fine");
        assertThat(bridge.lastConversation()).containsExactly("user: hi", "user: again");
    }
}
