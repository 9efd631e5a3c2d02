package nova.chat.orchestrator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each stream is fed whole, in two pieces at every place, byte by byte, and in random pieces: always with one result. */
class SseParserTest {
    private static final int MAX_BYTES = 40;
    private static final String BOM = "\uFEFF";
    private static final String OVER = "data:" + "x".repeat(MAX_BYTES - 4);

    static Stream<Arguments> streams() {
        return Stream.of(
                stream("nothing", ""),
                stream("one event", "data: a\n\n", "a"),
                stream("ended by CR", "data: a\r\rdata: b\r\r", "a", "b"),
                stream("ended by CRLF", "data: a\r\n\r\ndata: b\r\n\r\n", "a", "b"),
                stream("ends of all kinds", "data: a\n\r\ndata: b\r\n\rdata: c\r\n\ndata: d\r\r\n", "a", "b", "c", "d"),
                stream("LF CR is two ends", "data: a\n\rdata: b\n\n", "a", "b"),
                stream("a byte order mark", BOM + "data: a\n\n", "a"),
                stream("only the first mark is one", BOM + BOM + "data: a\n\ndata: b\n\n", "b"),
                stream("a mark before a blank line", BOM + "\ndata: a\n\n", "a"),
                stream("a mark later is text", "data: " + BOM + "\n\n", BOM),
                stream("a later line with a mark", "data: a\n\n" + BOM + "data: b\n\n", "a"),
                stream("comments", ":\n: hb\n:data: no\ndata: a\n:x\n\n", ":", ":", ":", ":", "a"),
                stream("lines joined", "data: a\ndata: b\ndata:\ndata\ndata: c\n\n", "a\nb\n\n\nc"),
                stream("a comment between lines", "data: a\n: c\ndata: b\n\n", ":", "a\nb"),
                stream("no space", "data:a\n\n", "a"),
                stream("two spaces", "data:  a\n\n", " a"),
                stream("a tab", "data:\ta\n\n", "\ta"),
                stream("colons in the value", "data: a: b:c\n\n", "a: b:c"),
                stream("empty value", "data:\n\n", ""),
                stream("empty value after a space", "data: \n\n", ""),
                stream("no colon", "data\n\n", ""),
                stream("two empty values", "data\ndata\n\n", "\n"),
                stream("no data", "event: x\nid: 1\nretry: 10\n\n\n\n"),
                stream("other fields ignored", "event: x\nid: 1\ndata: a\nretry: 10\nfoo: bar\nfoo\n\n", "a"),
                stream("lookalikes", "database: x\nDATA: x\ndat: x\n data: x\ndata : x\ndatá: x\n\n"),
                stream("lookalikes beside data", "dat\ndata: a\ndatab\n\n", "a"),
                stream("NUL", "data: a\0b\nid: \0\n\0\n\n", "a\0b"),
                stream("an unfinished event", "data: a\n\ndata: b\n", "a"),
                stream("an unfinished line", "data: a\n\ndata: b", "a"),
                stream("UTF-8", "data: é€🙈\n\ndata: 語\n\n", "é€🙈", "語"),
                stream("other Unicode line ends are text", "data: a\u0085b\u2028c\u000B\n\n", "a\u0085b\u2028c\u000B"),
                stream(
                        "a line as long as may be",
                        "data:" + "x".repeat(MAX_BYTES - 5) + "\n\n",
                        "x".repeat(MAX_BYTES - 5)),
                stream("a line one too long", "data: a\n\n" + OVER + "\n\ndata: b\n\n", "a", "!"),
                stream("an endless line", "data: a\n\n" + OVER + "xxxxxxxx", "a", "!"),
                stream("an endless comment", ":" + "x".repeat(MAX_BYTES) + "\ndata: a\n\n", "!"),
                stream(
                        "an event as long as may be",
                        ("data: " + "x".repeat(19) + "\n").repeat(2) + "data:\n\n",
                        "x".repeat(19) + "\n" + "x".repeat(19) + "\n"),
                stream(
                        "an event one too long",
                        ("data:" + "x".repeat(19) + "\n").repeat(2) + "data:x\n\ndata: b\n\n",
                        "!"),
                stream("an event of empty lines", "data\n".repeat(MAX_BYTES + 2) + "\n", "!"),
                stream(
                        "after the mark nothing",
                        "data: a\n\ndata: STOP\n\ndata: b\n\n: c\n" + OVER + "\n",
                        "a",
                        "STOP"));
    }

