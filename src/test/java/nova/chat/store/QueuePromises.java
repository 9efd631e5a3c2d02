package nova.chat.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import nova.chat.log.Batch;
import nova.chat.protocol.OnBusy;
import nova.chat.protocol.Position;
import nova.chat.protocol.SessionId;
import nova.chat.protocol.TurnId;
import nova.chat.store.Question.Errand;
import nova.chat.store.Store.Progress;
import nova.chat.store.Store.Queue;
import org.junit.jupiter.api.Test;

/** Messages that wait, and how they get their turn. */
abstract class QueuePromises extends LeasePromises {
    private static final Errand SEALED = new Errand(Errand.Kind.SEALED, "sealed");
    private static final Errand HELD = new Errand(Errand.Kind.HELD, "");

    @Test
    void messages_that_come_while_a_turn_runs_wait_in_their_order() {
        run("t1");
        assertThat(begin(question("t2"))).isEqualTo(new Begun.Waiting(1, false));
        assertThat(begin(question("t3"))).isEqualTo(new Begun.Waiting(2, false));
        assertThat(waiting()).containsExactly("t2", "t3");
    }

    @Test
    void a_begin_repeated_while_it_waits_answers_the_same() {
        Lease lease = run("t1");
        begin(question("t2"));
        begin(question("t3"));
        assertThat(begin(question("t3"))).isEqualTo(new Begun.Waiting(2, false));
        assertThat(waiting()).containsExactly("t2", "t3");
        end(lease, null, null);
        assertThat(begin(question("t2"))).isEqualTo(new Begun.Waiting(1, true));
    }

    @Test
    void a_message_comes_back_from_the_queue_as_it_went() {
        run("t1");
        Question sealed = on(SEALED, named("m2", question("t2", "a\uD83D\uDE00\"\n")));
        Question held = by("ada", on(HELD, question("t3")));
        begin(sealed);
        begin(held);
        assertThat(queue().waiting()).extracting(Store.Waiting::question).containsExactly(sealed, held);
    }

    @Test
    void a_message_that_does_not_want_to_wait_is_refused_and_forgotten() {
        Lease lease = run("t1");
        Question question = named("m2", question("t2"));
        assertThat(begin(question, OnBusy.REJECT)).isEqualTo(new Begun.Busy());
        assertThat(queue().waiting()).isEmpty();
        end(lease, null);
        assertThat(begin(question, OnBusy.REJECT)).isInstanceOf(Begun.Running.class);
    }

    @Test
    void it_is_refused_too_where_others_wait_and_nothing_runs() {
        Lease lease = run("t1");
        begin(question("t2"));
        end(lease, null, null);
        assertThat(begin(question("t3"), OnBusy.REJECT)).isEqualTo(new Begun.Busy());
        assertThat(begin(question("t3"))).isEqualTo(new Begun.Waiting(2, true));
    }

    @Test
    void only_twenty_may_wait() {
        Lease lease = run("t0");
        for (int i = 1; i <= Store.MAX_WAITING; i++) {
            assertThat(begin(question("t" + i))).isEqualTo(new Begun.Waiting(i, false));
        }
        Question tooMany = named("m", question("one-more"));
        assertThat(begin(tooMany)).isEqualTo(new Begun.QueueFull());
        assertThat(begin(tooMany, OnBusy.INTERRUPT)).isEqualTo(new Begun.QueueFull());
        assertThat(append(lease, 1, said("t0")))
                .as("a refused one stops nothing")
                .isEqualTo(new Written.Kept(false, queue().version()));
        assertThat(begin(question("t20"))).as("known, so not refused").isEqualTo(new Begun.Waiting(20, false));
        tellWaiting(lease);
        end(lease, null);
        assertThat(begin(tooMany)).isEqualTo(new Begun.Waiting(20, false));
    }

