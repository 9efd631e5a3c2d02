package nova.chat.endtoend;

import static nova.chat.testing.Get.get;
import static nova.chat.testing.Get.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Recorded;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import nova.chat.testing.Get;
import nova.chat.testing.RedisServer;
import nova.chat.testing.Service;
import nova.chat.testing.TestClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Liveness that depends on nothing, and readiness that tells what is away in time, whatever hangs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HealthTest {
    /** The promise is 2.5 s for a probe and 4.5 s for fifty; the rest is for a busy machine. */
    private static final Duration PROMISE = Duration.ofMillis(2_500 + 1_000);

    private static final Duration PROMISE_OF_FIFTY = Duration.ofMillis(4_500);

    private final RedisServer redis = RedisServer.started();

    @AfterAll
    void stop() {
        redis.close();
    }

    @Test
    void live_says_so_and_nothing_else_though_nothing_else_is_there() {
        try (Service service = Service.start("ORCHESTRATOR_URL", "http://127.0.0.1:1")) {
            HttpResponse<String> live = get(service.port(), "/health/live");
            assertThat(live.statusCode()).isEqualTo(200);
            assertThat(live.body()).isEqualTo("{\"status\":\"alive\"}");
            assertThat(live.headers().firstValue("cache-control")).hasValue("no-store");
        }
    }

    @Test
    void ready_says_that_both_are_there_and_which_store_it_is() {
        try (Bridge bridge = Bridge.start()) {
            assertThat(ready(bridge.service())).isEqualTo(new JsonObject("""
                            {"status": "ready", "checks": {"orchestrator": "ok", "store": "ok"},
                             "store": "memory", "draining": false}"""));
        }
        try (Bridge bridge = Bridge.start("REDIS_URL", redis.url())) {
            assertThat(ready(bridge.service()).getString("status")).isEqualTo("ready");
            assertThat(ready(bridge.service()).getString("store")).isEqualTo("redis");
            assertThat(get(bridge.service().port(), "/health/ready?strict=1").statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void readiness_asks_the_orchestrator_for_nothing_but_its_liveness() {
        try (Bridge bridge = Bridge.start()) {
            for (int i = 0; i < 5; i++) {
                ready(bridge.service());
            }
            assertThat(bridge.orchestrator().recorded())
                    .isNotEmpty()
                    .extracting(Recorded::endpoint, Recorded::uri)
                    .containsOnly(org.assertj.core.groups.Tuple.tuple(Endpoint.HEALTH, "/health/live"));
        }
    }

    @Test
    void an_orchestrator_that_refuses_or_fails_or_hangs_is_degraded_in_time() throws IOException {
        try (Service service = Service.start("ORCHESTRATOR_URL", "http://127.0.0.1:1")) {
            assertDegraded(service, "orchestrator", "unavailable");
        }
        try (Bridge bridge = Bridge.start()) {
            bridge.orchestrator().always(Endpoint.HEALTH, Script.refusal(500, "http://10.0.0.7:8000 is on fire"));
            assertDegraded(bridge.service(), "orchestrator", "unavailable");
            bridge.orchestrator().always(Endpoint.HEALTH, Script.mute().hang());
            assertDegraded(bridge.service(), "orchestrator", "timeout", "unavailable");
            bridge.orchestrator()
                    .always(
                            Endpoint.HEALTH,
                            Script.mute().raw("HTTP/1.1 200 OK\r\n").hang());
            assertDegraded(bridge.service(), "orchestrator", "timeout", "unavailable");
            bridge.orchestrator().unscript();
            assertThat(ready(bridge.service()).getString("status")).isEqualTo("ready");
        }
    }

    @Test
    void an_orchestrator_that_takes_no_connection_is_degraded_in_time() throws IOException {
        List<SocketChannel> crowd = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            for (int i = 0; i < 4; i++) { // more than its queue holds: whoever comes now gets no answer at all
                SocketChannel one = SocketChannel.open();
                one.configureBlocking(false);
                one.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), full.getLocalPort()));
                crowd.add(one);
            }
            try (Service service = Service.start("ORCHESTRATOR_URL", "http://127.0.0.1:" + full.getLocalPort())) {
                assertDegraded(service, "orchestrator", "timeout", "unavailable");
            }
        } finally {
            for (SocketChannel one : crowd) {
                one.close();
            }
        }
    }

    @Test
    void a_redis_that_is_away_or_hangs_is_degraded_in_time_and_ready_again_when_it_is_back() {
        try (RedisServer ours = RedisServer.stopped();
                Bridge bridge = Bridge.start("REDIS_URL", ours.url())) {
            assertDegraded(bridge.service(), "store", "unavailable", "timeout");
            ours.start();
            Bridge.eventually("ready", () -> isReady(bridge.service()));
            ours.pause();
            assertDegraded(bridge.service(), "store", "timeout", "unavailable");
            ours.resume();
            Bridge.eventually("ready again", () -> isReady(bridge.service()));
            ours.kill();
            assertDegraded(bridge.service(), "store", "unavailable", "timeout");
        }
    }

    @Test
    void fifty_probes_at_once_are_answered_in_time_and_liveness_meanwhile_though_all_hangs() {
        try (RedisServer ours = RedisServer.started();
                Bridge bridge = Bridge.start("REDIS_URL", ours.url())) {
            ours.pause();
            bridge.orchestrator().always(Endpoint.HEALTH, Script.mute().hang());
            int port = bridge.service().port();
            long start = System.nanoTime();
            List<CompletableFuture<HttpResponse<String>>> probes = Stream.generate(
                            () -> Get.later(port, "/health/ready"))
                    .limit(50)
                    .toList();
            long liveStart = System.nanoTime();
            assertThat(get(port, "/health/live").statusCode()).isEqualTo(200);
            assertThat(since(liveStart)).isLessThan(Duration.ofSeconds(1));
            assertThat(probes)
                    .extracting(probe -> json(probe.join()).getString("status"))
                    .containsOnly("degraded");
            assertThat(since(start)).isLessThan(PROMISE_OF_FIFTY);
            assertThat(bridge.orchestrator().requests(Endpoint.HEALTH)).isLessThan(10);
            ours.resume();
        }
    }

    @Test
    void while_it_drains_it_is_alive_and_not_ready() {
        Script.Gate gate = new Script.Gate();
        try (Bridge bridge = Bridge.start("DRAIN_TIMEOUT", "60s");
                TestClient client = bridge.client()) {
            bridge.orchestrator()
                    .next(Endpoint.STREAM, Script.stream().text("a").await(gate).done());
            client.session();
            client.say("hi").next("stream_chunk");
            bridge.service().stop();
            Bridge.eventually("draining", () -> ready(bridge.service()).getBoolean("draining"));
            assertThat(ready(bridge.service()).getString("status")).isEqualTo("degraded");
            assertThat(get(bridge.service().port(), "/health/ready?strict=1").statusCode())
                    .isEqualTo(503);
            assertThat(get(bridge.service().port(), "/health/live").statusCode())
                    .isEqualTo(200);
            gate.open();
            client.next("stream_end");
            assertThat(client.closeCode()).isEqualTo(1012);
        }
    }

    private static void assertDegraded(Service service, String check, String... words) {
        for (String path : new String[] {"/health/ready", "/health/ready?strict=1"}) {
            long start = System.nanoTime();
            HttpResponse<String> answer = get(service.port(), path);
            assertThat(since(start)).as(path).isLessThan(PROMISE);
            assertThat(answer.statusCode()).as(path).isEqualTo(path.endsWith("strict=1") ? 503 : 200);
            assertThat(json(answer).getString("status")).isEqualTo("degraded");
            assertThat(json(answer).getJsonObject("checks").getString(check)).isIn((Object[]) words);
            assertThat(answer.body()).doesNotContainPattern("\\d\\.\\d|localhost|:\\d|//");
        }
    }

    private static JsonObject ready(Service service) {
        HttpResponse<String> answer = get(service.port(), "/health/ready");
        assertThat(answer.statusCode()).isEqualTo(200);
        return json(answer);
    }

    private static boolean isReady(Service service) {
        return ready(service).getString("status").equals("ready");
    }

    private static Duration since(long startNanos) {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }
}
