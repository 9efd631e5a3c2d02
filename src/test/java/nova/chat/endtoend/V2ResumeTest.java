package nova.chat.endtoend;

import static nova.chat.endtoend.V2.last;
import static nova.chat.endtoend.V2.only;
import static nova.chat.endtoend.V2.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.List;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import nova.chat.testing.Upstream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Coming back, and going elsewhere: every outcome that PROTOCOL.md names. */
class V2ResumeTest {
    private static final JsonObject NOWHERE = new JsonObject();

    private Bridge bridge;

    @BeforeEach
    void start() {
        bridge = Bridge.start(Upstream.prompt().recording(100));
        bridge.orchestrator()
                .always(Endpoint.STREAM, Script.stream().text("fine").done());
    }

    @AfterEach
    void stop() {
        bridge.close();
    }

    @Test
    void where_nothing_was_missed_it_goes_on_at_once() {
        try (V2 client = spoken();
                V2 back = V2.resuming(bridge.service(), client.session(), client.at())) {
            JsonObject system = back.next("system");
            assertThat(system.getBoolean("resumed")).isTrue();
            assertThat(system.containsKey("reason")).isFalse();
            assertThat(system.getString("agent_id")).isNotNull();
            assertThat(back.next("synced").getLong("seq")).isEqualTo(client.last());
            back.say("more", "m-2");
            assertThat(text(back.until("stream_end"))).isEqualTo("fine");
        }
    }

    @Test
    void a_cut_in_mid_answer_costs_nothing_of_it() {
        Script.Gate one = new Script.Gate();
        Script.Gate two = new Script.Gate();
        bridge.orchestrator()
                .next(
                        Endpoint.STREAM,
                        Script.stream()
                                .text("a")
                                .await(one)
                                .text("b")
                                .text("c")
                                .await(two)
                                .text("d")
                                .done());
        try (V2 client = V2.fresh(bridge.service());
                V2 other = V2.resuming(bridge.service(), client.session(), NOWHERE)) {
            other.entered();
            client.say("hi", "m-1");
            assertThat(client.find("stream_chunk").getString("delta")).isEqualTo("a");
            client.vanish();
            one.open();
            read(other, "abc");
            try (V2 back = V2.resuming(bridge.service(), client.session(), client.at())) {
                List<JsonObject> backlog = back.entered();
                assertThat(backlog.get(0).getBoolean("resumed")).isTrue();
                assertThat(backlog.get(0).getJsonObject("turn").getString("state"))
                        .isEqualTo("running");
                assertThat(text(backlog)).isEqualTo("bc");
                assertThat(only("stream_chunk", backlog)).allMatch(frame -> frame.getBoolean("replay"));
                two.open();
                List<JsonObject> live = back.until("stream_end");
                assertThat(text(live)).isEqualTo("d");
                assertThat(live).noneMatch(frame -> frame.getBoolean("replay", false));
            }
        }
    }

