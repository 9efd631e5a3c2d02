package nova.chat.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.standin.Sse;
import nova.chat.testing.Bridge;
import nova.chat.testing.RedisServer;
import nova.chat.testing.ScriptedOrchestrator;
import nova.chat.testing.ServiceProcess;
import nova.chat.testing.TestClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many at once, and much at once, in a small heap: {@code -Xmx256m}, and under 512 MB resident. */
class CrowdIT {
    private static final List<String> SMALL = List.of("-Xmx256m");
    private static final long MAX_RESIDENT_BYTES = 512L * 1024 * 1024;
    /** As upstream does it: a thousand clients may take longer to ask than an answer may be silent. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(3);

    private RedisServer redis;
    private ScriptedOrchestrator orchestrator;
    private ServiceProcess service;

    @BeforeEach
    void start() {
        redis = RedisServer.started();
        orchestrator = new ScriptedOrchestrator(0);
        service = ServiceProcess.start(
                SMALL, "ORCHESTRATOR_URL", orchestrator.url(), "REDIS_URL", redis.url(), "WS_MAX_PER_IP", "3000");
    }

    @AfterEach
    void stop() {
        service.close();
        orchestrator.close();
        redis.close();
    }

    @Test
    void a_thousand_turns_at_a_time_and_a_thousand_idle_connections_fit() {
        Script.Gate gate = new Script.Gate();
        orchestrator
                .control()
                .always(
                        Endpoint.STREAM,
                        Script.stream()
                                .text("<")
                                .await(gate, HEARTBEAT)
                                .deltas(50, 40, Duration.ofMillis(20))
                                .text(">")
                                .done());
        List<TestClient> idle = connected(1_000);
        List<TestClient> busy = connected(1_000);
        for (TestClient client : busy) {
            client.session();
            client.say("hi");
        }
        Bridge.eventually("all turns run", () -> orchestrator.control().openStreams() == busy.size());
        gate.open();
        String expected = IntStream.range(0, 50).mapToObj(i -> Sse.delta(i, 40)).reduce("<", String::concat) + ">";
        for (TestClient client : busy) {
            assertThat(client.answer()).isEqualTo(expected);
        }
        assertThat(idle).allMatch(client -> !client.isClosed());
        Stream.of(idle, busy).flatMap(List::stream).forEach(TestClient::close);
        assertSmallAndQuiet("2,000 connections, 1,000 turns at a time");
    }

    @Test
    void ten_megabytes_in_one_answer_fit_and_so_does_the_next_message_that_sends_them_back() {
        orchestrator
                .control()
                .next(
                        Endpoint.STREAM,
                        Script.stream().deltas(10_000, 1_000, Duration.ZERO).done());
        orchestrator.control().next(Endpoint.STREAM, Script.stream().text("ok").done());
        try (TestClient client = service.client()) {
            client.session();
            assertThat(client.say("hi").answer()).hasSize(10_000_000);
            assertThat(client.say("and now?").answer()).isEqualTo("ok");
        }
        assertSmallAndQuiet("an answer of 10 MB");
    }

    @Test
    void a_hundred_sessions_that_come_back_at_once_are_served_in_time_by_the_agents_they_had() {
        orchestrator
                .control()
                .always(Endpoint.STREAM, Script.stream().text("ok").done());
        List<String> sessions = new ArrayList<>();
        for (TestClient client : connected(100)) {
            sessions.add(client.session());
            client.say("hi").answer();
            client.vanish();
        }
        assertThat(orchestrator.control().requests(Endpoint.AGENTS)).isEqualTo(100);
        long start = System.nanoTime();
        List<TestClient> back = sessions.parallelStream()
                .map(session -> service.client("?session_id=" + session))
                .toList();
        for (int i = 0; i < back.size(); i++) {
            JsonObject system = back.get(i).next("system");
            assertThat(system.getString("session_id")).isEqualTo(sessions.get(i));
            assertThat(system.getString("agent_id")).isNotBlank();
            back.get(i).say("again");
        }
        for (TestClient client : back) {
            assertThat(client.answer()).isEqualTo("ok");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
        assertThat(orchestrator.control().requests(Endpoint.AGENTS)).isEqualTo(100);
        back.forEach(TestClient::close);
    }

    private List<TestClient> connected(int count) {
        return Stream.generate(service::client).limit(count).toList();
    }

    private void assertSmallAndQuiet(String what) {
        long resident = service.peakResidentBytes();
        System.out.printf("%s: at most %d MB resident%n", what, resident / (1024 * 1024));
        assertThat(resident).isLessThan(MAX_RESIDENT_BYTES);
        assertThat(service.log())
                .allSatisfy(line ->
                        assertThat(line.getString("level")).as(line.encode()).isEqualTo("INFO"));
        assertThat(service.complaints()).isEmpty();
    }
}
