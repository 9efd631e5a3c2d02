package nova.chat.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static nova.chat.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.assertions.LocatorAssertions.HasTextOptions;
import io.vertx.core.json.JsonObject;
import java.util.regex.Pattern;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import nova.chat.testing.RedisServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What stands around a conversation: welcome, theme, shortcuts, the drawer, the words about the connection. */
@Tag("browser")
class ShellBrowserTest {
    private static final HasTextOptions AS_SEEN = new HasTextOptions().setUseInnerText(true);
    private static final Locator.FilterOptions VISIBLE = new Locator.FilterOptions().setVisible(true);
    private static final Locator.ClickOptions REACHABLE = new Locator.ClickOptions().setTrial(true);
    private static Bridge bridge;
    private ChatPage chat;

    @BeforeAll
    static void start() {
        bridge = Bridge.start();
        bridge.orchestrator()
                .always(Endpoint.STREAM, Script.stream().text("Fine.").done());
        JsonObject identity = new JsonObject().put("name", "Stella").put("greeting", "Hello! How can I help?");
        bridge.orchestrator().always(Endpoint.IDENTITY, Script.json(200, identity));
    }

    @AfterAll
    static void stop() {
        bridge.close();
    }

    @BeforeEach
    void visit() {
        chat = ChatPage.open(bridge);
    }

    @AfterEach
    void leave() {
        chat.close();
    }

    @Test
    void the_assistant_introduces_itself_until_something_is_asked() {
        Locator greeting = chat.page().locator("#greeting");
        await(
                "the server knows who answers",
                () -> chat.reload().awaitOpen().page().title().equals("Stella"));
        assertThat(greeting).hasText("Hello! How can I help?");
        assertThat(chat.page().locator("h1")).hasText("Stella");
        assertThat(chat.page()).hasTitle("Stella");
        assertThat(chat.message()).hasAttribute("placeholder", "Message Stella");
        Locator suggestions = chat.page().locator("#suggestions button");
        assertThat(suggestions).hasCount(4);
        suggestions.first().click();
        chat.awaitEnd("complete");
        assertThat(chat.questions()).containsText("Explain how TCP notices a lost packet");
        assertThat(chat.page().locator("#welcome")).isHidden();
    }

    @Test
    void the_theme_goes_round_and_is_kept() {
        assertBackground("250, 250, 248");
        Locator toggle = chat.page().locator("#theme-toggle");
        assertThat(toggle).hasText(Pattern.compile("Theme:\\s*auto"), AS_SEEN);
        toggle.click();
        assertTheme("light");
        toggle.click();
        assertTheme("dark");
        assertBackground("28, 25, 23");
        chat.reload();
        assertTheme("dark");
        assertBackground("28, 25, 23");
        toggle.click();
        assertTheme("auto");
        assertBackground("250, 250, 248");
    }

    @Test
    void keys_open_what_they_say() {
        Locator help = chat.page().locator("#help-dialog");
        chat.page().keyboard().press("ControlOrMeta+/");
        assertThat(help).isVisible();
        assertThat(help.locator("dt")).hasCount(7);
        chat.page().keyboard().press("ControlOrMeta+/");
        assertThat(help).isHidden();
        assertThat(chat.message()).isFocused();
        chat.page().keyboard().press("ControlOrMeta+Shift+D");
        assertThat(chat.page().locator("#inspector")).isVisible();
        chat.page().keyboard().press("ControlOrMeta+Shift+D");
        assertThat(chat.page().locator("#inspector")).isHidden();
        chat.ask("first");
        chat.page().keyboard().press("ControlOrMeta+k");
        assertThat(chat.questions()).hasCount(0);
    }

    /** On a Mac Ctrl+K deletes to the end of the line. */
    @ParameterizedTest
    @CsvSource({"MacIntel, Meta, Control", "Win32, Control, Meta"})
    void keys_are_those_of_the_platform(String platform, String command, String other) {
        chat.page().addInitScript("Object.defineProperty(navigator, 'platform', { value: '" + platform + "' })");
        chat.reload().awaitOpen().ask("first");
        chat.page().keyboard().press(other + "+k");
        chat.page().keyboard().press(other + "+/");
        assertThat(chat.page().locator("#help-dialog")).isHidden();
        assertThat(chat.questions()).hasCount(1);
        chat.page().keyboard().press(command + "+k");
        assertThat(chat.questions()).hasCount(0);
    }

    /** As browsers say so that fill in a field by themselves. */
    @Test
    void a_key_without_a_name_is_passed_over() {
        chat.message().evaluate("field => { field.dispatchEvent(new Event('keydown', { bubbles: true })); }");
        assertThat(chat.complaints().unexpected()).isEmpty();
    }

    @Test
    void the_first_link_leads_to_the_message_field_and_to_no_other_conversation() {
        chat.ask("first");
        String address = chat.page().url();
        chat.page().locator("#skip").focus();
        chat.page().keyboard().press("Enter");
        assertThat(chat.message()).isFocused();
        assertThat(chat.page()).hasURL(address);
        assertThat(chat.questions()).hasCount(1);
    }

