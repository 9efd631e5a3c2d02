package nova.chat.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import nova.chat.testing.Bridge;
import nova.chat.testing.TestClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which web pages may connect, and which may read our answers: over real sockets, by hand-written requests. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OriginCheckTest {
    private final Bridge listed = Bridge.start(
            "CORS_ALLOWED_ORIGINS", " https://app.example/ , http://localhost:3000,,HTTPS://Upper.Example");
    private final Bridge open = Bridge.start();
    private final int port = listed.service().port();

    @AfterAll
    void stop() {
        listed.close();
        open.close();
    }

    static List<String> foreign() {
        return List.of(
                "https://evil.example",
                "http://app.example",
                "https://app.example:8443",
                "https://app.example.evil.example",
                "https://evilapp.example",
                "https://sub.app.example",
                "https://app.example@evil.example",
                "https://evil.example#https://app.example",
                "https://app.example/path",
                "https://user@app.example",
                "https://app.example, https://evil.example",
                "http://localhost:30001",
                "http://localhost:3000.evil.example",
                "http://127.0.0.1",
                "http://127.0.0.1.evil.example",
                "null",
                "*",
                "file://",
                "app.example",
                "garbage");
    }

    static List<String> ours() {
        return List.of(
                "https://app.example",
                "HTTPS://APP.example",
                "https://app.example:443",
                "http://localhost:3000",
                "https://upper.example");
    }

    @ParameterizedTest
    @MethodSource("foreign")
    void a_foreign_page_is_refused_before_the_upgrade_and_reads_nothing(String origin) throws Exception {
        List<String> handshake = Raw.upgrade(port, "/ws/chat", "Origin: " + origin);
        assertThat(Raw.status(handshake)).isEqualTo(403);
        assertThat(handshake).noneMatch(line -> line.startsWith("sec-websocket-accept"));
        assertThat(Raw.header(handshake, "access-control-allow-origin")).isEmpty();
        for (String uri : List.of("/health/live", "/health/ready", "/", "/nowhere")) {
            List<String> answer = Raw.request(port, "GET", uri, "Origin: " + origin);
            assertThat(Raw.header(answer, "access-control-allow-origin"))
                    .as(uri)
                    .isEmpty();
            assertThat(Raw.header(answer, "access-control-allow-credentials"))
                    .as(uri)
                    .isEmpty();
            assertThat(Raw.header(answer, "vary"))
                    .as(uri)
                    .singleElement()
                    .asString()
                    .startsWith("Origin");
        }
    }

    @ParameterizedTest
    @MethodSource("ours")
    void a_listed_page_connects_and_reads(String origin) throws Exception {
        assertThat(Raw.status(port, "/ws/chat", "Origin: " + origin)).isEqualTo(101);
        assertReads(Raw.request(port, "GET", "/health/live", "Origin: " + origin), origin);
    }

    @Test
    void our_own_page_connects_whatever_is_listed() throws Exception {
        assertThat(Raw.status(port, "/ws/chat", "Origin: http://127.0.0.1:" + port))
                .isEqualTo(101);
        assertThat(Raw.status(port, "/ws/chat", "Origin: https://127.0.0.1:" + port))
                .as("behind a proxy that ends TLS")
                .isEqualTo(101);
    }

    @Test
    void no_origin_passes_for_it_is_no_browser() throws Exception {
        assertThat(Raw.status(port, "/ws/chat")).isEqualTo(101);
        assertThat(Raw.status(Raw.request(port, "GET", "/health/live"))).isEqualTo(200);
    }

    @Test
    void an_empty_origin_or_a_second_one_is_refused_even_where_all_may_connect() throws Exception {
        for (int each : List.of(port, open.service().port())) {
            for (String[] headers : List.of(
                    new String[] {"Origin:"},
                    new String[] {"Origin:  "},
                    new String[] {"Origin: https://app.example", "Origin: https://app.example"},
                    new String[] {"Origin: https://app.example, https://app.example"},
                    new String[] {"Origin: https://app.example https://evil.example"},
                    new String[] {"Origin: https://app.example", "origin: https://evil.example"},
                    new String[] {"Origin: https://evil.example", "ORIGIN: https://app.example"})) {
                assertThat(Raw.status(each, "/ws/chat", headers)).isEqualTo(403);
                assertThat(Raw.header(Raw.request(each, "GET", "/health/live", headers), "access-control-allow-origin"))
                        .isEmpty();
            }
        }
    }

    @Test
    void by_default_every_page_may_connect_and_is_named_never_starred() throws Exception {
        int anyone = open.service().port();
        for (String origin : Stream.concat(ours().stream(), Stream.of("https://evil.example", "null"))
                .toList()) {
            assertThat(Raw.status(anyone, "/ws/chat", "Origin: " + origin)).isEqualTo(101);
            assertReads(Raw.request(anyone, "GET", "/health/live", "Origin: " + origin), origin);
        }
        List<String> without = Raw.request(anyone, "GET", "/health/live");
        assertThat(Raw.header(without, "access-control-allow-origin")).doesNotContain("*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health/live", "/health/ready", "/ws/chat", "/"})
    void a_browser_that_asks_whether_it_may_ask_is_told(String uri) throws Exception {
        String[] asks = {
            "Origin: https://app.example",
            "Access-Control-Request-Method: GET",
            "Access-Control-Request-Headers: x-api-key,authorization"
        };
        List<String> answer = Raw.request(port, "OPTIONS", uri, asks);
        assertThat(Raw.status(answer)).isEqualTo(204);
        assertReads(answer, "https://app.example");
        assertThat(Raw.header(answer, "access-control-allow-methods").get(0)).contains("GET");
        assertThat(Raw.header(answer, "access-control-allow-headers")).containsExactly("x-api-key,authorization");
        asks[0] = "Origin: https://evil.example";
        assertThat(Raw.header(Raw.request(port, "OPTIONS", uri, asks), "access-control-allow-origin"))
                .isEmpty();
    }

    @Test
    void after_all_the_refusals_a_good_page_is_served() {
        try (TestClient client = listed.client("", "Origin", "https://app.example")) {
            client.session();
        }
    }

    private static void assertReads(List<String> answer, String origin) {
        assertThat(Raw.header(answer, "access-control-allow-origin")).containsExactly(origin);
        assertThat(Raw.header(answer, "access-control-allow-credentials")).containsExactly("true");
        assertThat(Raw.header(answer, "vary")).singleElement().asString().startsWith("Origin");
    }
}
