package nova.chat.standin;

import static nova.chat.standin.Endpoint.STREAM;
import static nova.chat.standin.Room.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScriptTest {
    private static final Duration MOMENT = Duration.ofMillis(20);

    private final Room room = new Room();
    private final Control control = room.control();

    @AfterEach
    void close() {
        room.close();
    }

    @Test
    void it_plays_the_events_it_was_given() throws Exception {
        control.next(
                STREAM,
                Script.stream().text("“hi”\n").pause(MOMENT).event("{\"hb\":1}").done());
        assertThat(room.stream()).isEqualTo("data: {\"t\":\"“hi”\\n\"}\n\ndata: {\"hb\":1}\n\ndata: [DONE]\n\n");
    }

    @Test
    void a_stream_may_end_without_done() throws Exception {
        control.next(STREAM, Script.stream().text("and"));
        assertThat(room.stream()).isEqualTo("data: {\"t\":\"and\"}\n\n");
    }

    @Test
    void any_status_header_and_body_may_be_answered() throws Exception {
        control.next(
                STREAM,
                Script.refusal(429, "Slow down").header("retry-after", "7"),
                Script.answer(200, "text/html", "<h1>Welcome</h1>"),
                Script.mute().header("location", "/elsewhere"));
        HttpResponse<String> busy = room.post(STREAM.path(), "{}");
        assertThat(busy.statusCode()).isEqualTo(429);
        assertThat(busy.headers().firstValue("retry-after")).contains("7");
        assertThat(busy.body()).isEqualTo("{\"detail\":\"Slow down\"}");
        HttpResponse<String> page = room.post(STREAM.path(), "{}");
        assertThat(page.headers().firstValue("content-type")).contains("text/html");
        assertThat(page.body()).isEqualTo("<h1>Welcome</h1>");
        assertThat(room.post(STREAM.path(), "{}").headers().firstValue("location"))
                .contains("/elsewhere");
    }

    @Test
    void a_text_that_is_cut_everywhere_arrives_whole() throws Exception {
        Buffer bytes = Buffer.buffer("data: {\"t\":\"é😀\"}\r\n\r\n");
        int[] everywhere = IntStream.range(1, bytes.length()).toArray();
        control.next(STREAM, Script.stream().cut(bytes, Duration.ofMillis(2), everywhere));
        assertThat(room.stream()).isEqualTo(bytes.toString());
    }

    @Test
    void each_slice_is_a_chunk_of_its_own() throws Exception {
        control.next(
                STREAM, Script.stream().cut(Buffer.buffer("data"), MOMENT, 1, 3).close());
        try (Socket socket = room.socket()) {
            assertThat(ReadUntil.theEndOf(socket).text()).endsWith("\r\n\r\n1\r\nd\r\n2\r\nat\r\n1\r\na\r\n");
        }
    }

    @Test
    void what_stands_before_a_gate_arrives_before_it_opens() throws Exception {
        Script.Gate gate = new Script.Gate();
        control.next(STREAM, Script.stream().text("a").await(gate).text("b"));
        CompletableFuture<HttpResponse<InputStream>> response = room.streamLater("{}");
        Room.done(gate.reached());
        try (InputStream body = Room.done(response).body()) {
            String first = "data: {\"t\":\"a\"}\n\n";
            assertThat(new String(body.readNBytes(first.length()), StandardCharsets.UTF_8))
                    .isEqualTo(first);
            gate.open();
            assertThat(new String(body.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("data: {\"t\":\"b\"}\n\n");
        }
    }

    @Test
    void at_a_gate_heartbeats_can_go_on_until_it_opens() throws Exception {
        Script.Gate gate = new Script.Gate();
        Script end = Script.mute().text("b").pause(MOMENT.multipliedBy(3)).text("c");
        control.next(STREAM, Script.stream().await(gate, MOMENT).then(end));
        try (InputStream body = Room.done(room.streamLater("{}")).body()) {
            String beats = "data: {\"hb\":20}\n\n".repeat(2);
            assertThat(new String(body.readNBytes(beats.length()), StandardCharsets.UTF_8))
                    .isEqualTo(beats);
            gate.open();
            assertThat(new String(body.readAllBytes(), StandardCharsets.UTF_8))
                    .endsWith("data: {\"t\":\"b\"}\n\ndata: {\"t\":\"c\"}\n\n");
        }
    }

    @Test
    void deltas_come_all_and_in_order() throws Exception {
        control.next(STREAM, Script.stream().deltas(20_000, 6, Duration.ZERO).done());
        List<String> events = Room.events(room.stream());
        assertThat(events).hasSize(20_001);
        for (int i = 0; i < 20_000; i++) {
            assertThat(new JsonObject(events.get(i)).getString("t")).isEqualTo(Sse.delta(i, 6));
        }
        assertThat(Sse.delta(7, 6)).isEqualTo("xxxxx7");
        assertThat(Sse.delta(12_345, 3)).isEqualTo("345");
    }

    @Test
    void large_answers_wait_for_a_slow_reader() throws Exception {
        AtomicInteger written = new AtomicInteger();
        LongFunction<Buffer> piece = index -> {
            written.incrementAndGet();
            return Sse.text(Sse.delta(index, 20_000));
        };
        control.next(STREAM, Script.stream().series(2_000, piece, index -> 0));
        try (InputStream body = Room.done(room.streamLater("{}")).body()) {
            AtomicInteger before = new AtomicInteger();
            eventually(() -> before.getAndSet(written.get()) == written.get());
            assertThat(written.get())
                    .as("of 40 MB, not half fits into any buffer")
                    .isBetween(1, 1_000);
            assertThat(body.readAllBytes()).hasSizeGreaterThan(40_000_000);
        }
        eventually(() -> control.openStreams() == 0);
    }

    @Test
    void a_thousand_streams_run_at_once() throws Exception {
        Script.Gate gate = new Script.Gate();
        control.always(
                STREAM,
                Script.stream()
                        .text("a")
                        .await(gate)
                        .deltas(5, 5, Duration.ofMillis(5))
                        .done());
        List<CompletableFuture<HttpResponse<InputStream>>> responses = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            responses.add(room.streamLater("{}"));
        }
        eventually(() -> control.openStreams() == 1_000);
        gate.open();
        for (CompletableFuture<HttpResponse<InputStream>> response : responses) {
            try (InputStream body = Room.done(response).body()) {
                assertThat(new String(body.readAllBytes(), StandardCharsets.UTF_8))
                        .endsWith("data: [DONE]\n\n");
            }
        }
        eventually(() -> control.openStreams() == 0);
    }

    @Test
    void heartbeats_go_on_until_the_client_has_gone() throws Exception {
        control.next(STREAM, Script.stream().repeat(Script.FOR_EVER, "data: {\"hb\":3000}\n\n", Duration.ofMillis(2)));
        assertThatItIsCancelledWhenTheClientGoes("data: {\"hb\":3000}\n\n".repeat(20));
    }

    @Test
    void a_line_may_be_endless_and_leaves_the_loop_to_others() throws Exception {
        control.next(STREAM, Script.stream().write("data: ").repeat(Script.FOR_EVER, "y".repeat(1000), Duration.ZERO));
        try (InputStream body = Room.done(room.streamLater("{}")).body()) {
            assertThat(body.readNBytes(5_000_000)).hasSize(5_000_000);
            assertThat(room.get("/health/live").statusCode()).isEqualTo(200);
        }
        eventually(() -> control.openStreams() == 0);
    }

    @Test
    void an_ordinary_answer_is_cancelled_when_the_client_goes() throws Exception {
        try (Room paced = new Room(StandIn.Options.local())) {
            String task = Room.task(paced.newAgent(), "long");
            InputStream body = Room.done(paced.streamLater(task)).body();
            assertThat(body.readNBytes(100)).hasSize(100);
            assertThat(paced.control().openStreams()).isEqualTo(1);
            body.close();
            eventually(() -> paced.control().openStreams() == 0);
        }
    }

    @Test
    void a_mute_script_that_hangs_never_answers() throws Exception {
        control.next(STREAM, Script.mute().hang());
        try (Socket socket = room.socket()) {
            eventually(() -> control.openStreams() == 1);
            socket.setSoTimeout(300);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        }
        eventually(() -> control.openStreams() == 0);
    }

    @Test
    void a_stream_that_hangs_has_sent_its_head() throws Exception {
        control.next(STREAM, Script.stream().hang());
        assertThatItIsCancelledWhenTheClientGoes("");
    }

    @Test
    void a_connection_may_be_reset_before_any_byte() throws Exception {
        control.next(STREAM, Script.mute().reset());
        try (Socket socket = room.socket()) {
            assertThatThrownBy(() -> socket.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
        assertThat(control.openStreams()).isZero();
    }

    @Test
    void a_connection_may_be_reset_in_the_middle() throws Exception {
        control.next(
                STREAM, Script.stream().write("data: {\"t\":").pause(MOMENT).reset());
        try (Socket socket = room.socket()) {
            ReadUntil read = ReadUntil.theEndOf(socket);
            assertThat(read.text()).endsWith("data: {\"t\":\r\n");
            assertThat(read.failure()).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void a_connection_may_be_closed_before_the_last_chunk() throws Exception {
        control.next(
                STREAM,
                Script.stream().text("a").close(),
                Script.stream().text("a").close());
        try (Socket socket = room.socket()) {
            ReadUntil read = ReadUntil.theEndOf(socket);
            assertThat(read.text()).endsWith("data: {\"t\":\"a\"}\n\n\r\n");
            assertThat(read.failure()).isNull();
        }
        assertThatThrownBy(room::stream).hasCauseInstanceOf(IOException.class);
    }

    @Test
    void a_script_may_speak_beneath_http() throws Exception {
        String head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
        control.next(
                STREAM,
                Script.mute().raw(head + "5\r\nda").pause(MOMENT).raw("ta:\r\n0\r\n\r\n"),
                Script.mute().raw(head + "not a length\r\n"));
        assertThat(room.stream()).isEqualTo("data:");
        assertThatThrownBy(room::stream).hasCauseInstanceOf(IOException.class);
        assertThat(room.get("/health/live").statusCode()).isEqualTo(200);
    }

    @Test
    void quiet_fills_a_silence_with_heartbeats_and_parts_can_be_joined() throws Exception {
        Script start = Script.stream().text("a");
        Script end = Script.mute()
                .quiet(Duration.ofMillis(25), Duration.ofMillis(10))
                .done();
        control.next(STREAM, start.then(end));
        assertThat(Room.events(room.stream())).containsExactly("{\"t\":\"a\"}", "{\"hb\":10}", "{\"hb\":10}", "[DONE]");
        assertThat(start.steps).as("scripts are immutable").hasSize(2);
    }

    private void assertThatItIsCancelledWhenTheClientGoes(String expected) throws Exception {
        InputStream body = Room.done(room.streamLater("{}")).body();
        assertThat(new String(body.readNBytes(expected.length()), StandardCharsets.UTF_8))
                .isEqualTo(expected);
        assertThat(control.openStreams()).isEqualTo(1);
        body.close();
        eventually(() -> control.openStreams() == 0);
    }

    /** All that a socket still gave, and what it failed with, if it did. */
    private record ReadUntil(String text, @Nullable IOException failure) {
        static ReadUntil theEndOf(Socket socket) {
            StringBuilder text = new StringBuilder();
            try {
                InputStream in = socket.getInputStream();
                for (int read = in.read(); read >= 0; read = in.read()) {
                    text.append((char) read);
                }
                return new ReadUntil(text.toString(), null);
            } catch (IOException failure) {
                return new ReadUntil(text.toString(), failure);
            }
        }
    }
}
