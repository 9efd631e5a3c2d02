package nova.chat.browser;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Request;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a visit should never show: words in the console (violations of the page's security policy are there too), errors that
 * nobody caught, requests to anywhere else.
 */
final class Complaints {
    private static final Set<String> HERE = Set.of("127.0.0.1", "localhost", "nova.test");

    private final List<String> heard = new ArrayList<>();
    private final List<String> expected = new ArrayList<>();

    /** Listens to all tabs of it. */
    Complaints(BrowserContext context) {
        context.onConsoleMessage(this::console);
        context.onWebError(error -> heard.add("uncaught: " + error.error()));
        context.onRequest(this::request);
    }

    /** Those with this in them are part of the test. */
    void expect(String part) {
        expected.add(part);
    }

    /** The browser says so of each socket that fails; and of the icon, which it loads last, should that come too late. */
    void expectLostNetwork() {
        expect("WebSocket connection to");
        expect("/icon.svg");
    }

    /** All that nobody expected. */
    List<String> unexpected() {
        return heard.stream()
                .filter(complaint -> expected.stream().noneMatch(complaint::contains))
                .toList();
    }

    private void console(ConsoleMessage message) {
        heard.add("console " + message.type() + ": " + message.text() + " (" + message.location() + ")");
    }

    private void request(Request request) {
        URI uri = URI.create(request.url());
        boolean local = uri.getHost() == null || HERE.contains(uri.getHost());
        if (!local) {
            heard.add("foreign request: " + request.method() + " " + request.url());
        }
    }
}
