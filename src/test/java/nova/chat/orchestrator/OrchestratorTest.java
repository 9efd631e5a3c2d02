package nova.chat.orchestrator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import nova.chat.orchestrator.Caller.Turn;
import nova.chat.orchestrator.ScriptedUpstream.Request;
import nova.chat.orchestrator.ScriptedUpstream.Script;
import nova.chat.orchestrator.UpstreamFailure.NotAStream;
import nova.chat.orchestrator.UpstreamFailure.Refused;
import nova.chat.orchestrator.UpstreamFailure.Silent;
import nova.chat.orchestrator.UpstreamFailure.Truncated;
import nova.chat.orchestrator.UpstreamFailure.Unreachable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The small calls, what each request carries, and what each failure before a stream means. */
class OrchestratorTest {
    private interface Check {
        void on(ScriptedUpstream upstream, Caller caller) throws Exception;
    }

    private static void with(Script script, Check check) throws Exception {
        try (var upstream = new ScriptedUpstream(script);
                var caller = new Caller(upstream.url(), Caller.config(Duration.ofSeconds(8), Duration.ofSeconds(8)))) {
            check.on(upstream, caller);
        }
    }

    private static Script answers(String status, String body, String... headers) {
        return peer -> {
            while (true) {
                peer.read();
                peer.answer(status, body, headers);
            }
        };
    }

