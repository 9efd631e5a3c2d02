package nova.chat.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.WebSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import nova.chat.standin.StandIn;
import nova.chat.testing.Bridge;
import nova.chat.testing.Upstream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The key goes to the server, and is seen nowhere else. */
@Tag("browser")
class KeySecrecyBrowserTest {
    private static final String KEY = "sk-nova-browser-0123456789abcdef";

    @Test
    void it_is_seen_nowhere() throws IOException {
        StandIn.Options keys = Upstream.prompt().withKeys(KEY);
        List<String> seen = new ArrayList<>();
        try (Bridge bridge = Bridge.start(keys, "REQUIRE_AUTH", "true");
                ChatPage page = Visitor.desktop().arrive()) {
            page.page().onRequest((Request request) -> seen.add(request.url() + request.allHeaders()));
            page.page().onWebSocket((WebSocket socket) -> seen.add(socket.url()));
            page.page().onConsoleMessage(message -> seen.add(message.text()));
            page.goWithKey(bridge.address(), "sk-nova-wrong").awaitConnection("unauthorized");
            page.page().locator("#key-field").fill(KEY);
            page.page().locator("#key-field").press("Enter");
            page.awaitOpen().ask("Who are you?");

            Locator inspector = page.page().locator("#inspector");
            page.page().locator("#inspector-toggle").click();
            inspector.getByText("hello").last().click();
            assertThat(inspector.locator("pre")).containsText("\"token\": \"sk-nova-…cdef\"");
            seen.add(saved(page, inspector.getByText("Download")));
            seen.add(saved(page, page.page().locator("#export")));
            page.page().locator("#key-open").click();

            seen.add(page.page().url());
            seen.add(page.page().content());
            seen.add((String) page.page().evaluate("() => document.body.innerText"));
            assertThat(seen).noneMatch(text -> text.contains(KEY));
            assertThat(page.storage()).doesNotContain(KEY);
        }
    }

    private static String saved(ChatPage page, Locator button) throws IOException {
        return Files.readString(page.page().waitForDownload(button::click).path());
    }
}
