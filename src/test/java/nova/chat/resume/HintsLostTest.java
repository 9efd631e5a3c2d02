package nova.chat.resume;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.standin.Sse;
import nova.chat.testing.Bridge;
import nova.chat.testing.Fleet;
import nova.chat.testing.PubSubCut;
import nova.chat.testing.Service;
import nova.chat.testing.V2Client;
import org.junit.jupiter.api.Test;

/** Pub/sub only hints: without it viewers learn everything, later. */
class HintsLostTest {
    private static final int SESSIONS = 20;

    @Test
    void viewers_on_other_replicas_read_everything_though_pub_sub_is_cut_off() {
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            expected.append(Sse.delta(i, 6));
        }
        try (Fleet<Service> fleet = Fleet.inThisJvm(3)) {
            fleet.orchestrator()
                    .always(
                            Endpoint.STREAM,
                            Script.stream().deltas(50, 6, Duration.ofMillis(40)).done());
            List<V2Client> clients = new ArrayList<>();
            try (PubSubCut cut = PubSubCut.of(fleet.redis())) {
                for (int i = 0; i < SESSIONS; i++) {
                    V2Client asker = V2Client.begin(fleet.port(i % 3));
                    clients.add(asker);
                    clients.add(V2Client.join(fleet.port((i + 1) % 3), asker.session()));
                    clients.add(V2Client.join(fleet.port((i + 2) % 3), asker.session()));
                    asker.say("hi", "m");
                }
                for (V2Client client : clients) {
                    String turn = client.awaitEnd("m");
                    assertThat(client.ends(turn)).containsExactly("complete");
                    assertThat(client.text(turn)).isEqualTo(expected.toString());
                    assertThat(client.faults()).isEmpty();
                }
                assertThat(cut.count()).as("cut off again and again").isPositive();
            }
            assertThat(fleet.turnsAsked()).isEqualTo(SESSIONS);
            clients.forEach(V2Client::close);
        }
    }

    /** The replica that runs the turn is not told of the message either; it finds it when it next writes. */
    @Test
    void a_message_that_waits_is_run_though_nobody_hears_the_call() {
        Script.Gate gate = new Script.Gate();
        try (Fleet<Service> fleet = Fleet.inThisJvm(2);
                PubSubCut cut = PubSubCut.of(fleet.redis())) {
            fleet.orchestrator()
                    .next(
                            Endpoint.STREAM,
                            Script.stream().text("one").await(gate).done());
            fleet.orchestrator()
                    .next(Endpoint.STREAM, Script.stream().text("two").done());
            try (V2Client asker = V2Client.begin(fleet.port(0));
                    V2Client other = V2Client.join(fleet.port(1), asker.session())) {
                asker.say("1", "m1").awaitText("m1");
                other.say("2", "m2");
                assertThat(other.awaitAck("m2").getString("state")).isEqualTo("queued");
                gate.open();
                for (V2Client client : List.of(asker, other)) {
                    assertThat(client.text(client.awaitEnd("m2"))).isEqualTo("two");
                    assertThat(client.text(client.awaitEnd("m1"))).isEqualTo("one");
                    assertThat(client.faults()).isEmpty();
                }
            }
            Bridge.eventually("cut off again and again", () -> cut.count() > 0);
        }
    }
}
