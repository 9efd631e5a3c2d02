package nova.chat.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Fleet;
import nova.chat.testing.ScriptedOrchestrator;
import nova.chat.testing.ServiceProcess;
import nova.chat.testing.V2Client;
import org.junit.jupiter.api.Test;

/** A rolling deploy: SIGTERM on one replica after the other, with clients that follow the close codes. */
class DeployIT {
    private static final int SESSIONS = 20;
    private static final Duration EXIT = Duration.ofSeconds(20);

    @Test
    void nothing_that_ran_or_waited_is_lost() {
        try (Fleet<ServiceProcess> fleet = Fleet.ofProcesses(3, "DRAIN_TIMEOUT", "8s")) {
            fleet.orchestrator()
                    .always(
                            Endpoint.STREAM,
                            request -> Script.stream()
                                    .text("re ")
                                    .deltas(30, 1, Duration.ofMillis(100))
                                    .text(" " + ScriptedOrchestrator.question(request))
                                    .done());
            List<V2Client> clients = new ArrayList<>();
            for (int i = 0; i < SESSIONS; i++) {
                V2Client client = V2Client.begin(fleet.port(0), "user").persistent();
                clients.add(client);
                client.say("first", "m0").awaitText("m0");
                client.say("second", "m1").awaitAck("m1");
                client.say("third", "m2").awaitAck("m2");
            }
            fleet.replica(0).terminate();
            for (int i = 0; i < SESSIONS; i++) {
                V2Client client = clients.get(i);
                assertThat(client.awaitClose()).isEqualTo(1012);
                client.connect(fleet.port(1 + i % 2));
            }
            assertThat(fleet.replica(0).exit(EXIT)).isZero();
            for (V2Client client : clients) {
                for (String ref : List.of("m0", "m1", "m2")) {
                    String turn = client.awaitEnd(ref);
                    assertThat(client.ends(turn)).as(ref).containsExactly("complete");
                }
                assertThat(client.text(client.turn("m0"))).startsWith("re ").endsWith(" first");
                assertThat(client.text(client.turn("m1"))).startsWith("re ").endsWith(" second");
                assertThat(client.text(client.turn("m2"))).startsWith("re ").endsWith(" third");
                assertThat(client.turns()).hasSize(3);
                assertThat(client.faults()).isEmpty();
                client.close();
            }
            assertThat(fleet.turnsAsked()).isEqualTo(3 * SESSIONS);
        }
    }
}
