package nova.chat.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.standin.Sse;
import nova.chat.testing.Fleet;
import nova.chat.testing.Service;
import nova.chat.testing.V2Client;
import org.junit.jupiter.api.Test;

/** A Redis that does not answer for half a minute, in the middle of answers. */
class RedisAwayIT {
    private static final int TURNS = 20;
    private static final Duration AWAY = Duration.ofSeconds(30);

    @Test
    void local_viewers_complete_and_afterwards_the_log_is_whole_or_the_epoch_changed() {
        StringBuilder rest = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            rest.append(Sse.delta(i, 5));
        }
        Script.Gate gate = new Script.Gate();
        try (Fleet<Service> fleet = Fleet.inThisJvm(2)) {
            fleet.orchestrator()
                    .always(
                            Endpoint.STREAM,
                            Script.stream()
                                    .text("begun ")
                                    .await(gate)
                                    .deltas(40, 5, Duration.ofMillis(100))
                                    .done());
            List<V2Client> local = new ArrayList<>();
            List<V2Client> remote = new ArrayList<>();
            for (int i = 0; i < TURNS; i++) {
                V2Client asker = V2Client.begin(fleet.port(0)).persistent();
                local.add(asker);
                remote.add(viewer(fleet, asker));
                asker.say("hi", "m");
            }
            local.forEach(client -> client.awaitText("m"));
            remote.forEach(client -> client.awaitText("m"));
            fleet.redis().pause();
            long away = System.nanoTime();
            gate.open();
            for (V2Client client : local) {
                client.await(
                        "all of the text", () -> client.text(client.turn("m")).equals("begun " + rest));
            }
            assertThat(Duration.ofNanos(System.nanoTime() - away)).isLessThan(AWAY);
            LockSupport.parkNanos(AWAY.toNanos() - (System.nanoTime() - away));
            fleet.redis().resume();
            for (int i = 0; i < TURNS; i++) {
                assertOneStory(fleet, local.get(i), remote.get(i), "begun " + rest);
                remote.get(i).say("go on", "n");
            }
            for (int i = 0; i < TURNS; i++) {
                for (V2Client client : List.of(local.get(i), remote.get(i))) {
                    assertThat(client.text(client.awaitEnd("n"))).isEqualTo("begun " + rest);
                    assertThat(client.ends(client.turn("n"))).containsExactly("complete");
                    assertThat(client.faults()).isEmpty();
                    assertThat(client.epoch()).isEqualTo(local.get(i).epoch());
                    client.close();
                }
            }
        }
    }

    private static void assertOneStory(Fleet<?> fleet, V2Client local, V2Client remote, String whole) {
        String turn = local.awaitEnd("m");
        remote.awaitEnd("m");
        try (V2Client late = viewer(fleet, local)) {
            late.awaitEnd("m");
            assertThat(local.ends(turn)).hasSize(1);
            assertThat(remote.ends(turn)).isEqualTo(local.ends(turn));
            assertThat(late.epoch()).isEqualTo(remote.epoch());
            if (local.ends(turn).contains("complete")) {
                for (V2Client client : List.of(local, remote, late)) {
                    assertThat(client.text(turn)).isEqualTo(whole);
                }
            }
        }
    }

    private static V2Client viewer(Fleet<?> fleet, V2Client asker) {
        return V2Client.to(asker.session()).persistent().connect(fleet.port(1)).awaitSynced();
    }
}
