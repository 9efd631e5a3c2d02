package nova.chat.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static nova.chat.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import nova.chat.testing.V2Client;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What was said long ago is there when it is wanted. */
@Tag("browser")
class HistoryBrowserTest {
    private static final int TURNS = 150;

    private Bridge bridge;

    @BeforeEach
    void start() {
        bridge = Bridge.start("WS_MAX_HISTORY", "1000");
        bridge.orchestrator().always(Endpoint.STREAM, asked -> {
            var messages = asked.json().getJsonArray("messages");
            String question = messages.getJsonObject(messages.size() - 1).getString("content");
            return Script.stream().text("You said **" + question + "**.").done();
        });
    }

    @AfterEach
    void stop() {
        bridge.close();
    }

    @Test
    void the_latest_comes_at_once_and_the_rest_on_demand_without_a_jump() {
        String session = talk(bridge, TURNS);
        try (ChatPage page = visit(session)) {
            assertThat(page.answer()).containsText("You said number " + TURNS);
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

    private static Locator bubble(ChatPage page, int index) {
        return page.questions().nth(index).locator(".bubble");
    }

    private ChatPage visit(String session) {
        return Visitor.desktop().visit(bridge.address() + "/#s=" + session).awaitOpen();
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
