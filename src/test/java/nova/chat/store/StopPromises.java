package nova.chat.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import nova.chat.log.Batch;
import nova.chat.protocol.OnBusy;
import nova.chat.protocol.TurnId;
import nova.chat.store.Store.Progress;
import nova.chat.store.Store.Queue;
import org.junit.jupiter.api.Test;

/** Stops: of what runs, of what waits, and of what has not come yet. */
abstract class StopPromises extends QueuePromises {
    @Test
    void a_stop_of_the_running_turn_is_told_with_every_write() {
        Lease lease = run(named("m1", question("t1")));
        assertThat(append(lease, 1)).isEqualTo(new Written.Kept(false, queue().version()));
        assertThat(stop("t1", null)).isEqualTo(new TurnId("t1"));
        for (int i = 1; i <= 2; i++) {
            assertThat(append(lease, i, delta("t1", "x"))).isEqualTo(new Written.Kept(true, queue().version()));
        }
    }

    @Test
    void the_running_turn_is_stopped_by_its_turn_or_its_name_or_as_the_one_that_runs() {
        for (int way = 0; way < 3; way++) {
            Lease lease = run(named("m" + way, question("t" + way)));
            String turn = way == 0 ? "t0" : null;
            String ref = way == 1 ? "m1" : null;
            assertThat(stop(turn, ref)).isEqualTo(new TurnId("t" + way));
            assertThat(stop(turn, ref)).as("again").isEqualTo(new TurnId("t" + way));
            assertThat(append(lease, way + 1)).isEqualTo(new Written.Kept(true, queue().version()));
            end(lease, null);
        }
    }

    @Test
    void a_stop_that_does_not_say_of_what_leaves_what_waits() {
        assertThat(stop(null, null)).as("of nothing").isNull();
        Lease lease = run("t1");
        begin(question("t2"));
        end(lease, null, null);
        assertThat(stop(null, null)).isNull();
        assertThat(waiting()).containsExactly("t2");
        assertThat(queue().waiting().get(0).stopped()).isFalse();
    }

    @Test
    void there_is_nothing_to_stop_of_a_turn_that_has_ended_or_is_unknown() {
        Lease first = run(named("m1", question("t1")));
        end(first, null);
        Lease lease = run("t2");
        assertThat(stop("t1", null)).isNull();
        assertThat(stop(null, "m1")).isNull();
        assertThat(stop("nobody's", null)).isNull();
        assertThat(append(lease, 2)).isEqualTo(new Written.Kept(false, queue().version()));
    }

    @Test
    void a_stopped_message_waits_until_its_end_is_told() {
        Lease lease = run("t1");
        begin(named("m2", question("t2")));
        begin(question("t3"));
        tellWaiting(lease);
        assertThat(stop(null, "m2")).isEqualTo(new TurnId("t2"));
        Queue queue = queue();
        assertThat(queue.waiting()).extracting(Store.Waiting::stopped).containsExactly(true, false);
        assertThat(read().waiting()).containsExactly(named("m2", question("t2")), question("t3"));
        assertThat(end(
                        lease,
                        new Progress(queue.version() - 1, Set.of(), false),
                        new Batch(3, List.of()),
                        null,
                        "n",
                        ANYBODY))
                .as("not before it is told")
                .isEqualTo(new Written.Kept(false, queue.version()));
        append(lease, new Progress(queue.version(), Set.of(new TurnId("t2")), false), 3, stopped("t2"));
        assertThat(waiting()).containsExactly("t3");
        assertThat(next(end(lease, null)).question()).isEqualTo(question("t3"));
        assertThat(events()).containsOnlyOnce(stopped("t2"));
    }

    @Test
    void the_last_batch_of_a_turn_may_tell_the_ends_of_those_that_waited() {
        Lease lease = run("t1");
        begin(question("t2"));
        stop("t2", null);
        var progress = new Progress(queue().version(), Set.of(new TurnId("t2")), false);
        var batch = new Batch(1, List.of(stopped("t2"), complete("t1")));
        assertThat(end(lease, progress, batch, null, "next", ANYBODY)).isEqualTo(new Written.Ended(null));
        assertThat(queue().waiting()).isEmpty();
        assertThat(read().free()).isFalse();
    }

    @Test
    void a_message_whose_end_is_told_waits_no_longer_though_nobody_stopped_it() {
        Lease lease = run("t1");
        begin(question("t2"));
        begin(question("t3"));
        long version = queue().version();
        append(lease, new Progress(version, Set.of(new TurnId("t2")), false), 1, refused("t2"));
        assertThat(waiting()).containsExactly("t3");
        assertThat(queue().version()).as("its holder knows").isEqualTo(version);
        assertThat(messages()).containsExactly("USER RUNNING t1?", "USER WAITING t3?");
        var progress = new Progress(version, Set.of(new TurnId("t3")), false);
        var batch = new Batch(2, List.of(refused("t3"), complete("t1")));
        assertThat(end(lease, progress, batch, null, "next", ANYBODY)).isEqualTo(new Written.Ended(null));
        assertThat(waiting()).isEmpty();
        assertThat(read().free()).isFalse();
    }