    @Test
    void a_message_that_interrupts_stops_the_running_turn_and_goes_first() {
        Lease lease = run("t1");
        begin(question("t2"));
        assertThat(begin(question("t3"), OnBusy.INTERRUPT)).isEqualTo(new Begun.Waiting(1, false));
        assertThat(waiting()).containsExactly("t3", "t2");
        assertThat(append(lease, 1)).isEqualTo(new Written.Kept(true, queue().version()));
        tellWaiting(lease);
        Written ended = end(lease, null);
        assertThat(next(ended).question()).isEqualTo(question("t3"));
    }

    @Test
    void a_message_that_interrupts_where_nothing_runs_only_goes_first() {
        Lease lease = run("t1");
        begin(question("t2"));
        end(lease, null, null);
        assertThat(begin(question("t3"), OnBusy.INTERRUPT)).isEqualTo(new Begun.Waiting(1, true));
        assertThat(claimed("other").question()).isEqualTo(question("t3"));
    }

    @Test
    void a_message_that_interrupts_where_all_is_at_rest_runs() {
        assertThat(begin(question("t1"), OnBusy.INTERRUPT)).isInstanceOf(Begun.Running.class);
    }

    @Test
    void a_name_is_known_whatever_became_of_its_message() {
        Lease lease = run(named("m1", question("t1")));
        assertThat(begin(named("m1", question("x")))).isEqualTo(new Begun.Known(new TurnId("t1"), 0));
        begin(named("m2", question("t2")));
        begin(named("m3", question("t3")));
        assertThat(begin(named("m3", question("x")))).isEqualTo(new Begun.Known(new TurnId("t3"), 2));
        assertThat(begin(named("m3", question("x")), OnBusy.REJECT))
                .as("also where a new one would be refused")
                .isEqualTo(new Begun.Known(new TurnId("t3"), 2));
        end(lease, null, null);
        cancel("m2");
        assertThat(begin(named("m1", question("x")))).isEqualTo(new Begun.Known(new TurnId("t1"), 0));
        assertThat(begin(named("m2", question("x")))).isEqualTo(new Begun.Known(new TurnId("t2"), 0));
        assertThat(waiting()).containsExactly("t3");
        assertThat(messages()).noneMatch(message -> message.endsWith("x?"));
    }

    @Test
    void a_name_is_known_for_a_day_and_by_its_session_only() {
        end(run(named("m1", question("t1"))), null);
        timePasses(Store.REF_KEPT.minusMinutes(1));
        assertThat(begin(named("m1", question("t2")))).isEqualTo(new Begun.Known(new TurnId("t1"), 0));
        timePasses(Store.REF_KEPT.plusMinutes(1));
        assertThat(begin(named("m1", question("t2")))).isInstanceOf(Begun.Running.class);
        assertThat(loop.await(() -> store.begin(
                        SessionId.mint(), named("m1", question("t3")), OnBusy.ENQUEUE, "token", Position.NONE)))
                .isInstanceOf(Begun.Running.class);
    }

    @Test
    void the_oldest_waiting_message_is_claimed_when_nothing_runs() {
        Lease lease = run("t1");
        begin(question("t2"));
        begin(question("t3"));
        assertThat(claim("other")).as("something runs").isNull();
        end(lease, null, null);
        Lease next = claimed("other");
        assertThat(next).isEqualTo(new Lease("other", top(), question("t2"), true, queue().version(), false));
        assertThat(claim("other")).as("repeated").isEqualTo(next);
        assertThat(claim("another")).isNull();
        assertThat(waiting()).containsExactly("t3");
    }

    @Test
    void there_is_nothing_to_claim_where_nothing_waits() {
        assertThat(claim("other")).isNull();
        talk("t1", "hello", null);
        assertThat(claim("other")).isNull();
    }

    @Test
    void a_sealed_message_is_claimed_by_whoever_unseals_or_has_its_key() {
        waitAlone(on(SEALED, question("t2")));
        assertThat(claim("other", ANYBODY)).isNull();
        assertThat(claim("other", new Claimant(false, Set.of(new TurnId("t3")), "eve")))
                .isNull();
        assertThat(claim("other", new Claimant(true, Set.of(), null))).isNotNull();
    }

