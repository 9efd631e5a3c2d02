package nova.chat.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.stream.IntStream;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import nova.chat.testing.Upstream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a v2 client comes in, and what ends it for not keeping to v2. */
class V2DoorTest {
    private static final String KEY = "sk-nova-good";

    @Test
    void the_client_speaks_first_and_is_then_told_where_it_is() {
        try (Bridge bridge = Bridge.start();
                V2 client = V2.silent(bridge.service())) {
            assertThat(client.hears(300)).isFalse();
            client.send("{'type':'hello'}");
            JsonObject system = client.next("system");
            assertThat(system.getBoolean("resumed")).isFalse();
            assertThat(system.getString("reason")).isEqualTo("new");
            assertThat(system.getString("epoch")).isEmpty();
            assertThat(system.getLong("seq")).isZero();
            assertThat(system.getValue("turn")).isNull();
            assertThat(system.getJsonObject("limits").getInteger("max_message_bytes"))
                    .isEqualTo(256 * 1024);
            JsonObject synced = client.next("synced");
            assertThat(synced.getString("session_id")).isEqualTo(client.session());
            assertThat(synced.getLong("seq")).isZero();
        }
    }

    @Test
    void the_subprotocol_asks_for_it_too_and_any_other_is_passed_over() {
        try (Bridge bridge = Bridge.start()) {
            assertThat(subprotocol(bridge, "graphql-ws", "nova.chat.v2")).isEqualTo("nova.chat.v2");
            assertThat(subprotocol(bridge, "graphql-ws")).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'user','content':'hi'}",
                "{'type':'stop'}",
                "{'type':'resume','session_id':'s'}",
                "{'type':'hello','events':7}",
                "{'type':'hello','session_id':'a b'}",
                "{'type':'subscribe'}",
                "nonsense"
            })
    void any_other_first_frame_ends_it(String frame) {
        try (Bridge bridge = Bridge.start();
                V2 client = V2.silent(bridge.service())) {
            client.send(frame);
            JsonObject error = client.next("error");
            assertThat(error.getString("code")).isEqualTo("bad_frame");
            assertThat(error.getString("content")).contains("hello");
            assertThat(error.getValue("session_id")).isNull();
            assertThat(client.closeCode()).isEqualTo(4400);
        }
    }

    @Test
    void a_hello_that_does_not_come_is_not_waited_for_and_may_be_tried_again() {
        try (Bridge bridge = Bridge.start("AUTH_TIMEOUT", "1s");
                V2 client = V2.silent(bridge.service())) {
            assertThat(client.closeCode()).isEqualTo(4011);
        }
    }

    @Test
    void there_is_one_hello() {
        try (Bridge bridge = Bridge.start();
                V2 client = V2.fresh(bridge.service())) {
            client.send("{'type':'hello'}");
            assertThat(client.next("error").getString("code")).isEqualTo("bad_frame");
            client.send("{'type':'ping','id':'p'}");
            assertThat(client.next("pong").getString("id")).isEqualTo("p");
        }
    }

    @Test
    void ten_malformed_frames_a_minute_are_forgiven_and_unknown_types_always() {
        try (Bridge bridge = Bridge.start();
                V2 client = V2.fresh(bridge.service())) {
            IntStream.range(0, 30).forEach(i -> client.send("{'type':'yet_to_come'}"));
            IntStream.range(0, 30)
                    .forEach(i ->
                            assertThat(client.next("error").getString("code")).isEqualTo("unsupported_type"));
            IntStream.range(0, 11).forEach(i -> client.send("{'type':'stop','turn_id':7}"));
            IntStream.range(0, 11)
                    .forEach(i ->
                            assertThat(client.next("error").getString("code")).isEqualTo("bad_frame"));
            assertThat(client.closeCode()).isEqualTo(4400);
        }
    }

    @Test
    void the_key_comes_with_hello() {
        try (Bridge bridge = withKeys();
                V2 client = V2.silent(bridge.service())) {
            assertThat(bridge.orchestrator().requests(Endpoint.VALIDATE)).isZero();
            client.send("{'type':'hello','token':'" + KEY + "'}").entered();
            client.say("hi", "m");
            client.find("stream_end");
            assertThat(bridge.request(Endpoint.STREAM, 0).header("X-API-Key")).isEqualTo(KEY);
        }
    }

    @Test
    void the_key_may_come_before_hello_or_after_it() {
        try (Bridge bridge = withKeys()) {
            for (List<String> frames : List.of(
                    List.of("{'type':'auth','token':'" + KEY + "'}", "{'type':'hello'}"),
                    List.of("{'type':'hello'}", "{'type':'auth','token':'" + KEY + "'}"))) {
                try (V2 client = V2.silent(bridge.service())) {
                    frames.forEach(client::send);
                    client.entered();
                }
            }
        }
    }

    @Test
    void a_bad_key_or_something_else_in_its_place_is_refused() {
        try (Bridge bridge = withKeys()) {
            for (List<String> frames : List.of(
                    List.of("{'type':'hello','token':'sk-nova-wrong'}"),
                    List.of("{'type':'hello'}", "{'type':'user','content':'hi'}"),
                    List.of("{'type':'hello'}", "{'type':'hello','token':'" + KEY + "'}"))) {
                try (V2 client = V2.silent(bridge.service())) {
                    frames.forEach(client::send);
                    assertThat(client.next("error").getString("code")).isEqualTo("unauthorized");
                    assertThat(client.closeCode()).isEqualTo(4001);
                }
            }
        }
    }

    @Test
    void who_insists_on_keys_asks_once_hello_has_come() {
        try (Bridge bridge =
                        Bridge.start(Upstream.prompt().withKeys(KEY), "REQUIRE_AUTH", "true", "AUTH_TIMEOUT", "1s");
                V2 late = V2.silent(bridge.service());
                V2 good = V2.silent(bridge.service())) {
            good.send("{'type':'hello','token':'" + KEY + "'}").entered();
            late.send("{'type':'hello'}");
            assertThat(late.next("error").getString("code")).isEqualTo("unauthorized");
            assertThat(late.closeCode()).isEqualTo(4001);
        }
    }

    @Test
    void what_is_said_without_a_verdict_is_held_and_can_be_dropped() {
        try (Bridge bridge = Bridge.start(Upstream.prompt().withKeys(KEY), "KEY_CACHE", "0s")) {
            bridge.orchestrator().always(Endpoint.VALIDATE, Script.refusal(503, "Starting"));
            try (V2 client = V2.silent(bridge.service())) {
                client.send("{'type':'hello','token':'" + KEY + "'}").entered();
                for (String id : List.of("a", "b")) {
                    client.send("{'type':'user','content':'hi','id':'" + id + "'}");
                    JsonObject queued = client.next("queued");
                    assertThat(queued.getString("ref")).isEqualTo(id);
                    assertThat(queued.getString("reason")).isEqualTo("upstream_down");
                    assertThat(queued.containsKey("seq")).isFalse();
                }
                client.send("{'type':'cancel','id':'a'}");
                assertThat(client.next("ack").getString("state")).isEqualTo("accepted");
                bridge.orchestrator().unscript();
                bridge.orchestrator()
                        .always(Endpoint.STREAM, Script.stream().text("ok").done());
                JsonObject ack = client.find("ack");
                assertThat(ack.getString("ref")).isEqualTo("b");
                assertThat(ack.getString("state")).isEqualTo("accepted");
            }
        }
    }

    private static Bridge withKeys() {
        return Bridge.start(Upstream.prompt().withKeys(KEY).recording(100));
    }

    private static String subprotocol(Bridge bridge, String first, String... more) {
        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .subprotocols(first, more)
                .buildAsync(
                        URI.create("ws://127.0.0.1:" + bridge.service().port() + "/ws/chat"),
                        new WebSocket.Listener() {})
                .join();
        socket.abort();
        return socket.getSubprotocol();
    }
}
