package nova.chat.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.WebSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Pace;
import nova.chat.standin.StandIn;
import nova.chat.testing.Bridge;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The key goes to the server, and is seen nowhere else. */
@Tag("browser")
class KeySecrecyBrowserTest {
    private static final String KEY = "sk-nova-browser-0123456789abcdef";

    private static final String KEPT = "() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }])";

    private Bridge bridge;

    @BeforeEach
    void start() {
        bridge = Bridge.start(
                StandIn.Options.local().withKeys(KEY).withPace(Pace.flatOut()).recording(1_000),
                "REQUIRE_AUTH",
                "true",
                "AUTH_TIMEOUT",
                "1s");
    }

    @AfterEach
    void stop() {
        bridge.close();
    }

    @Test
    void it_is_asked_for_and_what_was_written_before_is_sent_then() {
        try (ChatPage page = Visitor.desktop().visit(bridge)) {
            page.say("Am I heard?").awaitConnection("unauthorized");
            assertThat(dialog(page)).isVisible();
            enter(page, KEY).awaitOpen();
            assertThat(dialog(page)).isHidden();
            page.awaitEnd("complete");
            assertThat(page.questions()).hasCount(1);
            assertThat(bridge.orchestrator().requests(Endpoint.STREAM)).isEqualTo(1);
            assertThat(page.message()).isFocused();
        }
    }

    @Test
    void a_wrong_one_is_said_to_be_wrong_and_never_tried_again_by_itself() {
        try (ChatPage page = Visitor.desktop().visit(bridge).awaitConnection("unauthorized")) {
            enter(page, "sk-nova-wrong-0123456789");
            assertThat(page.page().locator("#key-error")).containsText("did not accept");
            assertThat(dialog(page)).isVisible();
            page.awaitConnection("unauthorized");
            assertThat(kept(page)).doesNotContain("sk-nova-wrong");
            enter(page, KEY).awaitOpen();
            page.ask("In?");
        }
    }

    @Test
    void it_lives_as_long_as_its_tab() {
        try (ChatPage page = Visitor.desktop().visit(bridge).awaitConnection("unauthorized")) {
            enter(page, KEY).awaitOpen();
            page.reload().awaitOpen();
            assertThat(page.storage()).doesNotContain(KEY);
            page.another()
                    .go("http://127.0.0.1:" + bridge.service().port() + "/")
                    .awaitConnection("unauthorized");
        }
    }

    @Test
    void it_is_remembered_on_request_and_forgotten_on_request() {
        try (ChatPage page = Visitor.desktop().visit(bridge).awaitConnection("unauthorized")) {
            page.page().locator("#key-remember").check();
            enter(page, KEY).awaitOpen();
            assertThat(page.storage()).contains(KEY);
            ChatPage other = page.another()
                    .go("http://127.0.0.1:" + bridge.service().port() + "/")
                    .awaitOpen();
            other.page().close();

            page.page().locator("#key-open").click();
            page.page().locator("#key-forget").click();
            page.awaitConnection("unauthorized|closed|idle");
            assertThat(kept(page)).doesNotContain(KEY);
            page.reload().awaitConnection("unauthorized");
        }
    }

    @Test
    void it_is_seen_nowhere() throws IOException {
        List<String> seen = new ArrayList<>();
        try (ChatPage page = Visitor.desktop().arrive()) {
            page.page().onRequest((Request request) -> seen.add(request.url() + request.allHeaders()));
            page.page().onWebSocket((WebSocket socket) -> seen.add(socket.url()));
            page.page().onConsoleMessage(message -> seen.add(message.text()));
            page.go("http://127.0.0.1:" + bridge.service().port() + "/").awaitConnection("unauthorized");
            enter(page, KEY).awaitOpen();
            page.ask("Who are you?");
            Download export = page.page()
                    .waitForDownload(() -> page.page().locator("#export").click());
            seen.add(Files.readString(export.path()));
            page.page().locator("#inspector-toggle").click();
            assertThat(page.page().locator("#inspector")).containsText("hello");
            page.page().locator("#key-open").click();

            seen.add(page.page().url());
            seen.add(page.page().content());
            seen.add((String) page.page().evaluate("() => document.body.innerText"));
            assertThat(seen).hasSizeGreaterThan(4).noneMatch(text -> text.contains(KEY));
            assertThat(page.storage()).doesNotContain(KEY);
        }
    }

    private static Locator dialog(ChatPage page) {
        return page.page().locator("#key-dialog");
    }

    private static ChatPage enter(ChatPage page, String key) {
        page.page().locator("#key-field").fill(key);
        page.page().locator("#key-field").press("Enter");
        return page;
    }

    private static String kept(ChatPage page) {
        return (String) page.page().evaluate(KEPT);
    }
}
