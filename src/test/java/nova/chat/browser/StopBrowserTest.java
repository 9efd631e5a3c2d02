package nova.chat.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static nova.chat.testing.Patience.await;

import com.microsoft.playwright.Mouse;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An answer that nobody wants any more ends, here and upstream. */
@Tag("browser")
class StopBrowserTest {
    /** The ways to say so. */
    enum Hand {
        BUTTON,
        ESCAPE
    }

    private Bridge bridge;

    @BeforeEach
    void start() {
        bridge = Bridge.start();
    }

    @AfterEach
    void stop() {
        bridge.close();
    }

    @ParameterizedTest
    @EnumSource(Hand.class)
    void in_the_middle_what_is_there_stays(Hand hand) {
        bridge.orchestrator()
                .next(Endpoint.STREAM, Script.stream().text("Half an ans").hang());
        try (ChatPage page = ChatPage.open(bridge)) {
            page.say("Something long").awaitText("Half an ans");
            stop(page, hand);
            page.awaitEnd("stopped").awaitText("Half an ans");
            await("nothing runs upstream", () -> bridge.orchestrator().openStreams() == 0);
            assertThat(page.message()).isFocused();
            assertThat(page.page().locator("#stop")).isHidden();
        }
    }

    @ParameterizedTest
    @EnumSource(Hand.class)
    void before_the_first_word_the_question_stays(Hand hand) {
        bridge.orchestrator().next(Endpoint.STREAM, Script.stream().hang());
        try (ChatPage page = ChatPage.open(bridge)) {
            page.say("Too soon").awaitBusy();
            await("it runs", () -> bridge.orchestrator().openStreams() == 1);
            stop(page, hand);
            page.awaitEnd("stopped");
            assertThat(page.questions()).hasCount(1);
            await("nothing runs upstream", () -> bridge.orchestrator().openStreams() == 0);
            page.ask("And now?"); // the conversation goes on
        }
    }

    @ParameterizedTest
    @EnumSource(Hand.class)
    void a_double_click_or_a_key_held_down_stops_one_answer_and_not_the_next(Hand hand) {
        Script.Gate gate = new Script.Gate();
        bridge.orchestrator()
                .next(
                        Endpoint.STREAM,
                        Script.stream().text("One").hang(),
                        Script.stream().text("Two").await(gate).done());
        try (ChatPage page = ChatPage.open(bridge)) {
            page.say("first").awaitText("One").say("second");
            page.page().locator("#stop").hover();
            press(page, hand, 1);
            page.awaitText("Two");
            press(page, hand, 2);
            gate.open();
            page.awaitEnd("complete");
            assertThat(page.answers().first()).hasAttribute("data-state", "stopped");
        }
    }

    /** For the {@code time}th time, and without a pause. */
    private static void press(ChatPage page, Hand hand, int time) {
        if (hand == Hand.BUTTON) {
            page.page().mouse().down(new Mouse.DownOptions().setClickCount(time));
            page.page().mouse().up(new Mouse.UpOptions().setClickCount(time));
        } else {
            page.page().keyboard().down("Escape");
        }
    }

    private static void stop(ChatPage page, Hand hand) {
        if (hand == Hand.BUTTON) {
            page.page().locator("#stop").click();
        } else {
            page.message().press("Escape");
        }
    }
}
