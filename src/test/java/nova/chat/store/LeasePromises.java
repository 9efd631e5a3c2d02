package nova.chat.store;

import static nova.chat.protocol.Message.State.COMPLETE;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import nova.chat.log.Batch;
import nova.chat.protocol.ErrorCode;
import nova.chat.protocol.Event;
import nova.chat.protocol.Event.Failure;
import nova.chat.protocol.OnBusy;
import nova.chat.protocol.Position;
import nova.chat.protocol.TurnId;
import nova.chat.store.Store.Progress;
import org.junit.jupiter.api.Test;

/** Who may write, for how long, and what becomes of a turn whose replica is lost. */
abstract class LeasePromises extends ConversationPromises {
    @Test
    void a_message_to_a_session_at_rest_runs_at_once_from_the_end_of_the_log() {
        Lease first = run("t1");
        assertThat(first)
                .isEqualTo(new Lease("lease-of-t1", first.from(), question("t1"), false, queue().version(), false));
        assertThat(first.from().epoch()).isNotEmpty();
        assertThat(first.from().seq()).isZero();
        end(first, null);
        assertThat(run("t2").from()).isEqualTo(new Position(first.from().epoch(), 1));
    }

    @Test
    void a_begin_repeated_while_it_runs_answers_the_same_lease() {
        Lease lease = run("t1");
        append(lease, 1, said("t1"));
        assertThat(begin(question("t1"))).isEqualTo(new Begun.Running(lease));
        assertThat(begin(question("t1"), OnBusy.REJECT)).isEqualTo(new Begun.Running(lease));
        assertThat(messages()).containsExactly("USER RUNNING t1?");
    }

    @Test
    void a_begin_repeated_after_its_turn_ended_is_known() {
        talk("t1", "hello", answer("t1", "hi"));
        talk("t2", "next", null);
        assertThat(begin(question("t1", "hello"))).isEqualTo(new Begun.Known(new TurnId("t1"), 0));
        assertThat(messages()).containsExactly("USER COMPLETE hello", "ASSISTANT COMPLETE hi", "USER COMPLETE next");
    }

    @Test
    void a_lease_lasts_ten_seconds_from_the_last_write() {
        Lease lease = run("t1");
        assertThat(read().lease()).isBetween(Duration.ofMillis(1), Store.LEASE);
        for (int i = 1; i <= 3; i++) {
            timePasses(Duration.ofSeconds(6));
            assertThat(append(lease, i, delta("t1", "x"))).isInstanceOf(Written.Kept.class);
        }
        assertThat(read().running()).isEqualTo(new TurnId("t1"));
        timePasses(Duration.ofSeconds(6));
        append(lease, 4);
        timePasses(Duration.ofSeconds(6));
        assertThat(read().running()).as("renewed by an empty batch too").isEqualTo(new TurnId("t1"));
    }

    @Test
    void a_write_with_a_lease_that_is_past_but_not_abandoned_renews_it() {
        Lease lease = run("t1");
        Progress progress = allTold();
        timePasses(LEASE_PAST);
        assertThat(append(lease, 1, said("t1"))).isInstanceOf(Written.Kept.class);
        assertThat(read().top()).isEqualTo(new Position(lease.from().epoch(), 1));
        timePasses(LEASE_PAST);
        var end = new Batch(2, List.of(complete("t1")));
        assertThat(end(lease, progress, end, null, null, ANYBODY)).isEqualTo(new Written.Ended(null));
        assertThat(read().top()).isEqualTo(new Position(lease.from().epoch(), 2));
    }

    @Test
    void any_other_call_abandons_a_lease_that_is_past() {
        abandons(() -> store.begin(session, by("eve", question("t2")), OnBusy.REJECT, "other", Position.NONE));
        abandons(() -> store.claim(session, "other", new Claimant(false, Set.of(), null)));
        abandons(() -> store.queue(session));
        abandons(() -> store.stop(session, new TurnId("nobody's"), null));
        abandons(() -> store.cancel(session, "unknown"));
        abandons(() -> store.read(session, null, false));
    }

    private void abandons(Supplier<Future<?>> call) {
        Lease lease = run(new Question(TurnId.mint(), null, "?", AT, "ada", OPEN));
        depart(lease);
        timePasses(LEASE_PAST);
        loop.await(() -> call.get().map(done -> true));
        assertThat(append(lease, lease.from().seq() + 1, said("t1"))).isEqualTo(new Written.Lost());
        assertThat(top()).as("another epoch, whose one event is the end").satisfies(top -> {
            assertThat(top.epoch()).isNotEqualTo(lease.from().epoch());
            assertThat(top.seq()).isEqualTo(1);
        });
    }

