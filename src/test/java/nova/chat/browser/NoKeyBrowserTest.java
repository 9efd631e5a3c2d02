package nova.chat.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import nova.chat.testing.Bridge;
import nova.chat.testing.Upstream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whoever brings no key where one is needed is asked for it, when the server has waited long enough. */
@Tag("browser")
class NoKeyBrowserTest {
    private static Bridge bridge;
    private final ChatPage chat = Visitor.desktop().arrive();

    @BeforeAll
    static void start() {
        bridge = Bridge.start(Upstream.prompt().withKeys("sk-nova-good"), "REQUIRE_AUTH", "true", "AUTH_TIMEOUT", "1s");
    }

    @AfterAll
    static void stop() {
        bridge.close();
    }

    @AfterEach
    void leave() {
        chat.close();
    }

    @Test
    void a_server_that_wants_a_key_asks_for_it() {
        chat.go(bridge.address() + "/").awaitConnection("unauthorized");
        assertThat(dialog()).containsText("This server asks for an API key.");
        assertThat(chat.page().locator("#key-error")).isEmpty();
        assertThat(chat.page().locator("#key-field")).isFocused();
    }

    @Test
    void junk_in_the_place_of_a_key_is_passed_over() {
        chat.go(bridge.address() + "/icon.svg");
        chat.page().evaluate("() => { sessionStorage['nova.key'] = '5'; localStorage['nova.key'] = '{}'; }");
        chat.go(bridge.address() + "/").awaitConnection("unauthorized");
        assertThat(dialog()).containsText("This server asks for an API key.");
        assertThat(chat.page().locator("#key-error")).isEmpty();
    }

    private Locator dialog() {
        return chat.page().locator("#key-dialog");
    }
}
