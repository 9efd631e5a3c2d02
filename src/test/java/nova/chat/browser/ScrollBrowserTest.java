package nova.chat.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static nova.chat.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The page follows an answer for who reads its end, and stands still for who reads further up. */
@Tag("browser")
class ScrollBrowserTest {
    private static final String SCREENS = "A line of the answer.\n\n".repeat(60);

    private final Script.Gate first = new Script.Gate();
    private final Script.Gate second = new Script.Gate();
    private Bridge bridge;

    @BeforeEach
    void start() {
        bridge = Bridge.start();
        bridge.orchestrator()
                .next(
                        Endpoint.STREAM,
                        Script.stream()
                                .text(SCREENS)
                                .await(first)
                                .text(SCREENS + "Middle.\n\n")
                                .await(second)
                                .text(SCREENS + "The end.")
                                .done());
    }

    @AfterEach
    void stop() {
        first.open();
        second.open();
        bridge.close();
    }

    @Test
    void it_follows_the_end() {
        try (ChatPage page = ChatPage.open(bridge)) {
            page.say("Much").awaitText("A line");
            first.open();
            second.open();
            page.awaitEnd("complete");
            await("the end is in sight", () -> atEnd(page));
            assertThat(jump(page)).isHidden();
        }
    }

    @Test
    void it_stands_still_once_somebody_has_moved_up_and_follows_again_on_request() {
        try (ChatPage page = ChatPage.open(bridge)) {
            page.say("Much").awaitText("A line");
            await("the end is in sight", () -> top(page) > 0 && atEnd(page));
            page.page().locator("#scroller").hover();
            page.page().mouse().wheel(0, -400);
            assertThat(jump(page)).isVisible();
            await("it has come to rest", () -> rests(page));
            double top = top(page);

            first.open();
            page.awaitText("Middle.");
            assertThat(jump(page)).containsText("new line");
            assertThat(top(page)).isCloseTo(top, Offset.offset(2.0));

            jump(page).click();
            await("the end is in sight", () -> atEnd(page));
            assertThat(jump(page)).isHidden();
            second.open();
            page.awaitEnd("complete");
            await("the end is in sight again", () -> atEnd(page));
        }
    }

    @Test
    void who_asks_is_at_the_end() {
        first.open();
        second.open();
        try (ChatPage page = ChatPage.open(bridge)) {
            page.ask("Much");
            await("the end is in sight", () -> atEnd(page));
            page.page().locator("#scroller").hover();
            page.page().mouse().wheel(0, -3_000);
            assertThat(jump(page)).isVisible();
            page.ask("hello");
            await("the end is in sight again", () -> atEnd(page));
        }
    }

    private static Locator jump(ChatPage page) {
        return page.page().locator("#jump");
    }

    private static double top(ChatPage page) {
        return number(page, "s => s.scrollTop");
    }

    private static boolean rests(ChatPage page) {
        double top = top(page);
        page.page().evaluate("() => new Promise((done) => setTimeout(done, 150))");
        return top(page) == top;
    }

    private static boolean atEnd(ChatPage page) {
        return number(page, "s => s.scrollHeight - s.clientHeight - s.scrollTop") < 2;
    }

    private static double number(ChatPage page, String of) {
        return ((Number) page.page().locator("#scroller").evaluate(of)).doubleValue();
    }
}