    @Test
    void a_write_with_another_lease_abandons_one_that_is_past() {
        Lease first = run("t1");
        end(first, null);
        Lease second = run("t2");
        timePasses(LEASE_PAST);
        assertThat(append(first, 2, delta("t1", "x"))).isEqualTo(new Written.Lost());
        assertThat(append(second, 2, said("t2"))).isEqualTo(new Written.Lost());
    }

    @Test
    void a_turn_that_departed_ends_interrupted_with_its_text_kept() {
        Lease lease = run(named("m1", question("t1")));
        append(lease, DEPARTED, 1, started("t1"), delta("t1", "Hel"));
        append(lease, DEPARTED, 3, delta("t1", "lo \\u00e9\\n"), delta("t1", "\\ud83d"), delta("t1", "\\ude00 \u00e9"));
        timePasses(LEASE_PAST);
        assertThat(events()).singleElement().isInstanceOfSatisfying(Failure.class, failure -> {
            assertThat(failure.turn()).isEqualTo(new TurnId("t1"));
            assertThat(failure.ref()).isEqualTo("m1");
            assertThat(failure.code()).isEqualTo(ErrorCode.INTERRUPTED);
            assertThat(failure.content()).isNotBlank();
        });
        assertThat(messages())
                .containsExactly("USER COMPLETE t1?", "ASSISTANT INTERRUPTED Hello \u00e9\n\uD83D\uDE00 \u00e9");
    }

    @Test
    void a_turn_that_departed_and_had_no_text_leaves_only_its_question() {
        Lease lease = run("t1");
        depart(lease);
        append(lease, DEPARTED, 1, started("t1"));
        timePasses(LEASE_PAST);
        assertThat(events()).singleElement().isInstanceOf(Failure.class);
        assertThat(messages()).containsExactly("USER COMPLETE t1?");
        assertThat(read().free()).isFalse();
    }

    @Test
    void a_turn_that_was_to_stop_ends_stopped_with_its_text_kept() {
        Lease lease = run("t1");
        depart(lease);
        append(lease, DEPARTED, 1, started("t1"), delta("t1", "Hello"));
        stop("t1", null);
        timePasses(LEASE_PAST);
        assertThat(events()).containsExactly(stopped("t1"));
        assertThat(messages()).containsExactly("USER COMPLETE t1?", "ASSISTANT STOPPED Hello");
    }

    @Test
    void a_turn_that_was_to_stop_before_it_departed_ends_stopped_and_never_runs() {
        run("t1");
        stop(null, null);
        timePasses(LEASE_PAST);
        assertThat(events()).containsExactly(stopped("t1"));
        assertThat(messages()).containsExactly("USER COMPLETE t1?");
        assertThat(claim("other")).isNull();
    }

    @Test
    void a_turn_that_had_not_departed_waits_again_before_all_others() {
        Lease lease = run("t1");
        begin(question("t2"));
        append(lease, 1, said("t1"));
        timePasses(LEASE_PAST);
        Reading reading = read();
        assertThat(reading.top().seq()).isZero();
        assertThat(reading.top().epoch()).isNotEqualTo(lease.from().epoch());
        assertThat(reading.free()).isTrue();
        assertThat(reading.running()).isNull();
        assertThat(reading.waiting()).containsExactly(question("t1"), question("t2"));
        assertThat(messages()).containsExactly("USER WAITING t1?", "USER WAITING t2?");
        assertThat(claim("other"))
                .isEqualTo(new Lease("other", reading.top(), question("t1"), true, queue().version(), false));
        assertThat(messages()).containsExactly("USER RUNNING t1?", "USER WAITING t2?");
    }

    @Test
    void a_turn_whose_departure_was_taken_back_waits_again() {
        Lease lease = run("t1");
        depart(lease);
        append(lease, NO_NEWS, 1, started("t1"));
        timePasses(LEASE_PAST);
        assertThat(events()).isEmpty();
        assertThat(read().free()).isTrue();
        assertThat(messages()).containsExactly("USER WAITING t1?");
        assertThat(contents(claimed("other"))).containsExactly("t1?");
    }

