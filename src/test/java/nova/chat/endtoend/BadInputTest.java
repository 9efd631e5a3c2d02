package nova.chat.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static nova.chat.testing.RawSocket.BINARY;
import static nova.chat.testing.RawSocket.CONTINUATION;
import static nova.chat.testing.RawSocket.PING;
import static nova.chat.testing.RawSocket.PONG;
import static nova.chat.testing.RawSocket.TEXT;
import static nova.chat.testing.RawSocket.fragment;
import static nova.chat.testing.RawSocket.frame;
import static nova.chat.testing.RawSocket.head;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import nova.chat.testing.Memory;
import nova.chat.testing.RawSocket;
import nova.chat.testing.TestClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a client sends, it gets a clear answer, and the next good client is served. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputTest {
    private static final int LIMIT = 256 * 1024;

    private Bridge bridge;

    @BeforeAll
    void start() {
        bridge = Bridge.start();
        bridge.orchestrator().always(Endpoint.STREAM, Script.stream().text("ok").done());
    }

    @AfterEach
    void the_next_good_client_is_served() {
        try (TestClient good = bridge.client()) {
            good.session();
            assertThat(good.say("hi").answer()).isEqualTo("ok");
        }
    }

    @AfterAll
    void stop() {
        bridge.close();
    }

    // JSON

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ''                                              | bad_frame
                    ' '                                             | bad_frame
                    hello                                           | bad_frame
                    {                                               | bad_frame
                    {"type":"user","content":"x"                    | bad_frame
                    {"type":"user","content":"x"}}                  | bad_frame
                    {"type":"user","content":"x"} {}                | bad_frame
                    {'type':'user','content':'x'}                   | bad_frame
                    {"type":"user","content":"\\x"}                 | bad_frame
                    {"type":"user","content":"x",}                  | bad_frame
                    {"type":"user","content":NaN}                   | bad_frame
                    []                                              | bad_frame
                    [{"type":"user","content":"x"}]                 | bad_frame
                    "user"                                          | bad_frame
                    1                                               | bad_frame
                    null                                            | bad_frame
                    true                                            | bad_frame
                    {}                                              | bad_frame
                    {"content":"x"}                                 | bad_frame
                    {"type":null,"content":"x"}                     | bad_frame
                    {"type":1,"content":"x"}                        | bad_frame
                    {"type":["user"],"content":"x"}                 | bad_frame
                    {"type":{"a":1},"content":"x"}                  | bad_frame
                    {"type":"user"}                                 | bad_frame
                    {"type":"user","content":null}                  | bad_frame
                    {"type":"user","content":42}                    | bad_frame
                    {"type":"user","content":true}                  | bad_frame
                    {"type":"user","content":["x"]}                 | bad_frame
                    {"type":"user","content":{"x":1}}               | bad_frame
                    {"type":"user","content":""}                    | bad_frame
                    {"type":"user","content":" \\n\\t\\u00a0\\u3000"} | bad_frame
                    {"type":"user","content":"x","session_id":5}    | invalid_session_id
                    {"type":"user","content":"x","session_id":""}   | invalid_session_id
                    {"type":"user","content":"x","session_id":"a b"} | invalid_session_id
                    {"type":"auth"}                                 | bad_frame
                    {"type":"auth","token":7}                       | bad_frame
                    {"type":"USER","content":"x"}                   | unsupported_type
                    {"type":"","content":"x"}                       | unsupported_type
                    {"type":"system","content":"x"}                 | unsupported_type
                    """)
    void a_message_that_is_not_understood_is_an_error_and_the_connection_lives(String text, String code) {
        long asked = bridge.orchestrator().requests(Endpoint.STREAM);
        try (RawSocket client = connect()) {
            assertError(client.text(text == null ? "" : text).message("error"), code);
            assertThat(bridge.orchestrator().requests(Endpoint.STREAM)).isEqualTo(asked);
            assertAnswers(client);
        }
    }

    @Test
    void a_thousand_malformed_messages_are_a_thousand_errors() {
        List<String> malformed =
                List.of("{", "[]", "7", "{\"type\":\"x\"}", "{\"type\":\"user\"}", "\"", "{}", "\u0000");
        try (RawSocket client = connect()) {
            for (int i = 0; i < 1_000; i++) {
                client.text(malformed.get(i % malformed.size()));
            }
            for (int i = 0; i < 1_000; i++) {
                assertThat(client.message("error").getString("code")).isNotBlank();
            }
            assertAnswers(client);
        }
    }

    @Test
    void nesting_that_would_exhaust_a_stack_is_an_error() {
        for (String deep : List.of(
                "[".repeat(200_000),
                "{\"type\":".repeat(20_000),
                "{\"type\":\"user\",\"content\":\"x\",\"y\":" + "[".repeat(50_000) + "]".repeat(50_000) + "}")) {
            try (RawSocket client = connect()) {
                assertError(client.text(deep).message("error"), "bad_frame");
                assertAnswers(client);
            }
        }
    }

    @Test
    void a_number_of_a_hundred_thousand_digits_is_an_error_or_ignored_but_costs_nothing() {
        String digits = "9".repeat(100_000);
        try (RawSocket client = connect()) {
            assertError(
                    client.text("{\"type\":\"user\",\"content\":" + digits + "}")
                            .message("error"),
                    "bad_frame");
            assertError(client.text(digits).message("error"), "bad_frame");
            assertError(client.text("{\"type\":-" + digits + "e" + digits + "}").message("error"), "bad_frame");
            assertAnswers(client);
        }
    }

    @Test
    void lone_surrogates_and_nul_reach_upstream_as_well_formed_text_and_poison_nothing() {
        try (RawSocket client = connect()) {
            int before = bridge.orchestrator().recorded(Endpoint.STREAM).size();
            client.text("{\"type\":\"user\",\"content\":\"a\\ud800b\\u0000c\\udc00\"}");
            assertThat(client.reply()).isEqualTo("ok");
            assertThat(bridge.conversation(before)).endsWith("user: a\ufffdb\u0000c\ufffd");
            assertAnswers(client);
        }
    }

    // frames

    @Test
    void a_binary_message_is_an_error_and_1003() {
        try (RawSocket client = connect()) {
            client.send(frame(BINARY, "{\"type\":\"user\",\"content\":\"x\"}".getBytes(UTF_8)));
            assertError(client.message("error"), "bad_frame");
            assertThat(client.closeCode()).isEqualTo(1003);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "80",
                "bf",
                "c0 80",
                "c0 af",
                "c1 bf",
                "c2",
                "c3 28",
                "e0 80 80",
                "e0 80 af",
                "e0 9f bf",
                "e1 80",
                "e2 28 a1",
                "e2 82 28",
                "ed a0 80",
                "ed af bf",
                "ed b0 80",
                "ed bf bf",
                "f0 28 8c bc",
                "f0 80 80 80",
                "f0 8f bf bf",
                "f0 90 28 bc",
                "f0 28 8c 28",
                "f0 9f 98",
                "f4 90 80 80",
                "f5 80 80 80",
                "fe",
                "ff"
            })
    void text_that_is_not_utf_8_is_closed_with_1007(String hex) {
        byte[] bad = HexFormat.ofDelimiter(" ").parseHex(hex);
        byte[] message = concat("{\"type\":\"user\",\"content\":\"a".getBytes(UTF_8), bad, "b\"}".getBytes(UTF_8));
        try (RawSocket client = connect()) {
            assertThat(client.send(frame(TEXT, message)).closeCode()).isEqualTo(1007);
        }
        try (RawSocket client = connect()) {
            assertThat(client.send(frame(TEXT, bad)).closeCode()).as("alone").isEqualTo(1007);
        }
        try (RawSocket client = connect()) {
            for (int i = 0; i < message.length; i++) {
                byte[] one = {message[i]};
                boolean last = i == message.length - 1;
                int opcode = i == 0 ? TEXT : CONTINUATION;
                client.trySend(last ? frame(opcode, one) : fragment(opcode, one));
            }
            assertThat(client.closeCode()).as("in fragments").isEqualTo(1007);
        }
    }

    static Stream<byte[]> violations() {
        byte[] user = "{\"type\":\"user\",\"content\":\"x\"}".getBytes(UTF_8);
        Stream<byte[]> reservedBits =
                Stream.of(0x40, 0x20, 0x10, 0x70).map(bits -> frame(0x80 | bits | TEXT, true, user));
        Stream<byte[]> reservedOpcodes =
                Stream.of(3, 4, 5, 6, 7, 11, 12, 13, 14, 15).map(opcode -> frame(opcode, user));
        return Stream.of(
                        Stream.of(
                                frame(0x80 | TEXT, false, user),
                                frame(0x80 | PING, false, new byte[0]),
                                frame(CONTINUATION, user),
                                fragment(CONTINUATION, user),
                                concat(fragment(TEXT, user), frame(TEXT, user)),
                                concat(fragment(TEXT, user), fragment(TEXT, user)),
                                fragment(PING, new byte[0]),
                                fragment(PONG, new byte[0]),
                                fragment(RawSocket.CLOSE, new byte[0]),
                                frame(PING, new byte[126]),
                                frame(PONG, new byte[70_000]),
                                frame(RawSocket.CLOSE, new byte[1]),
                                frame(RawSocket.CLOSE, new byte[] {3, (byte) 0xed}), // 1005 is never on the wire
                                frame(RawSocket.CLOSE, new byte[] {0, 1})),
                        reservedBits,
                        reservedOpcodes)
                .flatMap(frames -> frames);
    }

    @ParameterizedTest
    @MethodSource("violations")
    void frames_against_the_rfc_are_closed_with_1002(byte[] frames) {
        try (RawSocket client = connect()) {
            assertThat(client.send(frames).closeCode()).isEqualTo(1002);
        }
    }

    @Test
    void after_a_close_for_cause_the_server_ends_the_connection_though_the_client_does_not() {
        try (RawSocket client = connect()) {
            assertThat(client.send(frame(CONTINUATION, new byte[0])).closeCode())
                    .isEqualTo(1002);
            assertThat(client.ends()).isTrue();
        }
    }

    @Test
    void a_character_cut_by_fragments_and_a_ping_between_them_arrive() {
        byte[] message = "{\"type\":\"user\",\"content\":\"ü😀漢\"}".getBytes(UTF_8);
        try (RawSocket client = connect()) {
            int before = bridge.orchestrator().recorded(Endpoint.STREAM).size();
            int last = message.length - 1;
            for (int i = 0; i < last; i++) { // a ping after the last would race the answer
                byte[] one = {message[i]};
                client.send(fragment(i == 0 ? TEXT : CONTINUATION, one), frame(PING, one));
                RawSocket.Frame pong = client.next();
                assertThat(pong.opcode()).isEqualTo(PONG);
                assertThat(pong.payload()).isEqualTo(one);
            }
            client.send(frame(CONTINUATION, new byte[] {message[last]}));
            assertThat(client.reply()).isEqualTo("ok");
            assertThat(bridge.conversation(before)).endsWith("user: ü😀漢");
        }
    }

    @Test
    void a_close_frame_is_answered_and_the_connection_ends() {
        for (int code : new int[] {1000, 1001, 3000, 4999}) {
            try (RawSocket client = connect()) {
                client.send(frame(RawSocket.CLOSE, new byte[] {(byte) (code >> 8), (byte) code}));
                assertThat(client.closeCode()).isEqualTo(code);
                assertThat(client.ends()).isTrue();
            }
        }
    }

    // sizes

    @Test
    void a_message_may_be_as_large_as_the_limit_in_one_frame_and_in_many() {
        byte[] message = message(LIMIT);
        try (RawSocket client = connect()) {
            assertThat(client.send(frame(TEXT, message)).reply()).isEqualTo("ok");
            client.send(fragment(TEXT, Arrays.copyOf(message, 1)));
            for (int at = 1; at < LIMIT; at += 10_000) {
                byte[] piece = Arrays.copyOfRange(message, at, Math.min(LIMIT, at + 10_000));
                client.send(at + 10_000 >= LIMIT ? frame(CONTINUATION, piece) : fragment(CONTINUATION, piece));
            }
            assertThat(client.reply()).isEqualTo("ok");
        }
    }

    @Test
    void one_byte_more_is_closed_with_1009() {
        try (RawSocket client = connect()) {
            client.trySend(frame(TEXT, message(LIMIT + 1)));
            assertThat(client.closeCode()).isEqualTo(1009);
        }
    }

    @Test
    void one_byte_more_in_fragments_is_an_error_and_1009() {
        byte[] message = message(LIMIT + 1);
        try (RawSocket client = connect()) {
            client.send(fragment(TEXT, Arrays.copyOf(message, LIMIT)));
            client.send(frame(CONTINUATION, Arrays.copyOfRange(message, LIMIT, LIMIT + 1)));
            assertError(client.message("error"), "message_too_large");
            assertThat(client.closeCode()).isEqualTo(1009);
        }
    }

    @Test
    void a_frame_of_ten_megabytes_is_closed_with_1009_and_not_kept() {
        try (RawSocket client = connect()) {
            client.trySend(frame(TEXT, message(10_000_000)));
            assertThat(client.closeCode()).isEqualTo(1009);
        }
    }

    @Test
    void a_frame_that_promises_more_than_there_is_memory_is_closed_at_once() {
        for (long promised : new long[] {LIMIT + 1, 1L << 31, Long.MAX_VALUE}) {
            try (RawSocket client = connect()) {
                assertThat(client.send(head(0x80 | TEXT, true, promised)).closeCode())
                        .isEqualTo(1009);
            }
        }
        try (RawSocket client = connect()) {
            int code = client.send(head(0x80 | TEXT, true, Long.MIN_VALUE)).closeCode();
            assertThat(code).as("a length with its highest bit set").isIn(1002, 1009);
        }
    }

    @Test
    void sixty_four_megabytes_of_fragments_are_closed_with_1009_and_not_kept() {
        byte[] piece = new byte[64 * 1024];
        Arrays.fill(piece, (byte) ' ');
        long before = Memory.usedBytes();
        try (RawSocket client = connect()) {
            boolean there = client.trySend(fragment(TEXT, piece));
            byte[] more = fragment(CONTINUATION, piece);
            for (int i = 0; there && i < 1_024; i++) {
                there = client.trySend(more);
            }
            assertThat(client.closeCode()).isEqualTo(1009);
            assertThat(Memory.usedBytes() - before).isLessThan(60_000_000L);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void two_hundred_thousand_tiny_fragments_are_closed_with_1009_and_not_kept(int size) {
        byte[] one = fragment(CONTINUATION, new byte[size]);
        byte[] thousand = new byte[one.length * 1_000];
        for (int i = 0; i < thousand.length; i++) {
            thousand[i] = one[i % one.length];
        }
        long before = Memory.usedBytes();
        try (RawSocket client = connect()) {
            boolean there = client.trySend(fragment(TEXT, new byte[size]));
            for (int i = 0; there && i < 200; i++) {
                there = client.trySend(thousand);
            }
            assertThat(client.closeCode()).isEqualTo(1009);
            assertThat(Memory.usedBytes() - before).isLessThan(60_000_000L);
        }
    }

    // all of it

    @Test
    void five_thousand_mutated_frames_on_five_hundred_connections_leave_the_server_alive() {
        Random random = new Random(7);
        byte[] good = frame(TEXT, "{\"type\":\"user\",\"content\":\"x\",\"session_id\":null}".getBytes(UTF_8));
        for (int connection = 0; connection < 500; connection++) {
            try (RawSocket client = RawSocket.webSocket(bridge.service().port())) {
                boolean there = true;
                for (int i = 0; there && i < 10; i++) {
                    there = client.trySend(mutated(good, random));
                }
            }
            if (connection % 100 == 99) {
                the_next_good_client_is_served();
            }
        }
    }

    private static byte[] mutated(byte[] good, Random random) {
        byte[] bytes = Arrays.copyOf(good, random.nextInt(10) == 0 ? random.nextInt(good.length) : good.length);
        for (int i = random.nextInt(4); i >= 0 && bytes.length > 0; i--) {
            int at = random.nextInt(3) == 0 ? random.nextInt(Math.min(bytes.length, 6)) : random.nextInt(bytes.length);
            bytes[at] ^= (byte) (1 << random.nextInt(8));
        }
        return bytes;
    }

    private RawSocket connect() {
        RawSocket client = RawSocket.webSocket(bridge.service().port());
        client.message("system");
        return client;
    }

    private static void assertAnswers(RawSocket client) {
        assertThat(client.say("hi").reply()).isEqualTo("ok");
    }

    private static void assertError(JsonObject error, String code) {
        assertThat(error.getString("code")).isEqualTo(code);
        assertThat(error.getString("content")).isNotBlank();
        assertThat(error.getString("timestamp")).isNotNull();
        assertThat(error.containsKey("session_id")).isTrue();
    }

    /** A user message of exactly so many bytes. */
    private static byte[] message(int bytes) {
        String around = "{\"type\":\"user\",\"content\":\"\"}";
        return ("{\"type\":\"user\",\"content\":\"" + "x".repeat(bytes - around.length()) + "\"}").getBytes(UTF_8);
    }

    private static byte[] concat(byte[]... parts) {
        java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
