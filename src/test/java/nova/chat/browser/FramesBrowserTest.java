package nova.chat.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import java.util.Map;
import nova.chat.testing.Bridge;
import nova.chat.testing.Upstream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The frames that the inspector keeps: how many they are, and what leaves it by the clipboard. */
@Tag("browser")
class FramesBrowserTest {
    private static final String KEY = "sk-nova-browser-0123456789abcdef";

    private static final String SIX_HUNDRED = """
            async () => {
              const { Frames } = await import('/frames.js');
              const frames = new Frames();
              for (let n = 1; n <= 600; n++) frames.add(n % 3 ? 'in' : 'out', `{"n":${n},"is":"ü"}`.padEnd(20));
              const kept = frames.kept.map(({ data }) => JSON.parse(data).n);
              return { kept: kept.length, first: kept[0], last: kept.at(-1), totals: frames.totals, lines: frames.toLines().split('\\n').length - 1 };
            }
            """;

    /** An inspector over a client that says what it is told to. */
    private static final String OPEN = """
            async () => {
              const { Inspector } = await import('/inspector.js');
              const root = document.getElementById('inspector');
              root.replaceChildren();
              const client = Object.assign(new EventTarget(), { state: 'open', turns: [] });
              const toggle = document.createElement('button');
              const inspector = new Inspector(root, toggle);
              inspector.show(client);
              toggle.click();
              globalThis.say = (from, to) => {
                for (let n = from; n <= to; n++) {
                  client.dispatchEvent(Object.assign(new Event('frame'), { direction: n % 3 ? 'in' : 'out', data: `{"type":"number ${n}"}` }));
                }
              };
            }
            """;

    private static Bridge bridge;
    private final ChatPage chat = Visitor.desktop().arrive();

    @BeforeAll
    static void start() {
        bridge = Bridge.start(Upstream.prompt().withKeys(KEY), "REQUIRE_AUTH", "true");
    }

    @AfterAll
    static void stop() {
        bridge.close();
    }

    @BeforeEach
    void visit() {
        chat.goWithKey(bridge.address(), KEY).awaitOpen();
    }

    @AfterEach
    void leave() {
        chat.close();
    }

    @Test
    void a_frame_is_copied_as_it_is_shown_and_without_the_key() {
        chat.page().locator("#inspector-toggle").click();
        rows().filter(new Locator.FilterOptions().setHasText("hello")).click();
        Locator frame = rows().locator("pre");
        rows().getByText("Copy", new Locator.GetByTextOptions().setExact(true)).click();
        assertThat(chat.page().locator("#announcer")).hasText("Copied");
        chat.message().press("ControlOrMeta+v");
        assertThat(chat.message()).hasValue(frame.textContent());
        assertThat(chat.message().inputValue())
                .contains("\"type\": \"hello\"", "\"token\": \"sk-nova-…cdef\"")
                .doesNotContain(KEY);
    }

    @Test
    void the_latest_five_hundred_are_kept_and_all_are_counted() {
        assertThat(chat.page().evaluate(SIX_HUNDRED))
                .isEqualTo(Map.of(
                        "kept",
                        500,
                        "first",
                        101,
                        "last",
                        600,
                        "totals",
                        Map.of(
                                "in",
                                Map.of("frames", 400, "bytes", 8_400),
                                "out",
                                Map.of("frames", 200, "bytes", 4_200)),
                        "lines",
                        500));
    }

    @Test
    void as_many_have_rows() {
        chat.page().evaluate(OPEN);
        chat.page().evaluate("() => say(1, 300)");
        assertThat(rows()).hasCount(300);
        chat.page().evaluate("() => say(301, 600)");
        assertThat(rows().last()).containsText("number 600");
        assertThat(chat.page().locator("#inspector")).containsText("Received 400 frames");
        assertThat(chat.page().locator("#inspector")).containsText("sent 200 frames");
        assertThat(rows()).hasCount(500);
        assertThat(rows().first()).containsText("number 101");
    }

    private Locator rows() {
        return chat.page().locator("#inspector .frames details");
    }
}
