package nova.chat.resume;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Fleet;
import nova.chat.testing.Service;
import nova.chat.testing.V2Client;
import org.junit.jupiter.api.Test;

/** A message's name makes saying it again safe: at the same time, afterwards, and anywhere. */
class SameMessageTest {
    private static final int CLIENTS = 9;
    private static final int TIMES = 99;

    @Test
    void a_message_said_a_hundred_times_over_three_replicas_is_one_call_upstream_and_one_answer() {
        try (Fleet<Service> fleet = Fleet.inThisJvm(3)) {
            fleet.orchestrator()
                    .always(
                            Endpoint.STREAM,
                            Script.stream().deltas(20, 4, Duration.ofMillis(20)).done());
            V2Client first = V2Client.begin(fleet.port(0));
            List<V2Client> clients = IntStream.range(0, CLIENTS)
                    .mapToObj(i -> V2Client.join(fleet.port(i % 3), first.session()))
                    .toList();
            for (int i = 0; i < TIMES; i++) {
                clients.get(i % CLIENTS).say("only once", "m");
            }
            for (V2Client client : clients) {
                client.await("all acks", () -> client.frames("ack").size() >= TIMES / CLIENTS);
            }
            String turn = clients.get(0).awaitEnd("m");
            first.say("only once", "m"); // and once more after the end
            assertThat(first.awaitAck("m").getString("state")).isEqualTo("duplicate");
            List<JsonObject> acks =
                    clients.stream().flatMap(c -> c.frames("ack").stream()).toList();
            assertThat(acks).as("a client may say it once more by itself").hasSizeGreaterThanOrEqualTo(TIMES);
            assertThat(acks).extracting(ack -> ack.getString("turn_id")).containsOnly(turn);
            assertThat(acks)
                    .filteredOn(ack -> "accepted".equals(ack.getString("state")))
                    .hasSize(1);
            assertThat(acks).extracting(ack -> ack.getString("state")).containsOnly("accepted", "duplicate");
            for (V2Client client : clients) {
                client.awaitEnd("m");
                assertThat(client.ends(turn)).containsExactly("complete");
                assertThat(client.turns()).containsExactly(turn);
                assertThat(client.faults()).isEmpty();
                client.close();
            }
            first.close();
            assertThat(fleet.turnsAsked()).isEqualTo(1);
        }
    }
}
