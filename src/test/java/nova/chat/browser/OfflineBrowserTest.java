package nova.chat.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Route;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import nova.chat.testing.Bridge;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The page needs its own server and nothing else in the world. */
@Tag("browser")
class OfflineBrowserTest {
    @Test
    void it_starts_and_talks_where_nothing_else_can_be_reached() {
        List<String> elsewhere = new CopyOnWriteArrayList<>();
        try (Bridge bridge = Bridge.start();
                ChatPage page = Visitor.desktop().arrive()) {
            String origin = bridge.address() + "/";
            page.page().route(Pattern.compile("^(?!" + Pattern.quote(origin) + ")"), (Route route) -> {
                elsewhere.add(route.request().url());
                route.abort();
            });
            page.go(origin).awaitOpen().ask("markdown").ask("code").ask("unicode");
            page.page().locator("#inspector-toggle").click();
            page.page().locator("#help-open").click();
            page.reload().awaitOpen().awaitEnd("complete");
            assertThat(elsewhere).isEmpty();
        }
    }

    /** A laptop without internet still reaches what runs on it. */
    @Test
    void a_browser_that_believes_to_be_offline_talks_all_the_same() {
        try (Bridge bridge = Bridge.start();
                ChatPage page = Visitor.desktop().arrive()) {
            // Not by Playwright's switch, which holds up what a WebSocket sends, also to this machine.
            page.page().addInitScript("Object.defineProperty(navigator, 'onLine', { get: () => false })");
            page.go(bridge.address() + "/").awaitOpen();
            page.page().evaluate("() => dispatchEvent(new Event('offline'))");
            page.ask("Hello?");
        }
    }
}
