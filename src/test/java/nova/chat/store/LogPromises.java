package nova.chat.store;

import static nova.chat.store.Reading.Since.AHEAD;
import static nova.chat.store.Reading.Since.CONTINUES;
import static nova.chat.store.Reading.Since.OTHER_EPOCH;
import static nova.chat.store.Reading.Since.TRIMMED;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import nova.chat.log.Batch;
import nova.chat.protocol.Event;
import nova.chat.protocol.OnBusy;
import nova.chat.protocol.Position;
import nova.chat.protocol.SessionId;
import nova.chat.protocol.TurnId;
import nova.chat.store.Store.Progress;
import org.junit.jupiter.api.Test;

/** The log: how it is written, read, and heard of. */
abstract class LogPromises extends StopPromises {
    @Test
    void what_was_written_is_read_in_order() {
        Lease lease = run("t1");
        append(lease, 1, said("t1"), started("t1"));
        append(lease, 3, delta("t1", "Hel"));
        append(lease, 4, delta("t1", "lo"), delta("t1", "!"));
        assertThat(events())
                .containsExactly(said("t1"), started("t1"), delta("t1", "Hel"), delta("t1", "lo"), delta("t1", "!"));
        assertThat(top()).isEqualTo(new Position(lease.from().epoch(), 5));
    }

    @Test
    void it_is_read_from_any_event_on() {
        Lease lease = run("t1");
        Event[] all = {said("t1"), delta("t1", "a"), delta("t1", "b"), delta("t1", "c"), complete("t1")};
        append(lease, 1, all[0], all[1], all[2]);
        append(lease, 4, all[3], all[4]);
        for (int seq = 0; seq <= all.length; seq++) {
            assertThat(eventsAfter(new Position(lease.from().epoch(), seq)))
                    .containsExactly(List.of(all).subList(seq, all.length).toArray(Event[]::new));
        }
    }

    @Test
    void a_batch_repeated_is_stored_once() {
        Lease lease = run("t1");
        append(lease, 1, said("t1"), started("t1"));
        assertThat(append(lease, 1, said("t1"), started("t1"))).isInstanceOf(Written.Kept.class);
        assertThat(append(lease, 1, said("t1"))).isInstanceOf(Written.Kept.class);
        assertThat(events()).containsExactly(said("t1"), started("t1"));
    }

    @Test
    void of_a_batch_that_overlaps_only_what_is_new_is_stored() {
        Lease lease = run("t1");
        append(lease, 1, said("t1"), delta("t1", "a"));
        append(lease, 2, delta("t1", "a"), delta("t1", "b"), delta("t1", "c"));
        assertThat(events()).containsExactly(said("t1"), delta("t1", "a"), delta("t1", "b"), delta("t1", "c"));
        var end = new Batch(4, List.of(delta("t1", "c"), complete("t1")));
        end(lease, allTold(), end, null, null, ANYBODY);
        assertThat(events()).hasSize(5).last().isEqualTo(complete("t1"));
    }

    @Test
    void of_a_batch_after_a_gap_nothing_is_stored() {
        Lease lease = run("t1");
        append(lease, 1, said("t1"));
        assertThat(append(lease, 3, delta("t1", "b"))).isEqualTo(new Written.Behind(1));
        assertThat(append(lease, 3)).as("an empty one").isEqualTo(new Written.Behind(1));
        var end = new Batch(4, List.of(complete("t1")));
        assertThat(end(lease, allTold(), end, answer("t1", "b"), null, ANYBODY)).isEqualTo(new Written.Behind(1));
        assertThat(events()).containsExactly(said("t1"));
        assertThat(messages()).containsExactly("USER RUNNING t1?");
    }

    @Test
    void an_empty_batch_changes_nothing() {
        Lease lease = run("t1");
        append(lease, 1, said("t1"));
        assertThat(append(lease, 2)).isInstanceOf(Written.Kept.class);
        assertThat(events()).containsExactly(said("t1"));
    }

