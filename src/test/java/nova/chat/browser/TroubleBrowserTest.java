package nova.chat.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import java.util.regex.Pattern;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes wrong is said in words, and with something to do about it. */
@Tag("browser")
class TroubleBrowserTest {
    private static final Locator.FilterOptions VISIBLE = new Locator.FilterOptions().setVisible(true);

    private final Script.Gate gate = new Script.Gate();
    private Bridge bridge;

    @BeforeEach
    void start() {
        bridge = Bridge.start();
    }

    @AfterEach
    void stop() {
        gate.open();
        bridge.close();
    }

    @Test
    void a_refusal_of_the_orchestrators_is_told_in_words() {
        bridge.orchestrator().next(Endpoint.STREAM, Script.refusal(429, "Rate limit exceeded (60 rpm)."));
        try (ChatPage page = ChatPage.open(bridge)) {
            page.say("Now").awaitEnd("failed");
            Locator said = page.answer().locator(".end > span");
            assertThat(said).isVisible();
            assertThat(said).hasText("The Orchestrator has too much to do. Retry in a while.");
            assertThat(page.answer()).not().containsText("429");
        }
    }

    @Test
    void a_double_click_on_retry_asks_once() {
        bridge.orchestrator().next(Endpoint.STREAM, Script.refusal(429, "Not now."));
        bridge.orchestrator()
                .always(Endpoint.STREAM, Script.stream().text("Fine.").done());
        try (ChatPage page = ChatPage.open(bridge)) {
            page.say("Now").awaitEnd("failed");
            page.answer().locator(".end .retry").dblclick();
            assertThat(page.answers()).hasCount(2);
            page.awaitEnd("complete").ask("And then?");
            assertThat(page.answers()).hasCount(3);
            assertThat(bridge.orchestrator().requests(Endpoint.STREAM)).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @CsvSource({"'', true", "All of it., false"})
    void what_ends_without_the_store_may_be_asked_again_where_there_is_no_answer(String text, boolean again) {
        bridge.orchestrator().next(Endpoint.STREAM, Script.stream().text(text).done());
        try (ChatPage page = Visitor.desktop().arrive()) {
            loseTheStore(page);
            page.go(bridge.address()).awaitOpen().say("Now").awaitEnd("failed");
            assertThat(page.answer().locator(".end > span")).hasText("The store is away.");
            assertThat(page.answer().locator(".retry").filter(VISIBLE)).hasCount(again ? 1 : 0);
        }
    }

    @Test
    void what_waits_says_so_and_is_answered_in_turn() {
        bridge.orchestrator()
                .next(Endpoint.STREAM, Script.stream().text("First").await(gate).done());
        try (ChatPage page = ChatPage.open(bridge)) {
            page.say("One").awaitText("First");
            page.say("Two").say("Three");
            assertThat(page.questions()).hasCount(3);
            assertThat(page.questions().nth(1)).containsText("next in line");
            assertThat(page.questions().nth(2)).containsText("number 2");

            gate.open();
            page.awaitEnd("complete");
            assertThat(page.answers().nth(1)).hasAttribute("data-state", "complete");
            assertThat(page.questions().nth(1).getByText("in line")).isHidden();
            assertThat(bridge.lastConversation()).contains("user: One", "assistant: First", "user: Two", "user: Three");
        }
    }

    @Test
    void what_waits_can_be_withdrawn() {
        bridge.orchestrator()
                .next(Endpoint.STREAM, Script.stream().text("First").await(gate).done());
        try (ChatPage page = ChatPage.open(bridge)) {
            page.say("One").awaitText("First");
            page.say("Two");
            assertThat(page.questions().last()).containsText("next in line");
            page.questions().last().getByText("Do not ask this").click();
            assertThat(page.answer()).hasAttribute("data-state", "stopped");
            assertThat(page.answer()).containsText("Stopped before there was an answer.");
            gate.open();
            page.ask("Three");
            assertThat(bridge.orchestrator().requests(Endpoint.STREAM)).isEqualTo(2);
            assertThat(bridge.lastConversation()).contains("user: Three").doesNotContain("user: Two");
        }
    }

    @Test
    void an_orchestrator_that_is_away_is_waited_for() {
        try (ChatPage page = ChatPage.open(bridge)) {
            page.ask("Warm up");
            bridge.stopOrchestrator();
            page.say("Are you there?");
            assertThat(page.questions().last()).containsText("The Orchestrator is away. Your message is kept");
            bridge.startOrchestrator();
            page.awaitEnd("complete");
            assertThat(page.questions().last().getByText("is away")).isHidden();
            assertThat(page.answers()).hasCount(2);
            assertThat(bridge.lastConversation()).last().isEqualTo("user: Are you there?");
        }
    }

    /** Then nobody can say whether a key is needed, and the server holds what comes, without a number. */
    @Test
    void an_orchestrator_that_was_away_before_the_visit_is_waited_for_too() {
        bridge.stopOrchestrator();
        try (ChatPage page = ChatPage.open(bridge)) {
            page.say("Anybody there?").say("Never mind");
            assertThat(page.questions().first()).containsText("The Orchestrator is away. Your message is kept");
            assertThat(page.questions().last()).containsText("The Orchestrator is away. Your message is kept");
            page.questions().last().getByText("Do not ask this").click();
            assertThat(page.answer()).containsText("Stopped before there was an answer.");
            bridge.startOrchestrator();
            assertThat(page.answers().first()).hasAttribute("data-state", "complete");
            page.awaitIdle();
            assertThat(page.questions().first().getByText("is away")).isHidden();
            assertThat(bridge.orchestrator().requests(Endpoint.STREAM)).isEqualTo(1);
        }
    }

    /** As far as the page can tell: while its answers come. */
    private static void loseTheStore(ChatPage page) {
        String lost =
                "\"type\":\"error\",\"code\":\"store_unavailable\",\"content\":\"The store is away.\",\"retryable\":true";
        page.page()
                .routeWebSocket(
                        Pattern.compile("/ws/chat"),
                        client -> client.connectToServer()
                                .onMessage(
                                        frame -> client.send(frame.text().replace("\"type\":\"stream_end\"", lost))));
    }
}
