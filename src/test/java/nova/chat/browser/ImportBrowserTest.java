package nova.chat.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Another site's page imports the client by its address, and it talks to the server that it came from. */
@Tag("browser")
class ImportBrowserTest {
    private static final String TALK = """
            async (origin) => {
              const { ChatClient } = await import(`${origin}/client.js`);
              const client = new ChatClient().open();
              const deltas = [];
              for await (const delta of client.send('Hello from afar')) deltas.push(delta);
              const text = await client.turns[0].done;
              client.close();
              return [deltas.join(''), text, client.state];
            }
            """;

    private final Elsewhere elsewhere = new Elsewhere();

    @AfterEach
    void stop() {
        elsewhere.close();
    }

    @Test
    void a_page_that_the_server_allows_has_a_conversation() {
        try (Bridge bridge = Bridge.start("CORS_ALLOWED_ORIGINS", elsewhere.address());
                ChatPage page = Visitor.desktop().visit(elsewhere.address())) {
            bridge.orchestrator()
                    .next(
                            Endpoint.STREAM,
                            Script.stream().text("Hello ").text("back.").done());
            Object said = page.page().evaluate(TALK, bridge.address());
            assertThat(said).isEqualTo(List.of("Hello back.", "Hello back.", "closed"));
            assertThat(bridge.lastConversation()).containsExactly("user: Hello from afar");
        }
    }

    @Test
    void a_page_that_it_does_not_allow_gets_the_module_and_no_connection() {
        try (Bridge bridge = Bridge.start("CORS_ALLOWED_ORIGINS", "https://chat.example.com");
                ChatPage page = Visitor.desktop().visit(elsewhere.address())) {
            page.complaints().expectLostNetwork();
            Object state = page.page().evaluate("""
                            async (origin) => {
                              const { ChatClient } = await import(`${origin}/client.js`);
                              const client = new ChatClient();
                              const states = [];
                              const settled = new Promise((done) => client.addEventListener('state', (event) => {
                                states.push(event.state);
                                if (['waiting', 'closed'].includes(event.state)) done();
                              }));
                              client.open();
                              await settled;
                              client.close();
                              return states.includes('open');
                            }
                            """, bridge.address());
            assertThat(state).isEqualTo(false);
        }
    }

    @Test
    void the_page_in_the_documentation_talks() throws IOException {
        try (Bridge bridge = Bridge.start("CORS_ALLOWED_ORIGINS", elsewhere.address())) {
            elsewhere.show(example(bridge.address()));
            bridge.orchestrator()
                    .next(
                            Endpoint.STREAM,
                            Script.stream().text("Hello ").text("back.").done());
            try (ChatPage page = Visitor.desktop().visit(elsewhere.address())) {
                page.page().locator("#field").fill("Hello from afar");
                page.page().locator("#field").press("Enter");
                assertThat(page.page().locator("#log")).hasText("Hello from afar\nHello back.\n(complete)");
                page.reload();
                assertThat(page.page().locator("#log")).hasText("Hello from afar\nHello back.\n(complete)");
            }
        }
    }

    private static String example(String server) throws IOException {
        String guide = Files.readString(Path.of("docs", "client.md"));
        String page = guide.split("```html\n", 2)[1].split("```\n", 2)[0];
        assertThat(page).contains("https://chat.example.org/client.js");
        return page.replace("https://chat.example.org", server);
    }
}
