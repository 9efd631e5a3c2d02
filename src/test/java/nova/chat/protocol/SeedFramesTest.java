package nova.chat.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import nova.chat.protocol.Event.Delta;
import nova.chat.protocol.Event.End;
import nova.chat.protocol.Event.Failure;
import nova.chat.protocol.Event.Queued;
import org.junit.jupiter.api.Test;

class SeedFramesTest {
    private static final SessionId SESSION = new SessionId("s-1");
    private static final TurnId TURN = new TurnId("t-1");

    @Test
    void every_frame_says_its_type_its_session_and_the_time() {
        JsonObject frame = new JsonObject(of(new End(TURN, End.Reason.COMPLETE, null)));
        assertThat(frame.getString("type")).isEqualTo("stream_end");
        assertThat(frame.getString("session_id")).isEqualTo("s-1");
        assertThat(frame.getString("timestamp")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{3})?Z");
        assertThat(Instant.parse(frame.getString("timestamp"))).isBeforeOrEqualTo(Instant.now());
    }

    @Test
    void a_delta_is_spliced_in_as_it_is() {
        String frame = of(new Delta(TURN, Buffer.buffer("a\\n\\ud83d ü 😀")));
        assertThat(frame).startsWith("{\"type\":\"stream_chunk\"").endsWith("\"delta\":\"a\\n\\ud83d ü 😀\"}");
    }

    @Test
    void a_system_frame_names_the_agent_only_once_it_is_known() {
        assertThat(new JsonObject(SeedFrames.system(SESSION, null, "hi")).containsKey("agent_id"))
                .isFalse();
        assertThat(new JsonObject(SeedFrames.system(SESSION, "a\"b", "hi")).getString("agent_id"))
                .isEqualTo("a\"b");
    }

    @Test
    void an_error_before_there_is_a_session_says_null() {
        JsonObject frame = new JsonObject(SeedFrames.error(null, ErrorCode.UNAUTHORIZED, "no \"key\"\n"));
        assertThat(frame.containsKey("session_id")).isTrue();
        assertThat(frame.getValue("session_id")).isNull();
        assertThat(frame.getString("content")).isEqualTo("no \"key\"\n");
        assertThat(frame.getString("code")).isEqualTo("unauthorized");
        assertThat(frame.getBoolean("retryable")).isFalse();
    }

    @Test
    void the_error_that_ends_a_turn_says_which_and_when_to_come_back() {
        JsonObject frame = new JsonObject(of(new Failure(TURN, "ref", ErrorCode.UPSTREAM_BUSY, "busy", 60_000L)));
        assertThat(frame.getString("turn_id")).isEqualTo("t-1");
        assertThat(frame.getLong("retry_after_ms")).isEqualTo(60_000);
        assertThat(frame.getBoolean("retryable")).isTrue();
    }

    @Test
    void a_waiting_message_learns_its_position_and_why() {
        JsonObject frame = new JsonObject(of(new Queued(TURN, "ref", 2, Queued.Reason.UPSTREAM_DOWN)));
        assertThat(frame.getInteger("position")).isEqualTo(2);
        assertThat(frame.getString("reason")).isEqualTo("upstream_down");
    }

    @Test
    void a_stopped_answer_ends_like_any_other() {
        assertThat(new JsonObject(of(new End(TURN, End.Reason.STOPPED, null))).fieldNames())
                .containsExactly("type", "session_id", "timestamp", "turn_id");
    }

    @Test
    void what_the_original_does_not_send_is_not_sent() {
        for (Event event : List.of(
                new Event.Said(TURN, "r", "hi"),
                new Event.Started(TURN, "r"),
                new Event.Aside(TURN, Event.Aside.Kind.THINKING, Buffer.buffer("\"hm\"")))) {
            assertThat(SeedFrames.of(SESSION, event)).isEmpty();
        }
    }

    private static String of(Event event) {
        return SeedFrames.of(SESSION, event).orElseThrow();
    }
}
