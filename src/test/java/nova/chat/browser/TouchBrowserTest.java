package nova.chat.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.BoundingBox;
import nova.chat.testing.Bridge;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** On a touch screen nothing needs a mouse, and nothing that one does not see is hit. */
@Tag("browser")
class TouchBrowserTest {
    private static final int EDGE_PX = 3;

    private Bridge bridge;
    private ChatPage phone;

    @BeforeEach
    void start() {
        bridge = Bridge.start();
        phone = Visitor.phone().visit(bridge).awaitOpen();
    }

    @AfterEach
    void stop() {
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