    @Test
    void nothing_is_dropped_by_a_write_that_is_not_stored() {
        Lease lease = run("t1");
        begin(question("t2"));
        var progress = new Progress(queue().version(), Set.of(new TurnId("t2")), false);
        assertThat(append(lease, progress, 7, refused("t2"))).isEqualTo(new Written.Behind(0));
        var untold = new Progress(0, Set.of(new TurnId("t2")), false);
        var end = new Batch(1, List.of(refused("t2"), complete("t1")));
        assertThat(end(lease, untold, end, null, "next", ANYBODY)).isInstanceOf(Written.Kept.class);
        assertThat(waiting()).containsExactly("t2");
    }

    @Test
    void whoever_does_not_wait_cannot_be_dropped() {
        Lease lease = run("t1");
        begin(question("t2"));
        Set<TurnId> others = Set.of(new TurnId("t1"), new TurnId("nobody's"));
        assertThat(append(lease, new Progress(0, others, false), 1)).isInstanceOf(Written.Kept.class);
        assertThat(read().running()).isEqualTo(new TurnId("t1"));
        assertThat(waiting()).containsExactly("t2");
    }

    @Test
    void a_stop_of_a_waiting_message_is_final() {
        Lease lease = run("t1");
        begin(question("t2"));
        stop("t2", null);
        assertThat(begin(question("t2"))).isInstanceOf(Begun.Waiting.class);
        assertThat(stop("t2", null)).as("again").isEqualTo(new TurnId("t2"));
        assertThat(queue().waiting().get(0).stopped()).isTrue();
        end(lease, NO_NEWS, new Batch(1, List.of()), null, null, ANYBODY);
        timePasses(LEASE_PAST);
        assertThat(claimed("other").question())
                .as("the one that had not departed")
                .isEqualTo(question("t1"));
        assertThat(waiting()).isEmpty();
        assertThat(events()).containsExactly(stopped("t2"));
    }

    @Test
    void a_message_stopped_where_nothing_runs_ends_at_once() {
        Lease lease = run("t1");
        begin(named("m2", question("t2")));
        begin(question("t3"));
        end(lease, null, null);
        assertThat(stop(null, "m2")).isEqualTo(new TurnId("t2"));
        assertThat(events()).containsExactly(complete("t1"), stopped("t2"));
        assertThat(waiting()).containsExactly("t3");
        assertThat(stop(null, "m2")).as("it has ended").isNull();
        assertThat(claimed("other").from()).isEqualTo(top());
    }

    @Test
    void a_claim_ends_those_in_front_that_were_stopped_and_takes_the_next() {
        Lease lease = run("t1");
        begin(question("t2"));
        end(lease, null, null);
        stop(null, "m3");
        assertThat(begin(named("m3", question("t3")), OnBusy.INTERRUPT)).isInstanceOf(Begun.Waiting.class);
        assertThat(queue().waiting()).extracting(Store.Waiting::stopped).containsExactly(true, false);
        Lease next = claimed("other");
        assertThat(next.question()).isEqualTo(question("t2"));
        assertThat(events()).containsExactly(complete("t1"), stopped("t3"));
        assertThat(next.from()).isEqualTo(top());
        assertThat(queue().waiting()).isEmpty();
    }

    @Test
    void a_claim_ends_the_stopped_ones_even_where_the_claimant_can_run_nothing() {
        Lease lease = run("t1");
        begin(on(new Question.Errand(Question.Errand.Kind.HELD, ""), question("t2")));
        end(lease, null, null);
        stop(null, "m3");
        begin(named("m3", question("t3")), OnBusy.INTERRUPT);
        assertThat(claim("other", ANYBODY)).isNull();
        assertThat(events()).containsExactly(complete("t1"), stopped("t3"));
        assertThat(waiting()).containsExactly("t2");
    }

    @Test
    void a_cancel_stops_only_what_waits() {
        Lease lease = run(named("m1", question("t1")));
        begin(named("m2", question("t2")));
        assertThat(cancel("m1")).isNull();
        assertThat(append(lease, 1)).isEqualTo(new Written.Kept(false, queue().version()));
        assertThat(cancel("m2")).isEqualTo(new TurnId("t2"));
        assertThat(queue().waiting().get(0).stopped()).isTrue();
        assertThat(cancel("unknown")).isNull();
        assertThat(begin(named("unknown", question("t3")))).as("not remembered").isEqualTo(new Begun.Waiting(1, false));
        assertThat(queue().waiting().get(1).stopped()).isFalse();
    }

