package nova.chat.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.IsInViewportOptions;
import com.microsoft.playwright.options.AriaRole;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a tester gets: every frame of both directions, the figures, and the conversation as a file. */
@Tag("browser")
class InspectorBrowserTest {
    /** Long before the next ping, a frame that would bring the end into sight. */
    private static final IsInViewportOptions WHOLE =
            new IsInViewportOptions().setRatio(1).setTimeout(10_000);

    private static Bridge bridge;
    private ChatPage chat;

    @BeforeAll
    static void start() {
        bridge = Bridge.start();
        bridge.orchestrator()
                .always(Endpoint.STREAM, Script.stream().text("Fine.").done());
    }

    @AfterAll
    static void stop() {
        bridge.close();
    }

    @BeforeEach
    void visit() {
        chat = ChatPage.open(bridge);
    }

    @AfterEach
    void leave() {
        chat.close();
    }

    @Test
    void it_shows_frames_of_both_directions_also_those_before_it_was_opened() {
        chat.ask("Hello");
        open();
        assertThat(rows().first()).containsText("↑Senthello");
        assertThat(row("stream_chunk")).containsText("↓Received");
        assertThat(row("stream_end")).containsText(Pattern.compile("#\\d+"));
        assertThat(inspector()).containsText(" · 0 reconnects");
        assertThat(inspector()).containsText(Pattern.compile("Received \\d+ frames, .+ kB · sent 2 frames"));
        int before = rows().count();
        chat.ask("Again");
        assertThat(row("stream_end")).hasCount(2);
        assertThat(rows()).not().hasCount(before);
        chat.axe("inspector open");
    }

    @Test
    void the_latest_frame_is_in_sight_until_somebody_scrolls() {
        chat.ask("Hello");
        chat.page().setViewportSize(1280, 620);
        open();
        assertThat(row("stream_end")).isInViewport(WHOLE);
        chat.ask("Again");
        assertThat(row("stream_end").last()).isInViewport(WHOLE);
    }