    @Test
    void escape_closes_a_dialog_before_it_stops_an_answer() {
        Script.Gate gate = new Script.Gate();
        bridge.orchestrator()
                .next(
                        Endpoint.STREAM,
                        Script.stream().text("One").await(gate).text(" two").hang());
        chat.say("first").awaitText("One");
        chat.page().keyboard().press("ControlOrMeta+/");
        assertThat(chat.page().locator("#help-dialog")).isVisible();
        chat.page().keyboard().press("Escape");
        assertThat(chat.page().locator("#help-dialog")).isHidden();
        gate.open();
        chat.awaitText("One two");
        chat.page().keyboard().press("Escape");
        chat.awaitEnd("stopped");
    }

    @Test
    void that_the_store_is_away_is_said_as_long_as_it_is() {
        try (RedisServer store = RedisServer.started();
                Bridge storing = Bridge.start("REDIS_URL", store.url());
                ChatPage visitor = ChatPage.open(storing)) {
            visitor.ask("Keep this");
            store.kill();
            visitor.reload();
            Locator notice = visitor.page().locator("#notice");
            assertThat(notice).containsText("cannot be opened at the moment");
            store.start();
            visitor.awaitOpen();
            assertThat(notice).isHidden();
        }
    }

    @Test
    void on_a_narrow_screen_the_conversations_are_a_drawer_that_keeps_the_focus() {
        chat.ask("first");
        chat.page().setViewportSize(390, 844);
        Locator sidebar = chat.page().locator("#sidebar");
        assertThat(sidebar).isHidden();
        assertThat(sidebar).hasJSProperty("inert", true);
        chat.page().locator("#sidebar-toggle").click();
        assertThat(sidebar).isVisible();
        assertThat(chat.page().locator("#chat")).hasJSProperty("inert", true);
        assertThat(chat.page().locator("#sidebar-close")).isFocused();
        chat.page().keyboard().press("Shift+Tab");
        assertThat(chat.page().locator("#chat :focus, #skip:focus")).hasCount(0);
        chat.page().locator("#sidebar-close").focus();
        chat.page().keyboard().press("Escape");
        assertThat(sidebar).isHidden();
        assertThat(chat.page().locator("#sidebar-toggle")).isFocused();
        chat.page().locator("#sidebar-toggle").click();
        chat.page().locator("#conversations [aria-current]").click();
        assertThat(sidebar).isHidden();
        assertThat(chat.questions()).hasCount(1);
        chat.page().locator("#sidebar-toggle").click();
        chat.page().locator("#new-chat").click();
        assertThat(sidebar).isHidden();
        assertThat(chat.questions()).hasCount(0);
    }

    @Test
    void a_lost_connection_is_told_in_words_with_a_way_to_mend_it() {
        Bridge mortal = Bridge.start();
        try (ChatPage visitor = ChatPage.open(mortal)) {
            visitor.complaints().expectLostNetwork();
            Locator connection = visitor.page().locator("#connection");
            assertThat(connection).hasText("Connected", AS_SEEN);
            mortal.close();
            assertThat(connection).containsText(Pattern.compile("Trying again in \\d+ s"));
            Locator button = visitor.page().locator("#connect-now");
            assertThat(button).hasText("Connect now");
            assertThat(button).isVisible(); // at times: while it tries, there is nothing to press
        }
    }

    @Test
    void long_words_about_the_connection_stand_beside_their_dot() {
        try (ChatPage phone = Visitor.phone().size(320, 568).visit(bridge).awaitOpen()) {
            Locator state = phone.page().locator("#connection-state");
            double beside = state.boundingBox().x;
            state.evaluate("state => { state.textContent = 'Offline. Trying again in 20 s'; }");
            assertThat(state.boundingBox().x).isEqualTo(beside);
        }
    }

    @Test
    void without_scripts_the_page_says_what_it_needs_and_promises_nothing() {
        try (ChatPage still = Visitor.desktop().withoutScripts().visit(bridge)) {
            assertThat(still.page().locator("#sidebar, #bar, #composer").filter(VISIBLE))
                    .hasCount(3);
            Locator need = still.page().locator("noscript p");
            assertThat(need).hasText("This page needs JavaScript to talk to the server.");
            need.click(REACHABLE);
            still.message().click(REACHABLE);
            assertThat(still.page().locator("#connection")).hasText("Not connected", AS_SEEN);
            assertThat(still.page().locator("body")).not().containsText("Connecting");
        }
    }

    private void assertTheme(String theme) {
        assertThat(chat.page().locator("html")).hasAttribute("data-theme", theme);
    }

    private void assertBackground(String rgb) {
        assertThat(chat.page().locator("body")).hasCSS("background-color", "rgb(" + rgb + ")");
    }
}
