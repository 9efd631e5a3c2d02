package nova.chat.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import nova.chat.testing.Proxy;
import nova.chat.testing.RedisServer;
import nova.chat.testing.ScriptedOrchestrator;
import nova.chat.testing.ServiceProcess;
import nova.chat.testing.TestClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** SIGTERM: new work is refused, what runs may end, everybody is sent away with 1012, and the status is 0 in time. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StopIT {
    private static final Duration SOON = Duration.ofSeconds(5);
    /** What is promised beyond DRAIN_TIMEOUT. */
    private static final Duration EXTRA = Duration.ofSeconds(6);
    /** Saving is tried for 6 s where nobody waits; here Redis may take its 3 s once, and the goodbyes 1.5 s. */
    private static final Duration ONE_COMMAND_AND_MORE = Duration.ofMillis(5_700);

    private final ScriptedOrchestrator orchestrator = new ScriptedOrchestrator(100);
    private RedisServer redis;

    @BeforeAll
    void start() {
        redis = RedisServer.started();
    }

    @AfterEach
    void unscript() {
        orchestrator.control().unscript();
    }

    @AfterAll
    void stop() {
        orchestrator.close();
        redis.close();
    }

    @Test
    void an_idle_service_says_goodbye_and_is_gone_at_once() {
        try (ServiceProcess service = service("8s");
                TestClient spoke = service.client();
                TestClient silent = service.client()) {
            orchestrator
                    .control()
                    .next(Endpoint.STREAM, Script.stream().text("a").done());
            spoke.session();
            spoke.say("hi").answer();
            silent.session();
            service.terminate();
            assertThat(spoke.closeCode()).isEqualTo(1012);
            assertThat(silent.closeCode()).isEqualTo(1012);
            assertThat(service.exit(SOON)).isZero();
            assertThat(service.complaints()).isEmpty();
        }
    }

    @Test
    void a_running_turn_ends_for_its_viewers_while_new_work_is_refused() {
        Script.Gate gate = new Script.Gate();
        try (ServiceProcess service = service("60s");
                TestClient client = service.client();
                TestClient idle = service.client()) {
            orchestrator
                    .control()
                    .next(
                            Endpoint.STREAM,
                            Script.stream().text("a").await(gate).text("b").done());
            client.session();
            client.say("first").next("stream_chunk");
            client.say("second").next("queued");
            idle.session();
            service.terminate();
            assertThat(idle.closeCode()).isEqualTo(1012);
            client.say("third");
            assertThat(client.error().getString("code")).isEqualTo("draining");
            try (TestClient late = service.client()) {
                assertThat(late.next("error").getString("code")).isEqualTo("draining");
                assertThat(late.closeCode()).isEqualTo(1012);
            }
            gate.open();
            assertThat(client.answer()).isEqualTo("b");
            assertThat(client.closeCode()).isEqualTo(1012);
            assertThat(service.exit(SOON)).isZero();
            assertThat(orchestrator.lastConversation()).containsExactly("user: first");
            assertThat((List<?>) redis.command("KEYS", "nova:chat:{*}:queue"))
                    .as("what waits is there for the next replica")
                    .hasSize(1);
        }
    }

    @Test
    void a_turn_that_takes_too_long_is_interrupted_and_its_text_so_far_is_kept() {
        try (ServiceProcess service = service("1s");
                TestClient client = service.client()) {
            orchestrator
                    .control()
                    .next(Endpoint.STREAM, Script.stream().text("so far").hang());
            String session = client.session();
            client.say("hi").next("stream_chunk");
            service.terminate();
            JsonObject end = client.next("error");
            assertThat(end.getString("code")).isEqualTo("interrupted");
            assertThat(end.getBoolean("retryable")).isTrue();
            assertThat(client.closeCode()).isEqualTo(1012);
            assertThat(service.exit(EXTRA.plusSeconds(1))).isZero();
            List<?> kept = (List<?>) redis.command("LRANGE", "nova:chat:{" + session + "}:messages", "0", "-1");
            assertThat(kept).hasSize(2);
            JsonObject answer = new JsonObject((String) kept.get(1));
            assertThat(answer.getString("content")).isEqualTo("so far");
            assertThat(answer.getString("state")).isEqualTo("interrupted");
        }
    }

    @Test
    void nothing_that_hangs_keeps_it_from_ending_in_time() {
        try (RedisServer server = RedisServer.started();
                Proxy hung = Proxy.to(server.port());
                ServiceProcess service = service("300ms", "REDIS_URL", "redis://127.0.0.1:" + hung.port() + "/3");
                TestClient running = service.client();
                TestClient saving = service.client();
                TestClient beginning = service.client()) {
            Script.Gate gate = new Script.Gate();
            orchestrator
                    .control()
                    .next(
                            Endpoint.STREAM,
                            Script.stream().text("so far").hang(),
                            Script.stream().text("whole").await(gate).done());
            running.session();
            running.say("hi").next("stream_chunk");
            saving.session();
            saving.say("hi").next("stream_chunk");
            beginning.session();
            hung.swallow(Proxy.Way.TO_SERVER);
            gate.open();
            String message = "hi ".repeat(10_000); // long: so that one can see it on its way
            beginning.say(message);
            Bridge.eventually("the store was asked to begin", () -> hung.swallowed() > message.length());
            long asked = System.nanoTime();
            service.terminate();
            for (TestClient client : List.of(running, saving, beginning)) {
                assertThat(client.error().getString("code")).isIn("interrupted", "store_unavailable", "draining");
                assertThat(client.closeCode()).isEqualTo(1012);
            }
            assertThat(service.exit(EXTRA)).isZero();
            assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(ONE_COMMAND_AND_MORE);
            assertThat(service.log())
                    .last()
                    .extracting(line -> line.getString("message"))
                    .isEqualTo("stopped");
        }
    }

    @Test
    void a_message_that_waits_for_an_orchestrator_that_is_away_does_not_keep_it() {
        try (ServiceProcess service = service("300ms", "ORCHESTRATOR_URL", "http://127.0.0.1:1");
                TestClient client = service.client()) {
            client.session();
            client.say("hi").next("queued");
            service.terminate();
            assertThat(client.error().getString("code")).isIn("interrupted", "draining");
            assertThat(client.closeCode()).isEqualTo(1012);
            assertThat(service.exit(SOON)).isZero();
        }
    }

    @Test
    void a_second_sigterm_changes_nothing() {
        Script.Gate gate = new Script.Gate();
        try (ServiceProcess service = service("60s");
                TestClient client = service.client()) {
            orchestrator
                    .control()
                    .next(Endpoint.STREAM, Script.stream().text("a").await(gate).done());
            client.session();
            client.say("first").next("stream_chunk");
            service.terminate();
            Bridge.eventually("it stops", () -> stopping(service) == 1);
            client.say("second");
            assertThat(client.error().getString("code")).isEqualTo("draining");
            service.terminate();
            client.say("third");
            assertThat(client.error().getString("code")).isEqualTo("draining");
            gate.open();
            client.next("stream_end");
            assertThat(service.exit(SOON)).isZero();
            assertThat(stopping(service)).isEqualTo(1);
        }
    }

    private static long stopping(ServiceProcess service) {
        return service.lines().stream()
                .filter(line -> line.contains("\"stopping\""))
                .count();
    }

    private ServiceProcess service(String drain, String... settings) {
        return ServiceProcess.start(Stream.concat(
                        Stream.of(
                                "ORCHESTRATOR_URL",
                                orchestrator.url(),
                                "REDIS_URL",
                                redis.url(),
                                "DRAIN_TIMEOUT",
                                drain),
                        Stream.of(settings))
                .toArray(String[]::new));
    }
}
