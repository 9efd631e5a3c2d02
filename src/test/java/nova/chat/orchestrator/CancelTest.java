package nova.chat.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import nova.chat.orchestrator.Caller.Turn;
import nova.chat.orchestrator.UpstreamFailure.Truncated;
import org.junit.jupiter.api.Test;

/** A turn can be broken off at every stage, and upstream sees it: that is how a generation is stopped. */
class CancelTest {
    @Test
    void before_there_is_a_connection_no_request_is_sent() throws Exception {
        try (var upstream = new ScriptedUpstream(peer -> {
                    peer.read();
                    peer.answer("200 OK", "{}");
                });
                var caller = new Caller(upstream.url())) {
            boolean ended = caller.get(orchestrator -> {
                UpstreamStream stream =
                        orchestrator.stream(Caller.CALL, "agent-1", Caller.HELLO, "session-1", event -> {});
                stream.cancel();
                return Future.succeededFuture(stream.ended().failed());
            });
            assertThat(ended).isTrue();
            // A later call on the same connection is the first request that upstream sees.
            caller.fail(orchestrator -> orchestrator.createAgent(Caller.CALL));
            assertThat(upstream.request().line()).startsWith("POST /api/v1/agents ");
        }
    }

    @Test
    void while_it_connects_to_nowhere() {
        // TEST-NET-1: nothing there, or nothing that lets one in.
        try (var caller = new Caller(URI.create("http://192.0.2.1:81"))) {
            Turn turn = caller.turn();
            caller.cancel(turn);
            assertThat(turn.stream().ended().isComplete()).isTrue();
        }
    }

    @Test
    void before_the_header() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        try (var upstream = new ScriptedUpstream(peer -> {
                    peer.read();
                    asked.countDown();
                    peer.awaitClose();
                });
                var caller = new Caller(upstream.url())) {
            Turn turn = caller.turn();
            assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(caller.cancel(turn)).isTrue();
            assertThat(turn.failure()).isInstanceOf(Truncated.class);
            upstream.assertClosed();
        }
    }

    @Test
    void in_the_stream() throws Exception {
        CountDownLatch heard = new CountDownLatch(1);
        try (var upstream = new ScriptedUpstream(peer -> {
                    peer.read();
                    peer.send(ScriptedUpstream.STREAM);
                    peer.event("{\"t\":\"a\"}");
                    peer.awaitClose();
                });
                var caller = new Caller(upstream.url())) {
            Turn turn = caller.turn(event -> heard.countDown());
            assertThat(heard.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(caller.cancel(turn)).isTrue();
            assertThat(turn.failure()).isInstanceOf(Truncated.class);
            upstream.assertClosed();
        }
    }

    @Test
    void by_the_listener_itself_and_then_nothing_more_is_heard() throws Exception {
        try (var upstream = new ScriptedUpstream(peer -> {
                    peer.read();
                    peer.send(ScriptedUpstream.STREAM);
                    peer.chunk("data: {\"t\":\"a\"}\n\n".repeat(100));
                    peer.awaitClose();
                });
                var caller = new Caller(upstream.url())) {
            CompletableFuture<Turn> self = new CompletableFuture<>();
            Turn turn = caller.turn(event -> self.join().stream().cancel(), self);
            assertThat(turn.failure()).isInstanceOf(Truncated.class);
            upstream.assertClosed();
            assertThat(turn.heard()).hasSize(1);
        }
    }

    @Test
    void while_an_error_is_being_read() throws Exception {
        CountDownLatch refused = new CountDownLatch(1);
        try (var upstream = new ScriptedUpstream(peer -> {
                    peer.read();
                    peer.send("HTTP/1.1 500 No\r\nContent-Length: 100\r\n\r\n{");
                    refused.countDown();
                    peer.awaitClose();
                });
                var caller = new Caller(upstream.url())) {
            Turn turn = caller.turn();
            assertThat(refused.await(20, TimeUnit.SECONDS)).isTrue();
            caller.cancel(turn);
            assertThat(turn.failure()).isInstanceOf(Truncated.class);
            upstream.assertClosed();
        }
    }

    @Test
    void while_a_large_request_is_stuck_because_upstream_does_not_read() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        CompletableFuture<Long> read = new CompletableFuture<>();
        int size = 60_000_000;
        try (var upstream = new ScriptedUpstream(peer -> {
                    go.await();
                    read.complete(peer.awaitClose());
                });
                var caller = new Caller(upstream.url())) {
            List<ChatMessage> large = List.of(new ChatMessage("user", "x".repeat(size)));
            CountDownLatch stuck = new CountDownLatch(1);
            Turn turn = caller.turn(Caller.CALL, large, event -> {});
            caller.later(500, stuck::countDown);
            assertThat(stuck.await(20, TimeUnit.SECONDS)).isTrue();
            caller.cancel(turn);
            go.countDown();
            assertThat(read.get(20, TimeUnit.SECONDS))
                    .as("what the sockets held")
                    .isLessThan((long) size);
        }
    }

    @Test
    void after_the_end_it_changes_nothing() throws Exception {
        try (var upstream = new ScriptedUpstream(peer -> {
                    while (true) {
                        peer.read();
                        peer.send(ScriptedUpstream.STREAM);
                        peer.event("[DONE]");
                        peer.end();
                    }
                });
                var caller = new Caller(upstream.url())) {
            Turn first = caller.turn();
            first.succeeds();
            caller.cancel(first);
            first.succeeds();
            Turn second = caller.turn();
            caller.cancel(first);
            second.succeeds();
        }
    }
}
