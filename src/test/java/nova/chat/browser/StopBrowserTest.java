package nova.chat.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static nova.chat.testing.Patience.await;

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

    private static void stop(ChatPage page, Hand hand) {
        if (hand == Hand.BUTTON) {
            page.page().locator("#stop").click();
        } else {
            page.message().press("Escape");
        }
    }
}