    @Test
    void a_held_message_is_claimed_by_whoever_has_its_key() {
        waitAlone(on(HELD, question("t2")));
        assertThat(claim("other", new Claimant(true, Set.of(), null))).isNull();
        assertThat(claim("other", new Claimant(true, Set.of(), "eve"))).isNull();
        assertThat(claim("other", new Claimant(false, Set.of(new TurnId("t2")), null)))
                .isNotNull();
    }

    @Test
    void a_held_message_is_claimed_for_its_owner_who_brought_the_key_again() {
        waitAlone(on(HELD, question("t2")));
        assertThat(claim("other", new Claimant(false, Set.of(), "ada"))).isNotNull();
    }

    @Test
    void nobody_passes_a_message_that_cannot_be_run() {
        Lease lease = run("t1");
        begin(on(HELD, question("t2")));
        begin(question("t3"));
        tellWaiting(lease);
        assertThat(end(lease, null)).isEqualTo(new Written.Ended(null));
        assertThat(claim("other", ANYBODY)).isNull();
        assertThat(read().free()).isTrue();
    }

    private void waitAlone(Question question) {
        Lease lease = run("t1");
        begin(question);
        end(lease, null, null);
    }

    @Test
    void a_turns_end_goes_on_to_the_oldest_waiting_message() {
        Lease lease = run("t1");
        begin(question("t2"));
        begin(question("t3"));
        tellWaiting(lease);
        Written ended = end(lease, answer("t1", "hi"), "next");
        assertThat(ended)
                .isEqualTo(new Written.Ended(new Lease("next", top(), question("t2"), true, queue().version(), false)));
        assertThat(read().running()).isEqualTo(new TurnId("t2"));
        assertThat(waiting()).containsExactly("t3");
        Lease next = next(ended);
        assertThat(contents(next)).containsExactly("t1?", "hi", "t2?");
        assertThat(append(next, next.from().seq() + 1, started("t2"))).isInstanceOf(Written.Kept.class);
    }

    @Test
    void a_turns_end_lets_go_where_nothing_waits_or_no_token_is_given() {
        assertThat(end(run("t1"), null, "next")).isEqualTo(new Written.Ended(null));
        Lease lease = run("t2");
        begin(question("t3"));
        assertThat(end(lease, null, null)).isEqualTo(new Written.Ended(null));
        assertThat(read().free()).isTrue();
        assertThat(read().running()).isNull();
    }

    @Test
    void a_turn_does_not_end_before_the_log_tells_what_came_meanwhile() {
        Lease lease = run("t1");
        begin(question("t2"));
        var end = new Batch(1, List.of(complete("t1")));
        long version = queue().version();
        assertThat(end(lease, NO_NEWS, end, answer("t1", "hi"), "next", ANYBODY))
                .isEqualTo(new Written.Kept(false, version));
        assertThat(top().seq()).isZero();
        assertThat(messages()).containsExactly("USER RUNNING t1?");
        stop("t1", null);
        assertThat(end(lease, NO_NEWS, end, null, "next", ANYBODY)).isEqualTo(new Written.Kept(true, version));
        assertThat(end(lease, new Progress(version, Set.of(), false), end, null, "next", ANYBODY))
                .isInstanceOf(Written.Ended.class);
    }

    @Test
    void an_end_repeated_answers_the_same_and_is_stored_once() {
        Lease lease = run("t1");
        begin(question("t2"));
        var progress = new Progress(queue().version(), Set.of(), true);
        var end = new Batch(1, List.of(said("t2"), complete("t1")));
        Written first = end(lease, progress, end, answer("t1", "hi"), "next", ANYBODY);
        assertThat(next(first)).isNotNull();
        assertThat(end(lease, progress, end, answer("t1", "hi"), "next", ANYBODY))
                .isEqualTo(first);
        assertThat(events()).containsExactly(said("t2"), complete("t1"));
        assertThat(messages()).containsExactly("USER COMPLETE t1?", "ASSISTANT COMPLETE hi", "USER RUNNING t2?");
        end(next(first), null);
        end(lease, progress, end, answer("t1", "hi"), "next", ANYBODY);
        assertThat(events()).as("repeated even later").hasSize(3);
        assertThat(read().running()).isNull();
    }

