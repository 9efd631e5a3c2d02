package nova.chat.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static nova.chat.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import java.util.List;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page suits the screen that it is on, and the wishes of who sits before it. */
@Tag("browser")
class AppearanceBrowserTest {
    private static final String WIDE = "word".repeat(80) + "\n\n`" + "code".repeat(80) + "`\n\n"
            + "> - ".repeat(12) + "deep\n\n```\n" + "code ".repeat(80) + "\n```\n\n"
            + "| a | b | c | d | e | f |\n|---|---|---|---|---|---|\n| "
            + "a-rather-long-cell | ".repeat(6) + "\n\n[https://example.com/" + "path/".repeat(40)
            + "](https://example.com/)\n\n"
            + "1. one\n   - two\n     - three\n       - four\n         > quoted\n\n$" + "x".repeat(200) + "$\n";

    private static final String FITS = MarkdownPage.script("fits.js");

    private final Script.Gate gate = new Script.Gate();
    private Bridge bridge;

    @BeforeEach
    void start() {
        bridge = Bridge.start();
    }

    @AfterEach
    void stop() {
        gate.open();
        bridge.close();
    }

    @Test
    void left_alone_it_follows_the_system() {
        try (ChatPage light = ChatPage.open(bridge);
                ChatPage dark = Visitor.desktop().dark().visit(bridge).awaitOpen()) {
            assertThat(background(dark)).isNotEqualTo(background(light));
        }
    }

    @ParameterizedTest
    @CsvSource({"320, false", "390, false", "899, false", "900, false", "1280, false", "320, true"})
    void nothing_is_wider_than_its_place_in_any_state(int width, boolean isPhone) {
        bridge.orchestrator()
                .next(
                        Endpoint.STREAM,
                        Script.stream().text(WIDE).await(gate).done(),
                        Script.stream().text("x").event("{\"error\":\"" + "broken".repeat(60) + "\"}"));
        Visitor visitor = isPhone ? Visitor.phone() : Visitor.desktop();
        try (ChatPage page =
                visitor.size(width, 600).reducedMotion().visit(bridge).awaitOpen()) {
            fits(page, "empty");
            page.send("q".repeat(300)).awaitText("quoted");
            fits(page, "streaming");
            page.send("And this waits");
            assertThat(page.questions()).hasCount(2);
            fits(page, "waiting");
            gate.open();
            page.awaitEnd("failed");
            fits(page, "failed");
            inspect(page);
            talkAside(page);
        }
    }

    private static void inspect(ChatPage page) {
        page.page().locator("#inspector-toggle").click();
        Locator frame = page.page()
                .locator(".frames details")
                .filter(new Locator.FilterOptions().setHasText("user"))
                .last();
        frame.locator("summary").click();
        assertThat(frame.locator("pre")).isVisible();
        fits(page, "inspector");
        page.page().locator("#inspector-toggle").click();
    }

    private static void talkAside(ChatPage page) {
        if (page.page().locator("#sidebar-toggle").isVisible()) {
            page.page().locator("#sidebar-toggle").click();
        }
        page.page().locator("#conversations [title=Delete]").click();
        fits(page, "confirm dialog");
        page.page().keyboard().press("Escape");
        page.page().locator("#conversations [title=Rename]").click();
        fits(page, "renaming");
        page.page().keyboard().press("Escape");
        page.page().locator("#key-open").click();
        fits(page, "key dialog");
        page.page().keyboard().press("Escape");
        page.page().keyboard().press("ControlOrMeta+/");
        assertThat(page.page().locator("#help-dialog")).isVisible();
        fits(page, "help dialog");
    }

    @Test
    void nothing_moves_for_who_wants_no_motion() {
        bridge.orchestrator()
                .next(Endpoint.STREAM, Script.stream().text("Calm ").await(gate).done());
        try (ChatPage page = Visitor.desktop().reducedMotion().visit(bridge).awaitOpen()) {
            page.say("Relax").awaitText("Calm");
            rests(page, "streaming");
            page.page().locator("#help-open").click();
            rests(page, "dialog");
            page.page().keyboard().press("Escape");
            bridge.stopOrchestrator();
            page.awaitEnd("failed");
            rests(page, "failed");
            bridge.startOrchestrator();
        }
    }

    /** Or the test above would be true of a page without any motion. */
    @Test
    void the_cursor_moves_for_who_does_not_mind() {
        bridge.orchestrator()
                .next(Endpoint.STREAM, Script.stream().text("Busy ").await(gate).done());
        try (ChatPage page = ChatPage.open(bridge)) {
            page.say("Go").awaitText("Busy");
            await("an animation", () -> running(page) > 0);
        }
    }

    private static void fits(ChatPage page, String state) {
        assertThat((List<?>) page.page().evaluate(FITS)).as(state).isEmpty();
    }

    private static void rests(ChatPage page, String state) {
        assertThat(running(page)).as(state).isZero();
    }

    private static int running(ChatPage page) {
        return (Integer) page.page()
                .evaluate("() => document.getAnimations().filter((each) => each.playState === 'running').length");
    }

    private static String background(ChatPage page) {
        return (String) page.page().evaluate("() => getComputedStyle(document.body).backgroundColor");
    }
}
