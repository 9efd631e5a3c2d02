package nova.chat.turn;

import static nova.chat.testing.Bridge.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import nova.chat.config.Config;
import nova.chat.orchestrator.Orchestrator;
import nova.chat.protocol.ErrorCode;
import nova.chat.protocol.Event;
import nova.chat.protocol.TurnId;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.store.Lease;
import nova.chat.testing.Stage;
import nova.chat.turn.Turn.Outcome;
import org.junit.jupiter.api.Test;

/** A turn has exactly one end, also where something that never fails does. */
class TurnTest extends TurnScene {
    private final Script.Gate gate = new Script.Gate();

    private void upstream(Script script) {
        stage.upstream().always(Endpoint.STREAM, script);
    }

    private Run half() {
        upstream(Script.stream().text("one ").await(gate).text("two").done());
        Run run = run("t1");
        eventuallySeen("one ");
        return run;
    }

    private void stop(Run run) {
        stage.on(() -> {
            run.turn().stop();
            return null;
        });
    }

    private void isFailure(ErrorCode code) {
        assertThat(ends())
                .singleElement()
                .isInstanceOfSatisfying(
                        Event.Failure.class,
                        failure -> assertThat(failure.code()).isEqualTo(code));
    }

    // one end

    @Test
    void an_answer_ends_once() {
        upstream(Script.stream().text("answer").done());
        assertThat(run("t1").outcome()).isEqualTo(new Outcome(null, true));
        assertThat(ends()).singleElement().isInstanceOf(Event.End.class);
    }

    @Test
    void a_store_that_throws_when_the_turn_begins_ends_it_as_internal() {
        store.breakDown("depart");
        assertThat(run("t1").outcome()).isEqualTo(new Outcome(null, true));
        isFailure(ErrorCode.INTERNAL);
    }

    @Test
    void a_store_that_throws_when_the_turn_ends_ends_it_as_internal() {
        upstream(Script.stream().text("answer").done());
        store.breakDown("end");
        assertThat(run("t1").outcome().kept()).isFalse();
        isFailure(ErrorCode.INTERNAL);
    }

    @Test
    void a_failure_upstream_is_its_end_and_what_was_answered_is_kept() {
        upstream(Script.stream().text("half").event("{\"error\":\"no more\"}").done());
        run("t1").outcome();
        isFailure(ErrorCode.UPSTREAM_ERROR);
        assertThat(messages()).containsExactly("USER COMPLETE what is t1", "ASSISTANT FAILED half");
    }

    @Test
    void an_answer_that_is_too_long_is_cut_and_kept_up_to_there() {
        limits = new Config.Turns(10, 1_000, Duration.ofMinutes(1), Duration.ofMinutes(1));
        upstream(Script.stream().deltas(20, 100, Duration.ofMillis(1)).done());
        run("t1").outcome();
        isFailure(ErrorCode.OUTPUT_LIMIT);
        assertThat(String.join("", seen())).hasSizeBetween(900, 1_200);
    }

    @Test
    void an_answer_whose_beginning_was_pushed_out_by_messages_is_not_kept_as_a_whole_one() {
        Script.Gate gate = new Script.Gate();
        upstream(Script.stream().text("one ").await(gate).text("two").done());
        Run run = run("t1");
        eventuallySeen("one ");
        for (int i = 0; i < 8; i++) {
            long seq = stage.on(() -> {
                log.append(new Event.Said(new TurnId("t2"), null, "x".repeat(300_000)));
                return log.seq();
            });
            eventually("it is stored", () -> storedTop() >= seq);
        }
        gate.open();
        assertThat(run.outcome()).isEqualTo(new Outcome(null, true));
        isFailure(ErrorCode.OUTPUT_LIMIT);
        assertThat(messages()).containsExactly("USER COMPLETE what is t1");
    }

    @Test
    void a_turn_that_takes_too_long_is_ended() {
        limits = new Config.Turns(10, 1_000, Duration.ofMillis(300), Duration.ofMinutes(1));
        upstream(Script.stream().text("one").hang());
        run("t1").outcome();
        isFailure(ErrorCode.UPSTREAM_TIMEOUT);
    }

