package nova.chat.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static nova.chat.testing.Patience.await;

import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import nova.chat.testing.Upstream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** No barriers that axe can see, whatever becomes of a conversation. */
@Tag("browser")
class AxeBrowserTest {
    enum Screen {
        DESK,
        PHONE;

        Visitor visitor() {
            // Without motion: what is half faded in has half the contrast.
            return (this == PHONE ? Visitor.phone() : Visitor.desktop()).reducedMotion();
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
    @EnumSource
    void while_talking(Screen screen) {
        try (ChatPage page = screen.visitor().visit(bridge).awaitOpen()) {
            assertThat(page.page().locator("#welcome")).isVisible();
            page.axeInBothSchemes("empty");
            page.send("markdown").awaitEnd("complete").send("code");
            assertThat(page.answers()).hasCount(2);
            page.awaitEnd("complete").axeInBothSchemes("an answer");
            Script cut = Script.stream().text("It was a dark and ").await(gate).event("{\"error\":\"Oh no\"}");
            bridge.orchestrator().next(Endpoint.STREAM, cut);
            page.send("Tell me").awaitText("dark and").axeInBothSchemes("streaming");
            page.send("And this?");
            assertThat(page.questions()).hasCount(4);
            page.axeInBothSchemes("waiting");
            gate.open();
            page.awaitEnd("complete").axeInBothSchemes("failed and answered");
        }
    }

    @ParameterizedTest
    @EnumSource
    void before_the_first_word_and_after_the_last(Screen screen) {
        bridge.orchestrator()
                .next(
                        Endpoint.STREAM,
                        Script.stream()
                                .event(
                                        "{\"status\":{\"step\":\"memory\",\"state\":\"running\",\"detail\":\"3 notes\"}}")
                                .event("{\"think\":\"One, two. \"}")
                                .await(gate)
                                .text("Three.")
                                .hang());
        try (ChatPage page = screen.visitor().visit(bridge).awaitOpen()) {
            page.send("Count").awaitText("Searching its memory").axeInBothSchemes("before the first word");
            page.answer().locator(".thinking summary").click();
            assertThat(page.answer().locator(".thought")).isVisible();
            page.axeInBothSchemes("its thoughts");
            gate.open();
            page.awaitText("Three.").page().locator("#stop").click();
            page.awaitEnd("stopped").answer().locator(".facts summary").click();
            assertThat(page.answer().locator(".facts dl")).isVisible();
            page.axeInBothSchemes("stopped, with its figures");
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
        try (ChatPage page =
                Screen.DESK.visitor().visit(bridge.address() + "/#s=" + session).awaitOpen()) {
            page.say("Much").awaitText("A line.");
            page.page().locator("#scroller").hover();
            await("away from the end", () -> {
                page.page().mouse().wheel(0, -1_000_000);
                return page.page().locator("#jump").isVisible();
            });
            assertThat(page.page().locator("#older")).isInViewport(); // or axe passes over it
            page.axeInBothSchemes("older ones, and jump to latest");
        }
    }
}
