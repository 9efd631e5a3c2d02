package nova.chat.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.WebSocket;
import com.microsoft.playwright.options.AriaRole;
import java.util.ArrayList;
import java.util.List;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.standin.StandIn;
import nova.chat.testing.Bridge;
import nova.chat.testing.Upstream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The key: asked for, refused, kept as long as wanted, forgotten, and never shown. */
@Tag("browser")
class KeyBrowserTest {
    private static final String KEY = "sk-nova-good-0123456789-last";

    private static final String WRONG = "sk-nova-wrong-0123456789";

    private static final double QUIET_MS = 2_000; // the first attempts of one who tries again are closer

    private static Bridge bridge;
    private ChatPage chat;

    @BeforeAll
    static void start() {
        StandIn.Options keys = Upstream.prompt().withKeys(KEY).recording(10);
        bridge = Bridge.start(keys, "REQUIRE_AUTH", "true");
        bridge.orchestrator()
                .always(Endpoint.STREAM, Script.stream().text("Fine.").done());
    }

    @AfterAll
    static void stop() {
        bridge.close();
    }

    @BeforeEach
    void visit() {
        chat = Visitor.desktop().arrive().goWithKey(bridge.address(), WRONG).awaitConnection("unauthorized");
    }

    @AfterEach
    void leave() {
        chat.close();
    }

    @Test
    void a_server_that_wants_a_key_is_given_one_and_it_is_kept_for_this_tab() {
        assertThat(dialog()).containsText("This server asks for an API key.");
        assertThat(field()).isFocused();
        assertThat(field()).hasAttribute("type", "password");
        use(KEY);
        chat.awaitOpen();
        assertThat(dialog()).isHidden();
        assertThat(chat.message()).isFocused();
        chat.reload().awaitOpen();
        another().awaitConnection("unauthorized");
        assertThat(remembered()).doesNotContain("sk-nova");
        chat.page().locator("#key-open").click();
        assertThat(dialog()).containsText("sk-nova-…last");
        assertThat(chat.page().content()).doesNotContain(KEY);
    }

    @Test
    void a_wrong_key_is_refused_in_the_dialog() {
        openAgain();
        use(WRONG);
        assertThat(dialog().getByRole(AriaRole.ALERT))
                .hasText("The server did not accept this key. Check it and try again.");
        assertThat(field()).isFocused();
        List<WebSocket> again = new ArrayList<>();
        chat.page().onWebSocket(again::add);
        chat.page().waitForTimeout(QUIET_MS);
        assertThat(again).isEmpty();
        chat.awaitConnection("unauthorized");
        assertThat(kept("sessionStorage")).doesNotContain("sk-nova");
        use(KEY);
        chat.awaitOpen();
        assertThat(dialog()).isHidden();
        assertThat(chat.page().locator("#notice")).isHidden();
    }

    @Test
    void it_is_remembered_only_if_asked_for_and_forgotten_everywhere() {
        chat.page().locator("#key-remember").check();
        use(KEY);
        chat.awaitOpen();
        assertThat(remembered()).contains(KEY);
        ChatPage tab = chat.another().go(chat.page().url()).awaitOpen();
        tab.page().close();
        chat.page().locator("#key-open").click();
        chat.page().locator("#key-forget").click();
        assertThat(dialog()).isHidden();
        assertThat(remembered()).doesNotContain("sk-nova");
        assertThat(kept("sessionStorage")).doesNotContain("sk-nova");
        chat.awaitConnection("unauthorized");
        assertThat(dialog()).isHidden();
        assertThat(chat.page().locator("#notice")).containsText("This server asks for an API key.");
    }

    @Test
    void whoever_closes_the_dialog_is_reminded_and_loses_nothing() {
        chat.page().keyboard().press("Escape");
        Locator notice = chat.page().locator("#notice");
        assertThat(notice).containsText("This server asks for an API key.");
        chat.say("written before the key");
        assertThat(chat.questions()).containsText("written before the key");
        notice.getByText("Enter key").press("Enter");
        chat.page().keyboard().press("Escape");
        assertThat(notice.getByText("Enter key")).isFocused();
        chat.page().keyboard().press("Enter");
        use(KEY);
        chat.awaitEnd("complete");
        assertThat(notice).isHidden();
        assertThat(bridge.lastConversation()).containsExactly("user: written before the key");
    }

    @Test
    void a_key_that_another_tab_remembers_serves_this_one_too() {
        ChatPage tab = another().awaitConnection("unauthorized");
        chat.page().locator("#key-remember").check();
        use(KEY);
        tab.awaitOpen();
        assertThat(tab.page().locator("#key-dialog")).isHidden();
    }

    @Test
    void what_is_far_too_long_for_a_key_does_no_harm() {
        openAgain();
        chat.page().keyboard().insertText("a".repeat(2_000_000));
        field().press("Enter");
        assertThat(dialog().getByRole(AriaRole.ALERT)).containsText("did not accept");
        assertThat(kept("sessionStorage")).doesNotContain("aaa");
        use(KEY);
        chat.awaitOpen();
    }

    @Test
    void a_key_that_another_tab_has_remembered_meanwhile_is_tried_and_not_thrown_away() {
        chat.page()
                .evaluate(
                        "(key) => { sessionStorage['nova.key'] = '\"sk-nova-old\"'; localStorage['nova.key'] = JSON.stringify(key); }",
                        KEY);
        chat.reload().awaitOpen();
        assertThat(dialog()).isHidden();
        assertThat(remembered()).contains(KEY);
    }

    /** Then nothing is said any more of the key that one came with. */
    private void openAgain() {
        chat.page().keyboard().press("Escape");
        chat.page().getByText("Enter key").click();
        assertThat(field()).isFocused();
        assertThat(dialog().getByRole(AriaRole.ALERT)).isEmpty();
    }

    private ChatPage another() {
        return chat.another().goWithKey(bridge.address(), WRONG);
    }

    private void use(String key) {
        field().fill(key);
        field().press("Enter");
    }

    private Locator dialog() {
        return chat.page().locator("#key-dialog");
    }

    private Locator field() {
        return chat.page().locator("#key-field");
    }

    private String remembered() {
        return kept("localStorage");
    }

    private String kept(String storage) {
        return (String) chat.page().evaluate("() => JSON.stringify({ ..." + storage + " })");
    }
}
