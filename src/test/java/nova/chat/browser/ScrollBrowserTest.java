package nova.chat.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static nova.chat.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import com.microsoft.playwright.Locator;
import java.time.Duration;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The page follows whoever reads at its end, and holds still for everybody else. */
@Tag("browser")
class ScrollBrowserTest {
    private static final String STANDS_STILL = """
            async (scroller) => {
              const { scrollTop } = scroller;
              for (const frame of [1, 2]) await new Promise(requestAnimationFrame);
              return scroller.scrollTop === scrollTop;
            }
            """;

    private static Bridge bridge;
    private ChatPage chat;
    private Script.Gate gate;

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
        gate = new Script.Gate();
        bridge.orchestrator().unscript();
        bridge.orchestrator()
                .next(
                        Endpoint.STREAM,
                        Script.stream()
                                .text(lines(1, 80))
                                .await(gate)
                                .text(lines(81, 160))
                                .done());
        chat = ChatPage.open(bridge);
    }

    @AfterEach
    void leave() {
        chat.close();
    }

    @Test
    void it_follows_an_answer_to_its_end() {
        chat.say("Many lines").awaitText("Line 80.");
        awaitBottom();
        gate.open();
        chat.awaitText("Line 160.").awaitEnd("complete");
        awaitBottom();
        assertThat(jump()).isHidden();
    }

    @Test
    void it_holds_still_for_who_reads_further_up_and_counts_what_came() {
        chat.say("Many lines").awaitText("Line 80.");
        awaitBottom();
        wheel(-600);
        assertHeldStillWhileMoreComes();
        jump().click();
        awaitBottom();
        assertThat(jump()).isHidden();
    }

    @Test
    void it_holds_still_for_who_pages_up_by_key() {
        chat.say("Many lines").awaitText("Line 80.");
        awaitBottom();
        chat.page().locator("#scroller").press("PageUp");
        assertHeldStillWhileMoreComes();
    }

    @Test
    void it_holds_still_under_a_finger_and_when_it_is_lifted() {
        chat.close();
        chat = Visitor.phone().visit(bridge).awaitOpen();
        chat.send("Many lines").awaitText("Line 80.");
        awaitBottom();
        Finger finger = Finger.on(chat.page());
        finger.drag(200, 300, 650);
        assertHeldStillWhileMoreComes();
        double before = top("Line 60.");
        finger.lift();
        awaitStill();
        assertThat(top("Line 60.")).isCloseTo(before, offset(1.5));
    }

    @Test
    void it_follows_again_who_came_back_to_the_end() {
        chat.say("Many lines").awaitText("Line 80.");
        scrollUp(600);
        wheel(2_000);
        assertThat(jump()).isHidden();
        gate.open();
        chat.awaitText("Line 160.").awaitEnd("complete");
        awaitBottom();
    }

    @Test
    void asking_leads_to_the_end() {
        gate.open();
        chat.say("Many lines").awaitText("Line 160.").awaitEnd("complete");
        scrollUp(900);
        bridge.orchestrator()
                .next(Endpoint.STREAM, Script.stream().text("Done.").done());
        chat.say("And now?").awaitText("Done.");
        awaitBottom();
    }

    @Test
    void a_question_that_is_unfolded_at_the_end_stays_where_it_is() {
        bridge.orchestrator().unscript();
        bridge.orchestrator()
                .always(Endpoint.STREAM, Script.stream().text("Short.").done());
        chat.ask("First line\n" + "More\n".repeat(100));
        awaitBottom();
        Locator bubble = chat.questions().locator(".bubble");
        double before = bubble.boundingBox().y;
        Locator fold = chat.page().locator(".fold");
        fold.click();
        assertThat(jump()).isVisible();
        assertThat(bubble.boundingBox().y).isCloseTo(before, offset(1.5));
        fold.evaluate("button => button.click()"); // from where it is, without scrolling there
        assertThat(jump()).isHidden();
        chat.page().setViewportSize(1280, 500); // whoever is at the end stays there
        awaitBottom();
    }

    @Test
    void a_question_that_is_folded_again_stays_in_sight() {
        gate.open();
        chat.ask("First line\n" + "More\n".repeat(100));
        Locator fold = chat.page().locator(".fold");
        fold.click();
        fold.click();
        assertThat(chat.questions().locator(".bubble")).isInViewport();
    }

    @Test
    void it_holds_still_when_references_are_defined_at_the_end() {
        bridge.orchestrator().unscript();
        Script answer = Script.stream();
        for (int from = 1; from <= 150; from += 15) { // each is seen, and keeps its height when it is out of sight
            answer = answer.text(lines(from, from + 14).replaceAll("(Line \\d*[02468])\\b", "[$1][a]"))
                    .pause(Duration.ofMillis(50));
        }
        bridge.orchestrator()
                .next(
                        Endpoint.STREAM,
                        answer.await(gate).text("[a]: https://a.example/").done());
        chat.say("Many references").awaitText("[Line 150][a]");
        awaitBottom();
        scrollUp(1_500);
        Locator line = chat.answer().locator("p", new Locator.LocatorOptions().setHasText("Line 110"));
        double before = line.boundingBox().y;
        chat.page().evaluate("() => { for (const line of document.querySelectorAll('.body p')) line.isOld = true; }");
        gate.open();
        chat.awaitEnd("complete");
        assertThat(chat.answer().locator("a")).hasCount(75);
        assertThat(line.boundingBox().y).isCloseTo(before, offset(1.5));
        assertThat(chat.page().evaluate("() => [...document.querySelectorAll('.body p')].filter(p => p.isOld).length"))
                .isEqualTo(75);
    }

    private Locator jump() {
        return chat.page().locator("#jump");
    }

    private double top(String text) {
        return chat.answer()
                .getByText(text, new Locator.GetByTextOptions().setExact(true))
                .boundingBox()
                .y;
    }

    private void assertHeldStillWhileMoreComes() {
        assertThat(jump()).isVisible();
        awaitStill();
        double before = top("Line 60.");
        gate.open();
        chat.awaitText("Line 160.").awaitEnd("complete");
        assertThat(jump()).hasText(Pattern.compile("Jump to latest · \\d+ new lines"));
        assertThat(top("Line 60.")).isCloseTo(before, offset(1.5));
    }

    private void scrollUp(int px) {
        wheel(-px);
        assertThat(jump()).isVisible();
        awaitStill();
    }

    private void awaitStill() {
        await("it stands still", () ->
                (Boolean) chat.page().locator("#scroller").evaluate(STANDS_STILL));
    }

    private void wheel(double deltaY) {
        chat.page().locator("#scroller").hover();
        chat.page().mouse().wheel(0, deltaY);
    }

    private void awaitBottom() {
        await("the end is in sight", () -> (Boolean)
                chat.page().locator("#scroller").evaluate("s => s.scrollHeight - s.clientHeight - s.scrollTop < 2"));
    }

    private static String lines(int from, int to) {
        return IntStream.rangeClosed(from, to)
                .mapToObj(n -> "Line " + n + ".\n\n")
                .collect(Collectors.joining());
    }
}
