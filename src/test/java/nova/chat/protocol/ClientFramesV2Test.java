package nova.chat.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.Set;
import nova.chat.protocol.ClientFrame.Auth;
import nova.chat.protocol.ClientFrame.Cancel;
import nova.chat.protocol.ClientFrame.Hello;
import nova.chat.protocol.ClientFrame.History;
import nova.chat.protocol.ClientFrame.Malformed;
import nova.chat.protocol.ClientFrame.Ping;
import nova.chat.protocol.ClientFrame.Resume;
import nova.chat.protocol.ClientFrame.Stop;
import nova.chat.protocol.ClientFrame.User;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientFramesV2Test {
    private static final SessionId SESSION = new SessionId("s-1");

    @Test
    void a_hello_may_say_nothing() {
        assertThat(read("{'type':'hello'}")).isEqualTo(new Hello(null, null, null, Set.of()));
        assertThat(read("{'type':'hello','token':null,'session_id':null,'epoch':null,'last_seq':null,'events':null}"))
                .isEqualTo(new Hello(null, null, null, Set.of()));
    }

    @Test
    void a_hello_may_say_all_of_it_and_never_prints_the_key() {
        ClientFrame hello = read("{'type':'hello','token':'sk-nova-1','session_id':'s-1','epoch':'e','last_seq':7,"
                + "'events':['user','meta','status','thinking','yet_to_come']}");
        assertThat(hello).isEqualTo(new Hello("sk-nova-1", SESSION, new Position("e", 7), Set.of(Extra.values())));
        assertThat(hello.toString()).doesNotContain("sk-nova");
    }

    @Test
    void an_epoch_without_a_number_is_no_position() {
        assertThat(read("{'type':'hello','session_id':'s-1','epoch':'e'}"))
                .isEqualTo(new Hello(null, SESSION, null, Set.of()));
    }

    @Test
    void the_position_before_the_first_message_has_an_empty_epoch() {
        assertThat(read("{'type':'resume','session_id':'s-1','epoch':'','last_seq':0}"))
                .isEqualTo(new Resume(SESSION, Position.NONE));
    }

    @Test
    void numbers_go_as_far_as_a_browser_can_count() {
        assertThat(read("{'type':'resume','session_id':'s-1','epoch':'e','last_seq':9007199254740992}"))
                .isEqualTo(new Resume(SESSION, new Position("e", 1L << 53)));
        assertThat(words("{'type':'resume','session_id':'s-1','epoch':'e','last_seq':9007199254740993}"))
                .contains("last_seq", "9007199254740992");
    }

    @ParameterizedTest
    @CsvSource({"enqueue,ENQUEUE", "reject,REJECT", "interrupt,INTERRUPT"})
    void a_message_says_what_becomes_of_it_when_another_runs(String wire, OnBusy onBusy) {
        assertThat(read("{'type':'user','content':' x ','id':'m-1','on_busy':'" + wire + "','session_id':'s-1'}"))
                .isEqualTo(new User(" x ", SESSION, "m-1", onBusy));
    }

    @Test
    void a_message_never_prints_its_text() {
        assertThat(read("{'type':'user','content':'secret'}").toString()).doesNotContain("secret");
    }

    @Test
    void a_stop_names_a_turn_or_a_message_or_nothing() {
        assertThat(read("{'type':'stop'}")).isEqualTo(new Stop(null, null));
        assertThat(read("{'type':'stop','turn_id':'t'}")).isEqualTo(new Stop(new TurnId("t"), null));
        assertThat(read("{'type':'stop','ref':'m-1'}")).isEqualTo(new Stop(null, "m-1"));
    }

    @Test
    void the_smaller_frames_are_read() {
        assertThat(read("{'type':'auth','token':'sk-nova-1'}")).isEqualTo(new Auth("sk-nova-1"));
        assertThat(read("{'type':'cancel','id':'m-1'}")).isEqualTo(new Cancel("m-1"));
        assertThat(read("{'type':'resume','session_id':'s-1'}")).isEqualTo(new Resume(SESSION, null));
        assertThat(read("{'type':'history'}")).isEqualTo(new History(null, 50));
        assertThat(read("{'type':'history','before':'t','limit':200}")).isEqualTo(new History(new TurnId("t"), 200));
        assertThat(read("{'type':'ping'}")).isEqualTo(new Ping(null));
        assertThat(read("{'type':'ping','id':'p'}")).isEqualTo(new Ping("p"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'hello','token':5 | token",
                "'hello','token':'' | token",
                "'hello','session_id':'s','last_seq':1 | epoch",
                "'hello','session_id':'s','last_seq':1,'epoch':5 | epoch",
                "'hello','session_id':'s','last_seq':-1,'epoch':'e' | last_seq",
                "'hello','session_id':'s','last_seq':1.0,'epoch':'e' | last_seq",
                "'hello','session_id':'s','last_seq':'1','epoch':'e' | last_seq",
                "'hello','session_id':'s','last_seq':99999999999999999999,'epoch':'e' | last_seq",
                "'hello','events':'user' | events",
                "'hello','events':[1] | events",
                "'hello','events':[['user']] | events",
                "'hello','events':{} | events",
                "'auth' | token",
                "'auth','token':'' | token",
                "'user' | content",
                "'user','content':' ' | content",
                "'user','content':'x','id':5 | id",
                "'user','content':'x','id':'' | id",
                "'user','content':'x','id':'a\\ud83d' | id",
                "'stop','ref':'\\ude00a' | ref",
                "'user','content':'x','on_busy':'wait' | on_busy",
                "'user','content':'x','on_busy':true | on_busy",
                "'stop','turn_id':5 | turn_id",
                "'stop','ref':'' | ref",
                "'stop','turn_id':'t','ref':'r' | turn_id",
                "'cancel' | id",
                "'cancel','id':{} | id",
                "'resume' | session_id",
                "'history','before':5 | before",
                "'history','limit':0 | limit",
                "'history','limit':201 | limit",
                "'history','limit':'5' | limit",
                "'ping','id':5 | id"
            })
    void a_wrong_field_is_named(String frame, String field) {
        assertThat(words("{'type':" + frame + "}")).contains("\"" + field + "\"");
    }

    @Test
    void names_have_at_most_64_characters() {
        assertThat(words("{'type':'cancel','id':'" + "m".repeat(65) + "'}")).contains("64");
        assertThat(read("{'type':'cancel','id':'" + "m".repeat(64) + "'}")).isInstanceOf(Cancel.class);
        assertThat(words("{'type':'resume','session_id':'s','last_seq':0,'epoch':'" + "e".repeat(65) + "'}"))
                .contains("64");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello", "resume", "user','content':'x"})
    void a_session_id_that_is_none_has_a_code_of_its_own(String type) {
        assertThat(malformed("{'type':'" + type + "','session_id':'a b'}").code())
                .isEqualTo(ErrorCode.INVALID_SESSION_ID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"subscribe", "", "STOP"})
    void an_unknown_type_is_told_the_known_ones(String type) {
        Malformed malformed = malformed("{'type':'" + type + "'}");
        assertThat(malformed.code()).isEqualTo(ErrorCode.UNSUPPORTED_TYPE);
        assertThat(malformed.content()).contains("hello", "resume");
    }

    @Test
    void no_bytes_make_it_throw() {
        Random random = new Random(1);
        byte[] good = ("{\"type\":\"hello\",\"session_id\":\"abc\",\"epoch\":\"e\",\"last_seq\":12,"
                        + "\"events\":[\"user\",[{}]],\"on_busy\":\"reject\",\"content\":\"ä\"}")
                .getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = good.clone();
            for (int flips = random.nextInt(4) + 1; flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            assertThat(ClientFrames.read(Buffer.buffer(bytes), Dialect.V2)).isNotNull();
        }
    }

    /** In single quotes, which are easier to read here. */
    private static ClientFrame read(String text) {
        return ClientFrames.read(Buffer.buffer(text.replace('\'', '"')), Dialect.V2);
    }

    private static Malformed malformed(String text) {
        ClientFrame frame = read(text);
        assertThat(frame).isInstanceOf(Malformed.class);
        return (Malformed) frame;
    }

    @Test
    void a_frame_that_is_wrong_keeps_the_name_that_the_client_gave_it() {
        assertThat(malformed("{'type':'user','id':'m1','content':' '}").ref()).isEqualTo("m1");
        assertThat(malformed("{'type':'user','id':7,'content':' '}").ref()).isNull();
        assertThat(malformed("{'type':'user','content':' '}").ref()).isNull();
    }

    private static String words(String text) {
        Malformed malformed = malformed(text);
        assertThat(malformed.code()).isEqualTo(ErrorCode.BAD_FRAME);
        return malformed.content();
    }
}
