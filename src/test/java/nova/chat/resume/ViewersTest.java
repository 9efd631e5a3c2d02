package nova.chat.resume;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Fleet;
import nova.chat.testing.Service;
import nova.chat.testing.V2Client;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Tabs and devices on several replicas: one session, one order of events. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ViewersTest {
    private static final String[] EVERYTHING = {"status", "thinking", "meta", "user"};

    private Fleet<Service> fleet;

    @BeforeAll
    void start() {
        fleet = Fleet.inThisJvm(3);
    }

    @AfterEach
    void unscript() {
        fleet.orchestrator().unscript();
    }

    @AfterAll
    void stop() {
        fleet.close();
    }

    @Test
    void all_see_the_same_events_in_the_same_order_on_whichever_replica() {
        fleet.orchestrator()
                .always(
                        Endpoint.STREAM,
                        Script.stream()
                                .event("{\"status\":{\"step\":\"memory\",\"state\":\"running\"}}")
                                .event("{\"think\":\"hm\"}")
                                .deltas(30, 8, ofMillis(7))
                                .event("{\"meta\":{\"model\":\"m\"}}")
                                .text("end")
                                .done());
        try (V2Client asker = V2Client.begin(fleet.port(0), EVERYTHING);
                V2Client second = V2Client.join(fleet.port(1), asker.session(), EVERYTHING);
                V2Client third = V2Client.join(fleet.port(2), asker.session(), EVERYTHING)) {
            List<V2Client> all = List.of(asker, second, third);
            for (V2Client client : all) { // one after the other is not known: the first runs, the others wait
                client.say("from " + all.indexOf(client), "m" + all.indexOf(client));
                client.awaitAck("m" + all.indexOf(client));
            }
            for (V2Client client : all) {
                for (int i = 0; i < 3; i++) {
                    assertThat(client.ends(client.awaitEnd("m" + i))).containsExactly("complete");
                }
                assertThat(client.faults()).isEmpty();
            }
            List<String> told = events(asker);
            assertThat(told).filteredOn(line -> line.startsWith("user ")).hasSize(3);
            assertThat(told).filteredOn(line -> line.startsWith("stream_end ")).hasSize(3);
            assertThat(told)
                    .extracting(line -> line.split(" ", 2)[0])
                    .contains("turn_start", "status", "thinking", "meta", "queued");
            assertThat(events(second)).isEqualTo(told);
            assertThat(events(third)).isEqualTo(told);
            assertThat(all).extracting(V2Client::epoch).containsOnly(asker.epoch());
        }
    }

    @Test
    void who_asks_for_no_asides_sees_no_gap_where_they_were() {
        fleet.orchestrator()
                .always(
                        Endpoint.STREAM,
                        Script.stream()
                                .event("{\"think\":\"hm\"}")
                                .text("a")
                                .event("{\"status\":{\"step\":\"memory\",\"state\":\"running\"}}")
                                .event("{\"meta\":{\"model\":\"m\"}}")
                                .text("b")
                                .done());
        try (V2Client asker = V2Client.begin(fleet.port(0));
                V2Client viewer = V2Client.join(fleet.port(1), asker.session())) {
            String turn = asker.say("hi", "m").awaitEnd("m");
            for (V2Client client : List.of(asker, viewer)) {
                client.awaitEnd("m");
                assertThat(client.text(turn)).isEqualTo("ab");
                assertThat(client.faults()).isEmpty();
                assertThat(client.frames())
                        .extracting(frame -> frame.getString("type"))
                        .doesNotContain("thinking", "status", "meta", "user");
                assertThat(client.frames("turn_start").get(0).getLong("from")).isEqualTo(1);
            }
            assertThat(viewer.last()).isEqualTo(asker.last());
        }
    }

    @Test
    void a_viewer_from_before_the_first_message_gets_an_empty_reset_and_then_the_log_from_its_start() {
        fleet.orchestrator().always(Endpoint.STREAM, Script.stream().text("ok").done());
        try (V2Client asker = V2Client.begin(fleet.port(0));
                V2Client beside = V2Client.join(fleet.port(0), asker.session());
                V2Client remote = V2Client.join(fleet.port(1), asker.session())) {
            assertThat(remote.frames("system").get(0).getString("reason")).isEqualTo("unknown_session");
            asker.say("hi", "m");
            for (V2Client client : List.of(asker, beside, remote)) {
                String turn = client.awaitEnd("m");
                assertThat(client.text(turn)).isEqualTo("ok");
                assertThat(client.faults()).isEmpty();
                assertBeginsAnew(client);
            }
        }
    }

    @Test
    void who_comes_after_the_end_reads_the_conversation_on_every_replica() {
        fleet.orchestrator()
                .always(Endpoint.STREAM, Script.stream().text("the answer").done());
        try (V2Client asker = V2Client.begin(fleet.port(0))) {
            asker.say("hi", "m").awaitEnd("m");
            for (int i = 0; i < fleet.size(); i++) {
                try (V2Client late = V2Client.join(fleet.port(i), asker.session())) {
                    assertThat(late.frames("system").get(0).getBoolean("resumed"))
                            .isTrue();
                    assertThat(late.text(late.turn("m"))).isEqualTo("the answer");
                    assertThat(late.ends(late.turn("m"))).containsExactly("complete");
                    assertThat(late.last()).isEqualTo(asker.last());
                }
            }
        }
    }

    @Test
    void a_reload_in_mid_answer_shows_what_was_there_and_goes_on() {
        Script.Gate gate = new Script.Gate();
        fleet.orchestrator()
                .always(
                        Endpoint.STREAM,
                        Script.stream()
                                .text("first ")
                                .await(gate)
                                .text("second")
                                .done());
        try (V2Client asker = V2Client.begin(fleet.port(0))) {
            String turn = asker.say("hi", "m").awaitText("m");
            List<V2Client> late = IntStream.range(0, fleet.size())
                    .mapToObj(i -> V2Client.join(fleet.port(i), asker.session()))
                    .toList();
            for (V2Client client : late) {
                client.await("the partial text", () -> client.text(turn).equals("first "));
                assertThat(client.frames("system").get(0).getJsonObject("turn"))
                        .isEqualTo(new JsonObject().put("id", turn).put("state", "running"));
            }
            gate.open();
            for (V2Client client : late) {
                client.awaitEnd("m");
                assertThat(client.text(turn)).isEqualTo("first second");
                assertThat(client.faults()).isEmpty();
                client.close();
            }
        }
    }

    private static void assertBeginsAnew(V2Client client) {
        List<JsonObject> frames = client.frames();
        int reset = IntStream.range(0, frames.size())
                .filter(i -> "history".equals(frames.get(i).getString("type")))
                .reduce((first, second) -> second)
                .orElseThrow(() -> new AssertionError("no history: " + frames));
        JsonObject system = frames.get(reset - 1);
        assertThat(system.getString("type")).isEqualTo("system");
        assertThat(system.getBoolean("resumed")).isFalse();
        assertThat(system.getString("reason")).isEqualTo("epoch_changed");
        assertThat(frames.get(reset).getLong("seq")).isZero();
        assertThat(frames.get(reset).getJsonArray("messages")).isEmpty();
        assertThat(frames.get(reset + 1).getString("type")).isEqualTo("synced");
        JsonObject first = client.numberedFrames().get(0);
        assertThat(frames.indexOf(first)).isGreaterThan(reset);
        assertThat(first.getLong("from", first.getLong("seq"))).isEqualTo(1);
    }

    /** The numbered frames, a line each; neighbouring pieces of text together, for frames may be merged. */
    private static List<String> events(V2Client client) {
        List<String> lines = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (JsonObject frame : client.numberedFrames()) {
            String type = frame.getString("type");
            if ("stream_chunk".equals(type)) {
                text.append(frame.getString("delta"));
            } else {
                if (text.length() > 0) {
                    lines.add("text " + text);
                    text.setLength(0);
                }
                JsonObject bare = frame.copy();
                List.of("type", "timestamp", "from", "replay").forEach(bare::remove);
                lines.add(type + " " + bare.encode());
            }
        }
        return lines;
    }
}