    // a stop

    @Test
    void stopped_before_its_first_piece_it_has_no_answer() {
        upstream(Script.stream().hang());
        Run run = run("t1");
        eventually("it is asked", () -> stage.upstream().openStreams() == 1);
        stop(run);
        assertThat(run.outcome()).isEqualTo(new Outcome(null, true));
        assertThat(seen()).containsExactly("said t1", "started t1", "end t1 STOPPED");
        assertThat(messages()).containsExactly("USER COMPLETE what is t1");
        eventually("upstream is told", () -> stage.upstream().openStreams() == 0);
    }

    @Test
    void stopped_in_the_same_moment_it_never_goes_upstream_with_its_question() {
        upstream(Script.stream().text("never").done());
        store.hold("depart");
        Run run = run("t1");
        stop(run);
        stage.on(() -> {
            store.letGo("depart");
            return null;
        });
        run.outcome();
        assertThat(seen()).containsExactly("said t1", "started t1", "end t1 STOPPED");
        assertThat(stage.upstream().requests(Endpoint.STREAM)).isZero();
    }

    @Test
    void a_question_that_was_stopped_before_it_came_is_ended_without_asking() {
        stage.await(() -> store.inner().stop(session, null, "ref-t1"));
        Lease lease = begin("t1");
        assertThat(lease.stopped()).isTrue();
        run(lease).outcome();
        assertThat(seen()).containsExactly("said t1", "started t1", "end t1 STOPPED");
        assertThat(stage.upstream().requests(Endpoint.STREAM)).isZero();
        assertThat(store.count("depart")).isZero();
    }

    @Test
    void stopped_in_its_middle_it_keeps_what_was_answered() {
        Run run = half();
        stop(run);
        stop(run);
        assertThat(run.outcome()).isEqualTo(new Outcome(null, true));
        gate.open();
        assertThat(seen()).containsExactly("said t1", "started t1", "one ", "end t1 STOPPED");
        assertThat(messages()).containsExactly("USER COMPLETE what is t1", "ASSISTANT STOPPED one ");
    }

    @Test
    void stopped_after_its_end_it_is_as_it_was() {
        Run run = half();
        gate.open();
        run.outcome();
        stop(run);
        assertThat(seen()).endsWith("one two", "end t1 COMPLETE");
        assertThat(messages()).contains("ASSISTANT COMPLETE one two");
    }

    @Test
    void interrupted_it_says_so_and_keeps_what_was_answered() {
        Run run = half();
        stage.on(() -> {
            run.turn().interrupt();
            return null;
        });
        assertThat(run.outcome()).isEqualTo(new Outcome(null, true));
        isFailure(ErrorCode.INTERRUPTED);
        assertThat(messages()).containsExactly("USER COMPLETE what is t1", "ASSISTANT INTERRUPTED one ");
    }

    @Test
    void interrupted_while_the_store_is_away_it_does_not_wait_for_it() {
        Run run = half();
        stage.on(() -> {
            store.fail("append", "end");
            run.turn().interrupt();
            return null;
        });
        run.outcome();
        isFailure(ErrorCode.INTERRUPTED);
    }

    // what is said of it

    @Test
    void its_end_says_how_the_answer_came() {
        upstream(Script.stream()
                .pause(Duration.ofMillis(120))
                .text("Gr\u00fc\u00dfe")
                .pause(Duration.ofMillis(100))
                .text(" \uD83D\uDE00")
                .done());
        run("t1").outcome();
        Event.Stats stats = Objects.requireNonNull(((Event.End) ends().get(0)).stats());
        assertThat(stats.chunks()).isEqualTo(2);
        assertThat(stats.bytes()).isEqualTo(12);
        assertThat(stats.firstChunkMs()).isBetween(100L, stats.durationMs());
        assertThat(stats.durationMs()).isBetween(200L, 30_000L);
    }

    @Test
    void an_answer_without_text_came_without_a_first_piece() {
        upstream(Script.stream().done());
        run("t1").outcome();
        Event.Stats stats = Objects.requireNonNull(((Event.End) ends().get(0)).stats());
        assertThat(stats.firstChunkMs()).isNull();
        assertThat(stats.chunks()).isZero();
        assertThat(messages()).containsExactly("USER COMPLETE what is t1", "ASSISTANT COMPLETE ");
    }

