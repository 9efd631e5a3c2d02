package nova.chat.endtoend;

import static nova.chat.testing.Bridge.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.stream.IntStream;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Recorded;
import nova.chat.standin.Script;
import nova.chat.standin.StandIn;
import nova.chat.testing.Bridge;
import nova.chat.testing.Service;
import nova.chat.testing.TestClient;
import nova.chat.testing.Upstream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Inside without a verdict, because the Orchestrator is away: what may be done meanwhile, and what happens after. */
class ProvisionalTest {
    private static final String KEY = "sk-nova-good";
    private static final String WRONG = "sk-nova-wrong";

    private Bridge bridge;

    @BeforeEach
    void start() {
        bridge = Bridge.start(Upstream.prompt().withKeys(KEY).recording(1_000), "KEY_CACHE", "0s");
        bridge.orchestrator().always(Endpoint.STREAM, Script.stream().text("ok").done());
    }

    @AfterEach
    void stop() {
        bridge.close();
    }

    @Test
    void an_orchestrator_that_refuses_connections_is_waited_for() throws Exception {
        Vertx vertx = Vertx.vertx();
        int port = freePort();
        try (Service service = Service.start("ORCHESTRATOR_URL", "http://127.0.0.1:" + port);
                TestClient good = service.client("?token=" + KEY);
                TestClient wrong = service.client("?token=" + WRONG);
                TestClient none = service.client()) {
            for (TestClient client : List.of(good, wrong, none)) {
                client.session();
                client.say("hi");
                assertThat(client.next("queued").getString("reason")).isEqualTo("upstream_down");
            }
            StandIn orchestrator = Service.await(
                    StandIn.start(vertx, Upstream.prompt().withPort(port).withKeys(KEY)));
            orchestrator
                    .control()
                    .always(Endpoint.STREAM, Script.stream().text("ok").done());
            assertThat(good.answer()).isEqualTo("ok");
            assertDropped(wrong, 1);
            assertDropped(none, 1);
            assertThat(orchestrator.control().requests(Endpoint.STREAM)).isEqualTo(1);
        } finally {
            Service.await(vertx.close());
        }
    }

    @Test
    void a_good_verdict_runs_what_waited_in_order_and_then_what_comes() {
        away();
        try (TestClient client = bridge.client("?token=" + KEY)) {
            client.session();
            for (int i = 1; i <= 5; i++) {
                client.say("message " + i);
                assertThat(client.next("queued").getInteger("position")).isEqualTo(i);
            }
            assertThat(sent()).isZero();
            back();
            for (int i = 1; i <= 5; i++) {
                assertThat(client.answer()).isEqualTo("ok");
            }
            client.say("message 6");
            assertThat(client.answer()).isEqualTo("ok");
        }
        assertThat(IntStream.range(0, 6)
                        .mapToObj(bridge::conversation)
                        .map(messages -> messages.get(messages.size() - 1)))
                .containsExactly(
                        "user: message 1",
                        "user: message 2",
                        "user: message 3",
                        "user: message 4",
                        "user: message 5",
                        "user: message 6");
        assertThat(bridge.request(Endpoint.STREAM, 0).header("X-API-Key")).isEqualTo(KEY);
    }

    @ParameterizedTest
    @CsvSource({"?token=" + WRONG, "''"})
    void a_bad_verdict_drops_what_waited_with_an_error_each_and_sends_nothing_on(String query) {
        away();
        try (TestClient client = bridge.client(query)) {
            client.session();
            for (int i = 0; i < 3; i++) {
                client.say("message " + i).next("queued");
            }
            back();
            assertDropped(client, 3);
        }
        assertThat(sent()).isZero();
    }

