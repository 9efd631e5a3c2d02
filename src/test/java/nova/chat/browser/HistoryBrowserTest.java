package nova.chat.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static nova.chat.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import nova.chat.testing.Proxy;
import nova.chat.testing.V2Client;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What was said long ago is there when it is wanted. */
@Tag("browser")
class HistoryBrowserTest {
    private static final int TURNS = 150;

    private static Bridge bridge;
    private static String session;

    @BeforeAll
    static void start() {
        bridge = Bridge.start("WS_MAX_HISTORY", "1000");
        bridge.orchestrator().always(Endpoint.STREAM, asked -> {
            var messages = asked.json().getJsonArray("messages");
            String question = messages.getJsonObject(messages.size() - 1).getString("content");
            return Script.stream().text("You said **" + question + "**.").done();
        });
        session = talk(bridge, TURNS);
    }

    @AfterAll
    static void stop() {
        bridge.close();
    }

    @Test
    void the_latest_comes_at_once_and_the_rest_on_demand_without_a_jump() {
        try (ChatPage page = visit(bridge.service().port())) {
            assertThat(page.page().locator("#older")).isVisible();
            int loaded = page.questions().count();
            assertThat(loaded).isLessThan(TURNS);

            String first = bubble(page, 0).innerText();
            page.page().locator("#scroller").hover();
            await("the top", () -> {
                page.page().mouse().wheel(0, -1_000_000);
                return page.page()
                        .locator("#scroller")
                        .evaluate("s => s.scrollTop")
                        .equals(0);
            });
            double before = bubble(page, 0).boundingBox().y;
            page.page().locator("#older").click();
            await("older ones", () -> page.questions().count() > loaded);
            Locator same = bubble(page, page.questions().count() - loaded);
            assertThat(same).hasText(first);
            await("in its place", () -> Math.abs(same.boundingBox().y - before) < 60);

            while (page.page().locator("#older").isVisible()) {
                int known = page.questions().count();
                page.page().locator("#older").click();
                await("older ones", () -> page.questions().count() > known);
            }
            assertThat(page.questions()).hasCount(TURNS);
            assertThat(page.questions().first()).containsText("number 1");
        }
    }

    @Test
    void a_conversation_is_saved_as_a_whole_also_what_nobody_has_loaded() throws IOException {
        try (ChatPage page = visit(bridge.service().port())) {
            assertThat(page.page().locator("#older")).isVisible();
            Download saved = page.page().waitForDownload(() -> export(page).click());
            List<String> lines = Files.readAllLines(saved.path());
            assertThat(lines.stream().filter(line -> line.startsWith("> ")))
                    .containsExactlyElementsOf(IntStream.rangeClosed(1, TURNS)
                            .mapToObj(n -> "> number " + n)
                            .toList());
            assertThat(lines.get(2)).isEqualTo("## You");
            assertThat(export(page)).not().hasAttribute("aria-busy", "true");
        }
    }

    @Test
    void a_file_that_misses_older_messages_says_so_at_its_top_and_is_saved_once() throws IOException {
        try (Proxy network = Proxy.to(bridge.service().port());
                ChatPage page = visit(network.port())) {
            page.complaints().expectLostNetwork();
            List<Download> all = new ArrayList<>();
            page.page().onDownload(all::add);
            network.swallow(Proxy.Way.TO_SERVER);
            export(page).dblclick();
            assertThat(export(page)).hasAttribute("aria-busy", "true");
            await("the request is lost", () -> network.swallowed() > 0);
            Download part = page.page().waitForDownload(network::cut);
            List<String> lines = Files.readAllLines(part.path());
            assertThat(lines.get(2)).isEqualTo("*Older messages could not be loaded and are missing here.*");
            assertThat(lines).last().isEqualTo("You said **number " + TURNS + "**.");
            network.heal();
            page.page().waitForDownload(() -> export(page).click());
            assertThat(all).hasSize(2);
        }
    }

    private static Locator export(ChatPage page) {
        return page.page().locator("#export");
    }

    private static Locator bubble(ChatPage page, int index) {
        return page.questions().nth(index).locator(".bubble");
    }

    /** Of the conversation; all that comes at once is here. */
    private static ChatPage visit(int port) {
        ChatPage page = Visitor.desktop()
                .visit("http://127.0.0.1:" + port + "/#s=" + session)
                .awaitOpen();
        assertThat(page.answer()).containsText("You said number " + TURNS);
        return page;
    }

    /** Has so many turns asked and answered, by another client than the page; answers their session. */
    static String talk(Bridge bridge, int turns) {
        try (V2Client client = V2Client.begin(bridge.service().port())) {
            for (int i = 1; i <= turns; i++) {
                client.say("number " + i, "m" + i).awaitEnd("m" + i);
            }
            return client.session();
        }
    }
}
