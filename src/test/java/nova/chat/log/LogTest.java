package nova.chat.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import nova.chat.protocol.Event;
import nova.chat.protocol.Event.Delta;
import nova.chat.protocol.Event.End;
import nova.chat.protocol.Event.Queued;
import nova.chat.protocol.TurnId;
import org.junit.jupiter.api.Test;

class LogTest {
    private static final TurnId TURN = new TurnId("t");
    private static final TurnId NEXT = new TurnId("u");
    private static final int ALL = Integer.MAX_VALUE / 2;

    /** The event loop, turned by hand. */
    private final Queue<Runnable> loop = new ArrayDeque<>();

    private final Log log = new Log(loop::add, 1_000, new TextBudget(10_000));

    @Test
    void a_cursor_sees_everything_once_and_in_order() {
        Cursor cursor = log.followNew(Set.of(), () -> {});
        log.text(TURN, Buffer.buffer("a"));
        log.append(new Queued(NEXT, 1, Queued.Reason.BUSY));
        log.text(TURN, Buffer.buffer("b"));
        log.append(new End(TURN));
        assertThat(drain(cursor, ALL)).containsExactly("a", "queued", "b", "end");
        assertThat(cursor.atEnd()).isTrue();
        assertThat(cursor.next(ALL)).isNull();
    }

    @Test
    void neighbouring_pieces_are_merged_up_to_the_limit_and_cut_only_between_pieces() {
        Cursor cursor = log.followNew(Set.of(), () -> {});
        for (String piece : List.of("aa", "bb", "cc", "dddd", "e")) {
            log.text(TURN, Buffer.buffer(piece));
        }
        assertThat(drain(cursor, 4)).containsExactly("aabb", "cc", "dddd", "e");
    }

    @Test
    void a_piece_larger_than_the_limit_comes_whole() {
        Cursor cursor = log.followNew(Set.of(), () -> {});
        log.text(TURN, Buffer.buffer("a"));
        log.text(TURN, Buffer.buffer("b".repeat(50)));
        log.text(TURN, Buffer.buffer("c"));
        assertThat(drain(cursor, 10)).containsExactly("a", "b".repeat(50), "c");
    }

    @Test
    void an_empty_piece_is_nothing() {
        log.text(TURN, Buffer.buffer());
        assertThat(log.seq()).isZero();
    }

    @Test
    void text_of_two_turns_is_never_merged() {
        Cursor cursor = log.followNew(Set.of(), () -> {});
        log.text(TURN, Buffer.buffer("a"));
        log.text(NEXT, Buffer.buffer("b"));
        assertThat(drain(cursor, ALL)).containsExactly("a", "b");
    }

    @Test
    void growth_is_told_once_a_turn_of_the_loop_however_much_was_appended() {
        List<String> told = new ArrayList<>();
        List<Cursor> viewers =
                List.of(log.followNew(Set.of(), () -> told.add("one")), log.followNew(Set.of(), () -> told.add("two")));
        for (int i = 0; i < 100; i++) {
            log.text(TURN, Buffer.buffer("x"));
        }
        turnLoop();
        assertThat(told).containsExactly("one", "two");
        log.text(TURN, Buffer.buffer("x"));
        turnLoop();
        assertThat(told).hasSize(2 * viewers.size());
    }

    @Test
    void who_joins_a_running_turn_sees_it_from_its_start_and_is_told_so() {
        log.append(new End(TURN));
        log.keep();
        log.text(NEXT, Buffer.buffer("a"));
        turnLoop();
        List<String> told = new ArrayList<>();
        Cursor late = log.followKept(() -> told.add("late"));
        turnLoop();
        assertThat(told).containsExactly("late");
        assertThat(drain(late, ALL)).containsExactly("a");
    }

    @Test
    void who_comes_with_a_message_sees_only_what_is_new() {
        log.keep();
        log.text(TURN, Buffer.buffer("a"));
        Cursor cursor = log.followNew(Set.of(), () -> {});
        log.text(TURN, Buffer.buffer("b"));
        assertThat(drain(cursor, ALL)).containsExactly("b");
    }

    @Test
    void a_turn_that_a_cursor_does_not_look_at_is_passed_over_and_all_else_is_not() {
        log.text(TURN, Buffer.buffer("a"));
        Cursor cursor = log.followNew(Set.of(TURN), () -> {});
        log.text(TURN, Buffer.buffer("b"));
        log.append(new Queued(NEXT, 1, Queued.Reason.BUSY));
        log.append(new End(TURN));
        log.text(NEXT, Buffer.buffer("c"));
        assertThat(drain(cursor, ALL)).containsExactly("queued", "c");
        assertThat(cursor.atEnd()).isTrue();
    }

