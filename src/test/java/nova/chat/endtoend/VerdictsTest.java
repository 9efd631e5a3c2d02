package nova.chat.endtoend;

import static nova.chat.testing.Bridge.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Recorded;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import nova.chat.testing.TestClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How long a verdict on a key is used, by whom, and what ends a connection whose key is good no more. */
class VerdictsTest {
    private static final String KEY = "sk-nova-laptop";

    /** As the Orchestrator has them now. */
    private final Set<String> keys = ConcurrentHashMap.newKeySet();

    private Bridge bridge;

    private void start(String... settings) {
        bridge = Bridge.start(settings);
        keys.add(KEY);
        bridge.orchestrator().always(Endpoint.VALIDATE, this::validate);
        bridge.orchestrator().always(Endpoint.STREAM, Script.stream().text("ok").done());
    }

    @AfterEach
    void stop() {
        bridge.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "true"})
    void a_good_verdict_is_used_again_without_asking(String rule) {
        start("REQUIRE_AUTH", rule);
        for (int i = 0; i < 5; i++) {
            assertComesIn(KEY);
        }
        assertThat(asked()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"'', 500", "true, 500", "'', 429", "true, 503"})
    void a_good_verdict_is_used_while_the_orchestrator_is_away_and_nobody_elses(String rule, int status) {
        start("REQUIRE_AUTH", rule, "KEY_CACHE", "0s");
        try (TestClient stays = connect(KEY)) {
            stays.session();
            bridge.orchestrator().always(Endpoint.VALIDATE, Script.refusal(status, "away"));
            long before = asked();
            assertComesIn(KEY);
            eventually("the live connection is checked again", () -> asked() > before + 1);
            stays.say("hi");
            assertThat(stays.answer()).as("who is in stays in").isEqualTo("ok");
            try (TestClient stranger = connect("sk-nova-stranger")) {
                stranger.next(rule.isEmpty() ? "system" : "error");
                if (rule.isEmpty()) {
                    stranger.say("hi").next("queued");
                } else {
                    assertThat(stranger.closeCode()).isEqualTo(1013);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "true"})
    void a_revoked_key_ends_its_live_connections_and_no_others(String rule) {
        start("REQUIRE_AUTH", rule, "KEY_CACHE", "1s");
        keys.add("sk-nova-phone");
        try (TestClient one = connect(KEY);
                TestClient two = connect(KEY);
                TestClient other = connect("sk-nova-phone")) {
            one.session();
            two.session();
            other.session();
            keys.remove(KEY);
            for (TestClient revoked : List.of(one, two)) {
                JsonObject error = revoked.next("error");
                assertThat(error.getString("code")).isEqualTo("token_expired");
                assertThat(revoked.closeCode()).isEqualTo(4012);
            }
            other.say("hi");
            assertThat(other.answer()).isEqualTo("ok");
        }
        try (TestClient again = connect(KEY)) {
            assertThat(again.next("error").getString("code")).isEqualTo("unauthorized");
            assertThat(again.closeCode()).isEqualTo(4001);
        }
    }

    @Test
    void a_key_that_was_just_made_works_at_once() {
        start("REQUIRE_AUTH", "true");
        String made = "sk-nova-made";
        assertTurnedAway(made);
        keys.add(made);
        long begun = System.nanoTime();
        eventually("it is let in", () -> {
            try (TestClient client = connect(made)) {
                return "system".equals(client.next().getString("type"));
            }
        });
        assertThat(System.nanoTime() - begun).isLessThan(10_000_000_000L);
    }

    @Test
    void one_wrong_key_again_and_again_is_asked_about_now_and_then() {
        start("REQUIRE_AUTH", "true");
        long begun = System.nanoTime();
        for (int i = 0; i < 25; i++) {
            assertTurnedAway("sk-nova-wrong");
        }
        long seconds = (System.nanoTime() - begun) / 1_000_000_000 + 1;
        assertThat(asked()).isLessThanOrEqualTo(seconds + 1);
    }

    @Test
    void many_connections_with_one_key_at_once_ask_once() {
        start("REQUIRE_AUTH", "true");
        Script.Gate gate = new Script.Gate();
        bridge.orchestrator().next(Endpoint.VALIDATE, Script.mute().await(gate).then(good("laptop")));
        List<TestClient> clients = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            clients.add(connect(KEY));
        }
        assertThat(clients.get(99).hears(300)).as("a frame before the verdict").isFalse();
        gate.open();
        clients.forEach(TestClient::session);
        clients.forEach(TestClient::close);
        assertThat(asked()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {KEY, ""})
    void a_verdict_that_came_from_trust_in_an_address_opens_the_door_nowhere_else(String key) {
        start("TRUSTED_PROXIES", "127.0.0.1");
        bridge.orchestrator()
                .always(
                        Endpoint.VALIDATE,
                        request -> "192.168.1.7".equals(request.header("X-Forwarded-For"))
                                ? good("trusted-network")
                                : Script.refusal(401, "Invalid API key"));
        for (int i = 0; i < 3; i++) {
            try (TestClient home = connect(key, "192.168.1.7")) {
                home.session();
            }
            try (TestClient away = connect(key, "203.0.113.9")) {
                if (key.isEmpty()) {
                    away.say("hi"); // where a key is needed first
                }
                assertThat(away.next("error").getString("code")).isEqualTo("unauthorized");
                assertThat(away.closeCode()).isEqualTo(4001);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "203.0.113.9 | 203.0.113.9",
                "192.168.1.7, 203.0.113.9 | 203.0.113.9",
                "203.0.113.9, 10.1.2.3 | 203.0.113.9",
                "203.0.113.9:4711 | 203.0.113.9",
                "[2001:db8::9]:4711 | 2001:db8::9",
                "[2001:db8::9] | 2001:db8::9",
                "2001:db8::9 | 2001:db8::9",
                "192.168.1.7, unknown | unknown",
                "192.168.1.7, | unknown",
                "127.0.0.1, trusted.example | unknown",
                "127.0.0.1\tx | unknown",
            })
    void the_last_address_that_is_no_proxy_of_ours_counts_and_never_a_proxys_own(String header, String told) {
        start("TRUSTED_PROXIES", "127.0.0.1,10.0.0.0/8");
        try (TestClient client = connect(KEY, header)) {
            client.session();
        }
        assertThat(bridge.request(Endpoint.VALIDATE, 0).headers().getAll("X-Forwarded-For"))
                .containsExactly(told);
    }

    @Test
    void what_an_untrusted_peer_says_of_its_address_is_not_passed_on() {
        start();
        try (TestClient client = connect(KEY, "192.168.1.7")) {
            client.session();
        }
        assertThat(bridge.request(Endpoint.VALIDATE, 0).headers().getAll("X-Forwarded-For"))
                .containsExactly("127.0.0.1");
    }

    @ParameterizedTest
    @CsvSource({"AGENTS, 401", "AGENTS, 403", "STREAM, 401", "STREAM, 403"})
    void a_key_refused_in_a_turn_is_asked_about_and_a_bad_verdict_ends_the_connection(Endpoint endpoint, int status) {
        start();
        try (TestClient client = connect(KEY);
                TestClient second = connect(KEY)) {
            client.session();
            second.session();
            keys.remove(KEY);
            bridge.orchestrator().next(endpoint, Script.refusal(status, "Invalid API key"));
            client.say("hi");
            assertThat(client.error().getString("code")).isEqualTo("upstream_4xx");
            assertThat(client.next("error").getString("code")).isEqualTo("token_expired");
            assertThat(client.closeCode()).isEqualTo(4012);
            assertThat(second.next("error").getString("code"))
                    .as("and every other with this key")
                    .isEqualTo("token_expired");
            assertThat(second.closeCode()).isEqualTo(4012);
        }
        assertThat(asked()).isLessThanOrEqualTo(3);
    }

    @Test
    void a_good_key_refused_in_a_turn_stays() {
        start();
        try (TestClient client = connect(KEY)) {
            client.session();
            bridge.orchestrator().next(Endpoint.STREAM, Script.refusal(403, "Not your agent"));
            client.say("hi");
            assertThat(client.error().getString("code")).isEqualTo("upstream_4xx");
            eventually("it is asked about", () -> asked() == 2);
            client.say("again");
            assertThat(client.answer()).isEqualTo("ok");
        }
    }

    @Test
    void a_key_refused_in_a_turn_stays_while_nobody_can_say_whether_it_is_good() {
        start();
        try (TestClient client = connect(KEY)) {
            client.session();
            bridge.orchestrator().always(Endpoint.VALIDATE, Script.refusal(500, "away"));
            bridge.orchestrator().next(Endpoint.STREAM, Script.refusal(401, "Invalid API key"));
            client.say("hi");
            assertThat(client.error().getString("code")).isEqualTo("upstream_4xx");
            eventually("it is asked about", () -> asked() >= 2);
            client.say("again");
            assertThat(client.answer()).isEqualTo("ok");
        }
    }

    @Test
    void where_keys_are_off_a_refused_one_is_asked_about_by_nobody() {
        start("REQUIRE_AUTH", "false");
        keys.clear();
        try (TestClient client = connect(KEY)) {
            client.session();
            for (int i = 0; i < 3; i++) {
                bridge.orchestrator().next(Endpoint.STREAM, Script.refusal(401, "Invalid API key"));
                client.say("hi");
                assertThat(client.error().getString("code")).isEqualTo("upstream_4xx");
            }
            assertThat(client.hears(1_500)).as("a frame after the errors").isFalse();
            client.say("again");
            assertThat(client.answer()).isEqualTo("ok");
        }
        assertThat(asked()).isZero();
    }

    @Test
    void clients_that_go_while_their_key_is_judged_leave_nothing_behind() {
        start("WS_MAX_CONNECTIONS", "20");
        Script.Gate gate = new Script.Gate();
        bridge.orchestrator()
                .always(Endpoint.VALIDATE, request -> Script.mute().await(gate).then(good("laptop")));
        for (int i = 0; i < 20; i++) {
            connect("sk-nova-hasty-" + i).vanish();
        }
        // Every place is free again although no verdict has come yet.
        eventually("there is room", () -> {
            try (TestClient client = connect("sk-nova-patient")) {
                return !client.hears(200);
            }
        });
        gate.open();
        assertComesIn(KEY);
    }

    private void assertComesIn(String key) {
        try (TestClient client = connect(key)) {
            client.session();
            client.say("hi");
            assertThat(client.answer()).isEqualTo("ok");
        }
    }

    private void assertTurnedAway(String key) {
        try (TestClient client = connect(key)) {
            assertThat(client.next("error").getString("code")).isEqualTo("unauthorized");
            assertThat(client.closeCode()).isEqualTo(4001);
        }
    }

    private TestClient connect(String key) {
        return bridge.client("", "X-API-Key", key);
    }

    private TestClient connect(String key, String address) {
        return key.isEmpty()
                ? bridge.client("", "X-Forwarded-For", address)
                : bridge.client("", "X-API-Key", key, "X-Forwarded-For", address);
    }

    private long asked() {
        return bridge.orchestrator().requests(Endpoint.VALIDATE);
    }

    private Script validate(Recorded request) {
        String key = request.header("X-API-Key");
        return key != null && keys.contains(key) ? good("laptop") : Script.refusal(401, "Invalid API key");
    }

    private static Script good(String name) {
        return Script.json(200, new JsonObject().put("valid", true).put("name", name));
    }
}