    @Test
    void whether_a_turn_departed_is_what_was_noted_last() {
        Lease lease = run("t1");
        append(lease, DEPARTED, 1, started("t1"));
        append(lease, NO_NEWS, 2);
        append(lease, DEPARTED, 2);
        timePasses(LEASE_PAST);
        assertThat(events()).singleElement().isInstanceOf(Failure.class);
        Lease second = run("t2");
        append(second, NO_NEWS, 2, started("t2"));
        depart(second);
        timePasses(LEASE_PAST);
        assertThat(events()).singleElement().isInstanceOf(Failure.class);
        assertThat(waiting()).isEmpty();
    }

    @Test
    void a_write_that_is_not_stored_takes_no_departure_back() {
        Lease lease = run("t1");
        depart(lease);
        begin(question("t2"));
        assertThat(append(lease, NO_NEWS, 7)).isEqualTo(new Written.Behind(0));
        var end = new Batch(1, List.of(complete("t1")));
        assertThat(end(lease, NO_NEWS, end, null, null, ANYBODY)).isInstanceOf(Written.Kept.class);
        timePasses(LEASE_PAST);
        assertThat(events()).singleElement().isInstanceOf(Failure.class);
        assertThat(waiting()).containsExactly("t2");
    }

    @Test
    void a_turn_that_waited_again_stands_in_the_conversation_where_it_is_answered() {
        run("t1");
        timePasses(LEASE_PAST);
        begin(question("t2"), OnBusy.INTERRUPT);
        Lease second = claimed("a");
        assertThat(contents(second)).containsExactly("t2?");
        Lease first = next(end(second, answer("t2", "hi")));
        assertThat(contents(first)).containsExactly("t2?", "hi", "t1?");
        end(first, answer("t1", "ho"));
        assertThat(messages())
                .containsExactly(
                        "USER COMPLETE t2?", "ASSISTANT COMPLETE hi", "USER COMPLETE t1?", "ASSISTANT COMPLETE ho");
    }

    @Test
    void a_turn_that_waited_again_and_was_stopped_then_is_as_if_it_had_never_run() {
        run("t1");
        timePasses(LEASE_PAST);
        stop("t1", null);
        assertThat(events()).containsExactly(stopped("t1"));
        assertThat(messages()).isEmpty();
        assertThat(contents(run("t2"))).containsExactly("t2?");
    }

    @Test
    void what_waits_counts_as_told_after_an_abandonment() {
        Lease lease = run("t1");
        depart(lease);
        begin(question("t2"));
        assertThat(read().waiting()).isEmpty();
        timePasses(LEASE_PAST);
        assertThat(read().waiting()).containsExactly(question("t2"));
        Lease next = claimed("other");
        assertThat(next.told()).isTrue();
        assertThat(next.queue()).isEqualTo(queue().version());
    }

    @Test
    void waiting_messages_that_were_stopped_end_when_their_holder_is_lost() {
        Lease lease = run("t1");
        depart(lease);
        begin(question("t2"));
        begin(question("t3"));
        stop("t2", null);
        stop("t1", null);
        timePasses(LEASE_PAST);
        assertThat(events()).containsExactlyInAnyOrder(stopped("t2"), stopped("t1"));
        assertThat(waiting()).containsExactly("t3");
    }

    @Test
    void an_abandonment_changes_what_waits() {
        run("t1");
        long before = queue().version();
        timePasses(LEASE_PAST);
        assertThat(queue().version()).isGreaterThan(before);
    }

    @Test
    void whoever_lost_a_lease_is_told_so_whatever_it_writes() {
        Lease lease = run("t1");
        depart(lease);
        timePasses(LEASE_PAST);
        Position top = top();
        assertThat(append(lease, 1, said("t1"))).isEqualTo(new Written.Lost());
        assertThat(append(lease, 7)).isEqualTo(new Written.Lost());
        assertThat(end(lease, answer("t1", "late"))).isEqualTo(new Written.Lost());
        assertThat(depart(lease)).isNull();
        assertThat(loop.await(() -> store.restore(session, lease))).isFalse();
        assertThat(top()).isEqualTo(top);
        assertThat(messages()).containsExactly("USER COMPLETE t1?");
    }

    @Test
    void an_abandoned_turn_does_not_depart_a_second_time() {
        Lease lease = run("t1");
        depart(lease);
        timePasses(LEASE_PAST);
        assertThat(claim("other")).isNull();
        assertThat(begin(question("t1"))).isEqualTo(new Begun.Known(new TurnId("t1"), 0));
    }

