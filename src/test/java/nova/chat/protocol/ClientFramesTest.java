package nova.chat.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Random;
import nova.chat.protocol.ClientFrame.Auth;
import nova.chat.protocol.ClientFrame.Malformed;
import nova.chat.protocol.ClientFrame.User;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientFramesTest {
    @Test
    void a_user_message_is_read_exactly_as_typed() {
        assertThat(read("{\"type\":\"user\",\"content\":\" a\\n\\tb \\u0000 😀 \"}"))
                .isEqualTo(new User(" a\n\tb \u0000 😀 ", null, null, OnBusy.ENQUEUE));
    }

    @Test
    void a_session_may_be_named() {
        assertThat(read("{\"type\":\"user\",\"content\":\"x\",\"session_id\":\"A-z_9\"}"))
                .isEqualTo(new User("x", new SessionId("A-z_9"), null, OnBusy.ENQUEUE));
    }

    @Test
    void a_session_of_null_is_none() {
        assertThat(read("{\"type\":\"user\",\"content\":\"x\",\"session_id\":null}"))
                .isEqualTo(new User("x", null, null, OnBusy.ENQUEUE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "\"a b\"", "\"a{b}\"", "\"ä\"", "5", "[]", "{}", "true"})
    void any_other_session_is_an_error(String session) {
        assertThat(code("{\"type\":\"user\",\"content\":\"x\",\"session_id\":" + session + "}"))
                .isEqualTo(ErrorCode.INVALID_SESSION_ID);
    }

    @Test
    void a_session_id_has_at_most_128_characters() {
        assertThat(SessionId.parse("a".repeat(128))).isPresent();
        assertThat(SessionId.parse("a".repeat(129))).isEmpty();
        assertThat(SessionId.parse("")).isEmpty();
        assertThat(SessionId.parse("a\n")).isEmpty();
    }

    @Test
    void a_key_is_read_and_never_printed() {
        ClientFrame frame = read("{\"type\":\"auth\",\"token\":\"sk-nova-1\"}");
        assertThat(frame).isEqualTo(new Auth("sk-nova-1"));
        assertThat(frame.toString()).doesNotContain("sk-nova");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "hello",
                "null",
                "[]",
                "5",
                "\"user\"",
                "{",
                "{\"type\":\"user\",\"content\":\"x\"",
                "{\"type\":\"user\",\"content\":\"x\"} {}",
                "{\"type\":\"user\",\"content\":\"x\"}x",
                "{'type':'user'}",
                "{}",
                "{\"content\":\"x\"}",
                "{\"type\":5,\"content\":\"x\"}",
                "{\"type\":null,\"content\":\"x\"}",
                "{\"type\":\"user\"}",
                "{\"type\":\"user\",\"content\":null}",
                "{\"type\":\"user\",\"content\":5}",
                "{\"type\":\"user\",\"content\":[\"x\"]}",
                "{\"type\":\"user\",\"content\":{\"content\":\"x\"}}",
                "{\"type\":\"user\",\"content\":\"\"}",
                "{\"type\":\"user\",\"content\":\" \\t\\r\\n\"}",
                "{\"type\":\"user\",\"content\":\"\\u00a0\\u2003\\u3000\\u0085\\u2028\"}",
                "{\"type\":\"user\",\"content\":\"\\ud8\"}",
                "{\"type\":\"auth\"}",
                "{\"type\":\"auth\",\"token\":5}",
                "{\"type\":\"auth\",\"token\":\"\"}"
            })
    void whatever_else_comes_is_a_bad_frame_that_says_what_to_send(String text) {
        assertThat(read(text)).isInstanceOfSatisfying(Malformed.class, malformed -> {
            assertThat(malformed.code()).isEqualTo(ErrorCode.BAD_FRAME);
            assertThat(malformed.content()).isNotBlank();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"stop", "ping", "", "USER"})
    void an_unknown_type_is_unsupported(String type) {
        assertThat(code("{\"type\":\"" + type + "\",\"content\":\"x\"}")).isEqualTo(ErrorCode.UNSUPPORTED_TYPE);
    }

    @Test
    void depth_and_endless_numbers_are_errors_and_not_overflows() {
        assertThat(code("{\"type\":" + "[".repeat(100_000))).isEqualTo(ErrorCode.BAD_FRAME);
        assertThat(code("{\"x\":" + "{\"a\":".repeat(50_000))).isEqualTo(ErrorCode.BAD_FRAME);
        assertThat(read("{\"n\":" + "9".repeat(100_000) + ",\"type\":\"user\",\"content\":\"x\"}"))
                .isInstanceOfAny(Malformed.class, User.class);
    }

    @Test
    void unknown_fields_are_for_versions_to_come() {
        assertThat(read("{\"v\":[{\"content\":1}],\"type\":\"user\",\"id\":{\"a\":[]},\"content\":\"x\"}"))
                .isEqualTo(new User("x", null, null, OnBusy.ENQUEUE));
    }

    @Test
    void an_id_means_nothing_here_so_that_one_given_twice_costs_no_answer() {
        for (String id : List.of("\"m-1\"", "5", "null", "\"\"", "[\"m\"]", "\"" + "m".repeat(65) + "\"")) {
            assertThat(read("{\"type\":\"user\",\"content\":\"x\",\"on_busy\":7,\"id\":" + id + "}"))
                    .isEqualTo(new User("x", null, null, OnBusy.ENQUEUE));
        }
    }

    @Test
    void no_encoding_but_utf_8_is_guessed_at() {
        byte[] utf16 = "{\"type\":\"user\",\"content\":\"x\"}".getBytes(java.nio.charset.StandardCharsets.UTF_16BE);
        assertThat(ClientFrames.read(Buffer.buffer(utf16), Dialect.SEED)).isInstanceOf(Malformed.class);
    }

    @Test
    void no_bytes_make_it_throw() {
        Random random = new Random(1);
        byte[] good = "{\"type\":\"user\",\"content\":\"hällo 😀\",\"session_id\":\"abc\"}"
                .getBytes(java.nio.charset.StandardCharsets.UTF_8);
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = good.clone();
            for (int flips = random.nextInt(4) + 1; flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            assertThat(ClientFrames.read(Buffer.buffer(bytes), Dialect.SEED)).isNotNull();
        }
    }

    private static ClientFrame read(String text) {
        return ClientFrames.read(Buffer.buffer(text), Dialect.SEED);
    }

    private static ErrorCode code(String text) {
        return ((Malformed) read(text)).code();
    }
}
