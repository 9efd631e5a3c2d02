package nova.chat.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An answer goes on in a tab that nobody looks at, where browsers draw no frames; and who comes back finds it whole. */
@Tag("browser")
class HiddenTabBrowserTest {
    /**
     * {@code look(away)} hides the tab or shows it, as far as a page can tell: while it is hidden, frames that were asked for
     * wait. {@code onWord} is called once, when a word has come and all who listen to it were told; {@code onFrame} when a
     * frame has been asked for.
     */
    private static final String EYES = """
            {
              let isHidden = false;
              const waiting = new Map();
              const real = requestAnimationFrame.bind(globalThis);
              const fire = (id) => real((at) => {
                const act = waiting.get(id);
                if (isHidden || !act) return;
                waiting.delete(id);
                act(at);
              });
              const once = (name) => {
                const act = globalThis[name];
                globalThis[name] = null;
                act?.();
              };
              let last = 0;
              globalThis.requestAnimationFrame = (act) => {
                waiting.set(++last, act);
                fire(last);
                queueMicrotask(() => once('onFrame'));
                return last;
              };
              globalThis.cancelAnimationFrame = (id) => waiting.delete(id);
              Object.defineProperty(document, 'hidden', { get: () => isHidden });
              Object.defineProperty(document, 'visibilityState', { get: () => isHidden ? 'hidden' : 'visible' });
              globalThis.look = (away) => {
                isHidden = away;
                document.dispatchEvent(new Event('visibilitychange'));
                if (!isHidden) for (const id of waiting.keys()) fire(id);
              };
              const { dispatchEvent } = EventTarget.prototype;
              EventTarget.prototype.dispatchEvent = function (event) {
                const result = dispatchEvent.call(this, event);
                if (event.type === 'delta') once('onWord');
                return result;
              };
            }
            """;

    /** Counts the drawings that change something in the answer. */
    private static final String WATCH = """
            () => {
              globalThis.drawings = 0;
              new MutationObserver(() => drawings++)
                .observe(document.getElementById('log'), { childList: true, characterData: true, subtree: true });
            }
            """;

    private final Script.Gate first = new Script.Gate();
    private final Script.Gate second = new Script.Gate();
    private final ChatPage chat = Visitor.desktop().arrive();
    private Bridge bridge;

    @BeforeEach
    void start() {
        bridge = Bridge.start();
        Script words =
                Script.stream().text("One ").await(first).text("**two** ").await(second);
        bridge.orchestrator().next(Endpoint.STREAM, words.text("three.").done());
        chat.page().addInitScript(EYES);
        chat.go(bridge.address() + "/").awaitOpen().say("Count").awaitText("One");
    }

    @AfterEach
    void stop() {
        chat.close();
        bridge.close();
    }

    @Test
    void all_of_it_is_there_for_who_comes_back_and_nothing_is_drawn_again() {
        chat.page().evaluate("() => { globalThis.onFrame = () => look(true); }");
        first.open();
        chat.awaitText("One two");
        second.open();
        chat.awaitText("One two three.").awaitEnd("complete");
        chat.page().evaluate(WATCH);
        chat.page().evaluate("() => look(false)");
        assertThat(drawings()).isZero();
        assertThat(chat.answer().locator(".body")).hasText("One two three.");
        chat.ask("And now?");
    }

    @Test
    void who_comes_back_before_it_is_drawn_does_not_wait_for_it() {
        chat.page().evaluate("() => look(true)");
        chat.page().evaluate(WATCH);
        chat.page().evaluate("""
                () => {
                  const real = setTimeout;
                  globalThis.setTimeout = (act, ms) => (document.hidden ? 1e9 : real(act, ms)); // it never comes
                  globalThis.onWord = () => look(false);
                }
                """);
        first.open();
        chat.awaitText("One two");
        assertThat(drawings()).isEqualTo(1);
        second.open();
        chat.awaitEnd("complete");
        assertThat(chat.answer().locator(".body")).hasText("One two three.");
    }

    /** Once frames come again, and what would be drawn with the next ones is. */
    private int drawings() {
        return (int) chat.page().evaluate("""
                async () => {
                  for (const frame of [1, 2, 3]) await new Promise(requestAnimationFrame);
                  return drawings;
                }
                """);
    }
}
