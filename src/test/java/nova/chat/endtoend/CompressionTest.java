package nova.chat.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import nova.chat.testing.RawSocket;
import nova.chat.testing.TestClient;
import org.junit.jupiter.api.Test;

/** permessage-deflate: only where it was asked for, and bounded. */
class CompressionTest {
    private static final int COMPRESSED_TEXT = 0x80 | 0x40 | RawSocket.TEXT;
    private static final String OFFER = "Sec-WebSocket-Extensions: permessage-deflate";

    @Test
    void it_is_not_offered_unless_the_operator_says_so() {
        try (Bridge bridge = Bridge.start();
                RawSocket socket = RawSocket.tcp(bridge.service().port())) {
            RawSocket.Answer answer = socket.send(RawSocket.handshake(OFFER)).answer();
            assertThat(answer.status()).isEqualTo(101);
            assertThat(answer.hasHeader("sec-websocket-extensions")).isFalse();
        }
    }

    @Test
    void large_frames_are_compressed_both_ways_and_small_ones_are_left_alone() throws Exception {
        String answer = "a long answer, over and over. ".repeat(100);
        try (Bridge bridge = Bridge.start("WS_COMPRESSION", "true");
                RawSocket socket = RawSocket.tcp(bridge.service().port())) {
            bridge.orchestrator()
                    .next(Endpoint.STREAM, Script.stream().text(answer).done());
            assertThat(socket.send(RawSocket.handshake(OFFER))
                            .answer()
                            .hasHeader("sec-websocket-extensions: permessage-deflate"))
                    .isTrue();
            assertThat(new JsonObject(socket.next().text()).getString("type")).isEqualTo("system");
            String question =
                    new JsonObject().put("type", "user").put("content", "hi").encode();
            socket.send(RawSocket.frame(COMPRESSED_TEXT, true, deflated(question.getBytes(StandardCharsets.UTF_8))));
            RawSocket.Frame chunk = socket.next();
            assertThat(chunk.payload().length).isLessThan(answer.length() / 2);
            assertThat(new JsonObject(inflated(chunk.payload())).getString("delta"))
                    .isEqualTo(answer);
            assertThat(new JsonObject(socket.next().text()).getString("type")).isEqualTo("stream_end");
        }
    }

    @Test
    void a_message_that_inflates_beyond_the_limit_ends_the_connection_and_nothing_else() {
        try (Bridge bridge = Bridge.start("WS_COMPRESSION", "true");
                RawSocket socket = RawSocket.tcp(bridge.service().port())) {
            bridge.orchestrator()
                    .always(Endpoint.STREAM, Script.stream().text("ok").done());
            assertThat(socket.send(RawSocket.handshake(OFFER)).answer().status())
                    .isEqualTo(101);
            assertThat(socket.next().text()).contains("\"system\"");
            byte[] bomb = deflated(new byte[200_000_000]);
            assertThat(bomb.length).isLessThan(262_144);
            socket.send(RawSocket.frame(COMPRESSED_TEXT, true, bomb));
            assertThat(socket.next().text()).contains("\"message_too_large\"");
            assertThat(socket.next().closeCode()).isEqualTo(1009);
            try (TestClient next = bridge.client()) {
                assertThat(next.session()).isNotBlank();
                assertThat(next.say("hi").answer()).isEqualTo("ok");
            }
        }
    }

    /** RFC 7692, section 7.2.1: raw deflate, flushed, without the four bytes that a flush ends with. */
    private static byte[] deflated(byte[] bytes) {
        Deflater deflater = new Deflater(9, true);
        deflater.setInput(bytes);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] buffer = new byte[64 * 1024];
        for (int n = -1; n != 0; ) {
            n = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
            out.write(buffer, 0, n);
        }
        deflater.end();
        return Arrays.copyOf(out.toByteArray(), out.size() - 4);
    }

    private static String inflated(byte[] bytes) throws DataFormatException {
        Inflater inflater = new Inflater(true);
        inflater.setInput(bytes);
        byte[] text = new byte[64 * 1024];
        int length = inflater.inflate(text);
        inflater.end();
        return new String(text, 0, length, StandardCharsets.UTF_8);
    }
}
