package nova.chat.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import nova.chat.Main;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.standin.StandIn;
import nova.chat.testing.Bridge;
import nova.chat.testing.RedisServer;
import nova.chat.testing.Service;
import nova.chat.testing.TestClient;
import nova.chat.testing.Upstream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A key is sent upstream and seen nowhere else: a process of its own, at DEBUG, through good times and bad. */
class KeysUnseenTest {
    /** In every key of this test, and in nothing else that is said or kept. */
    private static final String MARK = "5ecret";

    private static final String KEY = "sk-nova-" + MARK;

    @TempDir
    private Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final RedisServer redis = RedisServer.started();
    private final List<JsonObject> frames = new ArrayList<>();
    private StandIn orchestrator;

    @BeforeEach
    void start() {
        orchestrator = Service.await(StandIn.start(
                vertx, Upstream.prompt().withKeys(KEY, "sk-nova-second-" + MARK).recording(1_000)));
    }

    @AfterEach
    void stop() {
        Service.await(orchestrator.close());
        Service.await(vertx.close());
        redis.close();
    }

    @Test
    void in_no_log_line_no_frame_and_not_in_redis() throws Exception {
        Path log = directory.resolve("log");
        Process process = service(log);
        String kept;
        try {
            useEverything(port(log));
            kept = kept();
            process.destroy();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(Files.readAllLines(log))
                .anyMatch(line -> line.contains("\"DEBUG\""))
                .anyMatch(line -> line.contains("turn ended"))
                .noneMatch(line -> line.contains(MARK));
        assertThat(frames)
                .anyMatch(frame -> frame.getString("type").equals("error"))
                .noneMatch(frame -> frame.encode().contains(MARK));
        assertThat(kept).contains("nova:chat:").doesNotContain(MARK);
        assertThat(orchestrator.control().recorded(Endpoint.STREAM))
                .as("it was used")
                .anyMatch(request -> KEY.equals(request.header("X-API-Key")));
    }

    /** Every way in, and every way to fail that has a key at hand. */
    private void useEverything(int port) throws IOException {
        ask(port, "?token=" + KEY);
        ask(port, "", "X-API-Key", KEY);
        ask(port, "", "Authorization", "Bearer " + KEY);
        try (TestClient client = TestClient.connect(port, "")) {
            client.auth(KEY);
            String session = client.session();
            client.say("hi");
            take(client, "stream_end");
            client.auth("sk-nova-other-" + MARK).sendText("{\"type\":\"auth\",\"token\":[\"" + KEY + "\"]}");
            take(client, "error");
            client.sendText("{\"type\":\"auth\",\"token\":\"" + KEY);
            take(client, "error");
            client.sendText("{\"type\":\"" + KEY + "\"}");
            take(client, "error");
            client.say("hi", "no session " + KEY);
            take(client, "error");
            try (TestClient foreign = TestClient.connect(port, "?token=sk-nova-second-" + MARK)) {
                foreign.say("mine?", session);
                take(foreign, "error");
            }
        }
        refused(port, "?token=sk-nova-wrong-" + MARK);
        refused(port, "?token=%00" + MARK + "%0d%0aX-Evil:1");
        Raw.status(port, "/ws/chat?token=" + MARK + "%zz");
        Raw.status(port, "/ws/chat?token=" + MARK, "Origin: https://evil.example");
        Raw.status(Raw.request(port, "POST", "/ws/chat?token=" + MARK, "X-API-Key: " + KEY));
        Raw.status(Raw.request(port, "GET", "/nowhere?token=" + MARK, "Authorization: Bearer " + KEY));
        Raw.status(port, "/ws/chat?token=" + MARK + "k".repeat(10_000));
        failUpstream(port, Script.refusal(500, "Internal Server Error"));
        failUpstream(port, Script.refusal(401, "Invalid API key"));
        failUpstream(port, Script.mute().reset());
        failUpstream(port, Script.mute().raw("garbage\r\n\r\n").close());
        failUpstream(port, Script.stream().text("a").close());
        orchestrator.control().always(Endpoint.VALIDATE, Script.mute().reset());
        try (TestClient waiting = TestClient.connect(port, "?token=sk-nova-unjudged-" + MARK)) {
            waiting.say("hi");
            take(waiting, "queued");
            orchestrator.control().unscript();
            take(waiting, "error");
        }
    }

    private void failUpstream(int port, Script script) {
        try (TestClient client = TestClient.connect(port, "?token=" + KEY)) {
            client.session();
            orchestrator.control().next(Endpoint.STREAM, script);
            client.say("hi");
            take(client, "error");
        }
    }

    private void ask(int port, String query, String... headers) {
        try (TestClient client = TestClient.connect(port, query, headers)) {
            client.say("hi");
            take(client, "stream_end");
        }
    }

    private void refused(int port, String query) {
        try (TestClient client = TestClient.connect(port, query)) {
            take(client, "error");
            assertThat(client.closeCode()).isEqualTo(4001);
        }
    }

    /** Keeps the frames up to the first of a type. */
    private void take(TestClient client, String type) {
        JsonObject frame;
        do {
            frame = client.next();
            frames.add(frame);
        } while (!frame.getString("type").equals(type));
    }

    /** All that Redis holds, names and values. */
    private String kept() {
        StringBuilder kept = new StringBuilder();
        for (Object name : (List<?>) redis.command("KEYS", "*")) {
            String key = (String) name;
            Object value = switch ((String) redis.command("TYPE", key)) {
                case "string" -> redis.command("GET", key);
                case "hash" -> redis.command("HGETALL", key);
                case "list" -> redis.command("LRANGE", key, "0", "-1");
                case "stream" -> redis.command("XRANGE", key, "-", "+");
                case "zset" -> redis.command("ZRANGE", key, "0", "-1");
                default -> throw new AssertionError("what is " + key + "?");
            };
            kept.append(key).append(' ').append(value).append('\n');
        }
        return kept.toString();
    }

    private Process service(Path log) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-XX:TieredStopAtLevel=1", // starts faster
                Main.class.getName());
        builder.environment()
                .putAll(Map.of(
                        "ORCHESTRATOR_URL", orchestrator.url().toString(),
                        "REDIS_URL", redis.url(),
                        "SERVICE_HOST", "127.0.0.1",
                        "SERVICE_PORT", "0",
                        "LOG_LEVEL", "DEBUG",
                        "CORS_ALLOWED_ORIGINS", "https://app.example",
                        "STANDIN_API_KEYS", KEY,
                        "DRAIN_TIMEOUT", "200ms"));
        return builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    }

    private static int port(Path log) {
        Bridge.eventually("it listens", () -> listening(log).isPresent());
        return Integer.parseInt(String.valueOf(new JsonObject(listening(log).orElseThrow()).getValue("port")));
    }

    private static Optional<String> listening(Path log) {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> line.contains("\"listening\"") && line.endsWith("}"))
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
