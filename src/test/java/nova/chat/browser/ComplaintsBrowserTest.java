package nova.chat.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The harness hears what the other tests believe that it would hear. */
@Tag("browser")
class ComplaintsBrowserTest {
    private HttpServer server;
    private String body = "";

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] page =
                    ("<!doctype html><html lang=en><title>A page</title><link rel=icon href=data:,><main><h1>A page</h1>"
                                    + body + "</main>")
                            .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "text/html; charset=utf-8");
            exchange.getResponseHeaders().add("Content-Security-Policy", "img-src 'self' http://images.test data:");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void nothing_is_heard_of_a_page_that_behaves() {
        body = "<p>Good.</p>";
        visit().axe("a good page").close();
    }

    @Test
    void words_in_the_console_are_heard() {
        body = "<script>console.debug('psst')</script>";
        assertThatThrownBy(() -> visit().close()).hasMessageContaining("psst");
    }

    @Test
    void an_error_that_nobody_caught_is_heard() {
        body = "<script>throw new Error('ouch')</script>";
        assertThatThrownBy(() -> visit().close()).hasMessageContaining("ouch");
    }

    @Test
    void a_violation_of_the_policy_is_heard() {
        body = "<img alt='' src='http://localhost:1/x.png'>";
        assertThatThrownBy(() -> visit().close()).hasMessageContaining("Content Security Policy");
    }

    @Test
    void a_request_to_elsewhere_is_heard_and_leads_nowhere() {
        body = "<img alt='' src='http://images.test/x.png'>";
        assertThatThrownBy(() -> visit().close())
                .hasMessageContaining("foreign request: GET http://images.test/x.png")
                .hasMessageContaining("ERR_NAME_NOT_RESOLVED");
    }

    @Test
    void what_was_expected_is_no_complaint() {
        body = "<script>console.log('fine')</script>";
        ChatPage page = visit();
        page.complaints().expect("fine");
        page.close();
        assertThat(page.complaints().unexpected()).isEmpty();
    }

    @Test
    void axe_says_what_is_in_the_way_and_where() {
        body = "<button id=mute></button>";
        try (ChatPage page = visit()) {
            assertThatThrownBy(() -> page.axe("a bad page"))
                    .hasMessageContaining("a bad page")
                    .hasMessageContaining("button-name")
                    .hasMessageContaining("id=\"mute\"");
        }
    }

    private ChatPage visit() {
        return Visitor.desktop().visit(server.getAddress().getPort());
    }
}