    @Test
    void a_message_cancelled_where_nothing_runs_ends_at_once() {
        Lease lease = run("t1");
        begin(named("m2", question("t2")));
        end(lease, null, null);
        assertThat(cancel("m2")).isEqualTo(new TurnId("t2"));
        assertThat(events()).containsExactly(complete("t1"), stopped("t2"));
        assertThat(read().free()).isFalse();
    }

    @Test
    void a_stop_that_overtook_its_message_is_remembered() {
        assertThat(stop(null, "m1")).isNull();
        Lease lease = run(named("m1", question("t1")));
        assertThat(lease.stopped()).isTrue();
        assertThat(append(lease, 1)).isEqualTo(new Written.Kept(true, queue().version()));
        end(lease, null);
        assertThat(stop(null, "m2")).isNull();
        Lease running = run("t3");
        assertThat(running.stopped()).isFalse();
        begin(named("m2", question("t2")));
        assertThat(queue().waiting())
                .singleElement()
                .satisfies(one -> assertThat(one.stopped()).isTrue());
    }

    @Test
    void a_stop_is_remembered_for_a_minute_and_for_one_message() {
        stop(null, "m1");
        timePasses(Store.STOP_KEPT.plusSeconds(1));
        Lease lease = run(named("m1", question("t1")));
        assertThat(lease.stopped()).isFalse();
        end(lease, null);
        stop(null, "m2");
        timePasses(Store.STOP_KEPT.minusSeconds(10));
        Lease second = run(named("m2", question("t2")));
        assertThat(second.stopped()).isTrue();
        end(second, null);
        timePasses(Store.REF_KEPT.plusMinutes(1));
        assertThat(run(named("m2", question("t3"))).stopped()).isFalse();
    }

    @Test
    void a_stop_waits_for_its_message_also_while_that_is_refused() {
        stop(null, "m2");
        Lease lease = run("t1");
        assertThat(begin(named("m2", question("t2")), OnBusy.REJECT)).isEqualTo(new Begun.Busy());
        end(lease, null);
        assertThat(run(named("m2", question("t2"))).stopped()).isTrue();
    }

    @Test
    void a_stopped_message_does_not_count_in_the_positions_of_others() {
        run("t1");
        begin(question("t2"));
        begin(question("t3"));
        stop("t2", null);
        assertThat(begin(question("t3"))).isEqualTo(new Begun.Waiting(1, false));
        assertThat(begin(question("t4"))).isEqualTo(new Begun.Waiting(2, false));
    }

    @Test
    void a_message_that_is_retracted_is_as_if_it_had_never_come() {
        Lease lease = run("t1");
        retract("t1", lease.token());
        assertThat(read().running()).isNull();
        assertThat(messages()).isEmpty();
        assertThat(departure(run("t2")).conversation()).hasSize(1);
    }

    @Test
    void a_message_that_comes_after_it_was_retracted_does_not_run() {
        retract("t1", "lease-of-t1");
        assertThat(begin(question("t1"))).isEqualTo(new Begun.Known(new TurnId("t1"), 0));
        assertThat(read().running()).isNull();
        assertThat(messages()).isEmpty();
    }

    @Test
    void a_message_that_comes_after_it_was_retracted_does_not_wait_behind_another_turn() {
        Lease lease = run("t1");
        retract("t2", "lease-of-t2");
        assertThat(begin(question("t2"))).isEqualTo(new Begun.Known(new TurnId("t2"), 0));
        assertThat(begin(question("t1"))).as("what runs").isEqualTo(new Begun.Running(lease));
        assertThat(waiting()).isEmpty();
    }

    @Test
    void a_waiting_message_that_is_retracted_is_stopped() {
        run("t1");
        begin(question("t2"));
        retract("t2", "lease-of-t2");
        assertThat(queue().waiting()).singleElement().matches(Store.Waiting::stopped);
    }

    @Test
    void nothing_is_retracted_that_has_departed_or_is_told_or_is_another_turn() {
        Lease lease = run("t1");
        retract("t0", "lease-of-t0");
        retract("t1", "another");
        append(lease, 1, said("t1"));
        retract("t1", lease.token());
        assertThat(read().running()).isEqualTo(new TurnId("t1"));
        end(lease, null);
        Lease next = run("t2");
        assertThat(departure(next).conversation()).hasSize(2);
        retract("t2", next.token());
        assertThat(read().running()).isEqualTo(new TurnId("t2"));
    }

    @Test
    void what_waits_is_free_once_what_ran_was_retracted() {
        Lease lease = run("t1");
        begin(question("t2"));
        retract("t1", lease.token());
        assertThat(read().free()).isTrue();
        assertThat(claimed("other").question().turn()).isEqualTo(new TurnId("t2"));
    }
}