    @Test
    void a_row_opens_to_the_frame_itself() {
        chat.ask("Hello");
        open();
        row("stream_chunk").locator("summary").focus();
        chat.page().keyboard().press("Enter");
        assertThat(row("stream_chunk").locator("pre")).containsText("\"delta\": \"Fine.\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":{\"toString\":1}}",
                "{\"seq\":{\"toString\":1,\"valueOf\":1}}",
                "{\"type\":7,\"seq\":\"9\"}",
                "[]",
                "null",
                "{"
            })
    void a_frame_of_no_shape_at_all_has_a_row_too(String data) {
        assertThat(String.valueOf(chat.page().evaluate("""
                                async (data) => {
                                  const { drawFrame } = await import('/frame.js');
                                  return drawFrame({ direction: 'in', at: new Date(), bytes: 1, gapMs: 0, data }).textContent;
                                }
                                """, data))).contains("Received?1 B");
    }

    @ParameterizedTest
    @ValueSource(ints = {320, 390, 480, 1280})
    void the_rows_fit_their_place_and_no_name_is_cut(int width) {
        chat.page().setViewportSize(width, 800);
        chat.ask("Hello");
        open();
        assertThat(row("stream_end")).hasCount(1);
        assertThat((List<?>) rows().evaluateAll("""
                        (rows) => rows.filter((row) => {
                          const place = row.getBoundingClientRect();
                          const name = row.querySelector('strong');
                          return name.scrollWidth > name.clientWidth || [...row.firstChild.children].some((part) => {
                            const { left, right } = part.getBoundingClientRect();
                            return left < place.left || right > place.right;
                          });
                        }).map((row) => row.textContent)
                        """)).isEmpty();
    }

    @Test
    void frames_can_be_filtered_by_text_and_by_direction() {
        chat.ask("Hello");
        open();
        inspector().getByRole(AriaRole.SEARCHBOX).fill("fine");
        assertThat(rows()).hasCount(1);
        inspector().getByRole(AriaRole.SEARCHBOX).fill("");
        inspector().getByLabel("Direction").selectOption("out");
        assertThat(rows()).hasCount(2);
        inspector().getByRole(AriaRole.SEARCHBOX).fill("no such thing");
        assertThat(inspector()).containsText("No frame matches.");
    }

    @Test
    void escape_in_a_field_is_for_the_field_and_stops_no_answer() {
        Script.Gate gate = new Script.Gate();
        bridge.orchestrator()
                .next(
                        Endpoint.STREAM,
                        Script.stream().text("One").await(gate).text(" two").done());
        chat.say("Count").awaitText("One");
        open();
        Locator filter = inspector().getByRole(AriaRole.SEARCHBOX);
        filter.fill("no such thing");
        filter.press("Escape");
        assertThat(filter).hasValue("");
        assertThat(rows()).not().hasCount(0);
        filter.press("Escape");
        inspector().getByLabel("Direction").press("Escape");
        gate.open();
        chat.awaitEnd("complete").awaitText("One two");
        assertThat(row("stop")).hasCount(0);
    }

    @Test
    void pausing_holds_the_list_and_counts_what_comes() {
        open();
        inspector().getByText("Pause").click();
        int before = rows().count();
        chat.ask("Hello");
        assertThat(inspector().getByText(Pattern.compile("Resume \\((?:[3-9]|\\d{2,})\\)")))
                .isVisible();
        assertThat(rows()).hasCount(before);
        inspector().getByText("Resume").click();
        assertThat(row("stream_end")).hasCount(1);
        inspector().getByText("Clear").click();
        assertThat(rows()).hasCount(0);
        assertThat(inspector()).containsText("No frames yet.");
    }

    @Test
    void frames_are_downloaded_one_a_line() throws IOException {
        chat.ask("Hello");
        open();
        var download = chat.page()
                .waitForDownload(() -> inspector().getByText("Download").click());
        assertThat(download.suggestedFilename()).isEqualTo("frames.jsonl");
        List<String> lines = Files.readAllLines(download.path());
        assertThat(lines).hasSize(rows().count());
        JsonObject first = new JsonObject(lines.get(0));
        assertThat(first.getString("direction")).isEqualTo("out");
        assertThat(first.getJsonObject("frame").getString("type")).isEqualTo("hello");
    }

    @Test
    void it_tells_the_figures_of_the_latest_answer() {
        open();
        assertThat(inspector()).containsText("None yet.");
        chat.ask("Hello");
        assertThat(inspector()).containsText("5 characters");
        assertThat(inspector()).containsText("On the server");
    }

    @Test
    void a_conversation_is_saved_as_markdown_that_nothing_in_it_can_break() throws IOException {
        bridge.orchestrator()
                .next(
                        Endpoint.STREAM,
                        Script.stream().text("Sure:\n\n```js\nlet x").close());
        chat.say("# Not a heading\n```").awaitEnd("failed");
        chat.ask("And then?");
        assertThat(exported())
                .contains(
                        "## You\n\n> # Not a heading\n> ```\n\n## Nova\n\nSure:\n\n```js\nlet x\n```\n\n*The answer broke off.")
                .endsWith("## You\n\n> And then?\n\n## Nova\n\nFine.\n");
    }

    @Test
    void html_is_saved_as_the_text_that_it_is_and_a_fence_that_was_closed_in_a_list_is_not_closed_again()
            throws IOException {
        bridge.orchestrator()
                .next(
                        Endpoint.STREAM,
                        Script.stream()
                                .text("1. step\n   ```sh\n   ls\n    ```\n\ndone\n\n<!-- open")
                                .done());
        chat.ask("Go");
        assertThat(exported()).endsWith("## Nova\n\n1. step\n   ```sh\n   ls\n    ```\n\ndone\n\n\\<!-- open\n");
    }

    @Test
    void an_answer_that_is_still_coming_is_saved_as_far_as_it_is() throws IOException {
        bridge.orchestrator()
                .next(Endpoint.STREAM, Script.stream().text("So far").hang());
        chat.say("Take your time").awaitText("So far");
        chat.say("And after that?");
        assertThat(chat.questions()).hasCount(2);
        assertThat(exported())
                .contains("> Take your time\n\n## Nova\n\nSo far\n\n*Not finished yet.*\n")
                .endsWith("> And after that?\n\n## Nova\n\n*Not finished yet.*\n");
        chat.page().keyboard().press("Escape");
        chat.awaitEnd("complete");
    }

    private String exported() throws IOException {
        var download =
                chat.page().waitForDownload(() -> chat.page().locator("#export").click());
        assertThat(download.suggestedFilename()).matches("nova-\\d{4}-\\d\\d-\\d\\d\\.md");
        return Files.readString(download.path());
    }

    private void open() {
        chat.page().locator("#inspector-toggle").click();
        assertThat(inspector()).isVisible();
    }

    private Locator inspector() {
        return chat.page().locator("#inspector");
    }

    private Locator rows() {
        return inspector().locator(".frames details");
    }

    private Locator row(String type) {
        return rows().filter(new Locator.FilterOptions()
                .setHas(chat.page().locator("strong", new Page.LocatorOptions().setHasText(type))));
    }
}
