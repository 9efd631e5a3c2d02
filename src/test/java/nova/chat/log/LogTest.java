package nova.chat.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import nova.chat.protocol.ErrorCode;
import nova.chat.protocol.Event;
import nova.chat.protocol.Event.Delta;
import nova.chat.protocol.Event.End;
import nova.chat.protocol.Position;
import nova.chat.protocol.TurnId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LogTest {
    private static final TurnId TURN = new TurnId("t");
    private static final TurnId NEXT = new TurnId("u");
    private static final Set<TurnId> NONE = Set.of();
    private static final int ALL = Integer.MAX_VALUE / 2;
    private static final int MAX_BYTES = 1_000;

    /** The event loop, turned by hand. */
    private final Queue<Runnable> loop = new ArrayDeque<>();

    private final TextBudget budget = new TextBudget(10_000);
    private final List<String> observed = new ArrayList<>();
    private final Log log = new Log(loop::add, MAX_BYTES, budget, (seq, event) -> observed.add(seq + " " + say(event)));

    // reading

    @Test
    void a_cursor_sees_everything_once_and_in_order() {
        Cursor cursor = follow();
        text("a");
        log.append(queued());
        text("b");
        log.append(end(TURN));
        assertThat(drain(cursor, ALL)).containsExactly("1..1 a", "2..2 queued", "3..3 b", "4..4 end");
        assertThat(cursor.atEnd()).isTrue();
        assertThat(cursor.next(ALL)).isNull();
        assertThat(cursor.position()).isEqualTo(new Position("", 4));
    }

    @Test
    void neighbouring_pieces_are_merged_up_to_the_limit_and_cut_only_between_pieces() {
        Cursor cursor = follow();
        text("aa", "bb", "cc", "dddd", "e");
        assertThat(drain(cursor, 4)).containsExactly("1..2 aabb", "3..3 cc", "4..4 dddd", "5..5 e");
    }

    @Test
    void a_piece_larger_than_the_limit_comes_whole() {
        Cursor cursor = follow();
        text("a", "b".repeat(50), "c");
        assertThat(drain(cursor, 10)).containsExactly("1..1 a", "2..2 " + "b".repeat(50), "3..3 c");
    }

    @Test
    void nothing_is_merged_over_a_place() {
        Cursor cursor = follow();
        text("a", "b", "c", "d");
        assertThat(say(cursor.next(ALL, 3))).isEqualTo("1..3 abc");
        assertThat(say(cursor.next(ALL, 4))).isEqualTo("4..4 d");
    }

    @Test
    void an_empty_piece_is_nothing() {
        text("");
        assertThat(log.seq()).isZero();
    }

    @Test
    void text_of_two_turns_is_never_merged() {
        Cursor cursor = follow();
        text("a");
        log.text(NEXT, Buffer.buffer("b"));
        assertThat(drain(cursor, ALL)).containsExactly("1..1 a", "2..2 b");
    }

    @Test
    void what_is_next_can_be_looked_at_without_taking_it() {
        Cursor cursor = follow();
        assertThat(cursor.peek()).isNull();
        text("a", "b");
        assertThat(cursor.peek()).isInstanceOf(Delta.class);
        assertThat(drain(cursor, ALL)).containsExactly("1..2 ab");
    }

    @Test
    void growth_is_told_once_a_turn_of_the_loop_however_much_was_appended() {
        List<String> told = new ArrayList<>();
        Cursor one = log.follow(0, () -> told.add("one"));
        Cursor two = log.followNew(NONE, () -> told.add("two"));
        for (int i = 0; i < 100; i++) {
            text("x");
        }
        turnLoop();
        assertThat(told).containsExactly("one", "two");
        one.close();
        text("x");
        turnLoop();
        assertThat(told).containsExactly("one", "two", "two");
        assertThat(two.atEnd()).isFalse();
    }

    @Test
    void only_what_is_no_piece_of_an_answer_is_observed() {
        text("a", "b");
        log.append(end(TURN));
        log.add(new Batch(4, List.of(delta("c"), queued())));
        assertThat(observed).containsExactly("3 end", "5 queued");
    }

    @Test
    void a_join_in_the_middle_of_a_run_starts_at_the_right_piece() {
        text("aaa", "b", "cc");
        assertThat(drain(log.follow(1, () -> {}), 1)).containsExactly("2..2 b", "3..3 cc");
        assertThat(drain(log.follow(0, () -> {}), ALL)).containsExactly("1..3 aaabcc");
    }

    @Test
    void who_joins_a_running_turn_sees_it_from_its_start_and_is_told_so() {
        log.append(end(TURN));
        log.keepAfter(log.seq());
        log.text(NEXT, Buffer.buffer("a"));
        turnLoop();
        List<String> told = new ArrayList<>();
        Cursor late = log.follow(log.kept(), () -> told.add("late"));
        turnLoop();
        assertThat(told).containsExactly("late");
        assertThat(drain(late, ALL)).containsExactly("2..2 a");
    }

    @Test
    void where_nothing_is_kept_who_joins_starts_at_the_end() {
        text("a");
        assertThat(log.kept()).isEqualTo(1);
        log.keepAfter(0);
        assertThat(log.kept()).isZero();
        log.release();
        assertThat(log.kept()).isEqualTo(1);
    }

    @Test
    void who_comes_with_a_message_sees_only_what_is_new() {
        log.keepAfter(0);
        text("a");
        Cursor cursor = follow();
        text("b");
        assertThat(drain(cursor, ALL)).containsExactly("2..2 b");
    }

    @Test
    void a_turn_that_a_cursor_does_not_look_at_is_passed_over_and_all_else_is_not() {
        text("a");
        Cursor cursor = log.followNew(Set.of(TURN), () -> {});
        text("b");
        log.append(queued());
        log.append(end(TURN));
        log.text(NEXT, Buffer.buffer("c"));
        assertThat(drain(cursor, ALL)).containsExactly("3..3 queued", "5..5 c");
        assertThat(cursor.atEnd()).isTrue();
    }

    @Test
    void the_right_entry_is_found_among_thousands() {
        Log large = new Log(loop::add, Long.MAX_VALUE, new TextBudget(Long.MAX_VALUE), (seq, event) -> {});
        large.keepAfter(0);
        for (int i = 0; i < 5_000; i++) {
            large.append(queued());
            large.text(TURN, Buffer.buffer("<" + i + ">"));
            large.text(TURN, Buffer.buffer("!"));
        }
        for (int i = 0; i < 5_000; i++) {
            assertThat(large.follow(3L * i, () -> {}).peek()).isInstanceOf(Event.Queued.class);
            assertThat(say(large.follow(3L * i + 1, () -> {}).next(ALL)))
                    .isEqualTo((3 * i + 2) + ".." + (3 * i + 3) + " <" + i + ">!");
            assertThat(say(large.follow(3L * i + 2, () -> {}).next(ALL)))
                    .isEqualTo((3 * i + 3) + ".." + (3 * i + 3) + " !");
        }
        assertThat(large.follow(15_000, () -> {}).next(ALL)).isNull();
    }

    // what others have numbered

    @Test
    void a_batch_goes_on_where_the_log_ends() {
        Cursor cursor = follow();
        text("a");
        log.add(new Batch(2, List.of(delta("b"), queued(), delta("c"))));
        assertThat(log.seq()).isEqualTo(4);
        assertThat(drain(cursor, ALL)).containsExactly("1..2 ab", "3..3 queued", "4..4 c");
    }

    @Test
    void of_a_batch_that_overlaps_only_what_is_new_is_taken() {
        Cursor cursor = follow();
        log.add(new Batch(1, List.of(delta("a"), delta("b"))));
        log.add(new Batch(1, List.of(delta("a"), delta("b"))));
        log.add(new Batch(2, List.of(delta("b"), delta("c"))));
        log.add(new Batch(1, List.of(delta("a"))));
        assertThat(log.seq()).isEqualTo(3);
        assertThat(drain(cursor, ALL)).containsExactly("1..3 abc");
    }

    @Test
    void a_batch_behind_a_gap_is_refused_and_changes_nothing() {
        text("a");
        assertThatThrownBy(() -> log.add(new Batch(3, List.of(delta("c")))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(log.seq()).isEqualTo(1);
    }

    @Test
    void an_empty_batch_is_nothing() {
        log.add(new Batch(1, List.of()));
        assertThat(log.seq()).isZero();
    }

    // in pieces, for the store

    @Test
    void a_batch_for_the_store_has_each_piece_by_itself() {
        log.keepAfter(0);
        text("a", "b");
        log.append(queued());
        text("c");
        Batch batch = log.batch(1, ALL, ALL);
        assertThat(batch.first()).isEqualTo(2);
        assertThat(batch.last()).isEqualTo(4);
        assertThat(batch.events().stream().map(LogTest::say)).containsExactly("b", "queued", "c");
    }

    @Test
    void at_the_end_it_is_empty_and_says_which_number_is_next() {
        log.keepAfter(0);
        text("a");
        Batch batch = log.batch(1, ALL, ALL);
        assertThat(batch.isEmpty()).isTrue();
        assertThat(batch.first()).isEqualTo(2);
        assertThat(batch.last()).isEqualTo(1);
    }

    @Test
    void it_holds_so_many_events_at_most_also_over_the_bounds_of_entries() {
        log.keepAfter(0);
        text("a", "b");
        log.append(queued());
        text("c", "d");
        assertThat(log.batch(0, 1, ALL).last()).isEqualTo(1);
        assertThat(log.batch(0, 2, ALL).last()).isEqualTo(2);
        assertThat(log.batch(0, 3, ALL).last()).isEqualTo(3);
        assertThat(log.batch(1, 3, ALL).last()).isEqualTo(4);
        assertThat(log.batch(0, 5, ALL).last()).isEqualTo(5);
        assertThat(log.batch(0, 6, ALL).last()).isEqualTo(5);
    }

    @Test
    void it_ends_with_the_piece_that_reaches_the_limit_and_always_holds_one() {
        log.keepAfter(0);
        text("aaa", "bbb", "ccc");
        assertThat(log.batch(0, ALL, 1).last()).isEqualTo(1);
        assertThat(log.batch(0, ALL, 3).last()).isEqualTo(1);
        assertThat(log.batch(0, ALL, 4).last()).isEqualTo(2);
        assertThat(log.batch(0, ALL, 6).last()).isEqualTo(2);
        assertThat(log.batch(1, ALL, 4).last()).isEqualTo(3);
        assertThat(log.batch(0, ALL, 9).last()).isEqualTo(3);
    }

    @Test
    void what_goes_through_the_store_in_batches_is_the_same_log() {
        log.keepAfter(0);
        text("a", "b");
        log.append(queued());
        text("c", "d");
        log.append(end(TURN));
        for (int most = 1; most < 8; most++) {
            Log copy = new Log(loop::add, MAX_BYTES, new TextBudget(MAX_BYTES), (seq, event) -> {});
            Cursor cursor = copy.follow(0, () -> {});
            while (copy.seq() < log.seq()) {
                copy.add(log.batch(copy.seq(), most, ALL));
            }
            assertThat(drain(cursor, ALL)).containsExactly("1..2 ab", "3..3 queued", "4..5 cd", "6..6 end");
        }
    }

    // keeping

    @Test
    void what_nobody_needs_any_more_is_forgotten() {
        log.keepAfter(0);
        Cursor cursor = follow();
        text("a");
        log.append(end(TURN));
        assertThat(drain(cursor, ALL)).hasSize(2);
        turnLoop();
        assertThat(log.forgotten()).isZero();
        log.release();
        assertThat(log.forgotten()).isEqualTo(2);
        assertThat(log.textOf(TURN).length()).isZero();
    }

    @Test
    void with_nobody_there_a_log_keeps_nothing() {
        text("a");
        log.append(end(TURN));
        turnLoop();
        assertThat(log.forgotten()).isEqualTo(2);
        assertThat(taken()).isZero();
    }

    @Test
    void what_a_slow_cursor_has_not_taken_is_kept() {
        Cursor slow = follow();
        log.keepAfter(0);
        text("a");
        log.append(end(TURN));
        log.release();
        log.keepAfter(2);
        log.text(NEXT, Buffer.buffer("b"));
        turnLoop();
        assertThat(slow.isLost()).isFalse();
        assertThat(drain(slow, ALL)).containsExactly("1..1 a", "2..2 end", "3..3 b");
        log.append(end(NEXT));
        turnLoop();
        assertThat(log.forgotten()).isEqualTo(2);
    }

    @Test
    void an_entry_of_which_something_is_kept_is_kept_whole() {
        Cursor slow = follow();
        text("a", "b", "c");
        assertThat(say(slow.next(1))).isEqualTo("1..1 a");
        turnLoop();
        assertThat(log.forgotten()).isZero();
        assertThat(drain(slow, ALL)).containsExactly("2..3 bc");
    }

    @Test
    void a_cursor_that_lags_beyond_the_bound_is_lost_and_the_others_are_not() {
        Cursor slow = follow();
        text("a".repeat(600));
        log.append(end(TURN));
        Cursor quick = follow();
        log.keepAfter(log.seq());
        log.text(NEXT, Buffer.buffer("b".repeat(600)));
        turnLoop();
        assertThat(slow.isLost()).isTrue();
        assertThat(quick.isLost()).isFalse();
        assertThat(drain(quick, ALL)).containsExactly("3..3 " + "b".repeat(600));
    }

    @Test
    void users_messages_and_asides_count_too() {
        Cursor slow = follow();
        log.append(new Event.Said(TURN, null, "a".repeat(300)));
        log.append(new Event.Aside(TURN, Event.Aside.Kind.META, Buffer.buffer("b".repeat(300))));
        log.append(new Event.Failure(TURN, null, ErrorCode.INTERNAL, "c".repeat(100)));
        turnLoop();
        assertThat(slow.isLost()).isTrue();
        assertThat(log.forgotten()).isEqualTo(1);
        assertThat(taken()).isEqualTo(500);
    }

    @Test
    void the_whole_text_of_a_turn_can_be_had_at_its_end() {
        log.keepAfter(0);
        text("a");
        log.append(queued());
        log.text(NEXT, Buffer.buffer("x"));
        text("b");
        assertThat(log.textOf(TURN).toString()).isEqualTo("ab");
    }

    @Test
    void it_knows_which_messages_are_told_after_a_place() {
        log.keepAfter(0);
        log.append(new Event.Said(TURN, null, "one"));
        text("a");
        log.append(new Event.Said(NEXT, null, "two"));
        assertThat(log.outline(0)).extracting(Event::turn).contains(TURN, NEXT);
        assertThat(log.outline(1)).extracting(Event::turn).contains(NEXT).doesNotContain(TURN);
        assertThat(log.outline(3)).isEmpty();
    }

    // memory that all share

    @Test
    void text_is_taken_from_what_all_logs_share_and_given_back_on_release() {
        Log other = new Log(loop::add, MAX_BYTES, budget, (seq, event) -> {});
        log.keepAfter(0);
        text("a".repeat(900));
        assertThat(other.hasRoomFor(Buffer.buffer("b".repeat(9_100)))).isTrue();
        assertThat(other.hasRoomFor(Buffer.buffer("b".repeat(9_101)))).isFalse();
        log.release();
        assertThat(taken()).isZero();
    }

    @Test
    void text_is_given_back_when_the_last_who_needed_it_leaves() {
        Cursor one = follow();
        Cursor two = follow();
        text("a".repeat(900));
        turnLoop();
        one.close();
        assertThat(taken()).isEqualTo(900);
        two.close();
        assertThat(taken()).isZero();
        assertThat(log.isFollowed()).isFalse();
    }

    @Test
    void text_is_given_back_when_it_is_trimmed_or_read_or_the_log_moves() {
        Cursor slow = follow();
        text("a".repeat(600));
        log.append(queued());
        text("b".repeat(600));
        turnLoop();
        assertThat(taken()).isEqualTo(600);
        assertThat(slow.isLost()).isTrue();
        log.moveTo(new Position("e", 5), NONE);
        assertThat(taken()).isZero();
        text("c".repeat(600));
        assertThat(drain(slow, ALL)).hasSize(1);
        turnLoop();
        assertThat(taken()).isZero();
    }

    @Test
    void text_is_given_back_when_the_log_is_forgotten() {
        Cursor slow = follow();
        log.keepAfter(0);
        text("a".repeat(600));
        log.forget();
        assertThat(taken()).isZero();
        assertThat(slow.isLost()).isTrue();
    }

    // coming back to what was forgotten

    @Test
    void what_was_forgotten_can_be_put_back_and_is_not_told_as_growth() {
        forgetFive();
        List<String> told = new ArrayList<>();
        var unused = log.followNew(NONE, () -> told.add("grew"));
        observed.clear();
        assertThat(log.restore(new Batch(4, List.of(delta("d"), delta("e"))))).isTrue();
        assertThat(log.restore(new Batch(2, List.of(delta("b"), queued())))).isTrue();
        turnLoop();
        assertThat(told).isEmpty();
        assertThat(observed).isEmpty();
        assertThat(log.forgotten()).isEqualTo(1);
    }

    @Test
    void a_cursor_reads_on_from_what_was_put_back_into_what_is_new() {
        forgetFive();
        assertThat(log.restore(new Batch(4, List.of(delta("d"), delta("e"))))).isTrue();
        assertThat(log.restore(new Batch(2, List.of(delta("b"), queued())))).isTrue();
        Cursor back = log.follow(1, () -> {});
        text("f");
        log.append(end(TURN));
        assertThat(drain(back, ALL)).containsExactly("2..2 b", "3..3 queued", "4..6 def", "7..7 end");
        turnLoop();
        assertThat(taken()).isZero();
        assertThat(log.forgotten()).isEqualTo(7);
    }

    @Test
    void only_what_came_right_before_can_be_put_back() {
        forgetFive();
        assertThatThrownBy(() -> log.restore(new Batch(3, List.of(delta("c")))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> log.restore(new Batch(5, List.of(delta("e"), delta("f")))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> log.restore(new Batch(6, List.of()))).isInstanceOf(IllegalArgumentException.class);
        assertThat(log.forgotten()).isEqualTo(5);
    }

    @Test
    void where_there_is_no_memory_nothing_is_put_back() {
        forgetFive();
        assertThat(log.restore(new Batch(5, List.of(delta("e".repeat(MAX_BYTES + 1))))))
                .isFalse();
        budget.take(9_950);
        assertThat(log.restore(new Batch(5, List.of(delta("e".repeat(51)))))).isFalse();
        assertThat(taken()).isEqualTo(9_950);
        assertThat(log.forgotten()).isEqualTo(5);
        assertThat(log.restore(new Batch(5, List.of(delta("e".repeat(50)))))).isTrue();
    }

    private void forgetFive() {
        text("a", "b");
        log.append(queued());
        text("d", "e");
        turnLoop();
        assertThat(log.forgotten()).isEqualTo(5);
    }

    // another place

    @Test
    void a_log_that_moves_takes_its_cursors_along_and_tells_them() {
        List<String> told = new ArrayList<>();
        Cursor cursor = log.follow(0, () -> told.add("grew"));
        log.keepAfter(0);
        text("a");
        log.moveTo(new Position("e", 7), NONE);
        turnLoop();
        assertThat(told).containsExactly("grew");
        assertThat(cursor.hasMoved()).isTrue();
        assertThat(cursor.position()).isEqualTo(new Position("e", 7));
        assertThat(cursor.isLost()).isFalse();
        assertThat(log.top()).isEqualTo(new Position("e", 7));
        assertThat(log.kept()).isEqualTo(7);
        text("b");
        assertThat(drain(cursor, ALL)).containsExactly("8..8 b");
    }

    @Test
    void it_is_said_until_the_viewer_has_settled() {
        Cursor cursor = follow();
        assertThat(cursor.hasMoved()).isFalse();
        log.moveTo(new Position("e", 0), NONE);
        text("a");
        assertThat(drain(cursor, ALL)).containsExactly("1..1 a");
        assertThat(cursor.hasMoved()).isTrue();
        assertThat(cursor.settle()).isTrue();
        assertThat(cursor.hasMoved()).isFalse();
        log.moveTo(new Position("f", 0), NONE);
        assertThat(cursor.hasMoved()).isTrue();
        assertThat(log.follow(0, () -> {}).hasMoved()).isFalse();
    }

    @Test
    void only_who_moved_from_nothing_to_a_start_has_missed_nothing() {
        Cursor cursor = follow();
        log.moveTo(new Position("e", 0), NONE);
        assertThat(cursor.settle()).isTrue();
        log.moveTo(new Position("f", 0), NONE);
        assertThat(cursor.settle()).isFalse();

        Log other = new Log(loop::add, MAX_BYTES, budget, (seq, event) -> {});
        Cursor late = other.followNew(NONE, () -> {});
        other.moveTo(new Position("e", 3), NONE);
        assertThat(late.settle()).isFalse();
    }

    @Test
    void an_end_that_was_told_before_the_move_is_not_told_again_and_all_else_is() {
        Cursor cursor = follow();
        log.append(end(TURN));
        assertThat(drain(cursor, ALL)).hasSize(1);
        log.moveTo(new Position("e", 0), Set.of(TURN));
        log.append(new Event.Failure(TURN, null, ErrorCode.INTERRUPTED, "lost"));
        log.append(end(TURN));
        text("a");
        log.append(end(NEXT));
        assertThat(drain(cursor, ALL)).containsExactly("3..3 a", "4..4 end");
        log.moveTo(new Position("f", 0), NONE);
        log.append(end(TURN));
        assertThat(drain(cursor, ALL)).containsExactly("1..1 end");
    }

    // all of it

    @Test
    void however_reading_and_writing_interleave_every_reader_reads_the_same_text() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            Log any = new Log(loop::add, Long.MAX_VALUE, new TextBudget(Long.MAX_VALUE), (seq, event) -> {});
            any.keepAfter(0);
            Log copy = new Log(loop::add, Long.MAX_VALUE, new TextBudget(Long.MAX_VALUE), (seq, event) -> {});
            List<Cursor> cursors = List.of(any.follow(0, () -> {}), copy.follow(0, () -> {}));
            List<StringBuilder> read = List.of(new StringBuilder(), new StringBuilder());
            StringBuilder written = new StringBuilder();
            for (int step = 0; step < 200; step++) {
                int who = random.nextInt(5);
                if (who < 2) {
                    read(cursors.get(who), random.nextInt(30), read.get(who));
                } else if (who == 2) {
                    long from = Math.max(0, copy.seq() - random.nextInt(4));
                    copy.add(any.batch(from, random.nextInt(20), random.nextInt(60)));
                    turnLoop();
                } else {
                    String piece = Integer.toString(random.nextInt(10_000));
                    any.text(random.nextInt(20) == 0 ? new TurnId("t" + step) : TURN, Buffer.buffer(piece));
                    written.append(piece);
                }
            }
            copy.add(any.batch(copy.seq(), ALL, ALL));
            for (int who = 0; who < 2; who++) {
                while (!cursors.get(who).atEnd()) {
                    read(cursors.get(who), 7, read.get(who));
                }
                assertThat(read.get(who).toString()).as("seed %d", seed).isEqualTo(written.toString());
            }
        }
    }

    /** Each cursor's numbers have no gap and no overlap. */
    private static void read(Cursor cursor, int maxBytes, StringBuilder into) {
        long before = cursor.position().seq();
        Taken taken = cursor.next(maxBytes);
        if (taken != null && taken.event() instanceof Delta delta) {
            assertThat(taken.first()).isEqualTo(before + 1);
            assertThat(taken.last()).isEqualTo(cursor.position().seq());
            into.append(delta.literal());
        }
    }

    // saying it shortly

    private Cursor follow() {
        return log.followNew(NONE, () -> {});
    }

    private void text(String... pieces) {
        for (String piece : pieces) {
            log.text(TURN, Buffer.buffer(piece));
        }
    }

    private static Delta delta(String text) {
        return new Delta(TURN, Buffer.buffer(text));
    }

    private static Event queued() {
        return new Event.Queued(NEXT, null, 1, Event.Queued.Reason.BUSY);
    }

    private static Event end(TurnId turn) {
        return new End(turn, End.Reason.COMPLETE, null);
    }

    /** How much of the budget is taken, found by asking for room. */
    private int taken() {
        int room = 0;
        while (budget.hasRoomFor(room + 1)) {
            room++;
        }
        return 10_000 - room;
    }

    private void turnLoop() {
        for (Runnable task = loop.poll(); task != null; task = loop.poll()) {
            task.run();
        }
    }

    private static List<String> drain(Cursor cursor, int maxBytes) {
        List<String> seen = new ArrayList<>();
        for (Taken taken = cursor.next(maxBytes); taken != null; taken = cursor.next(maxBytes)) {
            seen.add(say(taken));
        }
        return seen;
    }

    private static String say(@Nullable Taken taken) {
        return taken == null ? "nothing" : taken.first() + ".." + taken.last() + " " + say(taken.event());
    }

    private static String say(Event event) {
        if (event instanceof Delta delta) {
            return delta.literal().toString();
        }
        return event.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT);
    }
}
