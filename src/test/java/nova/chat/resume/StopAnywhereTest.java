package nova.chat.resume;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import nova.chat.testing.Fleet;
import nova.chat.testing.PubSubCut;
import nova.chat.testing.Service;
import nova.chat.testing.V2Client;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A stop works from any replica, at any time, for good. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StopAnywhereTest {
    /** Two seconds are promised; a busy machine may add as much. */
    private static final Duration SOON = Duration.ofSeconds(4);

    private static final Script HALF = Script.stream().text("half").hang();
    private static final Script OK = Script.stream().text("ok").done();

    private Fleet<Service> fleet;
    private V2Client asker;
    private V2Client other;
    private long asked;

    @BeforeAll
    void start() {
        fleet = Fleet.inThisJvm(2);
    }

    @AfterEach
    void unscript() {
        List.of(asker, other).forEach(client -> {
            assertThat(client.faults()).isEmpty();
            client.close();
        });
        fleet.orchestrator().unscript();
    }

    @AfterAll
    void stop() {
        fleet.close();
    }

    @Test
    void before_the_first_piece_from_another_replica_and_without_pub_sub() {
        try (PubSubCut cut = PubSubCut.of(fleet.redis())) {
            meet();
            script(Script.stream().hang());
            asker.say("hi", "m");
            Bridge.eventually("it was asked", () -> fleet.turnsAsked() == asked + 1);
            long stopped = System.nanoTime();
            other.stop();
            Bridge.eventually("upstream's request is closed", this::isQuiet);
            assertThat(Duration.ofNanos(System.nanoTime() - stopped)).isLessThan(SOON);
            for (V2Client client : List.of(asker, other)) {
                String turn = client.awaitEnd("m");
                assertThat(client.ends(turn)).containsExactly("stopped");
                assertThat(client.text(turn)).isEmpty();
            }
            Bridge.eventually("cut off again and again", () -> cut.count() > 0);
        }
    }

    @Test
    void in_mid_answer_it_keeps_the_text_and_coming_back_does_not_undo_it() {
        meet();
        script(HALF, OK);
        String turn = asker.say("hi", "m").awaitText("m");
        other.stop();
        for (V2Client client : List.of(asker, other)) {
            client.awaitEnd("m");
            assertThat(client.ends(turn)).containsExactly("stopped");
            assertThat(client.text(turn)).isEqualTo("half");
            client.connect(fleet.port(client == asker ? 1 : 0)).awaitSynced();
            client.forget().connect(fleet.port(client == asker ? 0 : 1)).awaitSynced();
            assertThat(client.ends(turn)).containsExactly("stopped");
            assertThat(client.text(turn)).isEqualTo("half");
        }
        assertThat(isQuiet()).isTrue();
        assertThat(asked()).isEqualTo(1);
        assertThat(other.text(other.say("go on", "n").awaitEnd("n"))).isEqualTo("ok");
        assertThat(fleet.upstream().lastConversation()).containsExactly("user: hi", "assistant: half", "user: go on");
    }

    @Test
    void stopping_twice_or_what_has_ended_or_nothing_is_idle_and_changes_nothing() {
        meet();
        script(HALF);
        other.stop();
        other.awaitFrame("ack", ack -> "idle".equals(ack.getString("state")));
        String turn = asker.say("hi", "m").awaitText("m");
        asker.stop("m");
        other.stop("m");
        asker.awaitEnd("m");
        other.awaitEnd("m");
        other.stop("m");
        other.await("three answers", () -> other.frames("ack").size() == 3);
        assertThat(asker.ends(turn)).containsExactly("stopped");
        assertThat(other.ends(turn)).containsExactly("stopped");
    }

    @Test
    void before_its_message_it_waits_for_it_on_any_replica() {
        meet();
        other.stop("m").awaitAck("m");
        asker.say("hi", "m");
        assertThat(asker.ends(asker.awaitEnd("m"))).containsExactly("stopped");
        assertThat(other.ends(other.awaitEnd("m"))).containsExactly("stopped");
        assertThat(asker.turn("m")).isEqualTo(asker.awaitAck("m").getString("turn_id"));
        assertThat(asked()).isZero();
        script(OK);
        assertThat(asker.text(asker.say("again", "n").awaitEnd("n"))).isEqualTo("ok");
    }

    @Test
    void a_waiting_message_is_cancelled_from_another_replica_and_the_one_behind_it_runs() {
        Script.Gate gate = new Script.Gate();
        meet();
        script(Script.stream().text("one").await(gate).done(), OK);
        asker.say("1", "m1").awaitText("m1");
        asker.say("2", "m2");
        assertThat(asker.awaitAck("m2").getInteger("position")).isEqualTo(1);
        other.say("3", "m3");
        assertThat(other.awaitAck("m3").getInteger("position")).isEqualTo(2);
        other.cancel("m2");
        for (V2Client client : List.of(asker, other)) {
            assertThat(client.ends(client.awaitEnd("m2"))).containsExactly("stopped");
        }
        gate.open();
        for (V2Client client : List.of(asker, other)) {
            assertThat(client.text(client.awaitEnd("m3"))).isEqualTo("ok");
            assertThat(client.ends(client.awaitEnd("m1"))).containsExactly("complete");
        }
        assertThat(asked()).isEqualTo(2);
        assertThat(fleet.upstream().lastConversation()).containsExactly("user: 1", "assistant: one", "user: 3");
    }

    @Test
    void cancel_leaves_a_running_turn_alone() {
        Script.Gate gate = new Script.Gate();
        meet();
        script(Script.stream().text("one").await(gate).done());
        asker.say("1", "m1").awaitText("m1");
        other.cancel("m1");
        assertThat(other.awaitAck("m1").getString("state")).isEqualTo("idle");
        gate.open();
        assertThat(asker.ends(asker.awaitEnd("m1"))).containsExactly("complete");
    }

    @Test
    void a_message_that_would_not_wait_is_refused_and_its_name_may_be_used_again() {
        Script.Gate gate = new Script.Gate();
        meet();
        script(Script.stream().text("one").await(gate).done(), OK);
        asker.say("1", "m1").awaitText("m1");
        other.say("2", "m2", "reject");
        var refused = other.awaitFrame("error", error -> "m2".equals(error.getString("ref")));
        assertThat(refused.getString("code")).isEqualTo("busy");
        assertThat(refused.getBoolean("retryable")).isTrue();
        gate.open();
        other.awaitEnd("m1");
        assertThat(other.text(other.say("2", "m2").awaitEnd("m2"))).isEqualTo("ok");
        assertThat(asked()).isEqualTo(2);
    }

    @Test
    void a_message_that_interrupts_stops_what_runs_and_goes_before_what_waits() {
        meet();
        script(HALF, OK, OK);
        String first = asker.say("1", "m1").awaitText("m1");
        asker.say("2", "m2").awaitAck("m2");
        other.say("3", "m3", "interrupt");
        for (V2Client client : List.of(asker, other)) {
            client.awaitEnd("m2");
            client.awaitEnd("m3");
            assertThat(client.ends(first)).containsExactly("stopped");
            assertThat(client.text(first)).isEqualTo("half");
        }
        assertThat(asked()).isEqualTo(3);
        assertThat(fleet.upstream().lastConversation())
                .containsExactly("user: 1", "assistant: half", "user: 3", "assistant: ok", "user: 2");
    }

    private void meet() {
        asked = fleet.turnsAsked();
        asker = V2Client.begin(fleet.port(0));
        other = V2Client.join(fleet.port(1), asker.session());
    }

    private void script(Script... scripts) {
        fleet.orchestrator().next(Endpoint.STREAM, scripts);
    }

    private long asked() {
        return fleet.turnsAsked() - asked;
    }

    private boolean isQuiet() {
        return fleet.orchestrator().openStreams() == 0;
    }
}