    @Test
    void without_a_position_it_is_read_from_the_start_of_the_running_turn() {
        end(run("t1"), null);
        Lease lease = run("t2");
        append(lease, 2, said("t2"), delta("t2", "a"));
        Reading reading = read(null);
        assertThat(reading.since()).isEqualTo(CONTINUES);
        assertThat(reading.running()).isEqualTo(new TurnId("t2"));
        assertThat(reading.runningFrom()).isEqualTo(1);
        assertThat(events(reading, lease.from())).containsExactly(said("t2"), delta("t2", "a"));
    }

    @Test
    void without_a_position_and_a_turn_it_is_read_from_the_end() {
        end(run("t1"), null);
        Reading reading = read(null);
        assertThat(reading.since()).isEqualTo(CONTINUES);
        assertThat(reading.batches()).isEmpty();
        assertThat(reading.running()).isNull();
        assertThat(reading.runningFrom()).isEqualTo(1);
        assertThat(reading.lease()).isZero();
        assertThat(reading.free()).isFalse();
    }

    @Test
    void a_session_that_nobody_has_begun_is_empty() {
        Reading empty = new Reading(
                null, Position.NONE, null, 0, Duration.ZERO, List.of(), false, CONTINUES, List.of(), List.of());
        assertThat(read(null)).isEqualTo(empty);
        assertThat(read(Position.NONE)).isEqualTo(empty);
        assertThat(read(new Position("lost", 7)).since()).isEqualTo(OTHER_EPOCH);
        assertThat(read(new Position("lost", 7)).top()).isEqualTo(Position.NONE);
    }

    @Test
    void a_position_that_is_not_in_the_log_is_said_to_be_none() {
        Lease lease = run("t1");
        append(lease, 1, said("t1"));
        assertThat(read(new Position(lease.from().epoch(), 2)).since()).isEqualTo(AHEAD);
        assertThat(read(new Position("another", 1)).since()).isEqualTo(OTHER_EPOCH);
        assertThat(read(Position.NONE).since()).isEqualTo(OTHER_EPOCH);
        assertThat(read(new Position("another", 1)).batches()).isEmpty();
    }

    @Test
    void a_log_is_kept_for_ten_minutes_after_the_end() {
        Lease lease = run("t1");
        append(lease, 1, said("t1"));
        end(lease, null);
        Position start = lease.from();
        timePasses(Store.LOG_KEPT.minusSeconds(30));
        assertThat(read(start).since()).isEqualTo(CONTINUES);
        timePasses(Duration.ofSeconds(31));
        assertThat(read(start).since()).isEqualTo(TRIMMED);
        assertThat(read(start).batches()).isEmpty();
        assertThat(read(new Position(start.epoch(), 1)).since()).isEqualTo(TRIMMED);
        assertThat(read(new Position(start.epoch(), 2)).since())
                .as("nothing was missed")
                .isEqualTo(CONTINUES);
        Lease next = run("t2");
        assertThat(next.from()).as("the numbers go on").isEqualTo(new Position(start.epoch(), 2));
        append(next, 3, said("t2"));
        assertThat(eventsAfter(next.from())).containsExactly(said("t2"));
        assertThat(read(start).since()).isEqualTo(TRIMMED);
    }

    @Test
    void the_log_of_a_running_turn_is_kept_however_long_it_runs() {
        Lease lease = run("t1");
        append(lease, 1, said("t1"));
        for (int i = 0; i < 80; i++) {
            timePasses(Duration.ofSeconds(9));
            append(lease, 2);
        }
        assertThat(eventsAfter(lease.from())).containsExactly(said("t1"));
    }

    @Test
    void a_log_that_is_too_large_loses_its_oldest_batches() {
        bound(10_000);
        Lease lease = run("t1");
        for (int i = 1; i <= 20; i++) {
            append(lease, i, delta("t1", "x".repeat(4_000)));
        }
        assertThat(read(lease.from()).since()).isEqualTo(TRIMMED);
        assertThat(read(null).since()).as("the running turn's start").isEqualTo(TRIMMED);
        Position recent = new Position(lease.from().epoch(), 18);
        assertThat(eventsAfter(recent)).hasSize(2);
    }

    @Test
    void a_running_turn_at_its_bound_is_kept_whole() {
        bound(10_000);
        Lease lease = run("t1");
        for (int i = 1; i <= 100; i++) {
            append(lease, i, delta("t1", "x".repeat(100)));
        }
        assertThat(eventsAfter(lease.from())).hasSize(100);
    }

