package nova.chat.orchestrator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import nova.chat.orchestrator.Caller.Turn;
import nova.chat.orchestrator.ScriptedUpstream.Script;
import nova.chat.orchestrator.UpstreamEvent.Aside;
import nova.chat.orchestrator.UpstreamEvent.Text;
import nova.chat.orchestrator.UpstreamFailure.NotAStream;
import nova.chat.orchestrator.UpstreamFailure.Said;
import nova.chat.orchestrator.UpstreamFailure.Silent;
import nova.chat.orchestrator.UpstreamFailure.Stalled;
import nova.chat.orchestrator.UpstreamFailure.TooLarge;
import nova.chat.orchestrator.UpstreamFailure.Truncated;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is heard of a turn, over real sockets, and every way in which one ends. */
class UpstreamStreamTest {
    private interface Check {
        void on(ScriptedUpstream upstream, Caller caller) throws Exception;
    }

    private static void with(Script script, Check check) throws Exception {
        with(script, Duration.ofSeconds(20), Duration.ofSeconds(20), Caller.MAX_EVENT_BYTES, check);
    }

    private static void with(Script script, Duration header, Duration stall, int maxEventBytes, Check check)
            throws Exception {
        try (var upstream = new ScriptedUpstream(script);
                var caller = new Caller(upstream.url(), Caller.config(header, stall), maxEventBytes)) {
            check.on(upstream, caller);
        }
    }

    /** A script that reads the request, sends the header, and goes on. */
    private static Script stream(Script rest) {
        return peer -> {
            peer.read();
            peer.send(ScriptedUpstream.STREAM);
            rest.run(peer);
        };
    }

    @Test
    void text_and_asides_are_heard_in_order_and_the_rest_is_not() throws Exception {
        Script script = stream(peer -> {
            peer.event("{\"status\":{\"step\":\"model\"}}");
            peer.event("{\"hb\":3000}");
            peer.chunk(": comment\n\n");
            peer.event("{\"t\":\"a\"}");
            peer.event("{\"think\":\"hm\"}");
            peer.event("{\"t\": \"b\\n\"}");
            peer.event("[1]");
            peer.event("[DONE]");
            peer.event("{\"t\":\"after\"}");
            peer.end();
        });
        with(script, (upstream, caller) -> {
            Turn turn = caller.turn();
            turn.succeeds();
            assertThat(turn.heard())
                    .containsExactly(
                            new Aside(Aside.Kind.STATUS, Buffer.buffer("{\"step\":\"model\"}")),
                            new Text(Buffer.buffer("a")),
                            new Aside(Aside.Kind.THINK, Buffer.buffer("\"hm\"")),
                            new Text(Buffer.buffer("b\\n")),
                            new Text(Buffer.buffer("[1]")));
        });
    }

    @Test
    void what_stands_after_the_end_in_the_same_read_is_not_heard() throws Exception {
        Script script = stream(peer -> {
            peer.chunk("data: {\"t\":\"a\"}\n\ndata: [DONE]\n\ndata: {\"t\":\"b\"}\n\ndata: {\"error\":\"x\"}\n\n");
            peer.end();
        });
        with(script, (upstream, caller) -> {
            Turn turn = caller.turn();
            turn.succeeds();
            assertThat(turn.text()).isEqualTo("a");
        });
    }

    @Test
    void text_split_anywhere_over_segments_and_chunks_stays_exact() throws Exception {
        byte[] stream = "data: {\"t\":\"é€🙈 \\ud83d\"}\r\n\r\ndata: {\"t\":\"\\ude48語\"}\r\n\r\ndata: [DONE]\r\n\r\n"
                .getBytes(UTF_8);
        Script script = stream(peer -> {
            for (byte b : stream) {
                peer.send("1\r\n");
                peer.send(new byte[] {b});
                peer.send("\r\n");
            }
            peer.end();
        });
        with(script, (upstream, caller) -> {
            Turn turn = caller.turn();
            turn.succeeds();
            assertThat(turn.text()).isEqualTo("é€🙈 🙈語");
            assertThat(((Text) turn.heard().get(1)).literal().toString()).isEqualTo("\\ude48語");
        });
    }

