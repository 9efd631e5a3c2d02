package nova.chat.endtoend;

import static nova.chat.testing.Get.get;
import static nova.chat.testing.Get.json;
import static nova.chat.testing.Get.method;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import nova.chat.testing.RawRequest;
import nova.chat.testing.Service;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the service says to plain HTTP: clear refusals. The page is in {@link PageTest}, health in {@link HealthTest}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpTest {
    private Service service;
    private int port;

    @BeforeAll
    void start() {
        service =
                Service.start("ORCHESTRATOR_URL", "http://127.0.0.1:1", "CORS_ALLOWED_ORIGINS", "https://good.example");
        port = service.port();
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/client.d.ts", "/health/live", "/health/ready", "/nothing", "/ws/chat"})
    void head_answers_as_get_does_but_for_the_body(String path) {
        HttpResponse<String> whole = get(port, path);
        String head = RawRequest.send(port, "HEAD " + path + " HTTP/1.1");
        assertThat(head).startsWith("HTTP/1.1 " + whole.statusCode() + " ").endsWith("\r\n\r\n");
        assertThat(head).containsOnlyOnce("\r\n\r\n");
        int length = whole.body().getBytes(StandardCharsets.UTF_8).length;
        assertThat(head).containsIgnoringCase("\r\ncontent-length: " + length + "\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nothing", "/health", "/health/live/", "/index.html", "/ui/", "/WS/CHAT", "/client.d.ts/"})
    void what_is_not_there_is_a_404_in_json(String path) {
        assertThat(get(port, path).statusCode()).isEqualTo(404);
        assertThat(json(get(port, path)).getString("detail")).isNotBlank();
        assertThat(header(get(port, path), "content-type")).isEqualTo("application/json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH"})
    void what_only_reads_refuses_to_be_written_by_a_405_in_json(String method) {
        for (String path : new String[] {"/", "/health/live", "/health/ready", "/ws/chat"}) {
            HttpResponse<String> refused = method(method, port, path);
            assertThat(refused.statusCode()).as(path).isEqualTo(405);
            assertThat(header(refused, "allow")).isEqualTo("GET, HEAD, OPTIONS");
            assertThat(json(refused).getString("detail")).isNotBlank();
        }
    }

    @Test
    void a_preflight_lets_a_listed_page_ask_with_credentials_and_no_other() {
        String[] asks = {"Access-Control-Request-Method", "GET", "Access-Control-Request-Headers", "x-api-key"};
        HttpResponse<String> good = method("OPTIONS", port, "/health/ready", with(asks, "https://good.example"));
        assertThat(good.statusCode()).isEqualTo(204);
        assertThat(header(good, "access-control-allow-origin")).isEqualTo("https://good.example");
        assertThat(header(good, "access-control-allow-credentials")).isEqualTo("true");
        assertThat(header(good, "access-control-allow-methods")).contains("GET");
        assertThat(header(good, "access-control-allow-headers")).isEqualTo("x-api-key");
        assertThat(header(good, "vary")).isEqualTo("Origin");
        HttpResponse<String> foreign = method("OPTIONS", port, "/health/ready", with(asks, "https://bad.example"));
        assertThat(header(foreign, "access-control-allow-origin")).isEmpty();
        assertThat(header(foreign, "access-control-allow-credentials")).isEmpty();
        assertThat(header(foreign, "vary")).isEqualTo("Origin");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/health/live", "/health/ready", "/nothing", "/ws/chat", "/favicon.ico"})
    void what_a_browser_shows_may_not_be_sniffed_or_framed(String path) {
        assertThat(header(get(port, path), "x-content-type-options")).isEqualTo("nosniff");
        assertThat(header(get(port, path), "x-frame-options")).isEqualTo("DENY");
        assertThat(get(port, path).headers().firstValue("server")).isEmpty();
    }

    @Test
    void a_browser_that_asks_for_an_icon_is_told_that_there_is_none() {
        HttpResponse<String> icon = get(port, "/favicon.ico");
        assertThat(icon.statusCode()).isEqualTo(204);
        assertThat(icon.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//",
                "///",
                "/../",
                "/..%2f..%2fetc/passwd",
                "/%2e",
                "/%2e%2e/%2e%2e/",
                "/%",
                "/%zz",
                "/%00",
                "/\\",
                "/?",
                "/??",
                "/#",
                "*",
                "http://chat/",
                "http://chat",
                "/ui/../client.d.ts",
                "/;x=1",
                "/\u00e9",
                "x",
                "?",
                "/health/ready?strict=%zz",
                "/ws/chat?session_id=%zz&token=%"
            })
    void an_odd_path_is_never_an_error_of_ours(String path) {
        assertThat(RawRequest.send(port, "GET " + path + " HTTP/1.1")).matches("(?s)HTTP/1\\.1 (200|4\\d\\d) .*");
        assertThat(RawRequest.send(port, "OPTIONS " + path + " HTTP/1.1")).matches("(?s)HTTP/1\\.1 (2|4)\\d\\d .*");
        assertThat(get(port, "/health/live").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(ints = {4_000, 8_000, 8_192, 20_000, 200_000})
    void a_long_path_is_refused_and_costs_nobody_else(int length) {
        String answer = RawRequest.send(port, "GET /" + "a".repeat(length) + " HTTP/1.1");
        assertThat(answer).matches("(?s)(HTTP/1\\.[01] 4\\d\\d .*)?");
        assertThat(get(port, "/health/live").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\u0001b", "a\u000bb", "a\u0000b", "\u00e9", "a\tb", "\"", "*", "W/"})
    void an_odd_header_is_never_an_error_of_ours(String value) {
        for (String name : new String[] {"Origin", "Access-Control-Request-Headers", "If-None-Match", "Upgrade"}) {
            for (String method : new String[] {"GET", "OPTIONS"}) {
                String answer = RawRequest.send(port, method + " / HTTP/1.1", name + ": " + value);
                assertThat(answer).as(method + " " + name).matches("(?s)HTTP/1\\.1 (2\\d\\d|304|4\\d\\d) .*");
            }
        }
    }

    private static String[] with(String[] headers, String origin) {
        String[] all = java.util.Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "Origin";
        all[headers.length + 1] = origin;
        return all;
    }

    private static String header(HttpResponse<String> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }
}
