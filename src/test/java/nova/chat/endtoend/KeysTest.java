package nova.chat.endtoend;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Recorded;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import nova.chat.testing.TestClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Who comes in: what {@code REQUIRE_AUTH} says, what the Orchestrator says, and what the client brings. Each client has
 * an address of its own here, so that no verdict of one is remembered for the next.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeysTest {
    private static final String GOOD = "sk-nova-good-";
    private static final String BAD = "sk-nova-bad-";
    private static final AtomicInteger NEXT = new AtomicInteger();

    /** What there is instead of an answer to the question whether a key is good. */
    private static final Map<String, Function<Recorded, Script>> ORCHESTRATORS = Map.ofEntries(
            entry("with keys", KeysTest::withKeys),
            entry("open", request -> good("dev-bypass")),
            entry("trusting", request -> good("trusted-network")),
            entry("without keys", request -> Script.refusal(404, "Not Found")),
            entry("forbidding", request -> Script.refusal(403, "Forbidden")),
            entry("saying no", request -> Script.json(200, new JsonObject().put("valid", false))),
            entry("broken", request -> Script.refusal(500, "Internal Server Error")),
            entry("overloaded", request -> Script.refusal(503, "Overloaded")),
            entry("busy", request -> Script.refusal(429, "Rate limit exceeded (60 rpm). Retry after the next minute.")),
            entry("redirecting", request -> Script.refusal(307, "Elsewhere").header("location", "/health/live")),
            entry("a proxy", request -> Script.answer(200, "text/html", "<html>Bad gateway</html>")),
            entry("saying nothing", request -> Script.answer(200, "application/json", "")),
            entry("saying an array", request -> Script.answer(200, "application/json", "[true]")),
            entry("vague", request -> Script.json(200, new JsonObject().put("valid", "yes"))),
            entry("no http", request -> Script.mute().raw("SSH-2.0-OpenSSH\r\n").close()),
            entry("resetting", request -> Script.mute().reset()),
            entry("hanging", request -> Script.mute().hang()));

    private final Map<String, Bridge> bridges = Map.of(
            "unset", bridge(""),
            "true", bridge("true"),
            "false", bridge("false"));

    /** The ways to bring a key. */
    enum Way {
        TOKEN,
        BEARER,
        HEADER,
        FRAME
    }

    private static Bridge bridge(String rule) {
        return Bridge.start("REQUIRE_AUTH", rule, "AUTH_TIMEOUT", "5s", "TRUSTED_PROXIES", "127.0.0.1");
    }

    @BeforeAll
    void script() {
        bridges.values()
                .forEach(bridge -> bridge.orchestrator()
                        .always(Endpoint.STREAM, Script.stream().text("ok").done()));
    }

    @BeforeEach
    void unscript() {
        bridges.values().forEach(bridge -> bridge.orchestrator().always(Endpoint.VALIDATE, KeysTest::withKeys));
    }

    @AfterAll
    void stop() {
        bridges.values().forEach(Bridge::close);
    }

    @ParameterizedTest(name = "REQUIRE_AUTH {0}, Orchestrator {1}: good {2}, bad {3}, none {4}")
    @CsvSource({
        "unset, with keys,       in,           unauthorized, unauthorized",
        "unset, forbidding,      unauthorized, unauthorized, unauthorized",
        "unset, saying no,       unauthorized, unauthorized, unauthorized",
        "unset, open,            in,           in,           in",
        "unset, trusting,        in,           in,           in",
        "unset, without keys,    in,           in,           in",
        "unset, broken,          waits,        waits,        waits",
        "unset, overloaded,      waits,        waits,        waits",
        "unset, busy,            waits,        waits,        waits",
        "unset, redirecting,     waits,        waits,        waits",
        "unset, a proxy,         waits,        waits,        waits",
        "unset, saying nothing,  waits,        waits,        waits",
        "unset, saying an array, waits,        waits,        waits",
        "unset, vague,           waits,        waits,        waits",
        "unset, no http,         waits,        waits,        waits",
        "unset, resetting,       waits,        waits,        waits",
        "true,  with keys,       in,           unauthorized, unauthorized",
        "true,  forbidding,      unauthorized, unauthorized, unauthorized",
        "true,  open,            unauthorized, unauthorized, unauthorized",
        "true,  trusting,        unauthorized, unauthorized, unauthorized",
        "true,  without keys,    unauthorized, unauthorized, unauthorized",
        "true,  broken,          unavailable,  unavailable,  unauthorized",
        "true,  busy,            unavailable,  unavailable,  unauthorized",
        "true,  no http,         unavailable,  unavailable,  unauthorized",
        "true,  resetting,       unavailable,  unavailable,  unauthorized",
        "true,  a proxy,         unavailable,  unavailable,  unauthorized",
        "false, with keys,       in,           in,           in",
        "false, forbidding,      in,           in,           in",
        "false, open,            in,           in,           in",
        "false, without keys,    in,           in,           in",
        "false, broken,          in,           in,           in",
        "false, resetting,       in,           in,           in",
        "false, hanging,         in,           in,           in",
    })
    void the_rule_and_the_orchestrator_decide(String rule, String orchestrator, String good, String bad, String none) {
        Bridge bridge = bridges.get(rule);
        bridge.orchestrator().always(Endpoint.VALIDATE, ORCHESTRATORS.get(orchestrator));
        for (Way way : Way.values()) {
            assertThat(outcome(bridge, way, GOOD + NEXT.incrementAndGet()))
                    .as("a good key by %s", way)
                    .isEqualTo(good);
            assertThat(outcome(bridge, way, BAD + NEXT.incrementAndGet()))
                    .as("a bad key by %s", way)
                    .isEqualTo(bad);
        }
        assertThat(outcome(bridge, Way.TOKEN, null)).as("no key").isEqualTo(none);
    }

    @Test
    void an_orchestrator_that_hangs_is_away() {
        Map.of("unset", "waits", "true", "unavailable").entrySet().parallelStream()
                .forEach(expected -> {
                    Bridge bridge = bridges.get(expected.getKey());
                    bridge.orchestrator().always(Endpoint.VALIDATE, ORCHESTRATORS.get("hanging"));
                    assertThat(outcome(bridge, Way.TOKEN, GOOD + NEXT.incrementAndGet()))
                            .as(expected.getKey())
                            .isEqualTo(expected.getValue());
                });
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void a_key_goes_upstream_as_it_came_with_the_callers_address(Way way) {
        for (Bridge bridge : bridges.values()) {
            String key = GOOD + NEXT.incrementAndGet();
            String address = address();
            try (TestClient client = connect(bridge, way, key, address)) {
                client.session();
                client.say("hi");
                assertThat(client.answer()).isEqualTo("ok");
            }
            List<Recorded> last = bridge.orchestrator().recorded();
            assertThat(last.subList(last.size() - 2, last.size())).allSatisfy(request -> {
                assertThat(request.headers().getAll("X-API-Key")).containsExactly(key);
                assertThat(request.headers().getAll("X-Forwarded-For")).containsExactly(address);
            });
        }
    }

    @Test
    void a_second_auth_frame_is_accepted_in_silence_and_changes_nothing() {
        for (Bridge bridge : bridges.values()) {
            String key = GOOD + NEXT.incrementAndGet();
            try (TestClient client = connect(bridge, Way.HEADER, key, address())) {
                client.session();
                client.auth(BAD + "later").auth(key).say("hi");
                assertThat(client.next("stream_chunk").getString("delta")).isEqualTo("ok");
                client.next("stream_end");
            }
            List<Recorded> turns = bridge.orchestrator().recorded(Endpoint.STREAM);
            assertThat(turns.get(turns.size() - 1).header("X-API-Key")).isEqualTo(key);
        }
    }

    @Test
    void a_key_brought_later_where_none_is_needed_is_used_from_then_on() {
        Bridge bridge = bridges.get("unset");
        bridge.orchestrator().always(Endpoint.VALIDATE, ORCHESTRATORS.get("open"));
        String key = GOOD + NEXT.incrementAndGet();
        try (TestClient client = connect(bridge, Way.TOKEN, null, address())) {
            client.session();
            client.say("hi");
            assertThat(client.answer()).isEqualTo("ok");
            client.auth(key).say("again");
            assertThat(client.answer()).isEqualTo("ok");
        }
        List<Recorded> turns = bridge.orchestrator().recorded(Endpoint.STREAM);
        assertThat(turns.get(turns.size() - 2).header("X-API-Key")).isNull();
        assertThat(turns.get(turns.size() - 1).header("X-API-Key")).isEqualTo(key);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"type\":\"user\",\"content\":\"hi\"}",
                "{\"type\":\"auth\"}",
                "{\"type\":\"auth\",\"token\":\"\"}",
                "{\"type\":\"auth\",\"token\":7}",
                "{\"type\":\"hello\",\"token\":\"sk-nova-good-x\"}",
                "[]",
                "nonsense"
            })
    void any_other_first_frame_is_refused_where_a_key_is_needed(String frame) {
        for (String rule : List.of("unset", "true")) {
            long turns = bridges.get(rule).orchestrator().requests(Endpoint.STREAM);
            try (TestClient client = connect(bridges.get(rule), Way.TOKEN, null, address())) {
                client.sendText(frame);
                assertRefused(client);
            }
            assertThat(bridges.get(rule).orchestrator().requests(Endpoint.STREAM))
                    .isEqualTo(turns);
        }
    }

    @Test
    void a_key_that_never_comes_is_waited_for_until_the_deadline_and_one_that_comes_late_is_good() {
        Stream.of("unset", "true").parallel().map(bridges::get).forEach(bridge -> {
            try (TestClient silent = connect(bridge, Way.TOKEN, null, address());
                    TestClient late = connect(bridge, Way.TOKEN, null, address())) {
                assertThat(late.hears(1_000)).as("a frame before the key").isFalse();
                late.auth(GOOD + NEXT.incrementAndGet());
                late.session();
                assertRefused(silent);
                late.say("hi");
                assertThat(late.answer())
                        .as("the deadline is not for those within")
                        .isEqualTo("ok");
            }
        });
    }

    @Test
    void whoever_may_choose_the_orchestrators_slowness_still_has_time_to_bring_a_key() {
        Bridge bridge = bridges.get("unset");
        Script.Gate gate = new Script.Gate();
        bridge.orchestrator()
                .next(
                        Endpoint.VALIDATE,
                        Script.mute().await(gate).raw("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\n{}"));
        try (TestClient client = connect(bridge, Way.TOKEN, null, address())) {
            assertThat(client.hears(4_000)).isFalse();
            gate.open();
            assertThat(client.hears(2_500))
                    .as("the deadline begins with the need")
                    .isFalse();
            client.auth(GOOD + NEXT.incrementAndGet());
            client.session();
        }
    }

    @Test
    void wrong_keys_from_one_address_are_told_to_back_off_and_good_ones_are_not() {
        try (Bridge bridge = Bridge.start("REQUIRE_AUTH", "true", "TRUSTED_PROXIES", "127.0.0.1")) {
            bridge.orchestrator().always(Endpoint.VALIDATE, KeysTest::withKeys);
            String guesser = address();
            for (int i = 0; i < 30; i++) {
                assertRefused(bridge, BAD + i, guesser, "unauthorized", 4001);
            }
            for (Way way : Way.values()) {
                try (TestClient client = connect(bridge, way, BAD + "x", guesser)) {
                    JsonObject error = client.next("error");
                    assertThat(error.getString("code")).isEqualTo("rate_limited");
                    assertThat(error.getBoolean("retryable")).isTrue();
                    assertThat(client.closeCode()).isEqualTo(4029);
                }
            }
            assertRefused(bridge, BAD + "y", address(), "unauthorized", 4001);
            try (TestClient good = connect(bridge, Way.TOKEN, GOOD, guesser)) {
                good.session();
            }
        }
    }

    static List<String> odd() {
        return List.of(
                "sk-nova-good\r\nX-Evil: 1",
                "sk-nova-good\nX-Evil: 1",
                "sk-nova-good\r\n\r\nGET /evil HTTP/1.1\r\nX-Evil: 1",
                "sk-nova-good\u0000",
                "sk-nova-good\u0001\u001b[31m",
                "sk-nova-good\u007f",
                "sk-nova-good\u0085X-Evil: 1",
                "sk-nova-good\u2028X-Evil: 1",
                // their low bytes are CR and LF: a careless narrowing makes a line end of them
                "sk-nova-good\u010d\u010aX-Evil: 1",
                "sk-nova-good\tX-Evil",
                " ",
                " sk-nova-good ",
                "ключ",
                "鍵🔑",
                "sk-nova-good" + "k".repeat(10_000));
    }

    @ParameterizedTest
    @MethodSource("odd")
    void a_token_that_no_header_can_carry_is_refused_without_asking_anybody(String token) {
        Bridge bridge = bridges.get("true");
        long asked = bridge.orchestrator().requests(Endpoint.VALIDATE);
        try (TestClient client = connect(bridge, Way.FRAME, token, address())) {
            assertRefused(client);
        }
        if (token.length() < 1_000) {
            try (TestClient client = connect(bridge, Way.TOKEN, token, address())) {
                assertRefused(client);
            }
        }
        assertThat(bridge.orchestrator().requests(Endpoint.VALIDATE)).isEqualTo(asked);
        assertThat(bridge.orchestrator().recorded()).noneMatch(request -> request.header("X-Evil") != null);
    }

    @Test
    void where_nobody_checks_keys_an_odd_one_still_goes_into_no_header() {
        Bridge bridge = bridges.get("false");
        for (String token : odd()) {
            try (TestClient client = connect(bridge, Way.FRAME, token, address())) {
                client.session();
                client.say("hi");
                assertThat(client.error().getString("code")).isEqualTo("upstream_4xx");
            }
        }
        assertThat(bridge.orchestrator().recorded()).noneMatch(request -> request.header("X-Evil") != null);
    }

    @Test
    void a_lone_surrogate_is_no_key() {
        try (TestClient client = connect(bridges.get("true"), Way.TOKEN, null, address())) {
            client.sendText("{\"type\":\"auth\",\"token\":\"sk-nova-good\\ud800\"}");
            assertRefused(client);
        }
    }

    @ParameterizedTest
    @CsvSource({"?token=sk-nova-good%zz, 400", "?token=%, 400", "?session_id=%e, 400"})
    void a_malformed_query_is_refused_before_the_upgrade(String query, int status) throws Exception {
        int port = bridges.get("unset").service().port();
        assertThat(Raw.status(port, "/ws/chat" + query)).isEqualTo(status);
        assertThat(outcome(bridges.get("unset"), Way.TOKEN, GOOD + NEXT.incrementAndGet()))
                .isEqualTo("in");
    }

    @Test
    void a_token_of_ten_kilobytes_in_the_url_is_too_long_for_it() throws Exception {
        int port = bridges.get("unset").service().port();
        assertThat(Raw.status(port, "/ws/chat?token=" + "k".repeat(10_000))).isEqualTo(414);
    }

    @Test
    void two_hundred_bad_tokens_run_nothing_and_hold_up_nobody() {
        Bridge bridge = bridges.get("unset");
        long before = bridge.orchestrator().requests(Endpoint.AGENTS);
        for (int i = 0; i < 200; i++) {
            try (TestClient client = connect(bridge, Way.FRAME, BAD + NEXT.incrementAndGet(), address())) {
                assertRefused(client);
            }
        }
        assertThat(bridge.orchestrator().requests(Endpoint.AGENTS)).isEqualTo(before);
        long begun = System.nanoTime();
        assertThat(outcome(bridge, Way.TOKEN, GOOD + NEXT.incrementAndGet())).isEqualTo("in");
        assertThat(System.nanoTime() - begun).isLessThan(8_000_000_000L);
    }

    @ParameterizedTest
    @CsvSource({"refused, 2", "needless, 1", "open, 33"})
    void ten_thousand_auth_frames_make_few_calls_and_lock_nobody_out(String kind, int calls) {
        Bridge bridge = bridges.get("unset");
        if (kind.equals("open")) { // to whoever brings nothing, and not to a wrong key
            bridge.orchestrator()
                    .always(
                            Endpoint.VALIDATE,
                            request -> request.header("X-API-Key") == null ? good("") : withKeys(request));
        }
        long before = bridge.orchestrator().requests(Endpoint.VALIDATE);
        String flooder = address();
        String key = kind.equals("needless") ? GOOD + NEXT.incrementAndGet() : null;
        try (TestClient client = connect(bridge, Way.HEADER, key, flooder)) {
            for (int i = 0; i < 10_000 && !client.isClosed(); i++) {
                try {
                    client.auth(BAD + kind + i);
                } catch (CompletionException closed) {
                    break;
                }
            }
            if (key == null) {
                assertThat(client.closeCode()).isIn(4001, 4029);
            } else {
                client.session();
                client.say("hi");
                assertThat(client.answer()).isEqualTo("ok");
            }
        }
        assertThat(bridge.orchestrator().requests(Endpoint.VALIDATE) - before).isLessThanOrEqualTo(calls);
        try (TestClient other = connect(bridge, Way.TOKEN, GOOD + NEXT.incrementAndGet(), flooder)) {
            other.session();
        }
    }

    // what a client sees

    /** {@code in}: it is answered; {@code waits}: its message is queued; else the code of the error that ended it. */
    private static String outcome(Bridge bridge, Way way, String key) {
        long turns = bridge.orchestrator().requests(Endpoint.STREAM);
        String seen = seen(bridge, way, key);
        if (!seen.equals("in")) {
            assertThat(bridge.orchestrator().requests(Endpoint.STREAM)).isEqualTo(turns);
        }
        return seen;
    }

    private static String seen(Bridge bridge, Way way, String key) {
        try (TestClient client = connect(bridge, way, key, address())) {
            try {
                client.say("hi");
            } catch (CompletionException closed) {
                // it was faster than we
            }
            JsonObject first = client.next();
            if (first.getString("type").equals("system")) {
                JsonObject second = client.next();
                boolean queued = "queued".equals(second.getString("type"));
                assertThat(queued ? second.getString("reason") : second.getString("delta"))
                        .isIn("upstream_down", "ok");
                return queued ? "waits" : "in";
            }
            return switch (client.closeCode()) {
                case 4001 -> first.getString("code");
                case 1013 -> {
                    assertThat(first.getString("code")).isEqualTo("auth_unavailable");
                    assertThat(first.getBoolean("retryable")).isTrue();
                    yield "unavailable";
                }
                default -> "closed with " + client.closeCode();
            };
        }
    }

    private static void assertRefused(TestClient client) {
        JsonObject error = client.next("error");
        assertThat(error.getString("code")).isEqualTo("unauthorized");
        assertThat(error.getBoolean("retryable")).isFalse();
        assertThat(error.containsKey("session_id")).isTrue();
        assertThat(client.closeCode()).isEqualTo(4001);
    }

    private static void assertRefused(Bridge bridge, String key, String address, String code, int close) {
        try (TestClient client = connect(bridge, Way.TOKEN, key, address)) {
            assertThat(client.next("error").getString("code")).isEqualTo(code);
            assertThat(client.closeCode()).isEqualTo(close);
        }
    }

    private static TestClient connect(Bridge bridge, Way way, String key, String address) {
        String[] from = {"X-Forwarded-For", address};
        if (key == null) {
            return bridge.client("", from);
        }
        return switch (way) {
            case TOKEN -> bridge.client("?token=" + URLEncoder.encode(key, StandardCharsets.UTF_8), from);
            case BEARER -> bridge.client("", from[0], from[1], "Authorization", "Bearer " + key);
            case HEADER -> bridge.client("", from[0], from[1], "X-API-Key", key);
            case FRAME -> bridge.client("", from).auth(key);
        };
    }

    private static String address() {
        int n = NEXT.incrementAndGet();
        return "10." + (n >> 16) + "." + (n >> 8 & 0xff) + "." + (n & 0xff);
    }

    private static Script withKeys(Recorded request) {
        String key = request.header("X-API-Key");
        return key != null && key.startsWith(GOOD) ? good("laptop") : Script.refusal(401, "Invalid API key");
    }

    private static Script good(String name) {
        return Script.json(200, new JsonObject().put("valid", true).put("name", name));
    }
}
