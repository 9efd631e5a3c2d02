package nova.chat.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import nova.chat.log.Log;
import nova.chat.log.TextBudget;
import nova.chat.protocol.ErrorCode;
import nova.chat.protocol.Event;
import nova.chat.protocol.Position;
import nova.chat.protocol.TurnId;
import nova.chat.protocol.Welcome.Pending;
import nova.chat.store.Question;
import nova.chat.store.Reading;
import org.junit.jupiter.api.Test;

class CourseTest {
    private static final TurnId ONE = new TurnId("1");
    private static final TurnId TWO = new TurnId("2");

    private final Course course = new Course();
    private final Log log = new Log(task -> {}, 1_000, new TextBudget(1_000), this::follow);

    private void follow(long seq, Event event) {
        course.follow(log, seq, event);
    }

    @Test
    void at_first_nothing_runs_and_nothing_waits() {
        assertThat(course.running()).isNull();
        assertThat(course.live()).isNull();
        assertThat(course.somethingWaits()).isFalse();
        assertThat(course.open()).isEmpty();
    }

    @Test
    void a_turn_runs_from_its_start_to_its_end() {
        log.append(new Event.Said(ONE, null, "hello"));
        assertThat(course.live()).isEqualTo(new Pending(ONE, false));
        log.append(new Event.Started(ONE, null));
        assertThat(course.live()).isEqualTo(new Pending(ONE, true));
        assertThat(course.somethingWaits()).isFalse();
        log.append(new Event.End(ONE, Event.End.Reason.COMPLETE, null));
        assertThat(course.live()).isNull();
        assertThat(course.open()).isEmpty();
    }

    @Test
    void a_failure_is_an_end() {
        log.append(new Event.Started(ONE, null));
        log.append(new Event.Failure(ONE, null, ErrorCode.INTERNAL, ""));
        assertThat(course.running()).isNull();
    }

    @Test
    void a_running_turn_is_kept_from_its_start_to_its_end() {
        log.append(new Event.Said(ONE, null, "hello"));
        log.append(new Event.Started(ONE, null));
        log.text(ONE, Buffer.buffer("a"));
        assertThat(log.kept()).isEqualTo(1);
        log.append(new Event.End(TWO, Event.End.Reason.STOPPED, null));
        assertThat(log.kept()).isEqualTo(1);
        log.append(new Event.End(ONE, Event.End.Reason.COMPLETE, null));
        assertThat(log.kept()).isEqualTo(5);
        assertThat(log.forgotten()).isEqualTo(5);
    }

    @Test
    void what_waits_is_live_when_nothing_runs_oldest_first() {
        log.append(new Event.Said(ONE, null, "hello"));
        log.append(new Event.Said(TWO, null, "again"));
        assertThat(course.live()).isEqualTo(new Pending(ONE, false));
        assertThat(course.open()).containsExactlyInAnyOrder(ONE, TWO);
        log.append(new Event.End(ONE, Event.End.Reason.STOPPED, null));
        assertThat(course.live()).isEqualTo(new Pending(TWO, false));
        assertThat(course.somethingWaits()).isTrue();
    }

    @Test
    void what_is_of_no_turn_changes_nothing() {
        log.append(new Event.Queued(null, null, 1, Event.Queued.Reason.BUSY));
        assertThat(course.live()).isNull();
    }

    @Test
    void it_begins_with_what_was_read_and_forgets_what_was_before() {
        log.append(new Event.Started(new TurnId("old"), null));
        course.begin(reading(ONE, TWO));
        assertThat(course.running()).isEqualTo(ONE);
        assertThat(course.open()).isEqualTo(Set.of(ONE, TWO));
    }

    private static Reading reading(TurnId running, TurnId waiting) {
        Question question = new Question(
                waiting, null, "x", Instant.EPOCH, null, new Question.Errand(Question.Errand.Kind.OPEN, ""));
        return new Reading(
                null,
                new Position("e", 1),
                running,
                0,
                Duration.ofSeconds(1),
                List.of(question),
                false,
                Reading.Since.CONTINUES,
                List.of(),
                List.of());
    }
}
