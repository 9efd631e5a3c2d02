package nova.chat.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import nova.chat.testing.Service;
import nova.chat.testing.TestClient;
import org.junit.jupiter.api.Test;

/** How the service ends, as far as it shows without a process of its own. */
class StopTest {
    private static final int CHARS = 15_000_000; // beyond what the system's socket buffers take

    @Test
    void stopping_twice_is_stopping_once() {
        Script.Gate gate = new Script.Gate();
        try (Bridge bridge = Bridge.start("DRAIN_TIMEOUT", "60s");
                TestClient client = bridge.client()) {
            bridge.orchestrator()
                    .next(Endpoint.STREAM, Script.stream().text("a").await(gate).done());
            client.session();
            client.say("hi").next("stream_chunk");
            Future<Void> first = bridge.service().stop();
            Future<Void> second = bridge.service().stop();
            gate.open();
            Service.await(first);
            Service.await(second);
            client.next("stream_end");
            assertThat(client.closeCode()).isEqualTo(1012);
        }
    }

    @Test
    void who_reads_slowly_gets_what_is_left_before_the_goodbye() throws Exception {
        try (Bridge bridge = Bridge.start("DRAIN_TIMEOUT", "30s")) {
            bridge.orchestrator()
                    .next(
                            Endpoint.STREAM,
                            Script.stream()
                                    .deltas(CHARS / 1_000, 1_000, Duration.ZERO)
                                    .done());
            Lazy lazy = new Lazy(bridge.service().port());
            lazy.socket.sendText("{\"type\":\"user\",\"content\":\"hi\"}", true).join();
            Bridge.eventually("it is asked", () -> bridge.orchestrator().requests(Endpoint.STREAM) == 1);
            Bridge.eventually("it is answered", () -> bridge.orchestrator().openStreams() == 0);
            Future<Void> stopped = bridge.service().stop();
            lazy.socket.request(Long.MAX_VALUE);
            assertThat(lazy.closed.get(30, TimeUnit.SECONDS)).isEqualTo(1012);
            assertThat(lazy.last.getString("type")).isEqualTo("stream_end");
            assertThat(lazy.chars).isEqualTo(CHARS);
            Service.await(stopped);
        }
    }

    /** A client that reads nothing until it is told to. */
    private static final class Lazy implements WebSocket.Listener {
        final CompletableFuture<Integer> closed = new CompletableFuture<>();
        final WebSocket socket;
        private final StringBuilder message = new StringBuilder();
        JsonObject last = new JsonObject();
        int chars;

        Lazy(int port) {
            socket = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .buildAsync(URI.create("ws://127.0.0.1:" + port + "/ws/chat"), this)
                    .join();
        }

        @Override
        public void onOpen(WebSocket webSocket) {}

        @Override
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean whole) {
            message.append(data);
            if (whole) {
                last = new JsonObject(message.toString());
                chars += last.getString("delta", "").length();
                message.setLength(0);
            }
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
            closed.complete(statusCode);
            return null;
        }

        @Override
        public void onError(WebSocket webSocket, Throwable error) {
            closed.complete(1006);
        }
    }
}
