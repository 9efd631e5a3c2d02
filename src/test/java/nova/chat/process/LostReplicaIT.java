package nova.chat.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Recorded;
import nova.chat.standin.Script;
import nova.chat.testing.Fleet;
import nova.chat.testing.ScriptedOrchestrator;
import nova.chat.testing.ServiceProcess;
import nova.chat.testing.V2Client;
import org.junit.jupiter.api.Test;

/** {@code kill -9} of one replica of three: what it ran ends for everybody, what waited is run, nothing hangs. */
class LostReplicaIT {
    private static final Duration PROMISED = Duration.ofSeconds(15);
    private static final int TURNS = 50;

    @Test
    void fifty_turns_end_once_for_every_viewer_in_time_and_their_sessions_go_on() {
        try (Fleet<ServiceProcess> fleet = Fleet.ofProcesses(3)) {
            fleet.orchestrator().always(Endpoint.STREAM, LostReplicaIT::halfAnAnswerOrOk);
            List<V2Client> viewers = new ArrayList<>();
            for (int i = 0; i < TURNS; i++) {
                V2Client asker = V2Client.begin(fleet.port(0)).persistent();
                viewers.add(viewer(fleet, 1, asker));
                viewers.add(viewer(fleet, 2, asker));
                asker.say("question " + i, "m");
            }
            viewers.forEach(viewer -> viewer.awaitText("m"));
            long killed = System.nanoTime();
            fleet.replica(0).kill();
            viewers.forEach(viewer -> viewer.awaitEnd("m"));
            assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(PROMISED);
            for (int i = 0; i < viewers.size(); i++) {
                V2Client viewer = viewers.get(i);
                assertThat(viewer.ends(viewer.turn("m"))).containsExactly("interrupted");
                assertThat(viewer.text(viewer.turn("m"))).isEqualTo("half of question " + i / 2);
            }
            for (int i = 0; i < viewers.size(); i += 2) {
                viewers.get(i).say("ok?", "n");
            }
            for (V2Client viewer : viewers) {
                String turn = viewer.awaitEnd("n");
                assertThat(viewer.ends(turn)).containsExactly("complete");
                assertThat(viewer.text(turn)).isEqualTo("ok");
                assertThat(viewer.faults()).isEmpty();
                viewer.close();
            }
            assertThat(fleet.turnsAsked()).isEqualTo(2 * TURNS);
        }
    }

    @Test
    void a_message_that_never_reached_the_orchestrator_is_run_by_a_survivor() {
        // With keys asked for, messages would wait for a verdict first, in the memory of the replica.
        try (Fleet<ServiceProcess> fleet = Fleet.ofProcesses(2, "REQUIRE_AUTH", "false")) {
            fleet.upstream().leave();
            V2Client asker = V2Client.begin(fleet.port(0)).persistent();
            V2Client viewer = viewer(fleet, 1, asker);
            asker.say("hi", "m").say("and then?", "n");
            asker.awaitAck("m");
            asker.awaitAck("n");
            // Once another replica knows that it waits for the Orchestrator, it is sure not to have reached it.
            viewer.awaitFrame("queued", queued -> "upstream_down".equals(queued.getString("reason")));
            fleet.replica(0).kill();
            asker.connect(fleet.port(1)).awaitSynced();
            fleet.upstream().comeBack();
            fleet.orchestrator().always(Endpoint.STREAM, LostReplicaIT::halfAnAnswerOrOk);
            fleet.orchestrator()
                    .next(Endpoint.STREAM, Script.stream().text("late").done());
            fleet.orchestrator()
                    .next(Endpoint.STREAM, Script.stream().text("later").done());
            for (V2Client client : List.of(asker, viewer)) {
                assertThat(client.ends(client.awaitEnd("m"))).containsExactly("complete");
                assertThat(client.text(client.turn("m"))).isEqualTo("late");
                assertThat(client.ends(client.awaitEnd("n"))).containsExactly("complete");
                assertThat(client.text(client.turn("n"))).isEqualTo("later");
                assertThat(client.faults()).isEmpty();
                client.close();
            }
            assertThat(fleet.turnsAsked()).isEqualTo(2);
        }
    }

    /** What a long pause does to a process, only longer: it wakes, and believes that it holds what it has lost. */
    @Test
    void a_replica_that_wakes_after_it_was_given_up_for_lost_tells_its_viewers_what_the_others_know() {
        try (Fleet<ServiceProcess> fleet = Fleet.ofProcesses(2)) {
            fleet.orchestrator().always(Endpoint.STREAM, LostReplicaIT::halfAnAnswerOrOk);
            try (V2Client asker = V2Client.begin(fleet.port(0)).persistent();
                    V2Client viewer = viewer(fleet, 1, asker)) {
                String turn = asker.say("question", "m").awaitText("m");
                viewer.awaitText("m");
                fleet.replica(0).pause();
                assertThat(viewer.ends(viewer.awaitEnd("m"))).containsExactly("interrupted");
                fleet.replica(0).resume();
                assertThat(asker.ends(asker.awaitEnd("m"))).containsExactly("interrupted");
                asker.await("the same epoch", () -> viewer.epoch().equals(asker.epoch()));
                assertThat(asker.text(turn)).isEqualTo("half of question");
                assertThat(asker.text(asker.say("ok?", "n").awaitEnd("n"))).isEqualTo("ok");
                assertThat(viewer.text(viewer.awaitEnd("n"))).isEqualTo("ok");
                assertThat(asker.faults()).isEmpty();
                assertThat(viewer.faults()).isEmpty();
            }
        }
    }

    private static V2Client viewer(Fleet<?> fleet, int replica, V2Client asker) {
        return V2Client.to(asker.session())
                .persistent()
                .connect(fleet.port(replica))
                .awaitSynced();
    }

    private static Script halfAnAnswerOrOk(Recorded request) {
        String question = ScriptedOrchestrator.question(request);
        return question.equals("ok?")
                ? Script.stream().text("ok").done()
                : Script.stream().text("half of " + question).quiet(Duration.ofMinutes(2), Duration.ofSeconds(3));
    }
}
