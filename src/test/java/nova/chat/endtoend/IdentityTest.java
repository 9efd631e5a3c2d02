package nova.chat.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.stream.Stream;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import nova.chat.testing.TestClient;
import nova.chat.testing.Upstream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who answers, as the Orchestrator says it and a v2 client hears it. */
class IdentityTest {
    private static final JsonObject ADA = new JsonObject().put("name", "Ada").put("greeting", "Good day.");

    @Test
    void the_first_frame_says_who_answers_and_so_does_each_that_follows() {
        try (Bridge bridge = Bridge.start()) {
            bridge.orchestrator()
                    .always(Endpoint.IDENTITY, Script.json(200, ADA.copy().put("more", 7)));
            try (V2 client = V2.silent(bridge.service())) {
                assertThat(system(client)).isEqualTo(ADA);
                client.send("{'type':'resume','session_id':'elsewhere'}");
                assertThat(client.find("system").getJsonObject("identity")).isEqualTo(ADA);
            }
        }
    }

    @Test
    void it_is_asked_once_for_all_without_anybodys_key() {
        try (Bridge bridge =
                Bridge.start(Upstream.prompt().withKeys("sk-nova-good").recording(100))) {
            for (int i = 0; i < 3; i++) {
                try (V2 client = V2.silent(bridge.service())) {
                    client.send("{'type':'hello','token':'sk-nova-good'}");
                    assertThat(client.next("system").containsKey("identity")).isTrue();
                }
            }
            assertThat(bridge.orchestrator().requests(Endpoint.IDENTITY)).isEqualTo(1);
            assertThat(bridge.request(Endpoint.IDENTITY, 0).header("X-API-Key")).isNull();
        }
    }

    @Test
    void a_seed_client_is_told_nothing_of_it_and_asks_for_nothing() {
        try (Bridge bridge = Bridge.start();
                TestClient client = bridge.client()) {
            assertThat(client.next().fieldNames())
                    .containsExactlyInAnyOrder("type", "session_id", "timestamp", "content");
            assertThat(bridge.orchestrator().requests(Endpoint.IDENTITY)).isZero();
        }
    }

    static Stream<Named<Script>> unusable() {
        String deep = "[".repeat(20_000) + "]".repeat(20_000);
        return Stream.of(
                Named.of("not there", Script.refusal(404, "Not Found")),
                Named.of("failing", Script.refusal(500, "Oh")),
                Named.of("busy", Script.refusal(503, "Starting")),
                Named.of("elsewhere", Script.refusal(302, "Over there").header("location", "/health/live")),
                Named.of("hanging", Script.mute().hang()),
                Named.of(
                        "hanging in its body",
                        Script.mute().write("{\"name\":\"A").hang()),
                Named.of("resetting", Script.mute().reset()),
                Named.of("no HTTP", Script.mute().raw("hello\r\n\r\n")),
                Named.of("empty", Script.answer(200, "application/json", "")),
                Named.of("a page", Script.answer(200, "text/html", "<h1>Hello</h1>")),
                Named.of("a list", Script.answer(200, "application/json", "[\"Ada\",\"Hi\"]")),
                Named.of("deep", Script.answer(200, "application/json", "{\"name\":" + deep + "}")),
                Named.of("without end", Script.mute().repeat(Script.FOR_EVER, " ".repeat(16_384), Duration.ZERO)),
                Named.of("half", Script.json(200, new JsonObject().put("name", "Ada"))),
                Named.of("a number", Script.json(200, ADA.copy().put("name", 7))),
                Named.of("null", Script.json(200, ADA.copy().putNull("greeting"))),
                Named.of("nested", Script.json(200, ADA.copy().put("greeting", ADA))),
                Named.of("blank", Script.json(200, ADA.copy().put("name", " \n"))),
                Named.of("a long name", Script.json(200, ADA.copy().put("name", "A".repeat(101)))),
                Named.of("a long greeting", Script.json(200, ADA.copy().put("greeting", "A".repeat(1_001)))));
    }

    @ParameterizedTest
    @MethodSource("unusable")
    void who_says_nothing_usable_has_no_name_and_answers_all_the_same(Script script) {
        try (Bridge bridge = Bridge.start()) {
            bridge.orchestrator().always(Endpoint.IDENTITY, script);
            try (V2 client = V2.silent(bridge.service())) {
                client.send("{'type':'hello'}");
                assertThat(client.next("system").containsKey("identity")).isFalse();
                client.next("synced");
                client.say("hi", "m");
                assertThat(client.find("stream_end").getString("reason")).isEqualTo("complete");
            }
        }
    }

    @Test
    void a_name_that_comes_late_is_for_those_who_come_later() {
        try (Bridge bridge = Bridge.start()) {
            Script.Gate gate = new Script.Gate();
            Script late = Script.mute().await(gate).then(Script.json(200, ADA));
            bridge.orchestrator().always(Endpoint.IDENTITY, late);
            try (V2 client = V2.silent(bridge.service())) {
                assertThat(system(client)).isNull();
                gate.open();
                Bridge.eventually("the name is heard", () -> {
                    client.send("{'type':'resume','session_id':'elsewhere'}");
                    return ADA.equals(client.find("system").getJsonObject("identity"));
                });
            }
        }
    }

    private static JsonObject system(V2 client) {
        return client.send("{'type':'hello'}").next("system").getJsonObject("identity");
    }
}
