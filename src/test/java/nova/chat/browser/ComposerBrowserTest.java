package nova.chat.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Writing a message: keys, drafts, limits, stopping. */
@Tag("browser")
class ComposerBrowserTest {
    private static Bridge bridge;
    private ChatPage chat;

    @BeforeAll
    static void start() {
        bridge = Bridge.start("WS_MAX_MESSAGE_BYTES", "2048");
        bridge.orchestrator()
                .always(Endpoint.STREAM, Script.stream().text("Fine.").done());
    }

    @AfterAll
    static void stop() {
        bridge.close();
    }

    @BeforeEach
    void visit() {
        chat = ChatPage.open(bridge);
    }

    @AfterEach
    void leave() {
        chat.close();
    }

    @Test
    void enter_sends_and_shift_enter_is_a_new_line() {
        assertThat(chat.message()).isFocused();
        chat.page().keyboard().type("one");
        chat.page().keyboard().press("Shift+Enter");
        chat.page().keyboard().type("two");
        assertThat(chat.message()).hasValue("one\ntwo");
        chat.page().keyboard().press("Enter");
        chat.awaitEnd("complete");
        assertThat(chat.questions()).containsText("one\ntwo");
        assertThat(chat.message()).hasValue("");
        assertThat(chat.message()).isFocused();
    }

    @Test
    void on_a_touch_screen_enter_is_a_new_line_and_the_button_sends() {
        try (ChatPage phone = Visitor.phone().visit(bridge).awaitOpen()) {
            phone.say("one");
            assertThat(phone.message()).hasValue("one\n");
            assertThat(phone.message()).hasAttribute("enterkeyhint", "enter");
            phone.page().locator("#send").tap();
            phone.awaitEnd("complete");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Control", "Meta"})
    void with_a_command_key_enter_sends_on_a_touch_screen_too(String key) {
        try (ChatPage phone = Visitor.phone().visit(bridge).awaitOpen()) {
            phone.message().fill("one");
            phone.message().press(key + "+Enter");
            phone.awaitEnd("complete");
            assertThat(phone.questions()).containsText("one");
        }
    }

    @Test
    void blank_is_not_sent() {
        assertThat(send()).hasAttribute("aria-disabled", "true");
        chat.say(" \u2003\n");
        assertThat(send()).hasAttribute("aria-disabled", "true");
        send().dispatchEvent("click");
        assertThat(chat.message()).hasValue(" \u2003\n");
        chat.message().fill("a");
        assertThat(send()).hasAttribute("aria-disabled", "false");
    }

    @Test
    void too_much_for_the_server_is_said_before_it_is_sent_and_stays() {
        String much = "ü".repeat(1_000);
        chat.say(much);
        assertThat(hint()).containsText("Too long: 3 KB, and the server takes 2 KB.");
        assertThat(chat.message()).hasAttribute("aria-invalid", "true");
        assertThat(chat.message()).hasValue(much);
        chat.message().fill(much.substring(500));
        assertThat(chat.message()).hasAttribute("aria-invalid", "false");
        chat.message().press("Enter");
        chat.awaitEnd("complete");
    }

    @Test
    void up_brings_the_last_question_back_into_an_empty_field_only() {
        chat.ask("first").ask("second");
        chat.message().press("ArrowUp");
        assertThat(chat.message()).hasValue("second");
        chat.message().fill("third");
        chat.message().press("ArrowUp");
        assertThat(chat.message()).hasValue("third");
    }

    @Test
    void each_conversation_keeps_its_draft_also_over_a_reload() {
        chat.ask("first");
        chat.message().fill("a draft here");
        chat.page().locator("#new-chat").click();
        assertThat(chat.message()).hasValue("");
        chat.message().fill("a draft there");
        chat.reload().awaitOpen();
        assertThat(chat.message()).hasValue("a draft there");
        chat.page().locator("#conversations a").click();
        assertThat(chat.message()).hasValue("a draft here");
        chat.say("sent").awaitEnd("complete").reload();
        assertThat(chat.message()).hasValue("");
    }

    @Test
    void a_conversation_that_began_without_the_field_keeps_its_draft_too() {
        chat.message().fill("a thought");
        chat.page().locator("#suggestions button").first().click();
        chat.awaitEnd("complete");
        assertDraftStays(chat, "a thought");
        chat.message().fill("a draft here");
        assertDraftStays(chat, "a draft here");
    }

    @Test
    void a_link_that_was_followed_keeps_its_draft_too() {
        chat.ask("first");
        try (ChatPage other = Visitor.desktop().visit(chat.page().url()).awaitOpen()) {
            assertThat(other.questions()).hasCount(1);
            other.message().fill("a draft here");
            assertDraftStays(other, "a draft here");
        }
    }

    private static void assertDraftStays(ChatPage page, String draft) {
        page.reload().awaitOpen();
        assertThat(page.message()).hasValue(draft);
        page.page().locator("#new-chat").click();
        page.awaitOpen();
        assertThat(page.message()).hasValue("");
        page.page().goBack();
        page.awaitOpen();
        assertThat(page.message()).hasValue(draft);
    }

    @Test
    void while_an_answer_runs_it_can_be_stopped_and_the_next_question_waits() {
        bridge.orchestrator().next(Endpoint.STREAM, Script.stream().text("One").hang());
        assertThat(chat.page().locator("#stop")).isHidden();
        chat.say("first").awaitText("One");
        chat.message().fill("second");
        assertThat(hint()).containsText("after the current answer");
        chat.message().press("Enter");
        assertThat(chat.questions()).hasCount(2);
        chat.page().locator("#stop").click();
        chat.awaitEnd("complete");
        assertThat(chat.answers().first()).hasAttribute("data-state", "stopped");
        assertThat(chat.page().locator("#stop")).isHidden();
        assertThat(chat.message()).isFocused();
    }

    @Test
    void a_long_message_scrolls_in_its_field_and_never_the_page_sideways() {
        chat.page().setViewportSize(320, 568);
        chat.message().fill("x".repeat(1_500));
        assertThat((int) chat.page().evaluate("() => document.documentElement.scrollWidth"))
                .isEqualTo(320);
        assertThat(chat.message().boundingBox().height).isBetween(100.0, 300.0);
        assertThat(send().boundingBox().x + send().boundingBox().width).isLessThan(320);
    }

    private Locator send() {
        return chat.page().locator("#send");
    }

    private Locator hint() {
        return chat.page().locator("#hint");
    }
}
