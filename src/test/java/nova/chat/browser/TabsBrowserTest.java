package nova.chat.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two tabs that show one conversation show the same. */
@Tag("browser")
class TabsBrowserTest {
    private final Script.Gate gate = new Script.Gate();
    private Bridge bridge;

    @BeforeEach
    void start() {
        bridge = Bridge.start();
        bridge.orchestrator()
                .next(
                        Endpoint.STREAM,
                        Script.stream().text("Here I am.").done(),
                        Script.stream().text("one ").await(gate).text("two").done());
    }

    @AfterEach
    void stop() {
        gate.open();
        bridge.close();
    }

    @Test
    void both_see_question_and_answer_once() {
        try (ChatPage one = ChatPage.open(bridge)) {
            one.ask("Hello");
            ChatPage other = one.another().go(one.page().url()).awaitOpen().awaitText("Here I am.");
            one.say("Count").awaitText("one");
            other.awaitText("one");
            assertThat(other.questions().last()).containsText("Count");
            gate.open();
            for (ChatPage page : new ChatPage[] {one, other}) {
                page.awaitEnd("complete");
                assertThat(page.answer().locator(".body")).hasText("one two");
                assertThat(page.questions()).hasCount(2);
                assertThat(page.answers()).hasCount(2);
            }
        }
    }

    @Test
    void an_answer_can_be_stopped_from_the_other_tab() {
        try (ChatPage one = ChatPage.open(bridge)) {
            one.ask("Hello");
            ChatPage other = one.another().go(one.page().url()).awaitOpen();
            one.say("Count").awaitText("one");
            other.awaitText("one").awaitBusy();
            other.page().locator("#stop").click();
            other.awaitEnd("stopped");
            one.awaitEnd("stopped");
        }
    }

    @Test
    void what_one_writes_while_the_other_waits_comes_in_one_order() {
        try (ChatPage one = ChatPage.open(bridge)) {
            one.ask("Hello");
            ChatPage other = one.another().go(one.page().url()).awaitOpen();
            one.say("Count").awaitText("one");
            other.awaitText("one").say("And then?");
            assertThat(one.questions()).hasCount(3);
            gate.open();
            for (ChatPage page : new ChatPage[] {one, other}) {
                assertThat(page.answers()).hasCount(3);
                page.awaitEnd("complete");
                assertThat(page.questions().last()).containsText("And then?");
            }
        }
    }
}
