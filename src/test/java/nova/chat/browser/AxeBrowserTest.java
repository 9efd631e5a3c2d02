package nova.chat.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static nova.chat.testing.Patience.await;

import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import nova.chat.testing.Proxy;
import nova.chat.testing.Upstream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** No barriers that axe can see, in any state of the page. */
@Tag("browser")
class AxeBrowserTest {
    enum Screen {
        LIGHT,
        DARK,
        PHONE,
        DARK_PHONE;

        Visitor visitor() {
            // Without motion: what is half faded in has half the contrast.
            Visitor visitor =
                    (this == PHONE || this == DARK_PHONE ? Visitor.phone() : Visitor.desktop()).reducedMotion();
            return this == DARK || this == DARK_PHONE ? visitor.dark() : visitor;
        }
    }

    private static final int MORE_THAN_A_PAGE = 101;

    private final Script.Gate gate = new Script.Gate();
    private Bridge bridge;

    @BeforeEach
    void start() {
        bridge = Bridge.start(Upstream.prompt().recording(100), "WS_MAX_HISTORY", "1000");
    }

    @AfterEach
    void stop() {
        gate.open();
        bridge.close();
    }

    @ParameterizedTest
    @EnumSource(Screen.class)
    void while_talking(Screen screen) {
        try (ChatPage page = screen.visitor().visit(bridge).awaitOpen()) {
            assertThat(page.page().locator("#welcome")).isVisible();
            page.axe("empty");
            page.send("markdown").awaitEnd("complete").send("code");
            assertThat(page.answers()).hasCount(2);
            page.awaitEnd("complete").axe("an answer");
            Script cut = Script.stream().text("It was a dark and ").await(gate).event("{\"error\":\"Oh no\"}");
            bridge.orchestrator().next(Endpoint.STREAM, cut);
            page.send("Tell me").awaitText("dark and").axe("streaming");
            page.send("And this?");
            assertThat(page.questions()).hasCount(4);
            page.axe("waiting");
            gate.open();
            page.awaitEnd("complete").axe("failed and answered");
        }
    }

    @ParameterizedTest
    @EnumSource(Screen.class)
    void in_everything_that_opens(Screen screen) {
        try (ChatPage page = screen.visitor().visit(bridge).awaitOpen()) {
            page.send("table").awaitEnd("complete");
            if (page.page().locator("#sidebar-toggle").isVisible()) {
                page.page().locator("#sidebar-toggle").click();
                page.axe("sidebar");
            }
            page.page().locator("#key-open").click();
            page.axe("key dialog");
            page.page().keyboard().press("Escape");
            page.page().keyboard().press("Control+/");
            assertThat(page.page().locator("#help-dialog")).isVisible();
            page.axe("help dialog");
            page.page().keyboard().press("Escape");
            if (page.page().locator("#sidebar-close").isVisible()) {
                page.page().locator("#sidebar-close").click();
            }
            page.page().keyboard().press("Control+Shift+D");
            assertThat(page.page().locator("#inspector")).isVisible();
            page.axe("inspector");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Screen.class,
            names = {"LIGHT", "DARK"})
    void before_a_conversation_is_deleted(Screen screen) {
        try (ChatPage page = screen.visitor().visit(bridge).awaitOpen()) {
            page.ask("Hello");
            page.page().locator("#conversations li[data-id]").hover();
            page.page().locator("#conversations li[data-id] button").last().click();
            assertThat(page.page().locator("#confirm-dialog")).isVisible();
            page.axe("confirm dialog");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Screen.class,
            names = {"LIGHT", "DARK"})
    void without_a_server_and_without_a_key(Screen screen) {
        try (Proxy network = Proxy.to(bridge.service().port());
                ChatPage page = screen.visitor().visit(network.port()).awaitOpen()) {
            page.complaints().expectLostNetwork();
            page.ask("Hello");
            network.refuse();
            network.cut();
            page.awaitConnection("waiting").send("Anybody?");
            assertThat(page.questions()).hasCount(2);
            page.axe("waiting for the server");
        }
        try (Bridge shut = Bridge.start(
                        Upstream.prompt().withKeys("sk-nova-good"), "REQUIRE_AUTH", "true", "AUTH_TIMEOUT", "3s");
                ChatPage page = screen.visitor().visit(shut).awaitConnection("unauthorized")) {
            page.page().locator("#key-field").fill("sk-nova-wrong");
            page.page().locator("#key-field").press("Enter");
            assertThat(page.page().locator("#key-error")).not().isEmpty();
            page.axe("wrong key");
            page.page().keyboard().press("Escape");
            assertThat(page.page().locator("#notice")).isVisible();
            page.axe("a notice");
        }
    }

    @Test
    void with_more_to_load_and_the_end_out_of_sight() {
        String session = HistoryBrowserTest.talk(bridge, MORE_THAN_A_PAGE);
        String much = "A line.\n\n".repeat(80);
        bridge.orchestrator()
                .next(
                        Endpoint.STREAM,
                        Script.stream().text(much).await(gate).text(much).done());
        try (ChatPage page = Screen.LIGHT
                .visitor()
                .visit(bridge.address() + "/#s=" + session)
                .awaitOpen()) {
            page.say("Much").awaitText("A line.");
            page.page().locator("#scroller").hover();
            await("away from the end", () -> {
                page.page().mouse().wheel(0, -1_000_000);
                return page.page().locator("#jump").isVisible();
            });
            assertThat(page.page().locator("#older")).isInViewport(); // or axe passes over it
            page.axe("older ones, and jump to latest");
        }
    }
}