    private static Arguments stream(String name, String stream, String... heard) {
        return Arguments.of(name, stream.getBytes(UTF_8), List.of(heard));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("streams")
    void is_read_the_same_in_whatever_pieces_it_comes(String name, byte[] stream, List<String> heard) {
        assertThat(read(stream, stream.length)).as("whole").isEqualTo(heard);
        for (int at = 0; at <= stream.length; at++) {
            assertThat(read(stream, at, stream.length)).as("split at " + at).isEqualTo(heard);
        }
        assertThat(read(stream, everyByte(stream.length))).as("byte by byte").isEqualTo(heard);
        Random random = new Random(20_261_123);
        for (int round = 0; round < 200; round++) {
            int[] cuts = random.ints(4, 0, stream.length + 1).sorted().toArray();
            int[] ends = Arrays.copyOf(cuts, 5);
            ends[4] = stream.length;
            assertThat(read(stream, ends))
                    .as("split at " + Arrays.toString(ends))
                    .isEqualTo(heard);
        }
    }

    @Test
    void an_event_whole_in_one_read_is_not_copied() {
        byte[] stream = "data: a\r\n\r\ndata: b\n\n".getBytes(UTF_8);
        List<byte[]> arrays = new ArrayList<>();
        Heard heard = new Heard(MAX_BYTES) {
            private static final long serialVersionUID = 1L;

            @Override
            public void event(byte[] bytes, int from, int to) {
                arrays.add(bytes);
            }
        };
        heard.parser.feed(stream, 0, stream.length);
        assertThat(arrays).hasSize(2).allMatch(array -> array == stream);
    }

    @Test
    void what_was_fed_may_be_overwritten_before_the_next_read() {
        Heard heard = new Heard(MAX_BYTES);
        SseParser parser = heard.parser;
        byte[] piece = "data: ab\n".getBytes(UTF_8);
        parser.feed(piece, 0, piece.length);
        Arrays.fill(piece, (byte) 'X');
        parser.feed(new byte[] {'\n'}, 0, 1);
        assertThat(heard).containsExactly("ab");
    }

    @Test
    void a_large_line_fed_byte_by_byte_takes_linear_time() {
        int size = 2_000_000;
        Heard heard = new Heard(size + 10);
        SseParser parser = heard.parser;
        byte[] stream = ("data: " + "x".repeat(size) + "\n\n").getBytes(UTF_8);
        long begun = System.nanoTime();
        for (int at = 0; at < stream.length; at++) {
            parser.feed(stream, at, at + 1);
        }
        assertThat(heard).hasSize(1).first().matches(text -> text.length() == size);
        // Quadratic would be 2,000 GB of copying.
        assertThat(System.nanoTime() - begun).isLessThan(20_000_000_000L);
    }

    @Test
    void ten_thousand_events_in_one_read_come_in_order() {
        StringBuilder stream = new StringBuilder();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            stream.append("data: ").append(i).append("\n\n");
            expected.add(Integer.toString(i));
        }
        byte[] bytes = stream.toString().getBytes(UTF_8);
        assertThat(read(bytes, bytes.length)).isEqualTo(expected);
    }

    private static int[] everyByte(int length) {
        int[] ends = new int[length];
        Arrays.setAll(ends, i -> i + 1);
        return ends;
    }

    private static List<String> read(byte[] stream, int... ends) {
        Heard heard = new Heard(MAX_BYTES);
        SseParser parser = heard.parser;
        int from = 0;
        for (int end : ends) {
            byte[] piece = Arrays.copyOfRange(stream, from, end);
            parser.feed(piece, 0, piece.length);
            Arrays.fill(piece, (byte) '#');
            from = end;
        }
        return heard;
    }

    private static class Heard extends ArrayList<String> implements SseParser.Listener {
        private static final long serialVersionUID = 1L;
        final transient SseParser parser;

        Heard(int maxEventBytes) {
            parser = new SseParser(maxEventBytes, this);
        }

        @Override
        public void event(byte[] bytes, int from, int to) {
            add(new String(bytes, from, to - from, UTF_8));
            if (get(size() - 1).equals("STOP")) {
                parser.stop();
            }
        }

        @Override
        public void comment() {
            add(":");
        }

        @Override
        public void overflow() {
            add("!");
        }
    }
}
