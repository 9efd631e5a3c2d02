package nova.chat.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import nova.chat.testing.Bridge;
import nova.chat.testing.Get;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What Chromium loads, to show the page: all of it from here, none in vain, and little. */
@Tag("browser")
class BudgetTest {
    private static final Path UI = Path.of("src", "main", "resources", "ui");

    /** For people, not for the page. */
    private static final Set<String> NOT_LOADED = Set.of("client.d.ts", "LICENSE", "SHA256SUMS");

    /** What travels, and what the browser reads: docs/decisions/0026. Whoever needs more takes something else away. */
    private static final int GZIPPED_BYTES_MAX = 90_000;

    private static final int RAW_BYTES_MAX = 235_000;

    private static final Map<String, Response> LOADED = new LinkedHashMap<>();
    private static final List<Response> RESPONSES = new ArrayList<>();
    private static Bridge bridge;
    private static ChatPage page;

    @BeforeAll
    static void load() {
        bridge = Bridge.start();
        page = Visitor.desktop().arrive();
        List<Response> heard = new ArrayList<>();
        page.page().onResponse(heard::add);
        page.go("http://127.0.0.1:" + bridge.service().port() + "/").awaitOpen();
        heard.stream().filter(response -> !response.url().startsWith("ws")).forEach(RESPONSES::add);
        RESPONSES.forEach(response -> LOADED.putIfAbsent(file(response.url()), response));
    }

    @AfterAll
    static void stop() {
        page.close();
        bridge.close();
    }

    @Test
    void all_of_it_is_there_and_has_its_type() {
        LOADED.forEach((path, response) -> {
            assertThat(response.status()).as(path).isEqualTo(200);
            var headers =
                    Get.get(bridge.service().port(), path).headers(); // Playwright keeps those of an icon to itself
            assertThat(headers.firstValue("content-type").orElse("")).as(path).startsWith(type(path));
            assertThat(headers.firstValue("x-content-type-options")).as(path).hasValue("nosniff");
        });
    }

    @Test
    void it_is_small() {
        int raw = LOADED.values().stream()
                .mapToInt(response -> response.body().length)
                .sum();
        int gzipped = LOADED.values().stream()
                .mapToInt(response -> gzipped(response.body()))
                .sum();
        assertThat(raw).as("bytes of %s", sizes()).isLessThan(RAW_BYTES_MAX);
        assertThat(gzipped).as("bytes, gzipped").isLessThan(GZIPPED_BYTES_MAX);
    }

    /** The page has said so, and its modules and style sheets, which do not say it again, keep to it. */
    @Test
    void nobody_is_told_where_a_request_comes_from() {
        assertThat(RESPONSES)
                .allSatisfy(response -> assertThat(response.request().headerValue("referer"))
                        .as(response.url())
                        .isNullOrEmpty());
    }

    @Test
    void nothing_that_is_served_is_left_unused() throws IOException {
        try (Stream<Path> files = Files.walk(UI)) {
            Set<String> served = files.filter(Files::isRegularFile)
                    .filter(file -> !NOT_LOADED.contains(file.getFileName().toString()))
                    .map(file -> "/" + UI.relativize(file).toString().replace('\\', '/'))
                    .map(path -> path.equals("/index.html") ? "/" : path)
                    .collect(Collectors.toCollection(TreeSet::new));
            assertThat(LOADED.keySet()).containsExactlyInAnyOrderElementsOf(served);
        }
    }

    /** Else the browser would learn of each module only from the one that imports it: a round trip a storey. */
    @Test
    void the_page_names_all_its_modules_at_once() {
        List<?> named = (List<?>) page.page()
                .evaluate("() => [...document.querySelectorAll('script[src], link[rel=modulepreload]')]"
                        + ".map((e) => e.src || e.href)");
        assertThat(LOADED.keySet().stream().filter(path -> path.endsWith(".js")).toList())
                .isSubsetOf(named.stream().map(url -> file(String.valueOf(url))).toList());
    }

    @Test
    void a_reload_asks_for_none_of_its_files_again() {
        try (ChatPage visit = ChatPage.open(bridge)) {
            assertThat(transferred(visit)).hasSizeGreaterThan(60);
            visit.reload().awaitOpen();
            assertThat(transferred(visit)).isEmpty();
        }
    }

    /** Of what the page loaded, all for which the browser asked the server. */
    private static List<?> transferred(ChatPage visit) {
        return (List<?>)
                visit.page()
                        .evaluate(
                                "() => performance.getEntriesByType('resource').filter((e) => e.transferSize).map((e) => e.name)");
    }

    /** By its plain path, without the folder of this edition. */
    private static String file(String url) {
        return URI.create(url).getPath().replaceFirst("^/ui/[0-9a-f]{10}/", "/");
    }

    private static String type(String path) {
        return switch (path.substring(path.lastIndexOf('.') + 1)) {
            case "js" -> "text/javascript";
            case "css" -> "text/css";
            case "svg" -> "image/svg+xml";
            default -> "text/html";
        };
    }

    private static int gzipped(byte[] body) {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.size();
    }

    private static String sizes() {
        return LOADED.entrySet().stream()
                .map(file -> file.getKey() + " " + file.getValue().body().length)
                .collect(Collectors.joining(", "));
    }
}