    @Test
    void it_is_alive_when_it_says_so() throws Exception {
        with(answers("200 OK", "{\"status\":\"alive\"}"), (upstream, caller) -> {
            caller.get(Orchestrator::alive);
            Request request = upstream.request();
            assertThat(request.line()).isEqualTo("GET /health/live HTTP/1.1");
            assertThat(request.header("X-API-Key")).isNull();
            assertThat(request.header("Host")).isEqualTo("127.0.0.1:" + upstream.port());
        });
        with(
                answers("503 No", ""),
                (upstream, caller) ->
                        assertThat(caller.fail(Orchestrator::alive)).isInstanceOf(Refused.class));
        with(peer -> peer.awaitClose(), (upstream, caller) -> {
            assertThat(caller.fail(Orchestrator::alive)).isInstanceOf(Silent.class);
            upstream.assertClosed();
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200 OK|{\"valid\":true,\"name\":\"laptop\"}|Good[name=laptop]",
                "200 OK|{\"valid\":true,\"name\":\"trusted-network\",\"x\":1}|Good[name=trusted-network]",
                "200 OK|{\"valid\":true}|Good[name=]",
                "200 OK|{\"valid\":true,\"name\":null}|Good[name=]",
                "200 OK|{\"valid\":false}|Bad[]",
                "200 OK|{\"valid\":\"true\"}|Away[]",
                "200 OK|{}|Away[]",
                "200 OK|[true]|Away[]",
                "200 OK|<html>|Away[]",
                "204 No Content|{}|Away[]",
                "302 Found|{}|Away[]",
                "400 Bad|{}|Away[]",
                "401 No|{\"detail\":\"no\"}|Bad[]",
                "403 No|{}|Bad[]",
                "404 What|{}|Unknown[]",
                "429 Slow|{}|Away[]",
                "500 Oh|{}|Away[]",
                "503 Oh|{}|Away[]"
            })
    void a_key_is_judged_by_status_and_body(String status, String body, String verdict) throws Exception {
        with(answers(status, body, "Location: /elsewhere"), (upstream, caller) -> {
            assertThat(verdict(caller, Caller.CALL).toString()).isEqualTo(verdict);
            assertThat(upstream.requests).hasSize(1);
        });
    }

    @Test
    void who_it_is_it_says_to_anybody() throws Exception {
        String said = "{\"name\":\" Ada \",\"greeting\":\"\",\"more\":[]}";
        with(answers("200 OK", said), (upstream, caller) -> {
            assertThat(caller.get(Orchestrator::identity)).contains(new Identity("Ada", ""));
            Request request = upstream.request();
            assertThat(request.line()).isEqualTo("GET /api/v1/identity HTTP/1.1");
            assertThat(request.header("X-API-Key")).isNull();
            assertThat(request.header("Accept-Encoding")).isEqualTo("identity");
        });
    }

    @Test
    void that_it_is_nobody_is_an_answer_and_that_it_cannot_say_is_a_failure() throws Exception {
        for (String status : List.of("200 OK", "404 Not Found")) {
            with(
                    answers(status, "{\"detail\":\"x\"}"),
                    (upstream, caller) ->
                            assertThat(caller.get(Orchestrator::identity)).isEmpty());
        }
        with(
                answers("503 No", "{}"),
                (upstream, caller) ->
                        assertThat(caller.fail(Orchestrator::identity)).isInstanceOf(Refused.class));
        with(
                peer -> peer.awaitClose(),
                (upstream, caller) ->
                        assertThat(caller.fail(Orchestrator::identity)).isInstanceOf(Silent.class));
    }

    @Test
    void a_key_cannot_be_judged_while_nobody_answers() throws Exception {
        try (var caller = new Caller(nobody())) {
            assertThat(verdict(caller, Caller.CALL)).isEqualTo(new KeyVerdict.Away());
        }
        long begun = System.nanoTime();
        with(
                peer -> peer.awaitClose(),
                (upstream, caller) -> assertThat(verdict(caller, Caller.CALL)).isEqualTo(new KeyVerdict.Away()));
        assertThat(Duration.ofNanos(System.nanoTime() - begun))
                .isBetween(Duration.ofSeconds(4), Duration.ofSeconds(20));
    }

    @Test
    void a_get_on_a_dead_connection_is_asked_once_more() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        Script diesOnce = peer -> {
            peer.read();
            if (asked.incrementAndGet() == 1) {
                peer.reset();
            } else {
                peer.answer("200 OK", "{\"valid\":true,\"name\":\"k\"}");
            }
        };
        with(diesOnce, (upstream, caller) -> {
            assertThat(verdict(caller, Caller.CALL)).isEqualTo(new KeyVerdict.Good("k"));
            assertThat(upstream.requests).hasSize(2);
        });
        Script dies = peer -> {
            peer.read();
            peer.reset();
        };
        with(dies, (upstream, caller) -> {
            assertThat(caller.fail(Orchestrator::alive)).isInstanceOf(Truncated.class);
            assertThat(upstream.requests).hasSize(2);
        });
    }

    @Test
    void an_agent_is_made() throws Exception {
        with(answers("201 Created", "{\"id\":\"a-1\",\"status\":\"idle\"}"), (upstream, caller) -> {
            assertThat(agent(caller)).isEqualTo("a-1");
            Request request = upstream.request();
            assertThat(request.line()).isEqualTo("POST /api/v1/agents HTTP/1.1");
            JsonObject config = new JsonObject(request.body()).getJsonObject("config");
            assertThat(config.getString("name")).isEqualTo("Nova");
            assertThat(config.getString("model")).isEqualTo("auto");
            assertThat(config.getString("system_prompt"))
                    .contains("helpful assistant")
                    .doesNotContain("\n");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "{\"id\":7}", "{\"id\":null}", "{\"id\":\" \"}", "<html>", "", "{\"id\":\"a\""})
    void an_agent_without_an_id_is_none(String body) throws Exception {
        with(
                answers("201 Created", body),
                (upstream, caller) -> assertThat(caller.fail(orchestrator -> orchestrator.createAgent(Caller.CALL)))
                        .isInstanceOf(NotAStream.class));
    }

    @Test
    void requests_carry_whom_they_are_for_and_nothing_else() throws Exception {
        with(answers("500 No", ""), (upstream, caller) -> {
            caller.turn().failure();
            Request request = upstream.request();
            assertThat(request.line()).isEqualTo("POST /api/v1/tasks/stream HTTP/1.1");
            assertThat(request.header("X-API-Key")).isEqualTo("sk-nova-1");
            assertThat(request.header("X-Forwarded-For")).isEqualTo("192.0.2.7");
            assertThat(request.header("traceparent"))
                    .matches("00-" + Caller.CALL.trace().id() + "-[0-9a-f]{16}-01");
            assertThat(request.header("Accept")).isEqualTo("text/event-stream");
            assertThat(request.header("Accept-Encoding")).isEqualTo("identity");
            assertThat(request.header("Content-Type")).isEqualTo("application/json");
            assertThat(request.header("Authorization")).isNull();
            caller.turn(Caller.call(null), Caller.HELLO, event -> {}).failure();
            assertThat(upstream.request().header("X-API-Key")).isNull();
        });
    }

    @Test
    void each_request_has_a_span_of_its_own_in_the_callers_trace() throws Exception {
        Trace trace = Trace.of("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00");
        Call call = new Call(null, "192.0.2.7", trace);
        with(answers("200 OK", "{\"valid\":true}"), (upstream, caller) -> {
            caller.get(orchestrator -> orchestrator.validate(call));
            caller.get(orchestrator -> orchestrator.validate(call));
            String first = upstream.request().header("traceparent");
            assertThat(first).matches("00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-00");
            assertThat(first).doesNotContain("b7ad6b7169203331");
            assertThat(upstream.request().header("traceparent")).isNotEqualTo(first);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a\r\nX-Admin: 1", "a\nb", "a\0b", "a\tb", "\u0100", "🙈", " a", "a ", "a\u007f", "a\u0085b"})
    void a_key_that_no_header_can_carry_is_never_good_and_never_sent(String key) throws Exception {
        with(answers("200 OK", "{\"valid\":true}"), (upstream, caller) -> {
            Call call = Caller.call(key);
            assertThat(verdict(caller, call)).isEqualTo(new KeyVerdict.Bad());
            assertThat(caller.fail(orchestrator -> orchestrator.createAgent(call)))
                    .isInstanceOf(Refused.class);
            Turn turn = caller.turn(call, Caller.HELLO, event -> {});
            assertThat(turn.failure())
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> assertThat(refused.status()).isEqualTo(401));
            assertThat(upstream.connections).hasValue(0);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.2.3.4\r\nX-API-Key: other", "1.2.3.4, 127.0.0.1", "", "é"})
    void an_address_that_is_none_is_unknown(String address) throws Exception {
        with(answers("401 No", "{}"), (upstream, caller) -> {
            caller.get(orchestrator -> orchestrator.validate(new Call(null, address, Trace.of(null))));
            Request request = upstream.request();
            assertThat(request.header("X-Forwarded-For")).isEqualTo("unknown");
            assertThat(request.header("X-API-Key")).isNull();
        });
    }

    @Test
    void a_conversation_is_sent_as_it_is() throws Exception {
        List<ChatMessage> conversation = List.of(
                new ChatMessage("user", "q\"\\\n\u2028é🙈\0"),
                new ChatMessage("assistant", ""),
                new ChatMessage("user", "half \uD83D and \uDE48 half"),
                new ChatMessage("user", "large ".repeat(1_000_000)));
        with(answers("500 No", ""), (upstream, caller) -> {
            caller.turn(Caller.CALL, conversation, event -> {}).failure();
            Request request = upstream.request();
            assertThat(request.header("Content-Length"))
                    .isEqualTo("" + request.body().getBytes(UTF_8).length);
            assertThat(request.body()).contains("é🙈");
            JsonObject body = new JsonObject(request.body());
            assertThat(body.fieldNames()).containsExactly("agent_id", "messages", "session_id", "metadata");
            assertThat(body.getString("agent_id")).isEqualTo("agent-1");
            assertThat(body.getString("session_id")).isEqualTo("session-1");
            assertThat(body.getJsonObject("metadata")).isEmpty();
            List<JsonObject> messages = body.getJsonArray("messages").stream()
                    .map(JsonObject.class::cast)
                    .toList();
            assertThat(messages)
                    .extracting(message -> message.getString("role"))
                    .containsExactly("user", "assistant", "user", "user");
            assertThat(messages)
                    .extracting(message -> message.getString("content"))
                    .containsExactly(
                            "q\"\\\n\u2028é🙈\0", "", "half \uFFFD and \uFFFD half", "large ".repeat(1_000_000));
        });
    }

    @Test
    void the_base_path_is_kept_and_the_user_is_not_sent() throws Exception {
        try (var upstream = new ScriptedUpstream(answers("200 OK", "{}"));
                var caller = new Caller(URI.create("http://user:pass@127.0.0.1:" + upstream.port() + "/no%20va/"))) {
            caller.get(Orchestrator::alive);
            Request request = upstream.request();
            assertThat(request.line()).isEqualTo("GET /no%20va/health/live HTTP/1.1");
            assertThat(request.head())
                    .doesNotContainIgnoringCase("authorization")
                    .doesNotContain("pass");
        }
    }

    @Test
    void nobody_there_means_that_nothing_was_sent() throws Exception {
        try (var caller = new Caller(nobody())) {
            assertThat(caller.turn().failure())
                    .isInstanceOf(Unreachable.class)
                    .message()
                    .doesNotContain("127.0.0.1");
            assertThat(caller.fail(orchestrator -> orchestrator.createAgent(Caller.CALL)))
                    .isInstanceOf(Unreachable.class);
            assertThat(caller.fail(Orchestrator::alive)).isInstanceOf(Unreachable.class);
        }
        try (var caller = new Caller(URI.create("http://no-such-host.invalid:8000"))) {
            assertThat(caller.turn().failure())
                    .isInstanceOf(Unreachable.class)
                    .message()
                    .doesNotContain("invalid");
        }
    }

    @Test
    void no_tls_means_that_nothing_was_sent() throws Exception {
        try (var upstream = new ScriptedUpstream(peer -> peer.send("HTTP/1.1 400 This is not TLS\r\n\r\n"));
                var caller = new Caller(URI.create("https://127.0.0.1:" + upstream.port()))) {
            assertThat(caller.turn().failure()).isInstanceOf(Unreachable.class);
        }
        try (var upstream = new ScriptedUpstream(peer -> peer.awaitClose());
                var caller = new Caller(URI.create("https://127.0.0.1:" + upstream.port()))) {
            assertThat(caller.turn().failure()).isInstanceOf(Unreachable.class);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_connection_lost_before_the_header_is_truncated_and_no_post_is_repeated(boolean reset) throws Exception {
        Script dies = peer -> {
            peer.read();
            if (reset) {
                peer.reset();
            }
        };
        with(dies, (upstream, caller) -> {
            assertThat(caller.turn().failure()).isInstanceOf(Truncated.class);
            assertThat(caller.fail(orchestrator -> orchestrator.createAgent(Caller.CALL)))
                    .isInstanceOf(Truncated.class);
            assertThat(upstream.requests).hasSize(2);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"SSH-2.0-OpenSSH_9.2\r\n", "garbage\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "HTTP/9.9 200 OK\r\n\r\n"})
    void what_is_no_http_is_not_the_answer(String garbage) throws Exception {
        Script script = peer -> {
            peer.read();
            peer.send(garbage);
            peer.awaitClose();
        };
        with(script, (upstream, caller) -> assertThat(caller.turn().failure()).isInstanceOf(NotAStream.class));
    }

    @Test
    void refusals_carry_status_detail_and_when_to_come_back() throws Exception {
        refused(answers("404 Not Found", "{\"detail\":\"Agent not found\"}"), 404, "Agent not found", null);
        refused(answers("429 Slow", "{\"detail\":\"Rate limit exceeded\"}"), 429, "Rate limit exceeded", 60_000L);
        refused(answers("429 Slow", "", "Retry-After: 7"), 429, null, 7_000L);
        refused(answers("429 Slow", "", "Retry-After: 0"), 429, null, 1_000L);
        refused(answers("429 Slow", "", "Retry-After: 999999999"), 429, null, 600_000L);
        refused(answers("429 Slow", "", "Retry-After: 99999999999999999999"), 429, null, 60_000L);
        refused(answers("429 Slow", "", "Retry-After: Wed, 21 Oct 2026 07:28:00 GMT"), 429, null, 60_000L);
        refused(answers("503 No", "<html>no</html>", "Retry-After: 3"), 503, null, 3_000L);
        refused(answers("503 No", ""), 503, null, null);
        refused(answers("500 No", "{\"detail\":\"x\"}", "Retry-After: 3"), 500, "x", null);
        refused(answers("307 Elsewhere", "", "Location: /elsewhere"), 307, null, null);
        refused(answers("201 Created", "{\"id\":\"x\"}"), 201, null, null);
    }

    @Test
    void a_refusal_whose_body_cannot_be_read_is_its_status() throws Exception {
        refused(
                peer -> {
                    peer.read();
                    peer.send("HTTP/1.1 500 No\r\nContent-Length: 100000\r\n\r\n" + "x".repeat(100_000));
                    peer.awaitClose();
                },
                500,
                null,
                null);
        refused(
                peer -> {
                    peer.read();
                    peer.send("HTTP/1.1 502 No\r\nContent-Length: 100\r\n\r\n{\"detail\":");
                },
                502,
                null,
                null);
        refused(
                peer -> {
                    peer.read();
                    peer.send("HTTP/1.1 504 No\r\nContent-Length: 100\r\n\r\n{\"detail\":");
                    peer.awaitClose();
                },
                504,
                null,
                null);
    }

    private static void refused(Script script, int status, @Nullable String detail, @Nullable Long retryAfterMs)
            throws Exception {
        with(
                script,
                (upstream, caller) -> assertThat(caller.turn().failure())
                        .isInstanceOfSatisfying(Refused.class, refused -> {
                            assertThat(refused.status()).isEqualTo(status);
                            assertThat(refused.detail()).isEqualTo(detail);
                            assertThat(refused.retryAfterMs()).isEqualTo(retryAfterMs);
                            assertThat(upstream.requests).hasSize(1);
                        }));
    }

    @Test
    void a_refused_turns_connection_is_used_again() throws Exception {
        with(answers("404 No", "{\"detail\":\"Agent not found\"}"), (upstream, caller) -> {
            for (int i = 0; i < 3; i++) {
                assertThat(caller.turn().failure()).isInstanceOf(Refused.class);
            }
            assertThat(upstream.connections).hasValue(1);
        });
    }

    @Test
    void an_idle_connection_is_dropped_before_upstream_does() throws Exception {
        Script script = peer -> {
            peer.read();
            peer.answer("200 OK", "{}");
            peer.awaitClose();
        };
        with(script, (upstream, caller) -> {
            caller.get(Orchestrator::alive);
            upstream.assertClosed();
        });
    }

    @Test
    void an_ipv6_address_is_in_brackets_in_the_host_header_only() throws Exception {
        RequestOptions request = Endpoint.of(URI.create("http://[::1]:8000")).request(HttpMethod.GET, "/x");
        assertThat(request.getHost()).isEqualTo("[::1]");
        assertThat(((SocketAddress) request.getServer()).host()).isEqualTo("::1");
    }

    @Test
    void a_closed_client_reaches_nobody() throws Exception {
        with(answers("200 OK", "{}"), (upstream, caller) -> {
            caller.get(Orchestrator::close);
            assertThat(caller.turn().failure()).isInstanceOf(Unreachable.class);
            assertThat(caller.fail(Orchestrator::alive)).isInstanceOf(Unreachable.class);
        });
    }

    private static KeyVerdict verdict(Caller caller, Call call) {
        return caller.get(orchestrator -> orchestrator.validate(call));
    }

    private static String agent(Caller caller) {
        return caller.get(orchestrator -> orchestrator.createAgent(Caller.CALL));
    }

    /** A port that was free a moment ago. */
    private static URI nobody() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return URI.create("http://127.0.0.1:" + socket.getLocalPort());
        }
    }
}