    @Test
    void twenty_thousand_chunks_come_whole_and_in_order() throws Exception {
        int chunks = 20_000;
        Script script = stream(peer -> {
            for (int i = 0; i < chunks; i++) {
                peer.event("{\"t\":\"" + i + " \"}");
            }
            peer.event("[DONE]");
            peer.end();
        });
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < chunks; i++) {
            expected.append(i).append(' ');
        }
        with(script, (upstream, caller) -> {
            StringBuilder heard = new StringBuilder();
            new Turn(caller.text(heard), List.of()).succeeds();
            assertThat(heard.toString()).isEqualTo(expected.toString());
        });
    }

    @Test
    void ten_megabytes_come_exact_in_one_event_and_in_many() throws Exception {
        byte[] letters = new byte[10 * 1024 * 1024];
        Random random = new Random(5);
        for (int i = 0; i < letters.length; i++) {
            letters[i] = (byte) ('a' + random.nextInt(26));
        }
        String text = new String(letters, UTF_8);
        Script script = stream(peer -> {
            peer.event("{\"t\":\"" + text + "\"}");
            for (int at = 0; at < text.length(); at += 1 << 20) {
                peer.event("{\"t\":\"" + text.substring(at, Math.min(text.length(), at + (1 << 20))) + "\"}");
            }
            peer.event("[DONE]");
            peer.end();
        });
        with(script, (upstream, caller) -> {
            Turn turn = caller.turn();
            turn.succeeds();
            assertThat(turn.literal().equals(text + text)).isTrue();
        });
    }

    @Test
    void an_answer_without_chunks_ends_with_its_connection() throws Exception {
        Script script = peer -> {
            peer.read();
            peer.send(
                    "HTTP/1.1 200 OK\r\nContent-Type: Text/Event-Stream\r\n\r\ndata: {\"t\":\"a\"}\n\ndata: [DONE]\n\n");
        };
        with(script, (upstream, caller) -> {
            Turn turn = caller.turn();
            turn.succeeds();
            assertThat(turn.text()).isEqualTo("a");
        });
    }

    @Test
    void the_connection_is_used_again() throws Exception {
        Script script = peer -> {
            while (true) {
                peer.read();
                peer.send(ScriptedUpstream.STREAM);
                peer.event("{\"t\":\"a\"}");
                peer.event("[DONE]");
                peer.end();
            }
        };
        with(script, (upstream, caller) -> {
            for (int i = 0; i < 3; i++) {
                caller.turn().succeeds();
                // The end of the body comes a moment after [DONE], by the same connection.
                awaitIdle(caller);
            }
            assertThat(upstream.connections).hasValue(1);
        });
    }

    /** Gives the loop the time to read what is on its way. */
    private static void awaitIdle(Caller caller) throws InterruptedException {
        CountDownLatch idle = new CountDownLatch(1);
        caller.later(200, idle::countDown);
        assertThat(idle.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void a_body_that_does_not_end_after_the_last_event_costs_the_connection() throws Exception {
        Script script = stream(peer -> {
            peer.event("[DONE]");
            peer.awaitClose();
        });
        with(script, (upstream, caller) -> {
            caller.turn().succeeds();
            upstream.assertClosed();
        });
    }

    @Test
    void an_error_ends_the_turn_in_upstreams_words() throws Exception {
        Script script = stream(peer -> {
            peer.event("{\"t\":\"a\"}");
            peer.event("{\"error\":\"no model at http://127.0.0.1:65000/x\"}");
            peer.event("{\"t\":\"b\"}");
            peer.event("[DONE]");
            peer.end();
        });
        with(script, (upstream, caller) -> {
            Turn turn = caller.turn();
            assertThat(turn.failure())
                    .isInstanceOfSatisfying(
                            Said.class, said -> assertThat(said.words()).isEqualTo("no model at the Orchestrator"));
            assertThat(turn.text()).isEqualTo("a");
        });
    }

    @Test
    void a_stream_that_ends_without_its_mark_is_truncated() throws Exception {
        Script script = stream(peer -> {
            peer.event("{\"t\":\"a\"}");
            peer.chunk("data: {\"t\":\"unfinished\"}\n");
            peer.end();
        });
        with(script, (upstream, caller) -> {
            Turn turn = caller.turn();
            assertThat(turn.failure()).isInstanceOf(Truncated.class);
            assertThat(turn.text()).isEqualTo("a");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "5\r\nab", "zzz\r\nabc\r\n", "-1\r\n"})
    void a_broken_chunked_body_is_truncated(String rest) throws Exception {
        Script script = stream(peer -> {
            peer.event("{\"t\":\"a\"}");
            peer.send(rest);
        });
        with(script, (upstream, caller) -> {
            Turn turn = caller.turn();
            assertThat(turn.failure()).isInstanceOf(Truncated.class);
            assertThat(turn.text()).isEqualTo("a");
        });
    }

    @Test
    void a_reset_in_the_stream_is_truncated() throws Exception {
        CountDownLatch heard = new CountDownLatch(1);
        Script script = stream(peer -> {
            peer.event("{\"t\":\"a\"}");
            heard.await();
            peer.reset();
        });
        with(script, (upstream, caller) -> {
            Turn turn = caller.turn(event -> heard.countDown());
            assertThat(turn.failure()).isInstanceOf(Truncated.class);
        });
    }

    @Test
    void an_endless_line_is_too_large_and_costs_the_connection() throws Exception {
        Script script = stream(peer -> {
            peer.event("{\"t\":\"a\"}");
            peer.chunk("data: ");
            byte[] xs = "x".repeat(1000).getBytes(UTF_8);
            for (int i = 0; i < 200; i++) {
                peer.chunk(xs);
            }
            peer.awaitClose();
        });
        with(script, Duration.ofSeconds(20), Duration.ofSeconds(20), 100_000, (upstream, caller) -> {
            Turn turn = caller.turn();
            assertThat(turn.failure()).isInstanceOf(TooLarge.class);
            assertThat(turn.text()).isEqualTo("a");
            upstream.assertClosed();
        });
    }

    @Test
    void no_header_in_time_is_silence() throws Exception {
        Script script = peer -> {
            peer.read();
            peer.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n");
            peer.awaitClose();
        };
        with(script, Duration.ofMillis(300), Duration.ofSeconds(20), 1000, (upstream, caller) -> {
            assertThat(caller.turn().failure()).isInstanceOf(Silent.class);
            upstream.assertClosed();
        });
    }

    @Test
    void a_stream_that_says_nothing_more_has_stalled() throws Exception {
        Script script = stream(peer -> {
            peer.event("{\"t\":\"a\"}");
            peer.awaitClose();
        });
        with(script, Duration.ofSeconds(20), Duration.ofMillis(300), 1000, (upstream, caller) -> {
            Turn turn = caller.turn();
            assertThat(turn.failure()).isInstanceOf(Stalled.class);
            assertThat(turn.text()).isEqualTo("a");
            upstream.assertClosed();
        });
    }

    @Test
    void bytes_of_a_line_without_end_are_no_sign_of_life() throws Exception {
        Script script = stream(peer -> {
            peer.event("{\"t\":\"a\"}");
            while (true) {
                peer.chunk("x");
                TimeUnit.MILLISECONDS.sleep(20);
            }
        });
        with(
                script,
                Duration.ofSeconds(20),
                Duration.ofMillis(400),
                1_000_000,
                (upstream, caller) -> assertThat(caller.turn().failure()).isInstanceOf(Stalled.class));
    }

    @ParameterizedTest
    @ValueSource(strings = {"data: {\"hb\":3000}\n\n", ": keep-alive\n", "data: {\"t\":\"\"}\n\n"})
    void signs_of_life_keep_a_silent_stream(String sign) throws Exception {
        Script script = stream(peer -> {
            for (int i = 0; i < 30; i++) {
                peer.chunk(sign);
                TimeUnit.MILLISECONDS.sleep(100);
            }
            peer.event("[DONE]");
            peer.end();
        });
        with(
                script,
                Duration.ofSeconds(20),
                Duration.ofSeconds(2),
                1000,
                (upstream, caller) -> caller.turn().succeeds());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Type: application/json\r\n",
                "Content-Type: text/event-stream-x\r\n",
                "Content-Type: text/event-stream\r\nContent-Encoding: gzip\r\n",
                ""
            })
    void a_success_that_is_no_event_stream(String header) throws Exception {
        Script script = peer -> {
            peer.read();
            peer.send(ScriptedUpstream.OK + header + "Content-Length: 1000000\r\n\r\n{\"t\":");
            peer.awaitClose();
        };
        with(script, (upstream, caller) -> {
            Turn turn = caller.turn();
            assertThat(turn.failure()).isInstanceOf(NotAStream.class);
            assertThat(turn.heard()).isEmpty();
            upstream.assertClosed();
        });
    }

    @Test
    void a_listener_that_throws_ends_the_turn() throws Exception {
        Script script = stream(peer -> {
            peer.event("{\"t\":\"a\"}");
            peer.event("{\"t\":\"b\"}");
            peer.awaitClose();
        });
        with(script, (upstream, caller) -> {
            List<UpstreamEvent> heard = new ArrayList<>();
            Turn turn = caller.turn(event -> {
                heard.add(event);
                throw new ArithmeticException("a bug");
            });
            upstream.assertClosed();
            assertThat(turn.cause()).isInstanceOf(ArithmeticException.class);
            assertThat(heard).hasSize(1);
        });
    }
}
