package nova.chat.browser;

import com.microsoft.playwright.Page;
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

    private static final String RUN = """
            async () => {
              const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
              const { violations, passes } = await axe.run(document, { runOnly: { type: 'tag', values: tags } });
              if (!passes.length) return ['nothing was looked at'];
              const ours = (id, { html }) => id !== 'heading-order' || !html.includes('data-level=');
              return violations.flatMap(({ id, impact, help, nodes }) =>
                nodes.filter((node) => ours(id, node)).map((node) => `${impact} ${id}: ${help}\\n  ${node.html}\\n  ${node.failureSummary}`));
            }
            """;

    private Axe() {}

    /** Fails with all violations, each with its element, in the state in which the page is now. */
    static void check(Page page, String state) {
        if (!Boolean.TRUE.equals(page.evaluate("() => 'axe' in globalThis"))) {
            page.evaluate(SOURCE);
        }
        @SuppressWarnings("unchecked") // a list of strings, see above
        List<String> violations = (List<String>) page.evaluate(RUN);
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
