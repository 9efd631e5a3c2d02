package nova.chat.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.BoundingBox;
import java.util.List;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import nova.chat.testing.Proxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** On a touch screen nothing needs a mouse, and nothing that one does not see is hit. */
@Tag("browser")
class TouchBrowserTest {
    private static final int EDGE_PX = 3;

    /** What is too small; but a checkbox is pressed by its label, and those in answers by nobody. */
    private static final String UNHANDY = """
            () => {
              const px = 44;
              const all = [...document.querySelectorAll('button, summary, select, textarea, label:has(input), input')]
                .filter((each) => each.type !== 'checkbox' && each.checkVisibility({ visibilityProperty: true }));
              const name = (each, what) => `${each.localName} ${each.id || each.className}: ${each.textContent.slice(0, 30)} ${what}`;
              const small = all.map((each) => [each, each.getBoundingClientRect()])
                .filter(([, { width, height }]) => Math.round(width) < px || Math.round(height) < px)
                .map(([each, { width, height }]) => name(each, `${width} x ${height}`));
              const fine = all.filter((each) => each.matches('input, select, textarea'))
                .map((each) => [each, getComputedStyle(each).fontSize])
                .filter(([, size]) => parseFloat(size) < 16).map(([each, size]) => name(each, size));
              return [...small, ...fine];
            }
            """;

    private final Script.Gate gate = new Script.Gate();

    private Bridge bridge;
    private ChatPage phone;

    @BeforeEach
    void start() {
        bridge = Bridge.start();
        phone = Visitor.phone().visit(bridge).awaitOpen();
    }

    @AfterEach
    void stop() {
        gate.open();
        phone.close();
        bridge.close();
    }

    @Test
    void a_tap_on_the_end_of_a_title_opens_the_conversation_and_asks_nothing() {
        talkTwice();
        BoundingBox link = row("first").locator("a").boundingBox();
        phone.page().touchscreen().tap(link.x + link.width - EDGE_PX, link.y + link.height / 2);
        assertThat(phone.questions()).containsText("first");
        assertThat(phone.page().locator("#sidebar")).isHidden();
        assertThat(phone.page().locator("#confirm-dialog")).isHidden();
    }

    @Test
    void a_conversation_is_renamed_and_deleted_without_being_opened() {
        talkTwice();
        assertThat(row("first").locator("[title=Rename]")).hasCSS("opacity", "1");
        row("first").locator("[title=Rename]").tap();
        phone.page().locator("#conversations input").fill("A better name");
        phone.page().locator("#conversations input").press("Enter");
        row("A better name").locator("[title=Delete]").tap();
        assertThat(phone.page().locator("#confirm-dialog")).containsText("A better name");
        phone.page().locator("#confirm-yes").tap();
        assertThat(phone.page().locator("#conversations a")).hasText(new String[] {"second"});
        assertThat(phone.questions()).containsText("second");
    }

    @Test
    void whatever_is_pressed_is_as_large_as_a_fingertip_and_no_field_makes_the_page_zoom_in() {
        assertHandy("welcome");
        phone.send("code").awaitEnd("complete");
        assertHandy("an answer");
        bridge.orchestrator()
                .next(Endpoint.STREAM, Script.stream().text("First").await(gate).event("{\"error\":\"Oh no\"}"));
        phone.send("One").awaitText("First").send("word ".repeat(300));
        assertThat(phone.questions().last()).containsText("next in line");
        assertHandy("a message that waits");
        gate.open();
        phone.awaitEnd("complete");
        assertHandy("a failed answer");
        phone.page().locator("#inspector-toggle").tap();
        phone.page().locator(".frames summary").last().tap();
        assertThat(phone.page().locator(".frames pre")).isVisible();
        assertHandy("inspector");
        phone.page().locator("#sidebar-toggle").tap();
        assertHandy("sidebar");
        phone.page().locator("#key-open").tap();
        assertHandy("key dialog");
        phone.page().locator("#key-dialog .close").tap();
        phone.page().locator("#conversations [title=Delete]").tap();
        assertHandy("confirm dialog");
        phone.page().locator("#confirm-dialog .close").tap();
        phone.page().locator("#conversations [title=Rename]").tap();
        assertHandy("renaming");
    }

    @Test
    void so_is_what_mends_a_connection() {
        try (Proxy network = Proxy.to(bridge.service().port());
                ChatPage away = Visitor.phone().visit(network.port()).awaitOpen()) {
            away.complaints().expectLostNetwork();
            away.page().evaluate("() => { Math.random = () => 1; }"); // and the button stays for a while
            network.refuse();
            network.cut();
            assertThat(away.page().locator("#connect-now")).isVisible();
            assertHandy(away, "without a connection");
        }
    }

    private void assertHandy(String state) {
        assertHandy(phone, state);
    }

    private static void assertHandy(ChatPage page, String state) {
        assertThat((List<?>) page.page().evaluate(UNHANDY)).as(state).isEmpty();
    }

    /** And looks at the list. */
    private void talkTwice() {
        phone.send("first").awaitEnd("complete");
        phone.page().locator("#sidebar-toggle").tap();
        phone.page().locator("#new-chat").tap();
        assertThat(phone.questions()).hasCount(0);
        phone.awaitOpen().send("second").awaitEnd("complete");
        phone.page().locator("#sidebar-toggle").tap();
    }

    private Locator row(String title) {
        return phone.page().locator("#conversations li").filter(new Locator.FilterOptions().setHasText(title));
    }
}
