package nova.chat.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The page by plain HTTP and a name, as from the next machine: browsers then keep random ids and the clipboard to
 * themselves, and complain of headers that they will not heed.
 */
@Tag("browser")
class InsecureOriginBrowserTest {
    private static final String ANSWER = "It *works*.";

    @Test
    void a_page_that_no_browser_trusts_asks_copies_and_is_still_there_after_a_reload() {
        try (Bridge bridge = Bridge.start()) {
            bridge.orchestrator()
                    .always(Endpoint.STREAM, Script.stream().text(ANSWER).done());
            try (ChatPage chat = Visitor.desktop()
                    .visit("http://nova.test:" + bridge.service().port() + "/")) {
                assertThat(chat.awaitOpen().page().evaluate("isSecureContext")).isEqualTo(false);
                chat.ask("Does it?").page().getByLabel("Copy answer").click();
                assertThat(chat.page().locator("#announcer")).hasText("Copied");
                assertPasted(chat);
                chat.reload().awaitOpen().awaitEnd("complete");
                assertThat(chat.questions()).containsText("Does it?");
                assertThat(chat.answer().locator(".body")).hasText("It works.");
            }
        }
    }

    private static void assertPasted(ChatPage chat) {
        chat.message().press("ControlOrMeta+v");
        assertThat(chat.message()).hasValue(ANSWER);
        chat.message().fill("");
    }
}
