package nova.chat.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static nova.chat.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Clock;
import java.util.List;
import java.util.stream.Stream;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import nova.chat.testing.Proxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A screen reader is told when an answer begins and what it is once it is whole, and no single word of a stream. */
@Tag("browser")
class AnnounceBrowserTest {
    private static final String LISTEN = """
            () => {
              globalThis.heard = [];
              const region = document.getElementById('announcer');
              new MutationObserver(() => region.textContent && heard.push(region.textContent))
                .observe(region, { childList: true, characterData: true, subtree: true });
            }
            """;

    private static final long LONG_ENOUGH_TO_SAY_MS = 1_100;
    private static final long AN_HOUR_MS = 3_600_000;

    private Bridge bridge;
    private ChatPage page;

    @BeforeEach
    void start() {
        bridge = Bridge.start();
        page = ChatPage.open(bridge);
        page.page().evaluate(LISTEN);
    }

    @AfterEach
    void stop() {
        page.close();
        bridge.close();
    }

    /** Each word has been drawn before the next one comes: a page that says what it draws is heard. */
    @Test
    void the_beginning_and_the_whole_answer_are_said() {
        List<String> words = List.of("Well, ", "this ", "**is**\n\n", "the ", "`answer`.");
        List<Script.Gate> gates =
                Stream.generate(Script.Gate::new).limit(words.size()).toList();
        Script script = Script.stream();
        for (int i = 0; i < words.size(); i++) {
            script = script.text(words.get(i)).await(gates.get(i));
        }
        bridge.orchestrator().next(Endpoint.STREAM, script.done());
        page.say("Speak");
        List<String> drawn = List.of("Well,", "Well, this", "Well, this is", "the", "answer.");
        for (int i = 0; i < words.size(); i++) {
            page.awaitText(drawn.get(i));
            gates.get(i).open();
        }
        page.awaitEnd("complete");
        await("the answer", () -> heard().contains("Well, this is\nthe answer."));
        assertThat(heard()).containsExactly("Nova is answering", "Well, this is\nthe answer.");
    }

    @Test
    void of_a_long_answer_only_the_end_is_said() {
        bridge.orchestrator()
                .next(
                        Endpoint.STREAM,
                        Script.stream().text("word ".repeat(1_000)).done());
        page.ask("Speak long");
        await("the end", () -> heard().contains("Answer complete, 1,000 words"));
        assertThat(heard()).noneMatch(words -> words.length() > 1_000);
    }

    @Test
    void a_failure_is_said() {
        bridge.orchestrator().next(Endpoint.STREAM, Script.refusal(500, "Internal Server Error"));
        page.say("Speak").awaitEnd("failed");
        await("the failure", () -> heard().stream().anyMatch(words -> words.contains("Orchestrator")));
    }

    @Test
    void the_conversation_itself_is_silent_and_has_names() {
        page.ask("Hello");
        assertThat(page.page().locator("#log")).hasAttribute("aria-live", "off");
        assertThat(page.questions()).hasAccessibleName("You");
        assertThat(page.answer()).hasAccessibleName("Nova");
    }

    @Test
    void a_connection_that_stays_away_is_said_once() {
        try (Proxy network = Proxy.to(bridge.service().port());
                ChatPage other = Visitor.desktop().visit(network.port()).awaitOpen()) {
            other.complaints().expectLostNetwork();
            other.page().evaluate(LISTEN);
            other.page().evaluate("() => { Math.random = () => 1; }"); // attempts are far enough apart for words
            network.refuse();
            network.cut();
            await("it is said", () -> !heard(other).isEmpty());
            for (int attempts = 0; attempts < 2; attempts++) {
                other.page().waitForWebSocket(() -> {});
            }
            assertThat(heard(other)).hasSize(1);
        }
    }

    /** The page's clock stands, but for what the test lets pass. */
    @Test
    void a_connection_that_is_back_at_once_was_never_lost_to_the_ear() {
        try (Proxy network = Proxy.to(bridge.service().port());
                ChatPage other = Visitor.desktop().arrive()) {
            other.complaints().expectLostNetwork();
            other.page().clock().install(new Clock.InstallOptions().setTime(0));
            other.page().clock().pauseAt(AN_HOUR_MS); // it runs until then
            other.go("http://127.0.0.1:" + network.port() + "/").awaitOpen();
            other.page().evaluate(LISTEN);
            for (int blips = 0; blips < 2; blips++) {
                network.cut();
                other.awaitConnection("waiting");
                connect(other);
                other.page().clock().runFor(LONG_ENOUGH_TO_SAY_MS);
                assertThat(heard(other)).isEmpty();
            }

            network.refuse();
            network.cut();
            other.awaitConnection("waiting");
            other.page().clock().runFor(LONG_ENOUGH_TO_SAY_MS);
            other.awaitConnection("waiting"); // again: it has tried meanwhile
            network.heal();
            connect(other);
            other.page().clock().runFor(LONG_ENOUGH_TO_SAY_MS);
            assertThat(heard(other)).containsExactly("Connection lost. Trying again.", "Connected");
        }
    }

    private static void connect(ChatPage page) {
        page.page().locator("#connect-now").evaluate("button => button.click()");
        page.awaitOpen();
    }

    private List<String> heard() {
        return heard(page);
    }

    @SuppressWarnings("unchecked") // strings, see above
    private static List<String> heard(ChatPage page) {
        return (List<String>) page.page().evaluate("() => heard");
    }
}
