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
        keyboard.press("Control+/");
        assertThat(page.page().locator("#help-dialog")).isVisible();
        assertThat(page.page().locator("#help-dialog :focus")).hasCount(1);
        keyboard.press("Control+/");
        assertThat(page.page().locator("#help-dialog")).isHidden();
        assertThat(page.message()).isFocused();

        page.page().locator("#key-open").focus();
        keyboard.press("Enter");
        assertThat(page.page().locator("#key-field")).isFocused();
        keyboard.press("Escape");
        assertThat(page.page().locator("#key-dialog")).isHidden();
        assertThat(page.page().locator("#key-open, #message").and(page.page().locator(":focus")))
                .hasCount(1);
    }
}
