package nova.chat.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Text that is made to be expensive, or is just too long, is shown all the same, and in time. */
@Tag("browser")
class MarkdownLimitsBrowserTest {
    private static final int LENGTH = 20_000;

    /** One whose marks are looked for; in a longer one all is text. */
    private static final int PARAGRAPH = 9_990;

    /** A quarter of a second on a machine of its own; what must not be is minutes. */
    private static final long BOUND_MS = 15_000;

    /** Of texts that are not all words: there are fences, rules and definitions, too, where nothing is to be read. */
    private static final Map<String, Integer> CHARS_SHOWN = Map.of(
            "`", 0,
            "```\n", 0,
            "- ", 0,
            "\t", 0,
            "[a]: b\n", 0,
            "- a\n  ", LENGTH / 6,
            "| a |\n|-|\n", LENGTH / 5 - 1,
            "&amp;", LENGTH / 5,
            "> a\n\n", LENGTH / 5);

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
    void expensive_texts_are_shown_whole_and_in_time() {
        for (String part : List.of(
                "[a](",
                "_a",
                "*a ",
                "*a_ ",
                "**a *b ",
                "![",
                "[[",
                "`",
                "``a ",
                "<a ",
                "<!--",
                "&#",
                "a@b.",
                "http://a.",
                "- ",
                "- a\n  ",
                "1. ",
                "|a",
                "| a |\n|-|\n",
                "\\",
                "~~a",
                "[a]: b\n",
                "[^",
                "&amp;",
                "> a\n\n",
                "```\n",
                "\t")) {
            String text = part.repeat(LENGTH / part.length());
            assertShown(part, text, CHARS_SHOWN.getOrDefault(part, text.length()));
        }
    }

    @Test
    void nor_do_many_paragraphs_of_marks_that_never_close_take_long() {
        for (String part : List.of("*_a", "_a", "a_", "[a](")) {
            String paragraph = "x" + part.repeat(PARAGRAPH / part.length());
            assertShown(part, (paragraph + "\n\n").repeat(30), paragraph.length() * 30);
        }
    }

    @Test
    void an_item_of_many_lines_is_text_and_code_in_an_item_is_code() {
        assertShown("lines in an item", "- " + "a\n".repeat(50_000), 99_999);
        assertShown("indented lines", "- a\n" + "  b\n".repeat(50_000), 99_999 + 2);
        String code = "- a\n\n  ```\n" + "  return 1;\n".repeat(5_000) + "  ```\n\n  *b*\n";
        assertThat(markdown.look(code, "root => [...root.querySelectorAll('li > figure, li em')].map(e => e.nodeName)"))
                .isEqualTo(List.of("FIGURE", "EM"));
    }

    @Test
    void a_line_without_end_goes_on_in_paragraphs_of_a_bounded_length() {
        Object look = markdown.page().evaluate("""
                () => {
                  const text = String.fromCodePoint(0x1f600).repeat(50_000);
                  return markdown.draw(text, [7_999], root => {
                    const texts = [...root.querySelectorAll('p')].map(p => p.textContent);
                    return [texts.join('') === text, texts.length > 3, texts.every(t => t.length < 40_000)];
                  });
                }""");
        assertThat(look).isEqualTo(List.of(true, true, true));
    }

    private static void assertShown(String part, String text, int chars) {
        Map<?, ?> drawn = (Map<?, ?>) markdown.page().evaluate("""
                text => {
                  const startedAt = performance.now();
                  const length = markdown.draw(text, [text.length / 4], root => {
                    root.querySelectorAll('figcaption').forEach(label => label.remove());
                    return root.textContent.length;
                  });
                  return { ms: performance.now() - startedAt, length };
                }""", text);
        assertThat(((Number) drawn.get("ms")).longValue()).as(part).isLessThan(BOUND_MS);
        assertThat(drawn.get("length")).as(part).isEqualTo(chars);
    }

    @Test
    void nesting_without_end_falls_back_to_the_plain_text() {
        for (String part : List.of(">", "> ", "- ", "**a *b ", "1. > ")) {
            String text = part.repeat(LENGTH / part.length()) + "x";
            Object look = markdown.look(text, """
                    root => { let depth = 0; for (let node = root; node = node.lastElementChild;) depth++;
                      return [root.textContent.includes('x'), depth < 300]; }""");
            assertThat(look).as(part).isEqualTo(List.of(true, true));
        }
        assertThat(markdown.look(">".repeat(LENGTH), "root => root.querySelector('.plain').textContent"))
                .isEqualTo(">".repeat(LENGTH));
    }

