package nova.chat.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import java.util.List;
import java.util.regex.Pattern;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A turn on the page, in each of its states: what is there to read, to hear and to press. */
@Tag("browser")
class TranscriptBrowserTest {
    /** What comes sooner after the first characters has no rate. */
    private static final double A_RATE_NEEDS_MS = 150;

    private static Bridge bridge;
    private ChatPage chat;

    @BeforeAll
    static void start() {
        bridge = Bridge.start();
    }

    @AfterAll
    static void stop() {
        bridge.close();
    }

    @BeforeEach
    void visit() {
        bridge.orchestrator().unscript();
        bridge.orchestrator()
                .always(Endpoint.STREAM, Script.stream().text("Fine.").done());
        chat = ChatPage.open(bridge);
    }

    @AfterEach
    void leave() {
        chat.close();
    }

    @Test
    void a_question_stands_as_it_was_typed_and_an_answer_as_it_was_meant() {
        answerWith(Script.stream().text("It is **bold**.").done());
        chat.ask("**not bold**\n  <b>nor this</b>");
        assertThat(chat.questions().locator(".bubble")).hasText("**not bold**\n  <b>nor this</b>");
        assertThat(chat.questions().locator("b, strong")).hasCount(0);
        assertThat(chat.answer().locator("strong")).hasText("bold");
        assertThat(chat.questions()).hasAttribute("data-turn", Pattern.compile(".+"));
    }

    @Test
    void until_there_is_text_the_steps_are_told() {
        var remembered = new Script.Gate();
        var searched = new Script.Gate();
        var written = new Script.Gate();
        answerWith(Script.stream()
                .event("{\"status\":{\"step\":\"memory\",\"state\":\"running\",\"detail\":\"3 notes\"}}")
                .await(remembered)
                .event("{\"status\":{\"step\":\"web_search\",\"state\":\"running\"}}")
                .await(searched)
                .text("Stars")
                .await(written)
                .text(" shine.")
                .done());
        chat.say("What do stars do?");
        Locator progress = chat.answer().locator(".progress");
        assertThat(progress).hasText(Pattern.compile("^Searching its memory: 3 notes"));
        assertThat(chat.answer()).hasAttribute("aria-busy", "true");
        remembered.open();
        assertThat(progress).hasText(Pattern.compile("^Using web_search"));
        searched.open();
        assertThat(chat.answer().locator(".cursor")).hasText("Stars");
        written.open();
        chat.awaitEnd("complete");
        assertThat(progress).isHidden();
        assertThat(chat.answer().locator(".cursor")).hasCount(0);
        assertThat(chat.answer()).hasAttribute("aria-busy", "false");
    }

    @Test
    void what_the_orchestrator_says_of_itself_is_cut_short() {
        var gate = new Script.Gate();
        bridge.orchestrator()
                .next(
                        Endpoint.STREAM,
                        Script.stream()
                                .event("{\"status\":{\"step\":\"memory\",\"state\":\"running\",\"detail\":\"\u202e"
                                        + "D".repeat(10_000) + "\"}}")
                                .await(gate)
                                .event("{\"meta\":{\"model\":\"" + "M".repeat(3_000) + "\"}}")
                                .text("Done.")
                                .done());
        chat.say("Boast");
        assertThat(chat.answer().locator(".progress")).hasText(Pattern.compile("^Searching its memory: D{200}\\s*$"));
        gate.open();
        chat.awaitEnd("complete");
        assertThat(chat.answer().locator("summary").last()).hasText(Pattern.compile("^M{200} · "));
    }

    @Test
    void seconds_are_shown_to_who_waits_long() {
        answerWith(Script.stream().hang());
        chat.say("Are you there?");
        assertThat(chat.answer().locator(".progress")).containsText(Pattern.compile("\\d+ s"));
    }

    @Test
    void thinking_is_folded_and_can_be_followed() {
        var gate = new Script.Gate();
        answerWith(Script.stream()
                .event("{\"think\":\"One, \"}")
                .await(gate)
                .event("{\"think\":\"two.\"}")
                .text("Three.")
                .done());
        chat.say("Count");
        Locator thought = chat.answer().locator(".thought");
        assertThat(thought).isHidden();
        chat.answer().locator(".thinking summary").click();
        assertThat(thought).hasText("One, ");
        gate.open();
        assertThat(thought).hasText("One, two.");
        chat.awaitEnd("complete");
        assertThat(chat.answer().locator(".body")).hasText("Three.");
    }

