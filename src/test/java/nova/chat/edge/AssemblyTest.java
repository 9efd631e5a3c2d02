package nova.chat.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;
import org.junit.jupiter.api.Test;

class AssemblyTest {
    private final Assembly assembly = new Assembly(10);

    @Test
    void a_whole_message_passes_as_it_is() {
        assertThat(assembly.add(WebSocketFrame.textFrame("hello", true))).isEqualTo(Buffer.buffer("hello"));
    }

    @Test
    void fragments_are_put_together_byte_by_byte() {
        byte[] bytes = "ü😀".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        assertThat(assembly.add(WebSocketFrame.textFrame("", false))).isNull();
        for (byte b : bytes) {
            assertThat(assembly.add(WebSocketFrame.continuationFrame(Buffer.buffer(new byte[] {b}), false)))
                    .isNull();
        }
        assertThat(assembly.add(WebSocketFrame.continuationFrame(Buffer.buffer(), true)))
                .isEqualTo(Buffer.buffer(bytes));
        assertThat(assembly.add(WebSocketFrame.textFrame("next", true))).isEqualTo(Buffer.buffer("next"));
    }

    @Test
    void more_bytes_than_the_limit_overflow() {
        assertThat(assembly.overflows(WebSocketFrame.textFrame("x".repeat(10), true)))
                .isFalse();
        assertThat(assembly.overflows(WebSocketFrame.textFrame("x".repeat(11), true)))
                .isTrue();
        assertThat(assembly.add(WebSocketFrame.textFrame("x".repeat(6), false))).isNull();
        assertThat(assembly.overflows(WebSocketFrame.continuationFrame(Buffer.buffer("x".repeat(5)), true)))
                .isTrue();
    }

    @Test
    void endless_empty_fragments_overflow_too() {
        WebSocketFrame empty = WebSocketFrame.continuationFrame(Buffer.buffer(), false);
        int taken = 0;
        while (!assembly.overflows(empty) && taken < 100_000) {
            assertThat(assembly.add(empty)).isNull();
            taken++;
        }
        assertThat(taken).isBetween(100, 10_000);
    }
}
