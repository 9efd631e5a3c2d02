package nova.chat.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who writes Chinese or Japanese chooses by Enter, and has sent nothing yet. */
@Tag("browser")
class InputMethodBrowserTest {
    private Bridge bridge;

    @BeforeEach
    void start() {
        bridge = Bridge.start();
        bridge.orchestrator()
                .always(Endpoint.STREAM, Script.stream().text("Yes.").done());
    }

    @AfterEach
    void stop() {
        bridge.close();
    }

    /** As an input method of Chinese or Japanese does it, in Chromium; and in Safari, which gives the key away by 229 only. */
    @Test
    void enter_that_ends_a_composition_does_not_send() {
        try (ChatPage page = ChatPage.open(bridge)) {
            page.message().focus();
            CDPSession keyboard = page.page().context().newCDPSession(page.page());
            JsonObject composing = new JsonObject();
            composing.addProperty("text", "にほん");
            composing.addProperty("selectionStart", 3);
            composing.addProperty("selectionEnd", 3);
            keyboard.send("Input.imeSetComposition", composing);
            assertThat(page.message()).hasValue("にほん");
            assertLeftAlone(page, "{ isComposing: true }");
            JsonObject chosen = new JsonObject();
            chosen.addProperty("text", "日本");
            keyboard.send("Input.insertText", chosen);
            assertThat(page.message()).hasValue("日本");
            assertLeftAlone(page, "{ keyCode: 229 }");
            assertThat(page.questions()).hasCount(0);

            page.message().press("Enter");
            page.awaitEnd("complete");
            assertThat(bridge.lastConversation()).containsExactly("user: 日本");
        }
    }

    /** Whether the page leaves an Enter alone: what it sends, it takes from the field. */
    private static void assertLeftAlone(ChatPage page, String how) {
        String press = "field => { const key = new KeyboardEvent('keydown', "
                + "{ key: 'Enter', bubbles: true, cancelable: true, ..." + how + " });"
                + "return field.dispatchEvent(key); }";
        assertThat(page.message().evaluate(press)).isEqualTo(true);
    }
}
