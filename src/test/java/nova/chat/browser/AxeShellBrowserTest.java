package nova.chat.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import nova.chat.browser.AxeBrowserTest.Screen;
import nova.chat.testing.Bridge;
import nova.chat.testing.Proxy;
import nova.chat.testing.Upstream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** No barriers that axe can see in what is around a conversation: all that opens, and all that it says of trouble. */
@Tag("browser")
class AxeShellBrowserTest {
    private static Bridge bridge;

    @BeforeAll
    static void start() {
        bridge = Bridge.start("WS_MAX_MESSAGE_BYTES", "2048");
    }

    @AfterAll
    static void stop() {
        bridge.close();
    }

    @ParameterizedTest
    @EnumSource
    void in_the_sidebar_and_what_opens_from_it(Screen screen) {
        try (ChatPage page = screen.visitor().visit(bridge).awaitOpen()) {
            page.send("table").awaitEnd("complete");
            if (screen == Screen.PHONE) {
                at(page, "#sidebar-toggle").click();
                page.axeInBothSchemes("the drawer");
            }
            at(page, "#conversations [title=Rename]").click();
            assertThat(at(page, "#conversations input")).isFocused();
            page.axeInBothSchemes("another name");
            page.page().keyboard().press("Escape");
            opensOver(page, "#conversations [title=Delete]", "#confirm-dialog");
            opensOver(page, "#key-open", "#key-dialog");
            opensOver(page, "#help-open", "#help-dialog");
        }
    }

    private static void opensOver(ChatPage page, String button, String dialog) {
        at(page, button).click();
        assertThat(at(page, dialog)).isVisible();
        page.axeInBothSchemes(dialog);
        page.page().keyboard().press("Escape");
        assertThat(at(page, dialog)).isHidden();
    }

    @ParameterizedTest
    @EnumSource
    void in_the_inspector_and_where_too_much_is_written(Screen screen) {
        try (ChatPage page = screen.visitor().visit(bridge).awaitOpen()) {
            page.message().fill("ü".repeat(1_000));
            assertThat(at(page, "#hint")).containsText("Too long");
            page.axeInBothSchemes("too long");
            page.message().fill("");
            at(page, "#inspector-toggle").click();
            Locator inspector = at(page, "#inspector");
            inspector.locator("summary").last().click();
            assertThat(inspector.locator("pre")).isVisible();
            page.axeInBothSchemes("a frame");
            inspector.getByText("Pause").click();
            page.send("table").awaitEnd("complete");
            assertThat(inspector.getByText("Resume (")).isVisible();
            page.axeInBothSchemes("the inspector paused");
        }
    }

    @ParameterizedTest
    @EnumSource
    void without_a_server(Screen screen) {
        try (Proxy network = Proxy.to(bridge.service().port());
                ChatPage page = screen.visitor().visit(network.port()).awaitOpen()) {
            page.complaints().expectLostNetwork();
            page.send("Hello").awaitEnd("complete");
            network.refuse();
            network.cut();
            page.awaitConnection("waiting").send("Anybody?");
            assertThat(page.questions()).hasCount(2);
            page.axeInBothSchemes("waiting for the server");
        }
    }

    @ParameterizedTest
    @EnumSource
    void without_a_key(Screen screen) {
        try (Bridge shut = Bridge.start(Upstream.prompt().withKeys("sk-nova-good"), "REQUIRE_AUTH", "true");
                ChatPage page = screen.visitor().arrive()) {
            page.goWithKey(shut.address(), "sk-nova-wrong").awaitConnection("unauthorized");
            assertThat(at(page, "#key-error")).not().isEmpty();
            page.axeInBothSchemes("wrong key");
            page.page().keyboard().press("Escape");
            assertThat(at(page, "#notice")).containsText("asks for an API key");
            page.axeInBothSchemes("a notice");
        }
    }

    @ParameterizedTest
    @EnumSource
    void where_a_server_is_full(Screen screen) {
        try (Bridge full = Bridge.start("WS_MAX_CONNECTIONS", "1");
                ChatPage first = screen.visitor().visit(full).awaitOpen();
                ChatPage page = first.another().go(full.address() + "/")) {
            assertThat(at(page, "#notice")).containsText("The server is full.");
            page.axeInBothSchemes("full");
        }
    }

    private static Locator at(ChatPage page, String selector) {
        return page.page().locator(selector);
    }
}
