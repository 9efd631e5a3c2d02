package nova.chat.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import nova.chat.testing.Get;
import nova.chat.testing.RedisServer;
import nova.chat.testing.ScriptedOrchestrator;
import nova.chat.testing.ServiceProcess;
import nova.chat.testing.TestClient;
import nova.chat.testing.Upstream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a running process prints: for machines, at the level that was asked for, and nothing of what users bring. */
class LogIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String KEY = "sk-nova-Quetzalcoatlus1";
    private static final String BAD_KEY = "sk-nova-Quetzalcoatlus2";
    private static final String TEXT = "Archaeopteryx";
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    private final ScriptedOrchestrator orchestrator =
            new ScriptedOrchestrator(Upstream.prompt().withKeys(KEY));

    @AfterEach
    void stop() {
        orchestrator.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"DEBUG", "INFO"})
    void every_line_is_one_object_with_its_fields_and_none_holds_a_users_text_or_key(String level) {
        try (RedisServer redis = RedisServer.started();
                ServiceProcess service = start("LOG_LEVEL", level, "REDIS_URL", redis.url())) {
            goodAndFailingTurns(service);
            redis.kill();
            try (TestClient client = service.client("?token=" + KEY)) {
                client.session();
                assertThat(client.say(TEXT).error().getString("code")).isEqualTo("store_unavailable");
            }
            service.terminate();
            assertThat(service.exit(SOON)).isZero();

            assertThat(service.complaints()).isEmpty();
            assertThat(service.lines()).noneMatch(line -> line.contains("Quetzalcoatlus") || line.contains(TEXT));
            assertThat(service.log()).isNotEmpty().allSatisfy(line -> {
                assertThat(Instant.parse(line.getString("timestamp"))).isBefore(Instant.now());
                assertThat(line.getString("level")).isIn("DEBUG", "INFO", "WARNING", "ERROR");
                assertThat(line.getString("logger")).isNotBlank();
                assertThat(line.getString("message")).isNotBlank();
                assertThat(line.getString("service")).isEqualTo("chat-api");
            });
        }
    }

    @Test
    void a_turns_line_names_its_session_turn_and_trace_and_a_connections_its_session() {
        try (ServiceProcess service = start();
                TestClient client =
                        service.client("?token=" + KEY, "traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01")) {
            String session = client.session();
            client.say(TEXT).answer();
            Bridge.eventually("it is logged", () -> lines(service, "turn ended").size() == 1);
            JsonObject line = lines(service, "turn ended").get(0);
            assertThat(line.getString("session")).isEqualTo(session);
            assertThat(line.getString("turn")).isNotBlank();
            assertThat(line.getString("trace")).isEqualTo(TRACE);
            assertThat(line.getString("end")).isEqualTo("complete");
            assertThat(line.getInteger("bytes")).isPositive();
            assertThat(line.getLong("duration_ms")).isNotNegative();
            service.terminate();
            assertThat(client.closeCode()).isEqualTo(1012);
            assertThat(service.exit(SOON)).isZero();
            JsonObject closing = lines(service, "closing connection").get(0);
            assertThat(closing.getString("connection")).isNotBlank();
            assertThat(closing.getString("session")).isEqualTo(session);
        }
    }

    @ParameterizedTest
    @CsvSource({"DEBUG, DEBUG INFO WARNING", "INFO, INFO WARNING", "WARNING, WARNING", "error, ''"})
    void nothing_below_the_level_is_printed_and_what_is_above_is(String level, String expected) {
        int port = ServiceProcess.freePort();
        try (ServiceProcess service = launch("LOG_LEVEL", level, "SERVICE_PORT", String.valueOf(port))) {
            Bridge.eventually("it listens", () -> listens(port));
            try (TestClient client = TestClient.connect(port, "?token=" + KEY)) {
                orchestrator.control().next(Endpoint.STREAM, Script.refusal(500, "out of order"));
                client.session();
                client.say(TEXT).error();
            }
            service.terminate();
            assertThat(service.exit(SOON)).isZero();
            assertThat(service.log().stream()
                            .map(line -> line.getString("level"))
                            .distinct()
                            .sorted()
                            .collect(Collectors.joining(" ")))
                    .isEqualTo(expected);
        }
    }

    /** Answers, upstream's refusals with the text in them, broken frames with text in them, wrong keys. */
    private void goodAndFailingTurns(ServiceProcess service) {
        String echo = "You said " + TEXT + " with " + KEY;
        orchestrator
                .control()
                .next(
                        Endpoint.STREAM,
                        Script.stream().text(echo).done(),
                        Script.refusal(500, echo),
                        Script.refusal(422, echo),
                        Script.stream()
                                .text(echo)
                                .event(new JsonObject().put("error", echo).encode())
                                .done(),
                        Script.stream().text(echo).close(),
                        Script.answer(200, "text/html", echo),
                        Script.mute().raw(echo + "\r\n\r\n"),
                        Script.refusal(401, echo));
        try (TestClient client = service.client("?token=" + KEY, "Cookie", TEXT, "User-Agent", TEXT)) {
            client.session();
            client.say(TEXT).answer();
            for (int turn = 1; turn < 8; turn++) {
                client.say(TEXT).error();
            }
            for (String broken : List.of(TEXT, "{\"" + TEXT, "{\"type\":\"" + TEXT + "\"}", "[\"" + TEXT + "\"]")) {
                client.sendText(broken).error();
            }
            client.say(TEXT, TEXT + " {no id}").error();
            client.sendBinary(TEXT.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            assertThat(client.closeCode()).isEqualTo(1003);
        }
        for (String query :
                List.of("?token=" + BAD_KEY, "?token=" + BAD_KEY + TEXT + "%20%00&session_id=" + TEXT + "%20")) {
            try (TestClient client = service.client(query)) {
                assertThat(client.closeCode()).isEqualTo(4001);
            }
        }
        try (TestClient client = service.client()) {
            client.auth(BAD_KEY);
            assertThat(client.closeCode()).isEqualTo(4001);
        }
    }

    private ServiceProcess start(String... settings) {
        return ServiceProcess.start(withOrchestrator(settings));
    }

    private ServiceProcess launch(String... settings) {
        String[] local = {"SERVICE_HOST", "127.0.0.1", "REDIS_URL", "memory"};
        String[] all = Stream.of(local, settings).flatMap(Stream::of).toArray(String[]::new);
        return ServiceProcess.launch(List.of(), List.of(), withOrchestrator(all));
    }

    private String[] withOrchestrator(String... settings) {
        return Stream.concat(Stream.of("ORCHESTRATOR_URL", orchestrator.url()), Stream.of(settings))
                .toArray(String[]::new);
    }

    private static List<JsonObject> lines(ServiceProcess service, String message) {
        return service.log().stream()
                .filter(line -> line.getString("message").startsWith(message))
                .toList();
    }

    private static boolean listens(int port) {
        try {
            return Get.get(port, "/health/live").statusCode() == 200;
        } catch (UncheckedIOException notYet) {
            return false;
        }
    }
}