    @Test
    void asides_have_numbers_of_their_own_and_are_no_part_of_the_answer() {
        upstream(Script.stream()
                .event("{\"status\":{\"step\":\"model\"}}")
                .text("a")
                .event("{\"think\":\"hm\"}")
                .event("{\"hb\":3000}")
                .event("{\"meta\":{\"model\":\"m\"}}")
                .text("b")
                .done());
        run("t1").outcome();
        assertThat(seen())
                .containsExactly(
                        "said t1", "started t1", "aside t1", "a", "aside t1", "aside t1", "b", "end t1 COMPLETE");
        assertThat(stored()).isEqualTo(seen());
        assertThat(storedTop()).isEqualTo(8);
        assertThat(messages()).contains("ASSISTANT COMPLETE ab");
    }

    @Test
    void more_asides_than_an_answer_may_hold_are_left_out_and_the_answer_is_not() {
        limits = new Config.Turns(10, 1_000, Duration.ofMinutes(1), Duration.ofMinutes(1));
        Script script = Script.stream();
        for (int i = 0; i < 30; i++) {
            script = script.event("{\"think\":\"" + "x".repeat(98) + "\"}");
        }
        upstream(script.text("whole").done());
        run("t1").outcome();
        assertThat(seen()).endsWith("aside t1", "whole", "end t1 COMPLETE");
        assertThat(seen.stream().filter(Event.Aside.class::isInstance)).hasSize(10);
    }

    // a question that did not leave

    @Test
    void a_question_that_did_not_leave_is_said_to_wait_and_may_be_run_by_others() {
        Run run = unreachable("t1");
        eventuallySeen("queued t1 1");
        eventually("it is noted", () -> !departedAtLast());
        assertThat(seen()).containsOnlyOnce("queued t1 1");
        passed = passed.plusSeconds(11);
        assertThat(reading().free()).isTrue();
        assertThat(waiting()).isEqualTo("t1");
        assertThat(run.outcome()).isEqualTo(new Outcome(null, false));
        assertThat(ends()).isEmpty();
    }

    @Test
    void stopped_while_it_waits_for_upstream_it_ends_as_stopped() {
        Run run = unreachable("t1");
        eventuallySeen("queued t1 1");
        stop(run);
        assertThat(run.outcome()).isEqualTo(new Outcome(null, true));
        assertThat(seen()).containsExactly("said t1", "started t1", "queued t1 1", "end t1 STOPPED");
    }

    @Test
    void a_question_for_which_upstream_stays_away_too_long_fails() {
        limits = new Config.Turns(10, 1_000, Duration.ofMinutes(1), Duration.ofSeconds(3));
        unreachable("t1").outcome();
        isFailure(ErrorCode.UPSTREAM_UNREACHABLE);
        assertThat(seen()).containsOnlyOnce("queued t1 1");
    }

    @Test
    void a_question_that_left_is_never_taken_back() {
        Run run = half();
        eventually("it is stored", () -> storedTop() >= 3);
        assertThat(departedAtLast()).isTrue();
        gate.open();
        run.outcome();
        assertThat(store.writes())
                .allSatisfy(write -> assertThat(write.progress().departed()).isTrue());
    }

    private boolean departedAtLast() {
        var writes = stage.on(store::writes);
        return writes.isEmpty() || writes.get(writes.size() - 1).progress().departed();
    }

    private String waiting() {
        return stage.await(() -> store.inner().queue(session))
                .waiting()
                .get(0)
                .question()
                .turn()
                .value();
    }

    /** Its Orchestrator is at a port where nobody listens. */
    private Run unreachable(String name) {
        var nowhere = stage.on(() ->
                new Orchestrator(stage.vertx(), Stage.CONFIG.upstream(), URI.create("http://127.0.0.1:1"), 1, 1_000));
        return run(begin(name), new Turns(stage.vertx(), limits, store, nowhere, call -> {}));
    }
}
