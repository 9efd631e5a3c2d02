package nova.chat.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
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

    private HttpServer elsewhere;

    @BeforeEach
    void start() throws IOException {
        elsewhere = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        elsewhere.createContext("/", exchange -> {
            byte[] page = "<!doctype html><title>Elsewhere</title><link rel=icon href=data:,>"
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        elsewhere.start();
    }

    @AfterEach
    void stop() {
        elsewhere.stop(0);
    }

    @Test
    void a_page_that_the_server_allows_has_a_conversation() {
        try (Bridge bridge = Bridge.start("CORS_ALLOWED_ORIGINS", address());
                ChatPage page = Visitor.desktop().visit(address())) {
            bridge.orchestrator()
                    .next(
                            Endpoint.STREAM,
                            Script.stream().text("Hello ").text("back.").done());
            Object said = page.page()
                    .evaluate(TALK, "http://127.0.0.1:" + bridge.service().port());
            assertThat(said).isEqualTo(List.of("Hello back.", "Hello back.", "closed"));
            assertThat(bridge.lastConversation()).containsExactly("user: Hello from afar");
        }
    }

    @Test
    void a_page_that_it_does_not_allow_gets_the_module_and_no_connection() {
        try (Bridge bridge = Bridge.start("CORS_ALLOWED_ORIGINS", "https://chat.example.com");
                ChatPage page = Visitor.desktop().visit(address())) {
            page.complaints().expect("WebSocket connection to");
            Object state = page.page()
                    .evaluate("""
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
                            """, "http://127.0.0.1:" + bridge.service().port());
            assertThat(state).isEqualTo(false);
        }
    }

    private String address() {
        return "http://127.0.0.1:" + elsewhere.getAddress().getPort();
    }
}
