package nova.chat.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The harness hears what the other tests believe that it would hear. */
@Tag("browser")
class ComplaintsBrowserTest {
    private final Elsewhere elsewhere = new Elsewhere();

    @AfterEach
    void stop() {
        elsewhere.close();
    }

    @Test
    void nothing_is_heard_of_a_page_that_behaves() {
        show("<p>Good.</p>");
        visit().axe("a good page").close();
    }

    @Test
    void words_in_the_console_are_heard() {
        show("<script>console.debug('psst')</script>");
        assertThatThrownBy(() -> visit().close()).hasMessageContaining("psst");
    }

    @Test
    void an_error_that_nobody_caught_is_heard() {
        show("<script>throw new Error('ouch')</script>");
        assertThatThrownBy(() -> visit().close()).hasMessageContaining("ouch");
    }

    @Test
    void a_violation_of_the_policy_is_heard() {
        show("<img alt='' src='http://localhost:1/x.png'>");
        assertThatThrownBy(() -> visit().close()).hasMessageContaining("Content Security Policy");
    }

    @Test
    void a_request_to_elsewhere_is_heard_and_leads_nowhere() {
        show("<img alt='' src='http://images.test/x.png'>");
        assertThatThrownBy(() -> visit().close())
                .hasMessageContaining("foreign request: GET http://images.test/x.png")
                .hasMessageContaining("ERR_NAME_NOT_RESOLVED");
    }

    @Test
    void what_was_expected_is_no_complaint() {
        show("<script>console.log('fine')</script>");
        ChatPage page = visit();
        page.complaints().expect("fine");
        page.close();
        assertThat(page.complaints().unexpected()).isEmpty();
    }

    @Test
    void axe_says_what_is_in_the_way_and_where() {
        show("<button id=mute></button>");
        try (ChatPage page = visit()) {
            assertThatThrownBy(() -> page.axe("a bad page"))
                    .hasMessageContaining("a bad page")
                    .hasMessageContaining("button-name")
                    .hasMessageContaining("id=\"mute\"");
        }
    }

    @Test
    void axe_also_says_whose_contrast_it_cannot_tell() {
        show("<p style='background: linear-gradient(#fff, #000); color: #888'>Grey</p>");
        try (ChatPage page = visit()) {
            assertThatThrownBy(() -> page.axe("a page of many colours"))
                    .hasMessageContaining("color-contrast")
                    .hasMessageContaining("gradient");
        }
    }

    private void show(String body) {
        elsewhere.show("""
                <!doctype html><html lang=en><title>A page</title><link rel=icon href=data:,>
                <meta http-equiv=Content-Security-Policy content="img-src 'self' http://images.test data:">
                <main><h1>A page</h1>%s</main>
                """.formatted(body));
    }

    private ChatPage visit() {
        return Visitor.desktop().visit(elsewhere.address());
    }
}