    @Test
    void a_join_in_the_middle_of_a_run_starts_at_the_right_piece() {
        log.text(TURN, Buffer.buffer("aaa"));
        Cursor cursor = log.followNew(Set.of(), () -> {});
        log.text(TURN, Buffer.buffer("b"));
        log.text(TURN, Buffer.buffer("cc"));
        assertThat(drain(cursor, 1)).containsExactly("b", "cc");
    }

    @Test
    void what_nobody_needs_any_more_is_forgotten() {
        log.keep();
        Cursor cursor = log.followNew(Set.of(), () -> {});
        log.text(TURN, Buffer.buffer("a"));
        log.append(new End(TURN));
        assertThat(drain(cursor, ALL)).hasSize(2);
        assertThat(log.forgotten()).isZero();
        log.release();
        assertThat(log.forgotten()).isEqualTo(2);
        assertThat(log.textOf(TURN).length()).isZero();
    }

    @Test
    void what_a_slow_cursor_has_not_taken_is_kept() {
        Cursor slow = log.followNew(Set.of(), () -> {});
        log.keep();
        log.text(TURN, Buffer.buffer("a"));
        log.append(new End(TURN));
        log.release();
        log.keep();
        log.text(NEXT, Buffer.buffer("b"));
        turnLoop();
        assertThat(slow.isLost()).isFalse();
        assertThat(drain(slow, ALL)).containsExactly("a", "end", "b");
    }

    @Test
    void a_cursor_that_lags_beyond_the_bound_is_lost_and_the_others_are_not() {
        Cursor slow = log.followNew(Set.of(), () -> {});
        log.text(TURN, Buffer.buffer("a".repeat(600)));
        log.append(new End(TURN));
        Cursor quick = log.followNew(Set.of(), () -> {});
        log.keep();
        log.text(NEXT, Buffer.buffer("b".repeat(600)));
        turnLoop();
        assertThat(slow.isLost()).isTrue();
        assertThat(quick.isLost()).isFalse();
        assertThat(drain(quick, ALL)).containsExactly("b".repeat(600));
    }

    @Test
    void text_is_taken_from_what_all_logs_share_and_given_back() {
        TextBudget shared = new TextBudget(10);
        Log one = new Log(loop::add, 1_000, shared);
        Log two = new Log(loop::add, 1_000, shared);
        Buffer six = Buffer.buffer("123456");
        one.keep();
        assertThat(one.hasRoomFor(six)).isTrue();
        one.text(TURN, six);
        assertThat(two.hasRoomFor(six)).isFalse();
        one.release();
        assertThat(two.hasRoomFor(six)).isTrue();
    }

    @Test
    void the_whole_text_of_a_turn_can_be_had_at_its_end() {
        log.keep();
        log.text(TURN, Buffer.buffer("a"));
        log.append(new Queued(NEXT, 1, Queued.Reason.BUSY));
        log.text(TURN, Buffer.buffer("b"));
        assertThat(log.textOf(TURN).toString()).isEqualTo("ab");
    }

    @Test
    void however_reading_and_writing_interleave_every_reader_reads_the_same_text() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            Log any = new Log(loop::add, Long.MAX_VALUE, new TextBudget(Long.MAX_VALUE));
            any.keep();
            List<Cursor> cursors = List.of(any.followNew(Set.of(), () -> {}), any.followNew(Set.of(), () -> {}));
            List<StringBuilder> read = List.of(new StringBuilder(), new StringBuilder());
            StringBuilder written = new StringBuilder();
            for (int step = 0; step < 200; step++) {
                int who = random.nextInt(4);
                if (who >= 2) {
                    String piece = Integer.toString(random.nextInt(10_000));
                    any.text(random.nextInt(20) == 0 ? new TurnId("t" + step) : TURN, Buffer.buffer(piece));
                    written.append(piece);
                } else if (cursors.get(who).next(random.nextInt(30)) instanceof Delta delta) {
                    read.get(who).append(delta.literal());
                }
            }
            for (int who = 0; who < 2; who++) {
                drain(cursors.get(who), 7).forEach(read.get(who)::append);
                assertThat(read.get(who).toString()).as("seed %d", seed).isEqualTo(written.toString());
            }
        }
    }

    private void turnLoop() {
        for (Runnable task = loop.poll(); task != null; task = loop.poll()) {
            task.run();
        }
    }

    private static List<String> drain(Cursor cursor, int maxBytes) {
        List<String> seen = new ArrayList<>();
        for (Event event = cursor.next(maxBytes); event != null; event = cursor.next(maxBytes)) {
            seen.add(event.match(new Event.Cases<>() {
                @Override
                public String delta(Delta delta) {
                    return delta.literal().toString();
                }

                @Override
                public String queued(Queued queued) {
                    return "queued";
                }

                @Override
                public String end(End end) {
                    return "end";
                }

                @Override
                public String failure(Event.Failure failure) {
                    return "failure";
                }
            }));
        }
        return seen;
    }
}
