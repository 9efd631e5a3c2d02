package nova.chat.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.Sizes;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import nova.chat.testing.Bridge;
import nova.chat.testing.Get;
import nova.chat.testing.RawRequest;
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

    /**
     * Of all answers to a first visit, heads and packed bodies: docs/decisions/0026. Whoever needs more takes something else
     * away.
     */
    private static final int TRAVELLING_BYTES_MAX = 130_000;

    /** Of these the bodies alone, and what the browser reads when they are unpacked. */
    private static final int PACKED_BYTES_MAX = 95_000;

    private static final int RAW_BYTES_MAX = 250_000;

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
        List.copyOf(heard).stream().filter(BudgetTest::travelled).forEach(RESPONSES::add);
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
        assertThat(raw).as("bytes of %s", sizes()).isLessThan(RAW_BYTES_MAX);
        assertThat(sum(sizes -> sizes.responseBodySize)).as("bytes, packed").isLessThan(PACKED_BYTES_MAX);
    }

    @Test
    void all_that_travels_is_little() {
        assertThat(sum(BudgetTest::whole)).as("bytes, heads too").isLessThan(TRAVELLING_BYTES_MAX);
    }

    @Test
    void the_browser_counts_what_came_over_the_wire() {
        assertThat(RESPONSES).hasSizeGreaterThan(60);
        LOADED.forEach((path, response) ->
                assertThat(whole(response.request().sizes())).as(path).isEqualTo(overTheWire(response)));
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

    /** What the browser took from its memory, as it may an icon that it wants twice, has a body of less than nothing. */
    private static boolean travelled(Response response) {
        return response.request().sizes().responseBodySize >= 0;
    }

    private static int sum(ToIntFunction<Sizes> bytes) {
        return RESPONSES.stream()
                .mapToInt(response -> bytes.applyAsInt(response.request().sizes()))
                .sum();
    }

    private static int whole(Sizes sizes) {
        return sizes.responseHeadersSize + sizes.responseBodySize;
    }

    /** The bytes of the same answer, but for the goodbye that {@link RawRequest} asks for. */
    private static int overTheWire(Response response) {
        String[] asked = Stream.of("accept-encoding", "origin", "sec-fetch-mode")
                .filter(response.request().allHeaders()::containsKey)
                .map(name -> name + ": " + response.request().allHeaders().get(name))
                .toArray(String[]::new);
        String path = URI.create(response.url()).getPath();
        String answer = RawRequest.send(bridge.service().port(), "GET " + path + " HTTP/1.1", asked);
        return answer.replace("connection: close\r\n", "").length();
    }

    private static String sizes() {
        return LOADED.entrySet().stream()
                .map(file -> file.getKey() + " " + file.getValue().body().length)
                .collect(Collectors.joining(", "));
    }
}
