package nova.chat.orchestrator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonLiteralTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain",
                "é€🙈",
                "\u007f",
                "\\\"",
                "\\\\",
                "\\/\\b\\f\\n\\r\\t",
                "\\u0000",
                "\\uD83D",
                "\\ud83d\\ude48",
                "\\uABCdx",
                "\u2028",
                "\uFFFD",
                "\uD7FF\uE000",
                "\uDBFF\uDFFF"
            })
    void a_literal_is_valid(String literal) {
        assertThat(valid(literal.getBytes(UTF_8))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"", "a\"b", "\\", "a\\", "\\x", "\\U0041", "\\u", "\\u12", "\\u123", "\\u12g4", "\\u-123", "\\u12é",
                "\n", "\t", "\0", "\u001f", "\\\\\\"
            })
    void what_breaks_the_literal_is_not(String literal) {
        assertThat(valid(literal.getBytes(UTF_8))).isFalse();
    }

    /** Bytes in hex: overlong forms, surrogates, beyond the last character, cut short, stray. And what WHATWG makes of them. */
    @ParameterizedTest
    @CsvSource({
        "80, 1",
        "BF, 1",
        "C0 80, 2",
        "C1 BF, 2",
        "C3, 1",
        "E0 80 80, 3",
        "E0 9F BF, 3",
        "ED A0 80, 3",
        "ED BF BF, 3",
        "E2 82, 1",
        "F0 80 80 80, 4",
        "F0 8F BF BF, 4",
        "F4 90 80 80, 4",
        "F5 80 80 80, 4",
        "F0 9F 99, 1",
        "FE, 1",
        "FF, 1",
        "F0 9F C3, 2",
        "E2 E2, 2"
    })
    void what_is_no_utf8_becomes_replacement_characters(String hex, int replacements) {
        byte[] bytes = bytes("61 " + hex + " 62");
        assertThat(valid(bytes)).isFalse();
        assertThat(encoded(bytes)).isEqualTo("a" + "\uFFFD".repeat(replacements) + "b");
        assertThat(new String(Utf8.repaired(bytes, 0, bytes.length), UTF_8))
                .isEqualTo("a" + "\uFFFD".repeat(replacements) + "b");
    }

    @Test
    void text_is_escaped_as_far_as_needed() {
        assertThat(encoded("a\"b\\c/\n\r\t\b\0\u001f\u007fé🙈".getBytes(UTF_8)))
                .isEqualTo("a\\\"b\\\\c/\\n\\r\\t\\u0008\\u0000\\u001f\u007fé🙈");
    }

    @Test
    void only_the_range_is_looked_at() {
        byte[] bytes = "\"ab\"".getBytes(UTF_8);
        assertThat(JsonLiteral.isValid(bytes, 1, 3)).isTrue();
        assertThat(JsonLiteral.encode(bytes, 1, 3).toString()).isEqualTo("ab");
    }

    @Test
    void every_pair_and_triple_of_bytes_is_judged_as_the_platform_does() {
        byte[] bytes = new byte[4];
        Random random = new Random(7);
        for (int i = 0; i < 300_000; i++) {
            random.nextBytes(bytes);
            if (i % 2 == 0) {
                bytes[0] |= (byte) 0xC0;
            }
            assertThat(Utf8.isValid(bytes, 0, 4)).as(i + "").isEqualTo(decodes(bytes));
        }
        for (int i = 0; i < 1 << 16; i++) {
            byte[] pair = {(byte) (i >> 8), (byte) i};
            assertThat(Utf8.isValid(pair, 0, 2)).isEqualTo(decodes(pair));
        }
    }

    @Test
    void what_is_encoded_is_always_valid() {
        Random random = new Random(8);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            byte[] literal = JsonLiteral.encode(bytes, 0, bytes.length).getBytes();
            assertThat(valid(literal)).isTrue();
        }
    }

    @Test
    void lone_surrogates_are_replaced_and_pairs_are_kept() {
        assertThat(Utf8.withoutLoneSurrogates("a\uD83Db\uDE48c🙈\uDE48\uD83D"))
                .isEqualTo("a\uFFFDb\uFFFDc🙈\uFFFD\uFFFD");
        String clean = "aé🙈";
        assertThat(Utf8.withoutLoneSurrogates(clean)).isEqualTo(clean);
    }

    private static boolean decodes(byte[] bytes) {
        try {
            UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException malformed) {
            return false;
        }
    }

    private static byte[] bytes(String hex) {
        return HexFormat.ofDelimiter(" ").parseHex(hex);
    }

    private static boolean valid(byte[] bytes) {
        return JsonLiteral.isValid(bytes, 0, bytes.length);
    }

    private static String encoded(byte[] bytes) {
        return JsonLiteral.encode(bytes, 0, bytes.length).toString();
    }
}
