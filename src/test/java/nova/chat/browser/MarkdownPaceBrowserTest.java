package nova.chat.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A long answer is drawn without the page ever standing still. This machine may be busy with other things: a few slow paints
 * are allowed, and twice as many long tasks as the same lines cause without any Markdown. What grows with
 * the length of the answer is found out all the same, as one of the tests shows.
 */
@Tag("browser")
class MarkdownPaceBrowserTest {
    /** At most a third of the time goes into drawing; on a machine of its own it is a twentieth. */
    private static final int SHARE = 3;

    /** One paint, or task, in ten may take longer than 50 ms; on a machine of its own none does. */
    private static final int SLOW_ONE_IN = 10;

    private static final String STREAM = "root => new markdown.MarkdownStream(root)";

    /** Draws the whole text each time, which is what takes minutes. */
    private static final String ANEW = """
            root => ({
              text: '',
              write(text) { this.text += text; },
              paint() { root.replaceChildren(); markdown.renderMarkdown(root, this.text); },
            })""";

    /** Only shows the lines; what is slow then is slow for other reasons. */
    private static final String LINES = """
            root => ({
              text: '',
              write(text) { this.text += text; },
              paint() {
                const lines = this.text.split('\\n');
                this.text = lines.pop();
                for (const line of lines) root.appendChild(document.createElement('p')).append(line);
              },
            })""";

    private static MarkdownPage markdown;

    @BeforeAll
    static void start() {
        markdown = new MarkdownPage();
    }

    @AfterAll
    static void stop() {
        markdown.close();
    }

    @Test
    void two_hundred_kilobytes_of_everything_in_ten_seconds() {
        assertSmooth(everything(), 10_000);
    }

    @Test
    void drawing_all_of_it_each_time_would_be_found_out() {
        assertThat(wrong(ANEW, everything(), 10_000)).isNotEmpty();
    }

    @Test
    void a_fence_of_fifty_kilobytes() {
        assertSmooth(
                "```java\n" + repeat(50_000, i -> "    private static final int FIELD_" + i + " = " + i + "; // why\n"),
                4_000);
    }

    @Test
    void a_list_of_fifty_kilobytes() {
        assertSmooth(repeat(50_000, i -> i + 1 + ". item with **bold** and `code` and some more words\n"), 4_000);
    }

    @Test
    void a_table_of_fifty_kilobytes() {
        assertSmooth(
                "| a | b |\n|---|---|\n" + repeat(50_000, i -> "| cell " + i + " | some text and `code` |\n"), 4_000);
    }

    private static void assertSmooth(String text, int overMs) {
        Attempts.untilNothingIsWrong(() -> wrong(STREAM, text, overMs));
    }

    /** The figures, if they are not good ones. */
    private static List<?> wrong(String make, String text, int overMs) {
        Map<?, ?> drawn = measure(make, text, overMs);
        assertThat(drawn.get("plain")).isEqualTo(false);
        return isSmooth(drawn, text, overMs) ? List.of() : List.of(drawn);
    }

    private static boolean isSmooth(Map<?, ?> drawn, String text, int overMs) {
        int slow = number(drawn, "paints") / SLOW_ONE_IN;
        if (number(drawn, "totalMs") >= overMs / SHARE || number(drawn, "longPaints") > slow) {
            return false;
        }
        int longTasks = number(drawn, "longTasks");
        return longTasks <= slow || longTasks <= slow + 2 * number(measure(LINES, text, overMs), "longTasks");
    }

    private static Map<?, ?> measure(String make, String text, int overMs) {
        String draw = "(" + MarkdownPage.script("pace.js") + ")({ text, overMs, make: " + make + " })";
        return (Map<?, ?>)
                Objects.requireNonNull(markdown.page().evaluate("([text, overMs]) => " + draw, List.of(text, overMs)));
    }

    private static int number(Map<?, ?> measured, String name) {
        return ((Number) measured.get(name)).intValue();
    }

    private static String everything() {
        return repeat(200_000, i -> """
                ## Section %1$d

                Some **bold** text with `code`, a [link](https://example.com/%1$d) and *emphasis* that goes on for a while.

                - first
                - second with `code`
                  - nested

                ```java
                final class A%1$d { // comment
                    String name() { return "n" + %1$d; }
                }
                ```

                | a | b |
                |---|--:|
                | 1 | %1$d |

                > A quote of some length, and more.

                """.formatted(i));
    }

    private static String repeat(int length, IntFunction<String> part) {
        StringBuilder text = new StringBuilder();
        IntStream.iterate(0, i -> text.length() < length, i -> i + 1).forEach(i -> text.append(part.apply(i)));
        return text.toString();
    }
}