    @Test
    void as_many_wait_as_may_wait_in_a_session() {
        away();
        try (TestClient client = bridge.client("?token=" + KEY)) {
            client.session();
            for (int i = 1; i <= 20; i++) {
                client.say("message " + i).next("queued");
            }
            assertThat(client.say("one more").next("error").getString("code")).isEqualTo("queue_full");
            back();
            for (int i = 1; i <= 20; i++) {
                assertThat(client.answer()).isEqualTo("ok");
            }
        }
        assertThat(sent()).isEqualTo(20);
    }

    @Test
    void a_key_brought_while_waiting_is_the_one_that_is_judged() {
        away();
        try (TestClient client = bridge.client()) {
            client.session();
            client.auth(KEY).say("hi").next("queued");
            back();
            assertThat(client.answer()).isEqualTo("ok");
        }
        assertThat(bridge.request(Endpoint.STREAM, 0).header("X-API-Key")).isEqualTo(KEY);
    }

    @Test
    void a_session_of_a_key_stays_shut_until_the_verdict() {
        String session;
        try (TestClient owner = bridge.client("?token=" + KEY)) {
            session = owner.session();
            owner.say("mine");
            owner.answer();
        }
        away();
        for (String query : List.of("?token=" + WRONG, "")) {
            String link = query + (query.isEmpty() ? "?" : "&") + "session_id=" + session;
            try (TestClient client = bridge.client(link)) {
                assertThat(client.next("error").getString("code")).isEqualTo("auth_unavailable");
                assertThat(client.session()).isNotEqualTo(session);
            }
            try (TestClient client = bridge.client(query)) {
                String own = client.session();
                JsonObject error = client.say("let me in", session).next("error");
                assertThat(error.getString("code")).isEqualTo("auth_unavailable");
                assertThat(error.getBoolean("retryable")).isTrue();
                client.say("then here");
                assertThat(client.next("queued").getString("session_id")).isEqualTo(own);
            }
        }
        assertThat(sent()).isEqualTo(1);
    }

    @Test
    void messages_to_several_sessions_keep_their_order_over_the_verdict() {
        int said = 0;
        away();
        try (TestClient client = bridge.client("?token=" + KEY)) {
            client.session();
            for (String session : List.of("a", "b", "a", "b")) {
                client.say("message " + ++said, session);
                assertThat(client.session()).isEqualTo(session);
                client.next("queued");
            }
            back();
            eventually("all are sent", () -> sent() == 4);
        }
        assertThat(lastMessages("a")).containsExactly("message 1", "message 3");
        assertThat(lastMessages("b")).containsExactly("message 2", "message 4");
    }

    @Test
    void a_client_that_left_before_the_verdict_is_not_spoken_for() {
        away();
        try (TestClient client = bridge.client("?token=" + KEY)) {
            client.session();
            client.say("hi").next("queued");
        }
        back();
        try (TestClient next = bridge.client("?token=" + KEY)) {
            next.session();
            next.say("hello");
            assertThat(next.answer()).isEqualTo("ok");
        }
        assertThat(sent()).isEqualTo(1);
    }

    private void away() {
        bridge.orchestrator().always(Endpoint.VALIDATE, Script.refusal(503, "Starting"));
    }

    private void back() {
        bridge.orchestrator().unscript();
        bridge.orchestrator().always(Endpoint.STREAM, Script.stream().text("ok").done());
    }

    /** What each turn of a session was to answer, in order. */
    private List<String> lastMessages(String session) {
        return bridge.orchestrator().recorded(Endpoint.STREAM).stream()
                .map(Recorded::json)
                .filter(body -> session.equals(body.getString("session_id")))
                .map(body -> body.getJsonArray("messages"))
                .map(messages -> messages.getJsonObject(messages.size() - 1).getString("content"))
                .toList();
    }

    private long sent() {
        return bridge.orchestrator().requests(Endpoint.STREAM);
    }

    private static void assertDropped(TestClient client, int waiting) {
        for (int i = 0; i <= waiting; i++) {
            assertThat(client.next("error").getString("code")).isEqualTo("unauthorized");
        }
        assertThat(client.closeCode()).isEqualTo(4001);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
