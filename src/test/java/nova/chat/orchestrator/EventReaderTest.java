package nova.chat.orchestrator;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Random;
import nova.chat.orchestrator.UpstreamEvent.Aside;
import nova.chat.orchestrator.UpstreamEvent.Aside.Kind;
import nova.chat.orchestrator.UpstreamEvent.Done;
import nova.chat.orchestrator.UpstreamEvent.Failed;
import nova.chat.orchestrator.UpstreamEvent.Heartbeat;
import nova.chat.orchestrator.UpstreamEvent.Text;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventReaderTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"t\":\"abc\"}|abc",
                "{\"t\": \"abc\"}|abc",
                "{\"t\":\"\"}|~~",
                "{\"t\": \"\"}|~~",
                "{ \"t\" : \"abc\" }|abc",
                "{\"\\u0074\":\"abc\"}|abc",
                "{\"t\":\"a\\\"}b\"}|a\\\"}b",
                "{\"t\":\"\\ud83d\"}|\\ud83d",
                "{ \"t\":\"\\ude48 \\n\\/\" }|\\ude48 \\n\\/",
                "{\"t\":\"é€🙈\"}|é€🙈",
                "{ \"t\":\"é€🙈\"}|é€🙈",
                "{\"t\":\"[DONE]\"}|[DONE]",
                "{\"t\":\"{\\\"hb\\\":1}\"}|{\\\"hb\\\":1}"
            })
    void text_is_passed_on_as_it_is_escaped(String data, String literal) {
        assertThat(read(data)).isEqualTo(new Text(Buffer.buffer(literal)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "plain",
                "[DONE",
                "[DONE] ",
                " [DONE]",
                "[DONE]x",
                "[1,2]",
                "[]",
                "3",
                "true",
                "null",
                "\"text\"",
                "{}",
                "{\"t\":1}",
                "{\"t\":null}",
                "{\"t\":{\"t\":\"x\"}}",
                "{\"t\":[\"x\"]}",
                "{\"t\":\"a\",\"b\":\"c\"}",
                "{\"t\":\"a\",\"t\":\"c\"}",
                "{\"b\":\"c\",\"t\":\"a\"}",
                "{\"T\":\"a\"}",
                "{\"text\":\"a\"}",
                "{\"t\":\"a\"",
                "{\"t\":\"a}",
                "{\"t\":\"}",
                "{\"t\":\"a\\\"}",
                "{\"t\":\"a\\x\"}",
                "{\"t\":\"a\\u12\"}",
                "{\"t\":\"a\tb\"}",
                "{\"t\":\"a\nb\"}",
                "{\"t\":\"a\"}{\"t\":\"b\"}",
                "{\"t\":\"a\"} x",
                "{'t':'a'}",
                "{t:\"a\"}",
                "{\"error\":{\"m\":\"x\"}}",
                "{\"error\":null}",
                "{\"error\":\"x\",\"code\":1}",
                "{\"hb\":\"3\"}",
                "{\"hb\":true}",
                "{\"hb\":NaN}",
                "{\"status\":\"running\"}",
                "{\"status\":[]}",
                "{\"status\":{}",
                "{\"status\":{},\"t\":\"x\"}",
                "{\"meta\":1}",
                "{\"think\":{}}",
                "{\"think\":5}",
                "{\0\"\0t\0\"\0:\0\"\0x\0\"\0}\0"
            })
    void all_else_is_text_as_it_stands(String data) {
        UpstreamEvent event = read(data);
        assertThat(event).isInstanceOf(Text.class);
        assertThat(decoded((Text) event)).isEqualTo(data);
    }

    @Test
    void asides_keep_their_json() {
        assertThat(read("{\"status\": {\"step\":\"memory\", \"n\":[1,{}]}}"))
                .isEqualTo(new Aside(Kind.STATUS, Buffer.buffer("{\"step\":\"memory\", \"n\":[1,{}]}")));
        assertThat(read(" {\"meta\":{\"model\":\"é🙈\"} } "))
                .isEqualTo(new Aside(Kind.META, Buffer.buffer("{\"model\":\"é🙈\"}")));
        assertThat(read("{\"think\":\"so \\ud83d\"}"))
                .isEqualTo(new Aside(Kind.THINK, Buffer.buffer("\"so \\ud83d\"")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"hb\":3000}", "{\"hb\": 3000.5}", "{\"hb\":-1}", " {\"hb\":0}"})
    void heartbeats(String data) {
        assertThat(read(data)).isEqualTo(new Heartbeat());
    }

    @Test
    void errors_are_decoded() {
        assertThat(read("{\"error\": \"a \\\"b\\\" \\u00e9 \\ud83d\"}")).isEqualTo(new Failed("a \"b\" é \uFFFD"));
        assertThat(read("{\"error\":\"\"}")).isEqualTo(new Failed(""));
    }

    @Test
    void the_end() {
        assertThat(read("[DONE]")).isEqualTo(new Done());
    }

    @Test
    void invalid_utf8_inside_protocol_is_repaired_and_is_protocol_still() {
        assertThat(read("{\"t\":\"a\u00e9b\"}".getBytes(ISO_8859_1))).isEqualTo(new Text(Buffer.buffer("a\uFFFDb")));
        assertThat(read("{\"think\":\"\u00ff\"}".getBytes(ISO_8859_1)))
                .isEqualTo(new Aside(Kind.THINK, Buffer.buffer("\"\uFFFD\"")));
        assertThat(read("{\"x\":\"\u00ff\"}".getBytes(ISO_8859_1)))
                .isEqualTo(new Text(Buffer.buffer("{\\\"x\\\":\\\"\uFFFD\\\"}")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"status\":", "{\"a\":", "[", "{\"status\":{\"a\":["})
    void deep_nesting_is_text(String step) {
        String data = step.repeat(100_000);
        assertThat(decoded((Text) read(data))).isEqualTo(data);
    }

    @Test
    void a_long_string_is_no_reason_to_take_protocol_for_text() {
        String long25MB = "x".repeat(25_000_000);
        UpstreamEvent event = read("{ \"t\":\"" + long25MB + "\"}");
        assertThat(((Text) event).literal().length()).isEqualTo(25_000_000);
    }

    @Test
    void only_the_slice_is_read() {
        byte[] bytes = "xx{ \"t\":\"é\"}{\"t\":\"b\"}[DONE]zz".getBytes(UTF_8);
        assertThat(EventReader.read(bytes, 2, 13)).isEqualTo(new Text(Buffer.buffer("é")));
        assertThat(EventReader.read(bytes, 13, 22)).isEqualTo(new Text(Buffer.buffer("b")));
        assertThat(EventReader.read(bytes, 22, 28)).isEqualTo(new Done());
    }

    @Test
    void what_is_read_does_not_change_with_the_bytes_it_was_read_from() {
        byte[] bytes = "{\"t\":\"abc\"}".getBytes(UTF_8);
        UpstreamEvent event = read(bytes);
        bytes[6] = 'X';
        assertThat(event).isEqualTo(new Text(Buffer.buffer("abc")));
    }

    @Test
    void no_garbage_makes_it_throw_or_give_a_broken_literal() {
        String alphabet = "{}[]\":,\\tuhb0 1e-.d\u00ff\u00c3\n\0";
        Random random = new Random(9);
        for (int i = 0; i < 100_000; i++) {
            StringBuilder data = new StringBuilder(i % 2 == 0 ? "{\"t\":\"" : "{\"");
            random.ints(random.nextInt(16), 0, alphabet.length()).forEach(at -> data.append(alphabet.charAt(at)));
            byte[] bytes = data.append(i % 3 == 0 ? "\"}" : "}").toString().getBytes(ISO_8859_1);
            assertThatCode(() -> {
                        if (read(bytes) instanceof Text text) {
                            decoded(text);
                        }
                    })
                    .as(data.toString())
                    .doesNotThrowAnyException();
        }
    }

    private static UpstreamEvent read(String data) {
        return read(data.getBytes(UTF_8));
    }

    private static UpstreamEvent read(byte[] data) {
        return EventReader.read(data, 0, data.length);
    }

    private static String decoded(Text text) {
        return new JsonObject("{\"x\":\"" + text.literal() + "\"}").getString("x");
    }
}
