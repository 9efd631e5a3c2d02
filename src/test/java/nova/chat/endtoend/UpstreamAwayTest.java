package nova.chat.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.standin.StandIn;
import nova.chat.testing.Bridge;
import nova.chat.testing.Service;
import nova.chat.testing.TestClient;
import nova.chat.testing.Upstream;
import org.junit.jupiter.api.Test;

/** While the Orchestrator cannot be reached, a message waits and says so; when it can, the message is answered. */
class UpstreamAwayTest {
    private static final Script FINE = Script.stream().text("fine").done();

    @Test
    void a_message_waits_for_an_orchestrator_that_went_and_is_answered_once_when_it_is_back() {
        try (Bridge bridge = Bridge.start();
                TestClient client = bridge.client()) {
            keepNoConnection(bridge);
            client.session();
            client.say("one");
            assertThat(client.answer()).isEqualTo("fine");
            bridge.stopOrchestrator();
            client.say("two").say("three");
            assertThat(client.next("queued").getInteger("position")).isEqualTo(1);
            assertThat(client.next("queued").getInteger("position")).isNotNull();
            assertThat(client.hears(2_000)).as("an end while it is away").isFalse();
            bridge.startOrchestrator();
            bridge.orchestrator().always(Endpoint.STREAM, FINE);
            assertThat(client.answer()).isEqualTo("fine");
            assertThat(client.answer()).isEqualTo("fine");
            assertThat(bridge.orchestrator().requests(Endpoint.STREAM)).isEqualTo(2);
            assertThat(bridge.conversation(0)).containsExactly("user: one", "assistant: fine", "user: two");
        }
    }

    @Test
    void the_very_first_message_waits_too_whoever_decides_on_keys() {
        for (String rule : List.of("", "false")) {
            try (Bridge bridge = Bridge.start("REQUIRE_AUTH", rule)) {
                bridge.stopOrchestrator();
                try (TestClient client = bridge.client()) {
                    client.session();
                    client.say("hello?");
                    JsonObject queued = client.next("queued");
                    assertThat(queued.getInteger("position")).isEqualTo(1);
                    assertThat(queued.getString("session_id")).isNotNull();
                    bridge.startOrchestrator();
                    bridge.orchestrator().always(Endpoint.STREAM, FINE);
                    assertThat(client.answer()).isEqualTo("fine");
                    assertThat(bridge.lastConversation()).containsExactly("user: hello?");
                    assertThat(bridge.orchestrator().requests(Endpoint.AGENTS)).isEqualTo(1);
                    assertThat(bridge.orchestrator().requests(Endpoint.STREAM)).isEqualTo(1);
                }
            }
        }
    }

    @Test
    void a_message_that_waited_long_enough_ends_with_an_error_and_stays_in_the_conversation() {
        try (Bridge bridge = Bridge.start("REQUIRE_AUTH", "false", "UPSTREAM_WAIT", "1s")) {
            bridge.stopOrchestrator();
            try (TestClient client = bridge.client()) {
                client.session();
                client.say("hello?");
                assertThat(client.next("queued").getInteger("position")).isEqualTo(1);
                unreachable(bridge.orchestratorPort(), client.next("error"));
                bridge.startOrchestrator();
                bridge.orchestrator().always(Endpoint.STREAM, FINE);
                client.say("again");
                assertThat(client.answer()).isEqualTo("fine");
                assertThat(bridge.lastConversation()).containsExactly("user: hello?", "user: again");
            }
        }
    }

    @Test
    void waiting_is_not_taken_from_the_turns_own_time() {
        StandIn.Options quick = Upstream.prompt();
        try (Bridge bridge = Bridge.start(quick, "REQUIRE_AUTH", "false", "TURN_TIMEOUT", "1s")) {
            bridge.stopOrchestrator();
            try (TestClient client = bridge.client()) {
                client.session();
                client.say("hello?");
                assertThat(client.next("queued")).isNotNull();
                assertThat(client.hears(2_000)).as("an end while it waits").isFalse();
                bridge.startOrchestrator();
                assertThat(client.answer()).isNotEmpty();
            }
        }
    }

    @Test
    void a_connect_that_hangs_is_given_up() throws IOException {
        try (Full full = new Full();
                Service service = Service.start(
                        "ORCHESTRATOR_URL",
                        "http://127.0.0.1:" + full.port(),
                        "UPSTREAM_CONNECT_TIMEOUT",
                        "500ms",
                        "UPSTREAM_WAIT",
                        "0s",
                        "REQUIRE_AUTH",
                        "false");
                TestClient client = service.client()) {
            client.session();
            for (int i = 0; i < 2; i++) {
                client.say("hello?");
                unreachable(full.port(), client.error());
            }
        }
    }

    /** A request on a kept connection that is just being closed may have been read: it ends as broken off, not as away. */
    private static void keepNoConnection(Bridge bridge) {
        JsonObject agent = new JsonObject().put("id", "11111111-2222-3333-4444-555555555555");
        bridge.orchestrator().always(Endpoint.AGENTS, Script.json(201, agent).header("connection", "close"));
        bridge.orchestrator().always(Endpoint.STREAM, FINE.header("connection", "close"));
    }

    private static void unreachable(int port, JsonObject error) {
        assertThat(error.getString("code")).isEqualTo("upstream_unreachable");
        assertThat(error.getBoolean("retryable")).isTrue();
        assertThat(error.getString("content"))
                .contains("Orchestrator")
                .doesNotContain("127.0.0.1", String.valueOf(port), "Exception");
    }

    /** A port whose queue of connections to be accepted is full: the next one is neither taken nor refused. */
    private static final class Full implements AutoCloseable {
        private static final int TAKEN_MAX = 20;

        private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        private final List<Socket> taken = new ArrayList<>();

        Full() throws IOException {
            while (take()) {
                assertThat(taken).as("the system accepts without end").hasSizeLessThan(TAKEN_MAX);
            }
        }

        int port() {
            return server.getLocalPort();
        }

        private boolean take() throws IOException {
            Socket socket = new Socket();
            try {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port()), 300);
                taken.add(socket);
                return true;
            } catch (SocketTimeoutException full) {
                socket.close();
                return false;
            }
        }

        @Override
        public void close() throws IOException {
            for (Socket socket : taken) {
                socket.close();
            }
            server.close();
        }
    }
}