    @Test
    void too_much_at_once_is_read_in_parts() {
        Lease lease = run("t1");
        Event large = delta("t1", "x".repeat(16 << 10));
        for (int i = 1; i <= 64; i++) {
            append(lease, i, large);
        }
        Position at = lease.from();
        List<Integer> parts = new ArrayList<>();
        while (at.seq() < 64) {
            List<Event> part = eventsAfter(at);
            parts.add(part.size());
            at = new Position(at.epoch(), at.seq() + part.size());
            assertThat(part).isNotEmpty().containsOnly(large);
        }
        assertThat(parts)
                .as("of 64 KiB to 512 KiB")
                .allSatisfy(size -> assertThat(size).isBetween(4, 32));
    }

    @Test
    void whoever_follows_is_told_of_growth_of_another_epoch_and_of_calls() throws InterruptedException {
        BlockingQueue<News> heard = new LinkedBlockingQueue<>();
        loop.await(() -> {
            store.follow(session, heard::add);
            return Future.succeededFuture();
        });
        Lease lease = run("t1");
        depart(lease);
        int seq = 0;
        do {
            seq++;
            append(lease, seq, delta("t1", "x"));
        } while (next(heard, News.Grown.class, 1) == null && seq < 20);
        assertThat(seq).as("attempts to be heard").isLessThan(20);
        append(lease, seq + 1, delta("t1", "y"), delta("t1", "z"));
        var grown = new News.Grown(
                "ada", lease.from().epoch(), new Batch(seq + 1L, List.of(delta("t1", "y"), delta("t1", "z"))));
        assertThat(next(heard, News.Grown.class, 20)).isEqualTo(grown);
        begin(question("t2"));
        assertThat(next(heard, News.Called.class, 20)).as("something waits").isNotNull();
        heard.clear();
        stop("t1", null);
        assertThat(next(heard, News.Called.class, 20)).as("a stop").isNotNull();
        heard.clear();
        stop("t2", null);
        assertThat(next(heard, News.Called.class, 20))
                .as("a stop of what waits")
                .isNotNull();
        heard.clear();
        timePasses(LEASE_PAST);
        assertThat(top().epoch()).isNotEqualTo(lease.from().epoch());
        assertThat(next(heard, News.Changed.class, 20)).isNotNull();
        Lease second = run("t3");
        begin(question("t4"));
        end(second, null, null);
        assertThat(next(heard, News.Grown.class, 20)).as("a turn's end").isNotNull();
        heard.clear();
        stop("t4", null);
        assertThat(next(heard, News.Grown.class, 20))
                .as("the end of one that waited")
                .isNotNull();
    }

    @Test
    void nobody_is_told_who_does_not_follow() throws InterruptedException {
        BlockingQueue<News> mine = new LinkedBlockingQueue<>();
        BlockingQueue<News> others = new LinkedBlockingQueue<>();
        SessionId other = SessionId.mint();
        loop.await(() -> {
            store.follow(session, mine::add);
            store.follow(other, others::add);
            store.unfollow(session);
            return Future.succeededFuture();
        });
        append(run("t1"), 1, said("t1"));
        Lease lease = ((Begun.Running)
                        loop.await(() -> store.begin(other, question("t1"), OnBusy.ENQUEUE, "token", Position.NONE)))
                .lease();
        int seq = 0;
        do {
            seq++;
            var batch = new Batch(seq, List.of(delta("t1", "x")));
            loop.await(() -> store.append(other, lease, batch, new Progress(0, Set.of(), false)));
        } while (next(others, News.Grown.class, 1) == null && seq < 20);
        assertThat(seq).isLessThan(20);
        assertThat(mine).isEmpty();
    }

    /** The next of that kind; null when none comes in time. */
    private static <N extends News> N next(BlockingQueue<News> heard, Class<N> kind, int seconds)
            throws InterruptedException {
        News news;
        do {
            news = heard.poll(seconds, TimeUnit.SECONDS);
        } while (news != null && !kind.isInstance(news));
        return kind.cast(news);
    }
}
