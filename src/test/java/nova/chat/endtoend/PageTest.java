package nova.chat.endtoend;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static nova.chat.testing.Get.bytes;
import static nova.chat.testing.Get.get;
import static nova.chat.testing.Get.gunzip;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import nova.chat.testing.Get;
import nova.chat.testing.PageSources;
import nova.chat.testing.RawRequest;
import nova.chat.testing.Service;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page as it is served, whatever files it has. Single headers are in {@code edge.PagesTest}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PageTest {
    private static final Pattern ATTRIBUTES_THAT_RUN = Pattern.compile("(?i)\\s(style|on[a-z]+)\\s*=");
    private static final Pattern ELEMENTS_WITH_CODE = Pattern.compile("(?is)<style|<script(?![^>]*\\ssrc=)");
    private static final Pattern FROM_ELSEWHERE =
            Pattern.compile("(?i)(src|href|srcset|action|data)\\s*=\\s*['\"]?\\s*([a-z]+:)?//");

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

    @TestFactory
    Stream<DynamicTest> every_file_is_served_with_its_own_bytes() {
        return PageSources.all().entrySet().stream()
                .map(file -> DynamicTest.dynamicTest(file.getKey(), () -> isServed(file.getKey(), file.getValue())));
    }

    private void isServed(String path, byte[] source) {
        HttpResponse<byte[]> plain = bytes(port, path);
        assertThat(plain.statusCode()).isEqualTo(200);
        assertThat(PageSources.asWritten(plain.body())).isEqualTo(source);
        assertThat(header(plain, "content-type")).matches("text/[a-z]+; charset=utf-8|image/[a-z+]+");
        HttpResponse<byte[]> asked = bytes(port, path + "?version=1&x=%2e%2e", "Accept-Encoding", "gzip");
        boolean packed = header(asked, "content-encoding").equals("gzip");
        assertThat(packed ? gunzip(asked.body()) : asked.body()).isEqualTo(plain.body());
        String tag = header(asked, "etag");
        assertThat(bytes(port, path, "Accept-Encoding", "gzip", "If-None-Match", tag)
                        .statusCode())
                .isEqualTo(304);
        assertThat(Get.method("HEAD", port, path).statusCode()).isEqualTo(200);
        assertThat(Get.method("POST", port, path).statusCode()).isEqualTo(405);
    }

    @Test
    void the_page_holds_no_code_itself_and_takes_nothing_from_elsewhere() {
        String page = get(port, "/").body();
        assertThat(page).contains("<script ").doesNotContainPattern(ATTRIBUTES_THAT_RUN);
        assertThat(page).doesNotContainPattern(ELEMENTS_WITH_CODE).doesNotContainPattern(FROM_ELSEWHERE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/client.js", "/client.d.ts", "/client/session.js"})
    void a_page_that_may_not_connect_may_import_the_client_all_the_same(String path) {
        HttpResponse<byte[]> client = bytes(port, path, "Origin", "https://bad.example");
        assertThat(client.statusCode()).isEqualTo(200);
        assertThat(header(client, "access-control-allow-origin")).isEqualTo("*");
        assertThat(header(client, "cross-origin-resource-policy")).isEqualTo("cross-origin");
        assertThat(header(bytes(port, "/", "Origin", "https://bad.example"), "access-control-allow-origin"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/index.html",
                "/ui/index.html",
                "/ui/0123456789",
                "/ui/0123456789/",
                "/ui/0123456789/index.html?12",
                "/ui/0123456789/../client.d.ts?12",
                "/ui/0123456789/ui/0123456789/client.d.ts?12",
                "/client.d.ts/",
                "//client.d.ts",
                "/./client.d.ts",
                "/css/../client.d.ts",
                "/client%2Ed.ts",
                "/%63lient.d.ts",
                "/client.d.ts%00",
                "/client.d.ts%20",
                "/CLIENT.D.TS",
                "/client.d.ts;v=1",
                "/vendor",
                "/vendor/",
                "/css",
                "/../client.d.ts",
                "/..%2fclient.d.ts",
                "/..\\client.d.ts",
                "/../pom.xml",
                "/../nova/chat/Main.class",
                "/nova/chat/store/begin.lua",
                "/META-INF/MANIFEST.MF",
                "/.."
            })
    void a_file_has_one_address_in_each_folder_and_there_is_nothing_beside_them(String path) {
        assertThat(RawRequest.send(port, "GET " + path + " HTTP/1.1")).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void a_peer_that_speaks_http_1_0_gets_the_page_too() {
        String answer = RawRequest.sendBytes(port, "GET / HTTP/1.0\r\n\r\n");
        assertThat(answer).matches("(?s)HTTP/1\\.[01] 200 .*");
        assertThat(PageSources.asWritten(
                        answer.substring(answer.indexOf("\r\n\r\n") + 4).getBytes(ISO_8859_1)))
                .isEqualTo(PageSources.all().get("/"));
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }
}
