package nova.chat.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Locator;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who writes Chinese or Japanese chooses by Enter, changes that by Escape, and has told the page nothing yet. */
@Tag("browser")
class InputMethodBrowserTest {
    private static final String SAFARI = "{ keyCode: 229 }";

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
            assertLeftAlone(page.message(), "Enter", "{ isComposing: true }");
            JsonObject chosen = new JsonObject();
            chosen.addProperty("text", "日本");
            keyboard.send("Input.insertText", chosen);
            assertThat(page.message()).hasValue("日本");
            assertLeftAlone(page.message(), "Enter", SAFARI);
            assertThat(page.questions()).hasCount(0);

            page.message().press("Enter");
            page.awaitEnd("complete");
            assertThat(bridge.lastConversation()).containsExactly("user: 日本");
        }
    }

    @Test
    void escape_that_puts_suggestions_away_stops_no_answer() {
        Script.Gate gate = new Script.Gate();
        bridge.orchestrator()
                .next(Endpoint.STREAM, Script.stream().text("One").await(gate).done());
        try (ChatPage page = ChatPage.open(bridge)) {
            page.say("first").awaitText("One");
            assertLeftAlone(page.message(), "Escape", SAFARI);
            gate.open();
            page.awaitEnd("complete");
        }
    }

    @Test
    void neither_ends_a_renaming_nor_closes_the_drawer_around_it() {
        try (ChatPage page = ChatPage.open(bridge)) {
            page.ask("first");
            page.page().setViewportSize(390, 844);
            assertThat(page.page().locator("#sidebar")).hasJSProperty("inert", true); // the page has noticed
            page.page().locator("#sidebar-toggle").click();
            page.page().locator("#conversations [title=Rename]").click();
            Locator name = page.page().locator("#conversations input");
            assertLeftAlone(name, "Enter", SAFARI);
            assertLeftAlone(name, "Escape", SAFARI);
            assertThat(name).isFocused();
            assertThat(page.page().locator("#sidebar")).isVisible();
        }
    }

    /** Whether the page leaves a key alone: where it acts on one, nobody else shall. */
    private static void assertLeftAlone(Locator field, String key, String how) {
        String press = "(field, key) => field.dispatchEvent(new KeyboardEvent('keydown', "
                + "{ key, bubbles: true, cancelable: true, ..." + how + " }))";
        assertThat(field.evaluate(press, key)).isEqualTo(true);
    }
}
