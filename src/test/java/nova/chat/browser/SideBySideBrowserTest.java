package nova.chat.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Several conversations live side by side. */
@Tag("browser")
class SideBySideBrowserTest {
    private final Script.Gate gate = new Script.Gate();
    private Bridge bridge;
    private ChatPage page;

    @BeforeEach
    void start() {
        bridge = Bridge.start();
        page = ChatPage.open(bridge);
    }

    @AfterEach
    void stop() {
        gate.open();
        page.close();
        bridge.close();
    }

    @Test
    void each_has_its_own_past_here_and_upstream() {
        page.ask("About apples");
        String apples = page.page().url();
        create();
        assertThat(page.questions()).hasCount(0);
        page.awaitOpen().ask("About pears");
        assertThat(page.page().url()).isNotEqualTo(apples);

        open("About apples");
        assertThat(page.questions()).hasCount(1);
        assertThat(page.questions()).containsText("About apples");
        assertThat(page.page()).hasURL(apples);
        page.awaitOpen().ask("More about apples");
        assertThat(bridge.lastConversation()).contains("user: About apples").doesNotContain("user: About pears");
        page.page().goBack();
        assertThat(page.questions()).containsText("About pears");
    }

    @Test
    void one_that_is_left_in_mid_answer_goes_on() {
        bridge.orchestrator()
                .next(
                        Endpoint.STREAM,
                        Script.stream()
                                .text("apples ")
                                .await(gate)
                                .text("and more")
                                .done());
        page.say("About apples").awaitText("apples");
        create();
        page.awaitOpen().ask("About pears");
        gate.open();
        open("About apples");
        page.awaitOpen().awaitEnd("complete");
        assertThat(page.answer().locator(".body")).hasText("apples and more");
        assertThat(page.answers()).hasCount(1);
    }

    private void create() {
        page.page().locator("#new-chat").click();
    }

    private Locator link(String title) {
        return page.page()
                .locator("#conversations")
                .getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName(title));
    }

    private void open(String title) {
        link(title).click();
    }
}