    @Test
    void the_queue_says_what_is_new_in_it() {
        Lease lease = run("t1");
        Queue empty = queue();
        assertThat(empty.waiting()).isEmpty();
        begin(question("t2"));
        Queue one = queue();
        assertThat(one.version()).isGreaterThan(empty.version());
        assertThat(one.waiting().get(0).added()).isGreaterThan(empty.version()).isLessThanOrEqualTo(one.version());
        assertThat(append(lease, 1)).isEqualTo(new Written.Kept(false, one.version()));
        begin(question("t3"));
        assertThat(queue().waiting().get(1).added()).isGreaterThan(one.version());
        stop("t2", null);
        assertThat(queue().version()).isGreaterThan(queue().waiting().get(1).added());
        assertThat(queue().waiting()).extracting(Store.Waiting::stopped).containsExactly(true, false);
    }

    @Test
    void a_reader_finds_what_waits_once_the_log_tells_it() {
        Lease lease = run("t1");
        begin(question("t2"));
        assertThat(read().waiting()).isEmpty();
        assertThat(messages()).containsExactly("USER RUNNING t1?");
        tellWaiting(lease);
        begin(question("t3"));
        assertThat(read().waiting()).containsExactly(question("t2"));
        assertThat(messages()).containsExactly("USER RUNNING t1?", "USER WAITING t2?");
    }

    @Test
    void a_lease_says_up_to_where_the_log_tells_the_queue() {
        Lease fresh = run("t1");
        assertThat(fresh.queue()).isEqualTo(queue().version());
        begin(question("t2"));
        end(fresh, null, null);
        long told = queue().version();
        begin(question("t3"));
        Lease claimed = claimed("a");
        assertThat(claimed.queue()).isEqualTo(told).isLessThan(queue().version());
        tellWaiting(claimed);
        assertThat(claim("a")).as("repeated when more is told").isEqualTo(claimed);
        Lease next = next(end(claimed, null));
        assertThat(next.queue()).isEqualTo(queue().version()).isGreaterThan(told);
        begin(question("t4"));
        timePasses(LEASE_PAST);
        Lease after = claimed("b");
        assertThat(after.queue())
                .as("after an abandonment all is told")
                .isEqualTo(queue().version())
                .isGreaterThan(next.queue());
        assertThat(append(after, 1)).isEqualTo(new Written.Kept(false, after.queue()));
    }

    @Test
    void a_new_lease_has_nothing_to_tell_of_what_ended_while_nobody_held_one() {
        Lease lease = run("t1");
        begin(question("t2"));
        begin(question("t3"));
        end(lease, null, null);
        stop("t2", null);
        Lease next = claimed("other");
        assertThat(next.queue()).isEqualTo(queue().version());
        assertThat(end(next, null)).isEqualTo(new Written.Ended(null));
    }

    @Test
    void what_the_log_tells_is_not_untold_by_a_write_that_comes_late() {
        Lease lease = run("t1");
        begin(question("t2"));
        tellWaiting(lease);
        append(lease, NO_NEWS, 1, said("t2"));
        assertThat(read().waiting()).containsExactly(question("t2"));
    }

    @Test
    void the_log_does_not_tell_what_is_still_to_come() {
        Lease lease = run("t1");
        append(lease, new Progress(1_000, Set.of(), false), 1, said("t1"));
        begin(question("t2"));
        assertThat(read().waiting()).isEmpty();
    }

    @Test
    void a_lease_says_whether_the_log_tells_its_message() {
        Lease lease = run("t1");
        begin(question("t2"));
        end(lease, null, null);
        begin(question("t3"), OnBusy.INTERRUPT);
        Lease untold = claimed("a");
        assertThat(untold.question()).isEqualTo(question("t3"));
        assertThat(untold.told()).isFalse();
        end(untold, null, null);
        assertThat(claimed("b").told()).isTrue();
    }
}
