package nova.chat.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Keyboard;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import nova.chat.testing.Bridge;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** All of the page can be reached and used without a mouse, and one sees where one is. */
@Tag("browser")
class KeyboardBrowserTest {
    /** What has the focus, and whether one sees it. */
    private static final String FOCUS = """
            () => {
              const e = document.activeElement;
              const { outlineStyle, outlineWidth, boxShadow, borderColor } = getComputedStyle(e);
              const box = e.getBoundingClientRect();
              const composer = e.closest('#composer');
              const ring = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1;
              const around = composer && e.id === 'message' && (getComputedStyle(composer).outlineStyle !== 'none'
                || getComputedStyle(composer).boxShadow !== 'none');
              return { name: e.id || e.className || e.tagName, seen: (ring || around || boxShadow !== 'none') && box.width > 0,
                inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth };
            }
            """;

    private Bridge bridge;
    private ChatPage page;
    private Keyboard keyboard;

    @BeforeEach
    void start() {
        bridge = Bridge.start();
        page = ChatPage.open(bridge);
        keyboard = page.page().keyboard();
    }

    @AfterEach
    void stop() {
        page.close();
        bridge.close();
    }

    @Test
    void tab_goes_through_everything_in_order_and_is_always_seen() {
        page.ask("code");
        page.reload().awaitOpen().awaitEnd("complete");
        page.page().evaluate("() => { document.activeElement.blur(); }");
        page.page()
                .locator("body")
                .evaluate("body => { body.tabIndex = -1; body.focus(); body.removeAttribute('tabindex'); }");
        List<String> walk = new ArrayList<>();
        for (int i = 0; i < 60 && !walk.contains("send"); i++) {
            keyboard.press("Tab");
            Map<?, ?> focus = (Map<?, ?>) page.page().evaluate(FOCUS);
            walk.add(String.valueOf(focus.get("name")));
            assertThat(focus.get("seen")).as("ring around " + walk).isEqualTo(true);
            assertThat(focus.get("inside")).as("in sight: " + walk).isEqualTo(true);
            if ("message".equals(focus.get("name"))) {
                keyboard.type("x"); // or there is nothing to send
            }
        }
        assertThat(walk).startsWith("skip");
        assertThat(walk)
                .containsSubsequence(
                        "new-chat", "key-open", "theme-toggle", "help-open", "export", "inspector-toggle", "scroller")
                .containsSubsequence("scroller", "PRE", "message", "send");
    }

    @Test
    void dialogs_take_the_focus_and_give_it_back() {
        keyboard.press("ControlOrMeta+/");
        assertThat(page.page().locator("#help-dialog")).isVisible();
        assertThat(page.page().locator("#help-dialog :focus")).hasCount(1);
        keyboard.press("ControlOrMeta+/");
        assertThat(page.page().locator("#help-dialog")).isHidden();
        assertThat(page.message()).isFocused();

        page.page().locator("#help-open").press("Enter");
        assertThat(page.page().locator("#help-dialog :focus")).hasCount(1);
        keyboard.press("Escape");
        assertThat(page.page().locator("#help-open")).isFocused();
        page.page().locator("#key-open").press("Enter");
        assertThat(page.page().locator("#key-field")).isFocused();
        keyboard.press("Escape");
        assertThat(page.page().locator("#key-open")).isFocused();
    }

    @Test
    void a_key_that_was_taken_leads_on_to_the_message() {
        page.page().locator("#key-open").press("Enter");
        page.page().locator("#key-field").fill("sk-nova-any");
        keyboard.press("Enter");
        assertThat(page.page().locator("#key-dialog")).isHidden();
        assertThat(page.message()).isFocused();
        page.page().locator("#key-open").press("Enter");
        keyboard.press("Escape");
        assertThat(page.page().locator("#key-open")).isFocused();
    }

    @Test
    void a_row_keeps_the_focus_until_it_is_deleted() {
        page.ask("first");
        page.page().locator("#conversations [title=Delete]").press("Enter");
        assertThat(page.page().locator("#confirm-dialog :focus")).hasCount(1);
        keyboard.press("Escape");
        assertThat(page.page().locator("#conversations [title=Delete]")).isFocused();
        keyboard.press("Enter");
        page.page().locator("#confirm-yes").press("Enter");
        assertThat(page.page().locator("#conversations li")).hasCount(0);
        assertThat(page.message()).isFocused();
    }

    /** Browsers say so in a task of its own, and a key may come before it. */
    @Test
    void that_an_earlier_question_was_closed_is_no_answer_to_the_next_one() {
        page.ask("first");
        page.page().locator("#conversations [title=Delete]").press("Enter");
        page.page().locator("#confirm-dialog").dispatchEvent("close");
        page.page().locator("#confirm-yes").press("Enter");
        assertThat(page.page().locator("#conversations li")).hasCount(0);
    }

    @Test
    void a_row_that_is_deleted_in_the_drawer_leaves_the_focus_there() {
        page.ask("first");
        page.page().locator("#new-chat").press("Enter");
        page.awaitOpen().ask("second");
        page.page().setViewportSize(390, 844);
        assertThat(page.page().locator("#sidebar")).hasJSProperty("inert", true); // the page has noticed
        page.page().locator("#sidebar-toggle").press("Enter");
        page.page().locator("#conversations [title=Delete]").last().press("Enter");
        page.page().locator("#confirm-yes").press("Enter");
        assertThat(page.page().locator("#conversations a")).hasText("second");
        assertThat(page.page().locator("#conversations a")).isFocused();
    }
}