    @Test
    void without_a_position_it_gets_the_conversation_and_the_answer_so_far() {
        Script.Gate gate = new Script.Gate();
        try (V2 client = spoken()) {
            bridge.orchestrator()
                    .next(
                            Endpoint.STREAM,
                            Script.stream()
                                    .text("ha")
                                    .text("lf")
                                    .await(gate)
                                    .text(" whole")
                                    .done());
            String turn = last(client.say("more", "m-2")).getString("turn_id");
            read(client, "half");
            try (V2 back = V2.resuming(bridge.service(), client.session(), NOWHERE)) {
                assertThat(back.next("system").getBoolean("resumed")).isTrue();
                JsonObject history = back.next("history");
                assertThat(history.getBoolean("reset")).isTrue();
                assertThat(history.getJsonObject("partial"))
                        .isEqualTo(new JsonObject().put("turn_id", turn).put("text", "half"));
                assertThat(history.getJsonArray("messages").getJsonObject(2).getString("state"))
                        .isEqualTo("running");
                assertThat(history.getJsonArray("messages")).hasSize(3);
                back.next("synced");
                gate.open();
                assertThat(text(back.until("stream_end"))).isEqualTo(" whole");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"another, 1, epoch_changed", ", 1000, ahead"})
    void a_position_that_cannot_be_gone_on_from_is_told_why_and_gets_the_snapshot(
            String epoch, long seq, String reason) {
        try (V2 client = spoken()) {
            JsonObject at = client.at().put("last_seq", seq);
            if (epoch != null) {
                at.put("epoch", epoch);
            }
            try (V2 back = V2.resuming(bridge.service(), client.session(), at)) {
                JsonObject system = back.next("system");
                assertThat(system.getBoolean("resumed")).isFalse();
                assertThat(system.getString("reason")).isEqualTo(reason);
                assertThat(back.next("history").getJsonArray("messages")).hasSize(2);
                back.next("synced");
                assertThat(back.at()).isEqualTo(client.at());
            }
        }
    }

    @Test
    void a_session_that_nobody_has_begun_is_taken_as_it_is() {
        try (V2 client = V2.resuming(bridge.service(), "nobodys", NOWHERE)) {
            JsonObject system = client.next("system");
            assertThat(system.getString("session_id")).isEqualTo("nobodys");
            assertThat(system.getBoolean("resumed")).isFalse();
            assertThat(system.getString("reason")).isEqualTo("unknown_session");
            assertThat(client.next("history").getJsonArray("messages")).isEmpty();
            client.next("synced");
            client.say("hi", "m-1");
            assertThat(text(client.until("stream_end"))).isEqualTo("fine");
        }
    }

    @Test
    void one_connection_goes_from_session_to_session() {
        try (V2 first = spoken();
                V2 client = V2.fresh(bridge.service())) {
            String own = client.session();
            client.send(first.at().put("type", "resume").put("session_id", first.session()));
            List<JsonObject> there = client.entered();
            assertThat(there.get(0).getBoolean("resumed")).isTrue();
            assertThat(client.session()).isEqualTo(first.session());
            client.send("{'type':'user','content':'hi','id':'m-9','session_id':'" + own + "'}");
            assertThat(client.next("system").getString("session_id")).isEqualTo(own);
            assertThat(client.next("history").getBoolean("reset")).isTrue();
            client.next("synced");
            assertThat(client.find("ack").getString("ref")).isEqualTo("m-9");
            client.find("stream_end");
            assertThat(first.hears(200)).as("a frame of the other session").isFalse();
        }
    }

    @Test
    void somebody_elses_session_is_refused_and_it_goes_on_in_its_own() {
        String alices;
        try (V2 alice = V2.silent(bridge.service())) {
            alice.send("{'type':'hello','token':'sk-nova-alice'}").entered();
            alice.say("secret", "m-1");
            alice.find("stream_end");
            alices = alice.session();
        }
        try (V2 mallory = V2.resuming(bridge.service(), alices, NOWHERE)) {
            shutOut(mallory, alices, null);
            mallory.send("{'type':'user','content':'hi','id':'m-2','session_id':'" + alices + "'}");
            shutOut(mallory, alices, "m-2");
            mallory.send("{'type':'resume','session_id':'" + alices + "'}");
            shutOut(mallory, alices, null);
            mallory.say("hi", "m-3");
            mallory.find("stream_end");
        }
        assertThat(bridge.orchestrator().requests(Endpoint.STREAM)).isEqualTo(2);
    }

    @Test
    void a_viewer_is_shut_out_when_the_session_becomes_somebodys() {
        try (V2 nobody = spoken();
                V2 alice = V2.silent(bridge.service())) {
            alice.send("{'type':'hello','token':'sk-nova-alice','session_id':'" + nobody.session() + "'}")
                    .entered();
            alice.say("mine", "m-7");
            shutOut(nobody, alice.session(), null);
            alice.find("stream_end");
        }
    }

    /** A client that has asked once and was answered. */
    private V2 spoken() {
        V2 client = V2.fresh(bridge.service());
        client.say("hi", "m-1");
        client.find("stream_end");
        return client;
    }

    /** Reads until there is so much text. */
    private static void read(V2 client, String text) {
        StringBuilder seen = new StringBuilder();
        while (!text.contentEquals(seen)) {
            seen.append(client.find("stream_chunk").getString("delta"));
        }
    }

    private static void shutOut(V2 client, String session, String ref) {
        JsonObject error = client.next("error");
        assertThat(error.getString("code")).isEqualTo("forbidden_session");
        assertThat(error.getString("ref")).isEqualTo(ref);
        JsonObject system = client.next("system");
        assertThat(system.getString("session_id")).isNotEqualTo(session);
        assertThat(system.getBoolean("resumed")).isFalse();
        assertThat(system.getString("reason")).isEqualTo("forbidden_session");
        assertThat(client.next("history").getJsonArray("messages")).isEmpty();
        client.next("synced");
    }
}
