package nova.chat.endtoend;

import static nova.chat.endtoend.V2.last;
import static nova.chat.endtoend.V2.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import nova.chat.testing.RedisServer;
import nova.chat.testing.Service;
import nova.chat.testing.Upstream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a v2 client is told when something around it fails or ends. */
class V2TroubleTest {
    private static final String KEY = "sk-nova-good";
    private static final JsonObject NOWHERE = new JsonObject();

    @Test
    void while_the_store_is_away_a_session_is_not_replaced_and_nothing_is_acknowledged() {
        try (RedisServer redis = RedisServer.started();
                Bridge bridge = Bridge.start("REDIS_URL", redis.url());
                V2 client = V2.fresh(bridge.service())) {
            bridge.orchestrator()
                    .always(Endpoint.STREAM, Script.stream().text("fine").done());
            redis.kill();
            client.send("{'type':'user','content':'hi','id':'m-1'}");
            unavailable(client.next("error"), "m-1");
            client.send("{'type':'stop','ref':'m-1'}");
            unavailable(client.next("error"), "m-1");
            client.send("{'type':'resume','session_id':'another'}");
            unavailable(client.next("error"), null);
            assertThat(client.send("{'type':'ping'}").next("pong").getString("session_id"))
                    .isEqualTo(client.session());
            try (V2 back = V2.resuming(bridge.service(), "mine", NOWHERE)) {
                unavailable(back.next("error"), null);
                assertThat(back.closeCode()).isEqualTo(1013);
            }
        }
    }

    @Test
    void a_drain_sends_away_who_has_nothing_running_and_the_others_after_their_end() {
        Script.Gate gate = new Script.Gate();
        try (Bridge bridge = Bridge.start("DRAIN_TIMEOUT", "60s");
                V2 silent = V2.silent(bridge.service());
                V2 idle = V2.fresh(bridge.service());
                V2 busy = V2.fresh(bridge.service())) {
            bridge.orchestrator()
                    .next(
                            Endpoint.STREAM,
                            Script.stream().text("a").await(gate).text("b").done());
            busy.say("hi", "m-1");
            busy.find("stream_chunk");
            Future<Void> stopped = bridge.service().stop();
            assertThat(silent.closeCode()).isEqualTo(1012);
            assertThat(idle.closeCode()).isEqualTo(1012);
            busy.send("{'type':'user','content':'more','id':'m-2'}");
            JsonObject error = busy.next("error");
            assertThat(error.getString("code")).isEqualTo("draining");
            assertThat(error.getString("ref")).isEqualTo("m-2");
            gate.open();
            assertThat(text(busy.until("stream_end"))).isEqualTo("b");
            assertThat(busy.closeCode()).isEqualTo(1012);
            Service.await(stopped);
        }
    }

    @ParameterizedTest
    @CsvSource({"401,AGENTS", "403,STREAM"})
    void a_key_that_is_refused_on_a_turn_and_then_found_bad_ends_it(int status, Endpoint place) {
        try (Bridge bridge = Bridge.start(Upstream.prompt().withKeys(KEY));
                V2 client = V2.silent(bridge.service())) {
            client.send("{'type':'hello','token':'" + KEY + "'}").entered();
            bridge.orchestrator().always(Endpoint.VALIDATE, Script.refusal(401, "Invalid API key"));
            bridge.orchestrator().next(place, Script.refusal(status, "Invalid API key"));
            client.say("hi", "m-1");
            JsonObject end = client.find("error");
            assertThat(end.getString("code")).isEqualTo("upstream_4xx");
            assertThat(end.containsKey("seq")).isTrue();
            assertThat(client.next("error").getString("code")).isEqualTo("token_expired");
            assertThat(client.closeCode()).isEqualTo(4012);
        }
    }

    @Test
    void a_session_of_a_key_is_not_replaced_while_keys_cannot_be_checked() {
        try (Bridge bridge = Bridge.start(Upstream.prompt().withKeys(KEY), "KEY_CACHE", "0s")) {
            String session;
            try (V2 owner = V2.silent(bridge.service())) {
                owner.send("{'type':'hello','token':'" + KEY + "'}").entered();
                session = last(owner.say("mine", "m-1")).getString("session_id");
                owner.find("stream_end");
            }
            bridge.orchestrator().always(Endpoint.VALIDATE, Script.refusal(503, "Starting"));
            try (V2 stranger = V2.resuming(bridge.service(), session, NOWHERE)) {
                assertThat(stranger.next("error").getString("code")).isEqualTo("auth_unavailable");
                assertThat(stranger.closeCode()).isEqualTo(1013);
            }
            try (V2 elsewhere = V2.silent(bridge.service())) {
                elsewhere.send("{'type':'hello'}").entered();
                elsewhere.send("{'type':'resume','session_id':'" + session + "'}");
                assertThat(elsewhere.next("error").getString("code")).isEqualTo("auth_unavailable");
                elsewhere.send("{'type':'ping'}").next("pong");
            }
        }
    }

    private static void unavailable(JsonObject error, String ref) {
        assertThat(error.getString("code")).isEqualTo("store_unavailable");
        assertThat(error.getBoolean("retryable")).isTrue();
        assertThat(error.getString("ref")).isEqualTo(ref);
    }
}