    @Test
    void text_that_goes_on_after_the_fallback_is_shown_too() {
        assertThat(markdown.streamed(">".repeat(LENGTH) + "\nmore\nand *more*\n", List.of(LENGTH, 3)))
                .startsWith("PLAIN")
                .endsWith("› more and *more*");
    }

    @Test
    void after_two_megabytes_the_rest_is_plain() {
        String text = ("word *w* " + "x".repeat(90) + "\n\n").repeat(20_000) + "the *end*";
        Object look = markdown.page().evaluate("""
                text => markdown.draw(text, [500_000], root => [
                  root.querySelectorAll('.plain').length, root.querySelector('.plain').textContent.endsWith('the *end*'),
                  root.querySelectorAll('.group em').length > 19_000])""", text);
        assertThat(look).isEqualTo(List.of(1, true, true));
    }

    @Test
    void code_is_coloured_once_it_is_whole() {
        Object words = markdown.page().evaluate("""
                async () => {
                  const root = document.querySelector('#log').appendChild(document.createElement('div'));
                  const stream = new markdown.MarkdownStream(root);
                  stream.write('```java\\nint x = 1;\\n```\\n\\n```java\\nint y = 2;\\n');
                  stream.paint();
                  await markdown.until(() => markdown.words(root).length);
                  const open = markdown.words(root).length;
                  stream.write('```\\n');
                  stream.paint();
                  await markdown.until(() => markdown.words(root).length > open);
                  stream.end();
                  await new Promise(requestAnimationFrame);
                  const words = markdown.words(root);
                  root.remove();
                  return [open, ...words];
                }""");
        assertThat(words).isEqualTo(List.of(2, "kw int", "kw int", "num 1", "num 2"));
    }

    /** A browser may have seen the code, and tell of it when it has gone. */
    @Test
    void what_is_gone_is_not_coloured_any_more() {
        Object words = markdown.page().evaluate("""
                async () => {
                  let tell;
                  const { IntersectionObserver } = window;
                  window.IntersectionObserver = function (callback) {
                    tell = callback;
                    return { observe() {}, unobserve() {} };
                  };
                  const { highlight, forget } = await import('/highlight.js?another');
                  window.IntersectionObserver = IntersectionObserver;
                  const root = document.body.appendChild(document.createElement('div'));
                  const code = root.appendChild(document.createElement('code'));
                  code.append('return');
                  highlight(code, 'js');
                  tell([{ target: code, isIntersecting: true }]);
                  const seen = markdown.words(root);
                  forget(root);
                  root.remove();
                  tell([{ target: code, isIntersecting: true }]);
                  return [seen, markdown.words(root)];
                }""");
        assertThat(words).isEqualTo(List.of(List.of("kw return"), List.of()));
    }

    @Test
    void colours_are_where_the_words_are() {
        assertThat(coloured("java", "int x = 10; // int\n\"a\\\"b\" /* y */ print1"))
                .isEqualTo(List.of("com /* y */", "com // int", "kw int", "num 10", "str \"a\\\"b\""));
        assertThat(coloured("python", "def f(): # no\n  return '''a\nb'''"))
                .isEqualTo(List.of("com # no", "kw def", "kw return", "str '''a\nb'''"));
        assertThat(coloured("sql", "SELECT a FROM b -- c")).isEqualTo(List.of("com -- c", "kw FROM", "kw SELECT"));
        assertThat(coloured("yaml", "key: 'v' # c\nurl: a#b"))
                .isEqualTo(List.of("com # c", "kw key", "kw url", "str 'v'"));
        assertThat(coloured("html", "<a href=\"x\">in</a>"))
                .isEqualTo(List.of("kw </a", "kw <a", "kw >", "kw >", "str \"x\""));
        assertThat(coloured("json", "{\"a\": [true, 1.5]}")).isEqualTo(List.of("kw true", "num 1.5", "str \"a\""));
        assertThat(coloured("diff", "@@ 1 @@\n-a\n+b")).isEqualTo(List.of("com -a", "kw @@ 1 @@", "str +b"));
        assertThat(coloured("text", "if 1")).isEqualTo(List.of());
    }

    private static Object coloured(String language, String code) {
        return markdown.page().evaluate("text => markdown.coloured(text)", "```" + language + "\n" + code + "\n```");
    }
}
