package nova.chat.browser;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Deque's axe: WCAG 2.2 AA, as far as a program can judge, and what is good practice beyond; but which levels of heading an
 * answer leaves out is for the model to answer for.
 */
final class Axe {
    private static final String SOURCE = source();

    /** What a dialog stands before is not there the second time: to axe all that is positioned would stand before it. */
    private static final String RUN = """
            async (known) => {
              const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
              const results = [await axe.run(document, { runOnly: { type: 'tag', values: tags } })];
              if (!results[0].passes.length) return ['nothing was looked at'];
              const modal = document.querySelector('dialog[open]');
              if (modal) {
                const rest = [...document.body.children].filter((element) => element !== modal);
                for (const { style } of rest) style.visibility = 'hidden';
                results.push(await axe.run(modal, { runOnly: { type: 'rule', values: ['color-contrast'] } }));
                for (const { style } of rest) style.visibility = '';
              }
              const isInSight = (element) => {
                const [{ left, top, width, height }] = element.getClientRects(); // of several lines the first
                return element.contains(document.elementFromPoint(left + width / 2, top + height / 2));
              };
              const isOurs = (id, { html }) => id !== 'heading-order' || !html.includes('data-level=');
              const isUnclear = (run) => (id, { target }) => {
                const element = document.querySelector(target[0]);
                const isLater = run === 0 && modal?.contains(element);
                return id === 'color-contrast' && !isLater && !element.matches(known) && isInSight(element);
              };
              const tell = (rules, isOne) => rules.flatMap(({ id, impact, help, nodes }) => nodes.filter((node) => isOne(id, node))
                .map((node) => `${impact} ${id}: ${help}\\n  ${node.html}\\n  ${node.target}\\n  ${node.failureSummary}`));
              return results.flatMap(({ violations, incomplete }, run) =>
                [...tell(violations, isOurs), ...tell(incomplete, isUnclear(run))]);
            }
            """;

    /** Whose contrast axe leaves open: arrows, which are no text to it, and have the colour of the words beside them. */
    private static final String KNOWN = ".frames summary [aria-hidden], kbd";

    private Axe() {}

    /** The same twice: in the light and in the dark. */
    static void checkInBothSchemes(Page page, String state) {
        for (ColorScheme scheme : List.of(ColorScheme.DARK, ColorScheme.LIGHT)) {
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
            check(page, state + ", " + scheme);
        }
    }

    /** Fails with all violations, each with its element, in the state in which the page is now. */
    static void check(Page page, String state) {
        if (!Boolean.TRUE.equals(page.evaluate("() => 'axe' in globalThis"))) {
            page.evaluate(SOURCE);
        }
        @SuppressWarnings("unchecked") // a list of strings, see above
        List<String> violations = (List<String>) page.evaluate(RUN, KNOWN);
        if (!violations.isEmpty()) {
            throw new AssertionError(
                    state + ": " + violations.size() + " violations\n" + String.join("\n", violations));
        }
    }

    private static String source() {
        try (InputStream in = Axe.class.getResourceAsStream("/axe.min.js")) {
            if (in == null) {
                throw new IllegalStateException("axe.min.js is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8) + ";0";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