    @Test
    void every_epoch_has_a_name_of_its_own() {
        Set<String> seen = new HashSet<>();
        for (int i = 1; i <= 20; i++) {
            depart(run("t" + i));
            assertThat(seen.add(top().epoch())).isTrue();
            timePasses(LEASE_PAST);
        }
    }

    @Test
    void a_log_that_has_lost_what_a_replica_knows_begins_anew() {
        talk("t1", "hello", answer("t1", "hi"));
        Position top = top();
        Begun begun = begin(question("t2"), OnBusy.ENQUEUE, new Position(top.epoch(), top.seq() + 1));
        Lease lease = ((Begun.Running) begun).lease();
        assertThat(lease.from().epoch()).isNotEqualTo(top.epoch());
        assertThat(lease.from().seq()).isZero();
        assertThat(contents(lease)).containsExactly("hello", "hi", "t2?");
        assertThat(read(top).since()).isEqualTo(Reading.Since.OTHER_EPOCH);
    }

    @Test
    void a_log_goes_on_for_a_replica_that_knows_less_or_another_epoch() {
        talk("t1", "hello", null);
        Position top = top();
        Lease lease = ((Begun.Running) begin(question("t2"), OnBusy.ENQUEUE, top)).lease();
        assertThat(lease.from()).isEqualTo(top);
        end(lease, null);
        Begun other = begin(question("t3"), OnBusy.ENQUEUE, new Position("another", 1_000));
        assertThat(((Begun.Running) other).lease().from()).isEqualTo(new Position(top.epoch(), 2));
    }

    @Test
    void a_running_turn_keeps_its_epoch_whatever_another_replica_knows() {
        Lease lease = run("t1");
        begin(question("t2"), OnBusy.ENQUEUE, new Position(lease.from().epoch(), 100));
        assertThat(append(lease, 1, said("t1"))).isInstanceOf(Written.Kept.class);
    }

    @Test
    void a_session_that_the_store_has_lost_is_given_back_by_whoever_runs_its_turn() {
        var lease = new Lease("mine", new Position("epoch-1", 41), named("m1", question("t1")), false, 0, false);
        assertThat(append(lease, 42, said("t1"))).isEqualTo(new Written.Gone());
        assertThat(end(lease, answer("t1", "a secret"))).isEqualTo(new Written.Gone());
        assertThat(loop.await(() -> store.restore(session, lease))).isTrue();
        assertThat(loop.await(() -> store.restore(session, lease)))
                .as("repeated")
                .isTrue();
        Reading reading = read();
        assertThat(reading.top()).isEqualTo(lease.from());
        assertThat(reading.owner()).isEqualTo("ada");
        assertThat(reading.running()).isEqualTo(new TurnId("t1"));
        assertThat(messages()).containsExactly("USER RUNNING t1?");
        assertThat(append(lease, 44, delta("t1", "x"))).isEqualTo(new Written.Behind(41));
        assertThat(append(lease, 42, said("t1"))).isInstanceOf(Written.Kept.class);
        assertThat(read(new Position("epoch-1", 40)).since()).isEqualTo(Reading.Since.TRIMMED);
        assertThat(begin(named("m1", question("t1b")))).isEqualTo(new Begun.Known(new TurnId("t1"), 0));
    }

    @Test
    void a_turn_that_was_given_back_is_not_run_again() {
        var lease = new Lease("mine", new Position("epoch-1", 41), question("t1"), false, 0, false);
        assertThat(loop.await(() -> store.restore(session, lease))).isTrue();
        timePasses(LEASE_PAST);
        assertThat(claim("other")).isNull();
        assertThat(events()).singleElement().isInstanceOf(Failure.class);
    }

    @Test
    void a_lease_that_was_given_back_is_the_lease_that_it_was() {
        var lease = new Lease("mine", new Position("epoch-1", 41), question("t1"), true, 7, true);
        assertThat(loop.await(() -> store.restore(session, lease))).isTrue();
        assertThat(claim("mine")).isEqualTo(lease);
        assertThat(append(lease, 42)).isEqualTo(new Written.Kept(true, 7));
        begin(question("t2"));
        assertThat(queue().waiting().get(0).added()).as("new to its holder").isGreaterThan(7);
        assertThat(read().waiting()).isEmpty();
    }

