package nova.chat.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is copied arrives in the clipboard, whichever way the browser allows: it is pasted to see it. */
@Tag("browser")
class CopyBrowserTest {
    /** Far enough ahead to be there in time, and near enough for the connection to outlive it. */
    private static final long AHEAD_MS = 15_000;

    private static final String ANSWER = "So:\n\n```js\nconst x = '<b>';\n```\n";
    private static Bridge bridge;
    private final ChatPage chat = Visitor.desktop().arrive();

    @BeforeAll
    static void start() {
        bridge = Bridge.start();
        bridge.orchestrator()
                .always(Endpoint.STREAM, Script.stream().text(ANSWER).done());
    }

    @AfterAll
    static void stop() {
        bridge.close();
    }

    @AfterEach
    void leave() {
        chat.close();
    }

    @Test
    void an_answer_is_copied_as_markdown() {
        visit();
        press("Copy answer");
        assertPasted(ANSWER);
    }

    @Test
    void a_question_is_copied_as_it_was_typed() {
        visit();
        chat.questions().hover();
        press("Copy question");
        assertPasted("How do I\n  *do* that?");
    }

    @Test
    void code_is_copied_without_its_fence_and_the_button_says_so_for_a_while() {
        visit();
        var copy = chat.answer().locator("button.copy");
        chat.page().clock().install();
        chat.page().clock().pauseAt(System.currentTimeMillis() + AHEAD_MS);
        press(copy);
        assertThat(copy).hasText("Copied");
        chat.page().clock().runFor(1_999);
        assertThat(copy).hasText("Copied");
        chat.page().clock().runFor(1);
        assertThat(copy).hasText("Copy");
        assertPasted("const x = '<b>';");
    }

    @Test
    void it_works_where_browsers_keep_their_clipboard_for_secure_pages() {
        chat.page().addInitScript("Object.defineProperty(navigator, 'clipboard', { value: undefined })");
        visit();
        press("Copy answer");
        assertPasted(ANSWER);
    }

    /** With something else in the clipboard, where another test may have left what this one copies. */
    private void visit() {
        chat.go(bridge.address() + "/").awaitOpen().ask("How do I\n  *do* that?");
        chat.message().fill("something else");
        chat.message().press("ControlOrMeta+a");
        chat.message().press("ControlOrMeta+c");
    }

    private void press(String name) {
        press(chat.page().getByLabel(name));
    }

    private void press(Locator copy) {
        copy.click();
        assertThat(chat.page().locator("#announcer")).hasText("Copied");
    }

    /** In what HTML makes of line ends a text area leaves nothing out. */
    private void assertPasted(String text) {
        chat.message().fill("");
        chat.message().press("ControlOrMeta+v");
        assertThat(chat.message()).hasValue(text);
    }
}
