package nova.chat.edge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static nova.chat.testing.Get.bytes;
import static nova.chat.testing.Get.method;
import static nova.chat.testing.Service.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import nova.chat.testing.Get;
import nova.chat.testing.RawRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Header by header, on files made up for it. The page itself is in {@code endtoend.PageTest}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PagesTest {
    private static final String LONG = "const word = 'word';\n".repeat(100);
    private static final Map<String, byte[]> FILES = Map.of(
            "/index.html", ("<!doctype html><script src=\"a.js\"></script>" + LONG).getBytes(UTF_8),
            "/a.js", LONG.getBytes(UTF_8),
            "/icon.svg", LONG.getBytes(UTF_8),
            "/short.css", "1".getBytes(UTF_8),
            "/client.js", ("// client\n" + LONG).getBytes(UTF_8),
            "/client.d.ts", ("// types\n" + LONG).getBytes(UTF_8),
            "/client/part.js", ("// part\n" + LONG).getBytes(UTF_8),
            "/clients.js", LONG.getBytes(UTF_8),
            "/vendor/some-1.2.3/some.js", ("// vendor\n" + LONG).getBytes(UTF_8),
            "/vendor/NOTICES", LONG.getBytes(UTF_8));

    private static final Pattern NAMED = Pattern.compile("src=\"(ui/[0-9a-f]{10})/a\\.js\"");

    private final Vertx vertx = Vertx.vertx();
    private int port;

    @BeforeAll
    void start() {
        Pages pages = new Pages(new Replies(new Origins(List.of("https://good.example"))), FILES);
        HttpServer server = vertx.createHttpServer().requestHandler(request -> pages.serve(request, request.path()));
        port = await(server.listen(0, "127.0.0.1")).actualPort();
    }

    @AfterAll
    void stop() {
        await(vertx.close());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/icon.svg"})
    void what_a_browser_shows_by_itself_has_every_fence_there_is(String path) {
        HttpResponse<byte[]> file = bytes(port, path);
        assertThat(header(file, "content-security-policy"))
                .isEqualTo("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
                        + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
                        + "require-trusted-types-for 'script'; trusted-types 'none'");
        assertThat(header(file, "x-frame-options")).isEqualTo("DENY");
        assertThat(header(file, "referrer-policy")).isEqualTo("no-referrer");
        assertThat(header(file, "permissions-policy"))
                .isEqualTo("camera=(), microphone=(), geolocation=(), payment=()");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/a.js", "/short.css", "/clients.js", "/client.js", "/client.d.ts", "/vendor/some-1.2.3/some.js"
            })
    void what_only_a_document_obeys_is_not_sent_with_its_parts(String path) {
        assertThat(bytes(port, path, "Sec-Fetch-Mode", "cors").headers().map())
                .doesNotContainKeys(
                        "content-security-policy",
                        "permissions-policy",
                        "cross-origin-opener-policy",
                        "x-frame-options",
                        "referrer-policy");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/a.js", "/short.css", "/clients.js", "/icon.svg", "/vendor/some-1.2.3/some.js"})
    void our_own_files_are_for_our_own_page_and_what_they_say_they_are(String path) {
        HttpResponse<byte[]> file = bytes(port, path);
        assertThat(header(file, "x-content-type-options")).isEqualTo("nosniff");
        assertThat(header(file, "cross-origin-resource-policy")).isEqualTo("same-origin");
        assertThat(header(file, "vary")).isEqualTo("Origin, Accept-Encoding");
        assertThat(header(file, "access-control-allow-origin")).isEmpty();
        Instant date = DateTimeFormatter.RFC_1123_DATE_TIME.parse(header(file, "date"), Instant::from);
        assertThat(date).isCloseTo(Instant.now(), within(5, ChronoUnit.MINUTES));
        assertThat(header(file, "date")).hasSize("Sun, 06 Nov 1994 08:49:37 GMT".length());
    }

    @Test
    void the_opener_is_cut_off_where_a_browser_would_heed_it() {
        assertThat(header(bytes(port, "/", "Sec-Fetch-Mode", "navigate"), "cross-origin-opener-policy"))
                .isEqualTo("same-origin");
        assertThat(header(bytes(port, "/"), "cross-origin-opener-policy")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/client.js", "/client.d.ts", "/client/part.js"})
    void the_client_is_for_every_page_and_for_none_with_its_users_credentials(String path) {
        for (String origin : List.of("https://good.example", "https://bad.example", "null")) {
            HttpResponse<byte[]> file = bytes(port, path, "Origin", origin, "Sec-Fetch-Mode", "cors");
            assertThat(header(file, "access-control-allow-origin")).isEqualTo("*");
            assertThat(header(file, "access-control-allow-credentials")).isEmpty();
            assertThat(header(file, "cross-origin-resource-policy")).isEqualTo("cross-origin");
            assertThat(header(file, "vary")).isEqualTo("Accept-Encoding");
            assertThat(header(file, "x-content-type-options")).isEqualTo("nosniff");
            assertThat(header(file, "cache-control")).isEqualTo("no-cache");
        }
    }

    @Test
    void our_own_files_follow_the_rule_for_origins() {
        assertThat(header(bytes(port, "/a.js", "Origin", "https://good.example"), "access-control-allow-origin"))
                .isEqualTo("https://good.example");
        assertThat(header(bytes(port, "/a.js", "Origin", "https://bad.example"), "access-control-allow-origin"))
                .isEmpty();
    }

    @Test
    void what_has_no_edition_in_its_path_is_asked_about_each_time() {
        for (String path : List.of("/", "/a.js", "/client.js")) {
            assertThat(header(bytes(port, path), "cache-control")).as(path).isEqualTo("no-cache");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a.js", "/icon.svg", "/client.js", "/client/part.js", "/vendor/NOTICES"})
    void what_lies_in_the_folder_of_this_edition_is_the_same_file_and_kept_for_ever(String path) {
        HttpResponse<byte[]> kept = bytes(port, folder() + path);
        HttpResponse<byte[]> plain = bytes(port, path);
        assertThat(header(kept, "cache-control")).isEqualTo("public, max-age=31536000, immutable");
        assertThat(kept.body()).isEqualTo(plain.body());
        for (String name : plain.headers().map().keySet()) {
            if (!name.matches("cache-control|date")) {
                assertThat(header(kept, name)).as(name).isEqualTo(header(plain, name));
            }
        }
    }

    @Test
    void what_has_a_version_in_its_folders_name_is_kept_wherever_it_is_asked_for() {
        assertThat(header(bytes(port, "/vendor/some-1.2.3/some.js"), "cache-control"))
                .isEqualTo("public, max-age=31536000, immutable");
        assertThat(header(bytes(port, "/vendor/NOTICES"), "cache-control")).isEqualTo("no-cache");
    }

    /** Also where it has no such file: the other version may be the newer one. */
    @ParameterizedTest
    @ValueSource(strings = {"/a.js", "/new.js"})
    void what_lies_in_the_folder_of_another_edition_is_to_be_asked_for_again_elsewhere(String path) {
        for (int attempt = 0; attempt < 12; attempt++) {
            HttpResponse<byte[]> answer = bytes(port, "/ui/0123456789" + path + (attempt == 0 ? "" : "?" + attempt));
            assertThat(answer.statusCode()).isEqualTo(307);
            assertThat(header(answer, "location")).isEqualTo("?" + (attempt + 1));
            assertThat(header(answer, "cache-control")).isEqualTo("no-store");
        }
    }

    /** The test's end is that the server closes: nothing in the request asks for it. */
    @Test
    void whoever_asks_again_does_so_on_another_connection() {
        String answer = RawRequest.sendBytes(port, "GET /ui/0123456789/a.js HTTP/1.1\r\nHost: chat\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 307 ");
    }

    @Test
    void what_nobody_else_has_is_served_as_it_is_here_and_not_kept() {
        HttpResponse<byte[]> file = bytes(port, "/ui/0123456789/a.js?12");
        assertThat(file.statusCode()).isEqualTo(200);
        assertThat(file.body()).isEqualTo(FILES.get("/a.js"));
        assertThat(header(file, "cache-control")).isEqualTo("no-cache");
        assertThat(bytes(port, "/ui/0123456789/new.js?12").statusCode()).isEqualTo(404);
    }

    @Test
    void what_is_packed_says_so_and_has_a_tag_of_its_own() {
        HttpResponse<byte[]> plain = bytes(port, "/a.js");
        HttpResponse<byte[]> packed = bytes(port, "/a.js", "Accept-Encoding", "gzip, br");
        assertThat(header(plain, "content-encoding")).isEmpty();
        assertThat(header(packed, "content-encoding")).isEqualTo("gzip");
        assertThat(header(packed, "content-type")).isEqualTo(header(plain, "content-type"));
        assertThat(header(packed, "vary")).isEqualTo(header(plain, "vary"));
        assertThat(header(packed, "content-length")).isEqualTo(Integer.toString(packed.body().length));
        assertThat(packed.body()).hasSizeLessThan(plain.body().length);
        assertThat(Get.gunzip(packed.body())).isEqualTo(plain.body()).isEqualTo(FILES.get("/a.js"));
        assertThat(List.of(header(plain, "etag"), header(packed, "etag")))
                .allMatch(tag -> tag.matches("\"[^\"]+\""))
                .doesNotHaveDuplicates();
    }

    @Test
    void what_would_not_get_smaller_comes_as_it_is() {
        HttpResponse<byte[]> file = bytes(port, "/short.css", "Accept-Encoding", "gzip");
        assertThat(header(file, "content-encoding")).isEmpty();
        assertThat(file.body()).isEqualTo(FILES.get("/short.css"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "gzip"})
    void what_is_known_already_does_not_come_twice(String encoding) {
        HttpResponse<byte[]> file = bytes(port, "/a.js", "Accept-Encoding", encoding);
        String tag = header(file, "etag");
        for (String known :
                List.of(tag, "W/" + tag, "\"other\", " + tag, "\"other\",W/" + tag + " , \"more\"", "*", " * ")) {
            HttpResponse<byte[]> again =
                    bytes(port, "/a.js", "Accept-Encoding", encoding, "If-None-Match", known, "Sec-Fetch-Mode", "cors");
            assertThat(again.statusCode()).as(known).isEqualTo(304);
            assertThat(again.body()).isEmpty();
            for (String kept : List.of("etag", "vary", "cache-control", "cross-origin-resource-policy")) {
                assertThat(header(again, kept)).as(kept).isEqualTo(header(file, kept));
            }
            assertThat(header(again, "date")).isNotEmpty();
            assertThat(header(again, "content-encoding")).isEmpty();
            assertThat(header(again, "content-type")).isEmpty();
        }
        HttpResponse<byte[]> listed =
                bytes(port, "/a.js", "Accept-Encoding", encoding, "If-None-Match", "\"x\"", "If-None-Match", tag);
        assertThat(listed.statusCode()).isEqualTo(304);
    }

    @Test
    void a_page_that_is_known_already_keeps_its_fences() {
        HttpResponse<byte[]> page = bytes(port, "/");
        HttpResponse<byte[]> again = bytes(port, "/", "If-None-Match", header(page, "etag"));
        assertThat(again.statusCode()).isEqualTo(304);
        for (String kept : List.of("content-security-policy", "x-frame-options", "referrer-policy")) {
            assertThat(header(again, kept)).as(kept).isNotEmpty().isEqualTo(header(page, kept));
        }
    }

    @Test
    void another_file_or_the_other_form_of_it_is_not_known() {
        String plain = header(bytes(port, "/a.js"), "etag");
        String packed = header(bytes(port, "/a.js", "Accept-Encoding", "gzip"), "etag");
        for (String other : List.of(packed, "\"other\"", plain.replace("\"", ""), "", "\"", "W/", "\"*\"", "*, *")) {
            assertThat(bytes(port, "/a.js", "If-None-Match", other).statusCode())
                    .as(other)
                    .isEqualTo(200);
        }
        assertThat(bytes(port, "/a.js", "If-None-Match", plain, "Accept-Encoding", "gzip")
                        .statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "gzip"})
    void head_says_all_that_get_does(String encoding) {
        HttpResponse<byte[]> whole = bytes(port, "/a.js", "Accept-Encoding", encoding);
        HttpResponse<String> head = method("HEAD", port, "/a.js", "Accept-Encoding", encoding);
        assertThat(head.body()).isEmpty();
        for (String name : whole.headers().map().keySet()) {
            if (!name.equalsIgnoreCase("date")) {
                assertThat(head.headers().allValues(name))
                        .as(name)
                        .isEqualTo(whole.headers().allValues(name));
            }
        }
        String tag = header(whole, "etag");
        assertThat(method("HEAD", port, "/a.js", "Accept-Encoding", encoding, "If-None-Match", tag)
                        .statusCode())
                .isEqualTo(304);
    }

    @Test
    void a_304_is_a_head_and_no_byte_more() {
        String answer = RawRequest.send(port, "GET /a.js HTTP/1.1", "If-None-Match: *");
        assertThat(answer)
                .startsWith("HTTP/1.1 304 ")
                .containsOnlyOnce("\r\n\r\n")
                .endsWith("\r\n\r\n");
        assertThat(answer).doesNotContainIgnoringCase("content-length: 0", "transfer-encoding");
    }

    /** As the page names it. */
    private String folder() {
        Matcher named = NAMED.matcher(new String(bytes(port, "/").body(), UTF_8));
        assertThat(named.find()).isTrue();
        return "/" + named.group(1);
    }

    private static String header(HttpResponse<?> response, String name) {
        return String.join(" | ", response.headers().allValues(name));
    }
}