    @Test
    void a_message_whose_lease_is_given_back_waits_no_longer() {
        Lease lease = run("t1");
        begin(question("t2"));
        end(lease, null, null);
        var lost = new Lease("mine", top(), question("t2"), true, queue().version(), false);
        assertThat(loop.await(() -> store.restore(session, lost))).isTrue();
        assertThat(waiting()).isEmpty();
        assertThat(messages()).containsExactly("USER COMPLETE t1?", "USER RUNNING t2?");
    }

    @Test
    void to_give_a_lease_back_takes_the_session_from_nobody() {
        Lease lease = run(by(null, question("t1")));
        begin(question("t2"));
        assertThat(read().owner()).isEqualTo("ada");
        end(lease, null, null);
        var lost = new Lease("mine", top(), by(null, question("t3")), true, 0, false);
        assertThat(loop.await(() -> store.restore(session, lost))).isTrue();
        assertThat(begin(by("eve", question("t4")))).isEqualTo(new Begun.Forbidden());
    }

    @Test
    void a_lease_is_not_given_back_once_the_session_went_on() {
        Lease lease = run("t1");
        end(lease, null);
        assertThat(loop.await(() -> store.restore(session, lease))).isFalse();
        run("t2");
        assertThat(loop.await(() -> store.restore(session, lease))).isFalse();
        assertThat(append(lease, 1, said("t1"))).isEqualTo(new Written.Lost());
    }

    @Test
    void a_session_begun_anew_by_another_is_not_overwritten() {
        run("t1");
        var lease = new Lease("mine", new Position("epoch-1", 41), question("t9"), false, 0, false);
        assertThat(append(lease, 42, said("t9"))).isEqualTo(new Written.Lost());
        assertThat(loop.await(() -> store.restore(session, lease))).isFalse();
    }

    @Test
    void departing_twice_answers_the_same() {
        talk("t1", "hello", answer("t1", "hi"));
        Lease lease = run("t2");
        assertThat(depart(lease)).isEqualTo(depart(lease));
        assertThat(conversation(lease)).last().isEqualTo(question("t2").message(COMPLETE));
    }

    @Test
    void sessions_whose_lease_is_past_or_in_which_something_waits_are_due() {
        assertThat(loop.await(store::due)).doesNotContain(session);
        Lease lease = run("t1");
        begin(question("t2"));
        assertThat(loop.await(store::due)).doesNotContain(session);
        timePasses(LEASE_PAST);
        assertThat(loop.await(store::due)).contains(session);
        append(lease, 1, said("t1"));
        assertThat(loop.await(store::due)).as("renewed").doesNotContain(session);
        end(lease, null, null);
        assertThat(loop.await(store::due)).as("something waits").contains(session);
        Lease next = claimed("other");
        assertThat(loop.await(store::due)).doesNotContain(session);
        end(next, null);
        assertThat(loop.await(store::due)).as("at rest").doesNotContain(session);
    }

    @Test
    void every_event_comes_back_as_it_went() {
        var turn = new TurnId("t1");
        Event[] all = {
            new Event.Said(turn, "m1", "a\u0000\"\\\r\n\u2028\uD83D\uDE00"),
            new Event.Said(turn, null, ""),
            new Event.Started(turn, "m1"),
            new Event.Started(turn, null),
            delta("t1", "\\ud83d"),
            delta("t1", "\\ude00\\\"\u00e9\uD83D\uDE00"),
            new Event.Aside(turn, Event.Aside.Kind.STATUS, Buffer.buffer("{\"a\" : [1.50, null]}")),
            new Event.Aside(turn, Event.Aside.Kind.THINKING, Buffer.buffer("\"hm\\ud83d\"")),
            new Event.Aside(turn, Event.Aside.Kind.META, Buffer.buffer("{}")),
            new Event.Queued(turn, "m1", 3, Event.Queued.Reason.BUSY),
            new Event.Queued(null, null, 1, Event.Queued.Reason.UPSTREAM_DOWN),
            new Event.End(turn, Event.End.Reason.COMPLETE, new Event.Stats(17L, 1_234, 56, 1L << 33)),
            new Event.End(turn, Event.End.Reason.STOPPED, new Event.Stats(null, 0, 0, 0)),
            new Event.End(turn, Event.End.Reason.STOPPED, null),
            new Event.Failure(turn, "m1", ErrorCode.UPSTREAM_5XX, "sorry", 1_500L),
            new Event.Failure(turn, null, ErrorCode.INTERNAL, "\"sorry\""),
        };
        append(run("t1"), 1, all);
        assertThat(events()).containsExactly(all);
    }
}
