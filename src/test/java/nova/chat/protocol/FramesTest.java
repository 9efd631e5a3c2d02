package nova.chat.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import nova.chat.protocol.Event.Aside;
import nova.chat.protocol.Event.Delta;
import nova.chat.protocol.Event.End;
import nova.chat.protocol.Event.Failure;
import nova.chat.protocol.Event.Queued;
import nova.chat.protocol.Event.Said;
import nova.chat.protocol.Event.Started;
import nova.chat.protocol.Event.Stats;
import nova.chat.protocol.Message.Role;
import nova.chat.protocol.Message.State;
import nova.chat.protocol.Page.Partial;
import nova.chat.protocol.Welcome.Fresh;
import nova.chat.protocol.Welcome.Identity;
import nova.chat.protocol.Welcome.Limits;
import nova.chat.protocol.Welcome.Pending;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FramesTest {
    private static final SessionId SESSION = new SessionId("s-1");
    private static final TurnId TURN = new TurnId("t-1");
    private static final Position AT = new Position("e-1", 7);
    private static final Limits LIMITS = new Limits(100, 20, 25_000);

    @Test
    void every_frame_says_its_type_its_session_and_the_time() {
        JsonObject frame = new JsonObject(Frames.synced(SESSION, AT));
        assertThat(frame.getString("type")).isEqualTo("synced");
        assertThat(frame.getString("session_id")).isEqualTo("s-1");
        assertThat(Instant.parse(frame.getString("timestamp"))).isBeforeOrEqualTo(Instant.now());
    }

    @Test
    void an_event_carries_its_number_and_where_it_stands_for_several_the_first() {
        JsonObject one = new JsonObject(Frames.of(SESSION, new Started(TURN, "m"), new Numbers(3, 3, false)));
        assertThat(fields(one)).isEqualTo(json("{'type':'turn_start','turn_id':'t-1','ref':'m','seq':3}"));
        JsonObject several = new JsonObject(Frames.of(SESSION, new Started(TURN, null), new Numbers(2, 3, true)));
        assertThat(fields(several))
                .isEqualTo(json("{'type':'turn_start','turn_id':'t-1','seq':3,'from':2,'replay':true}"));
    }

    @Test
    void a_delta_is_spliced_in_as_it_is() {
        String frame = Frames.of(SESSION, new Delta(TURN, Buffer.buffer("a\\n\\ud83d ü 😀")), new Numbers(1, 4, false));
        assertThat(frame)
                .startsWith("{\"type\":\"stream_chunk\"")
                .endsWith("\"turn_id\":\"t-1\",\"delta\":\"a\\n\\ud83d ü 😀\",\"seq\":4,\"from\":1}");
    }

    @Test
    void what_another_viewer_asked_names_its_message_and_its_turn() {
        assertThat(event(new Said(TURN, "m", "a \"b\"\ud800")))
                .isEqualTo(json("{'type':'user','turn_id':'t-1','id':'m','content':'a \\'b\\'\ufffd','seq':1}"));
        assertThat(event(new Said(TURN, null, "x")).containsKey("id")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {"STATUS|status|{'a':[1]}", "META|meta|{'b':null}", "THINKING|delta|'hm'"})
    void asides_carry_what_upstream_said(Aside.Kind kind, String field, String payload) {
        JsonObject frame = event(new Aside(TURN, kind, Buffer.buffer(payload.replace('\'', '"'))));
        assertThat(frame.getString("type")).isEqualTo(kind.name().toLowerCase(java.util.Locale.ROOT));
        assertThat(frame.getString("turn_id")).isEqualTo("t-1");
        assertThat(frame.getValue(field))
                .isEqualTo(json("{'x':" + payload + "}").getValue("x"));
    }

    @Test
    void a_waiting_message_learns_its_position_and_why() {
        assertThat(event(new Queued(TURN, "m", 2, Queued.Reason.BUSY)))
                .isEqualTo(json("{'type':'queued','turn_id':'t-1','position':2,'ref':'m','reason':'busy','seq':1}"));
        assertThat(fields(new JsonObject(Frames.queued(SESSION, null, 1, Queued.Reason.UPSTREAM_DOWN))))
                .isEqualTo(json("{'type':'queued','position':1,'reason':'upstream_down'}"));
    }

    @Test
    void an_end_says_how_the_answer_came() {
        assertThat(event(new End(TURN, End.Reason.COMPLETE, new Stats(5L, 9, 2, 11))))
                .isEqualTo(json("{'type':'stream_end','turn_id':'t-1','reason':'complete','stats':"
                        + "{'first_chunk_ms':5,'duration_ms':9,'chunks':2,'bytes':11},'seq':1}"));
        assertThat(event(new End(TURN, End.Reason.STOPPED, new Stats(null, 9, 0, 0)))
                        .getJsonObject("stats")
                        .containsKey("first_chunk_ms"))
                .isFalse();
        assertThat(event(new End(TURN, End.Reason.STOPPED, null)))
                .isEqualTo(json("{'type':'stream_end','turn_id':'t-1','reason':'stopped','seq':1}"));
    }

    @Test
    void an_error_that_ends_a_turn_is_numbered() {
        assertThat(event(new Failure(TURN, "m", ErrorCode.UPSTREAM_BUSY, "busy", 60_000L)))
                .isEqualTo(json("{'type':'error','content':'busy','code':'upstream_busy','retryable':true,"
                        + "'retry_after_ms':60000,'turn_id':'t-1','ref':'m','seq':1}"));
    }

    @Test
    void any_other_error_is_not() {
        JsonObject frame = new JsonObject(Frames.error(null, "m", ErrorCode.BUSY, "no"));
        assertThat(frame.containsKey("session_id")).isTrue();
        assertThat(frame.getValue("session_id")).isNull();
        frame.remove("session_id");
        frame.remove("timestamp");
        assertThat(frame).isEqualTo(json("{'type':'error','content':'no','code':'busy','retryable':true,'ref':'m'}"));
    }

    @Test
    void a_welcome_says_where_the_session_stands_and_whether_it_goes_on() {
        Welcome resumed = new Welcome("hi", "a", AT, null, new Pending(TURN, true), LIMITS, null);
        assertThat(fields(new JsonObject(Frames.system(SESSION, resumed))))
                .isEqualTo(json("{'type':'system','content':'hi','agent_id':'a','epoch':'e-1','seq':7,'resumed':true,"
                        + "'turn':{'id':'t-1','state':'running'},"
                        + "'limits':{'max_message_bytes':100,'max_waiting':20,'ping_ms':25000}}"));
        Welcome fresh = new Welcome("hi", null, Position.NONE, Fresh.UNKNOWN_SESSION, null, LIMITS, null);
        JsonObject frame = new JsonObject(Frames.system(SESSION, fresh));
        assertThat(frame.getBoolean("resumed")).isFalse();
        assertThat(frame.getString("reason")).isEqualTo("unknown_session");
        assertThat(frame.getString("epoch")).isEmpty();
        assertThat(frame.containsKey("turn")).isTrue();
        assertThat(frame.getValue("turn")).isNull();
        assertThat(frame.containsKey("agent_id")).isFalse();
    }

    @Test
    void a_welcome_says_who_answers_where_that_is_known() {
        Welcome welcome = new Welcome("hi", null, AT, null, null, LIMITS, new Identity("N\"", "Hi\n\ud83d"));
        assertThat(new JsonObject(Frames.system(SESSION, welcome)).getJsonObject("identity"))
                .isEqualTo(new JsonObject().put("name", "N\"").put("greeting", "Hi\n\ufffd"));
        Welcome nobody = new Welcome("hi", null, AT, null, null, LIMITS, null);
        assertThat(new JsonObject(Frames.system(SESSION, nobody)).containsKey("identity"))
                .isFalse();
    }

    @Test
    void an_ack_says_what_became_of_the_message() {
        assertThat(fields(new JsonObject(Frames.ack(SESSION, new Ack(Ack.State.QUEUED, "m", TURN, 2), 9))))
                .isEqualTo(json("{'type':'ack','ref':'m','turn_id':'t-1','state':'queued','position':2,'seq':9}"));
        assertThat(fields(new JsonObject(Frames.ack(SESSION, new Ack(Ack.State.IDLE, null, null, 0), 9))))
                .isEqualTo(json("{'type':'ack','state':'idle','seq':9}"));
    }

    @Test
    void a_snapshot_has_the_running_answer_as_it_stands() {
        Instant at = Instant.parse("2026-01-02T03:04:05Z");
        List<Message> messages = List.of(
                new Message(Role.USER, "q", TURN, "m", at, State.RUNNING),
                new Message(Role.ASSISTANT, "\"a\"", TURN, at, State.STOPPED));
        Page page = new Page(messages, false, new Partial(TURN, Buffer.buffer("so \\n\\ud83d")));
        String frame = Frames.history(SESSION, page, AT, true);
        assertThat(frame).contains("\"partial\":{\"turn_id\":\"t-1\",\"text\":\"so \\n\\ud83d\"}");
        JsonObject json = fields(new JsonObject(frame));
        json.remove("partial");
        assertThat(json)
                .isEqualTo(json("{'type':'history','messages':["
                        + "{'role':'user','content':'q','turn_id':'t-1','id':'m','at':'2026-01-02T03:04:05Z',"
                        + "'state':'running'},{'role':'assistant','content':'\\'a\\'','turn_id':'t-1',"
                        + "'at':'2026-01-02T03:04:05Z','state':'stopped'}],'epoch':'e-1','seq':7,'reset':true}"));
    }

    @Test
    void a_page_is_no_reset_and_says_whether_there_is_more() {
        JsonObject frame = new JsonObject(Frames.history(SESSION, new Page(List.of(), true, null), AT, false));
        assertThat(fields(frame)).isEqualTo(json("{'type':'history','messages':[],'more':true,'epoch':'e-1','seq':7}"));
    }

    @Test
    void signs_of_life_carry_the_position() {
        assertThat(fields(new JsonObject(Frames.ping(SESSION, AT))))
                .isEqualTo(json("{'type':'ping','epoch':'e-1','seq':7}"));
        assertThat(fields(new JsonObject(Frames.pong(SESSION, "p", AT, new Pending(TURN, false)))))
                .isEqualTo(json(
                        "{'type':'pong','id':'p','epoch':'e-1','seq':7," + "'turn':{'id':'t-1','state':'waiting'}}"));
        assertThat(fields(new JsonObject(Frames.pong(SESSION, null, AT, null))))
                .isEqualTo(json("{'type':'pong','epoch':'e-1','seq':7,'turn':null}"));
    }

    private static JsonObject event(Event event) {
        return fields(new JsonObject(Frames.of(SESSION, event, new Numbers(1, 1, false))));
    }

    /** Without what every frame has. */
    private static JsonObject fields(JsonObject frame) {
        assertThat(frame.remove("session_id")).isEqualTo("s-1");
        assertThat(frame.remove("timestamp")).isInstanceOf(String.class);
        return frame;
    }

    /** In single quotes, which are easier to read here. */
    private static JsonObject json(String text) {
        return new JsonObject(text.replace("\\'", "\u0001").replace('\'', '"').replace("\u0001", "\\\""));
    }
}