    @Test
    void a_broken_answer_is_kept_and_asked_again_on_demand_only() {
        answerWith(Script.stream().text("Half of").close());
        chat.say("All of it, please").awaitEnd("failed");
        assertThat(chat.answer().locator(".body")).hasText("Half of");
        assertThat(chat.answer().locator(".end")).containsText("The answer broke off.");
        assertThat(chat.answer().locator(".end")).containsText("retry only if asking twice does no harm");
        chat.answer().locator(".retry:visible").click();
        assertThat(chat.answers()).hasCount(2);
        chat.awaitEnd("complete").awaitText("Fine.");
        assertThat(chat.questions().last().locator(".bubble")).hasText("All of it, please");
        assertThat(bridge.lastConversation()).last().isEqualTo("user: All of it, please");
    }

    @Test
    void the_orchestrators_own_words_are_shown() {
        answerWith(Script.stream().event("{\"error\":\"The model is out for lunch.\"}"));
        chat.say("Hello").awaitEnd("failed");
        assertThat(chat.answer().locator(".end")).containsText("The model is out for lunch.");
        assertThat(chat.page().locator("#announcer")).containsText("The model is out for lunch.");
    }

    @Test
    void an_empty_answer_and_a_stopped_one_say_so() {
        for (Script nothing : List.of(
                Script.stream().done(), Script.stream().text(" \n").text("\n").done())) {
            answerWith(nothing);
            chat.ask("Nothing");
            assertThat(chat.answer().locator(".end")).hasText(Pattern.compile("^The answer is empty\\."));
        }
        answerWith(Script.stream().text("And so").hang());
        chat.say("On and on").awaitText("And so");
        chat.page().locator("#stop").click();
        chat.awaitEnd("stopped");
        assertThat(chat.answer().locator(".end")).hasText(Pattern.compile("^Stopped\\."));
    }

    @Test
    void what_is_written_while_there_is_no_connection_says_what_it_waits_for() {
        Bridge mortal = Bridge.start();
        try (ChatPage visitor = ChatPage.open(mortal)) {
            visitor.complaints().expectLostNetwork();
            mortal.close();
            visitor.awaitConnection("waiting|connecting").say("Hello?");
            assertThat(visitor.questions().locator(".fate")).containsText("Waiting for a connection");
            visitor.questions().getByText("Do not ask this").click();
            visitor.awaitIdle();
        }
    }

    @Test
    void a_long_question_is_folded() {
        chat.ask("line\n".repeat(40) + "the last");
        Locator bubble = chat.questions().locator(".bubble");
        double folded = bubble.boundingBox().height;
        chat.page().getByText("Show all").click();
        assertThat(chat.page().getByText("Show less")).hasAttribute("aria-expanded", "true");
        assertThat(bubble).not().hasClass(Pattern.compile("folded"));
        assertThat(bubble.boundingBox().height).isGreaterThan(2 * folded);
    }

    @Test
    void figures_are_one_line_that_opens() {
        var gate = new Script.Gate();
        answerWith(Script.stream()
                .event("{\"meta\":{\"model\":\"tiny\"}}")
                .text("Some")
                .await(gate)
                .text(" text")
                .done());
        chat.say("Hello").awaitText("Some");
        chat.page().waitForTimeout(A_RATE_NEEDS_MS);
        gate.open();
        chat.awaitEnd("complete");
        Locator facts = chat.answer().locator(".facts");
        assertThat(facts.locator("summary"))
                .hasText(Pattern.compile("^tiny · .+ to first token · .+ · [\\d,]+ characters/s$"));
        facts.locator("summary").click();
        assertThat(facts).containsText(Pattern.compile("9 characters"));
        assertThat(facts.locator("dd").nth(2)).hasText("2");
        assertThat(facts).containsText(Pattern.compile("p50 .+ · p95 .+ · max "));
        assertThat(facts).containsText("9 bytes");
    }

    private static void answerWith(Script script) {
        bridge.orchestrator().next(Endpoint.STREAM, script);
    }
}
