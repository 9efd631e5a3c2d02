package nova.chat.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import nova.chat.testing.Proxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Where what was pressed goes away, the focus goes on and is not lost: the next key would lead to the top of the page. */
@Tag("browser")
class FocusBrowserTest {
    private static final int MORE_THAN_A_PAGE = 101;

    private final Script.Gate gate = new Script.Gate();
    private Bridge bridge;

    @BeforeEach
    void start() {
        bridge = Bridge.start("WS_MAX_HISTORY", "1000");
        bridge.orchestrator()
                .always(Endpoint.STREAM, Script.stream().text("Fine.").done());
    }

    @AfterEach
    void stop() {
        gate.open();
        bridge.close();
    }

    @Test
    void from_what_is_asked_to_the_message_field() {
        try (ChatPage page = ChatPage.open(bridge)) {
            page.page().locator("#suggestions button").first().press("Enter");
            page.awaitEnd("complete");
            assertThat(page.message()).isFocused();

            bridge.orchestrator()
                    .next(
                            Endpoint.STREAM,
                            Script.stream().text("One").await(gate).done());
            page.say("first").awaitText("One").say("second");
            page.questions().last().getByText("Do not ask this").press("Enter");
            assertThat(page.answer()).hasAttribute("data-state", "stopped");
            assertThat(page.message()).isFocused();

            page.page().locator("#stop").focus();
            gate.open();
            page.awaitIdle();
            assertThat(page.message()).isFocused();
        }
    }

    @Test
    void from_what_mends_the_connection_to_the_message_field_and_from_what_is_old_to_the_messages() {
        String session = HistoryBrowserTest.talk(bridge, MORE_THAN_A_PAGE);
        try (Proxy network = Proxy.to(bridge.service().port());
                ChatPage page = Visitor.desktop().visit("http://127.0.0.1:" + network.port() + "/#s=" + session)) {
            page.awaitOpen().complaints().expectLostNetwork();
            page.page().evaluate("() => { Math.random = () => 1; }"); // there is time for a button between attempts
            network.refuse();
            network.cut();
            page.awaitConnection("waiting");
            Locator older = page.page().locator("#older");
            older.press("Enter");
            page.page().locator("#notice [title=Dismiss]").press("Enter");
            assertThat(page.message()).isFocused();

            page.page().locator("#connect-now").click();
            assertThat(page.message()).isFocused();
            network.heal();
            page.awaitOpen();

            older.press("Enter");
            assertThat(page.questions()).hasCount(MORE_THAN_A_PAGE);
            assertThat(older).isHidden();
            assertThat(page.page().locator("#scroller")).isFocused();
        }
    }

    @Test
    void on_a_phone_to_the_messages_lest_the_keyboard_come_up() {
        try (ChatPage page = Visitor.phone().visit(bridge).awaitOpen()) {
            page.page().locator("#suggestions button").first().tap();
            page.awaitEnd("complete");
            assertThat(page.page().locator("#scroller")).isFocused();
        }
    }
}
