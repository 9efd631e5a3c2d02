package nova.chat.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static nova.chat.testing.Patience.await;

import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An answer is read while it is written. */
@Tag("browser")
class StreamingBrowserTest {
    private static final String HAS_CURSOR = "answer => [...answer.querySelectorAll('*')]"
            + ".some(e => getComputedStyle(e, '::after').content.includes('▌'))";

    private static final String SAMPLE = """
            # Title

            Some *words*, a [link](https://example.com/), `code`.

            - one
            - two

            | a | b |
            |---|---|
            | 1 | 2 |

            ```java
            int x = 1;
            ```
            """;

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
    void it_appears_piece_by_piece_with_a_cursor_at_its_end() {
        bridge.orchestrator()
                .next(
                        Endpoint.STREAM,
                        Script.stream()
                                .text("Once upon ")
                                .await(gate)
                                .text("a time")
                                .done());
        try (ChatPage page = ChatPage.open(bridge)) {
            page.say("Tell me a story").awaitBusy().awaitText("Once upon");
            assertThat(page.answer()).hasAttribute("aria-busy", "true");
            assertThat(page.answer()).hasAttribute("data-state", "running");
            await("a cursor", () -> hasCursor(page));

            gate.open();
            page.awaitEnd("complete").awaitText("Once upon a time");
            assertThat(page.answer()).hasAttribute("aria-busy", "false");
            await("no cursor", () -> !hasCursor(page));
            assertThat(page.questions().last()).containsText("Tell me a story");
        }
    }

    @Test
    void markdown_is_drawn_as_what_it_means_also_while_it_comes() {
        Script script = Script.stream();
        for (int i = 0; i < SAMPLE.length(); i += 7) {
            script = script.text(SAMPLE.substring(i, Math.min(SAMPLE.length(), i + 7)));
        }
        bridge.orchestrator().next(Endpoint.STREAM, script.await(gate).done());
        try (ChatPage page = ChatPage.open(bridge)) {
            page.say("Show me");
            assertDrawn(page);
            gate.open();
            page.awaitEnd("complete");
            assertDrawn(page);
        }
    }

    private static void assertDrawn(ChatPage page) {
        assertThat(page.answer().locator(".body h2")).hasText("Title");
        assertThat(page.answer().locator("em")).hasText("words");
        assertThat(page.answer().locator("a")).hasAttribute("href", "https://example.com/");
        assertThat(page.answer().locator("li")).hasText(new String[] {"one", "two"});
        assertThat(page.answer().locator("td")).hasText(new String[] {"1", "2"});
        assertThat(page.answer().locator("figure.code[data-language=java] pre")).containsText("int x = 1;");
    }

    private static boolean hasCursor(ChatPage page) {
        return (Boolean) page.answer().evaluate(HAS_CURSOR);
    }
}
