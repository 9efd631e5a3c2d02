package nova.chat.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.commonmark.testutil.TestResources;
import org.commonmark.testutil.example.Example;
import org.commonmark.testutil.example.ExampleReader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A text that arrives in pieces ends up as the same page as the whole text; and the way there is no detour. */
@Tag("browser")
class MarkdownStreamBrowserTest {
    private static final int TEXTS = 40;

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
    void mixed_texts_in_pieces_of_any_length_look_like_the_whole() {
        List<String> examples = ExampleReader.readExamples(TestResources.getSpec()).stream()
                .map(Example::getSource)
                .toList();
        for (int seed = 0; seed < TEXTS; seed++) {
            Random random = new Random(seed);
            String text = new MixedText(random, examples).write();
            List<Integer> sizes = random.ints(50, 1, 1 + List.of(4, 20, 200).get(seed % 3))
                    .boxed()
                    .toList();
            assertThat(markdown.streamed(text, sizes))
                    .as("seed %d", seed)
                    .isEqualTo(markdown.drawn(text))
                    .doesNotStartWith("PLAIN");
        }
    }

    @Test
    void a_long_list_counts_on_and_looks_like_one() {
        String text = lines(7, 200, i -> i + ". item " + i + "\n");
        assertThat(markdown.look(text, "root => [...root.querySelectorAll('.list > ol')].map(part => part.start)"))
                .isEqualTo(List.of(7, 57, 107, 157));
        assertThat(markdown.drawn(text)).startsWith("<ol 7>").containsOnlyOnce("<ol");
        assertSameInPieces(text);
    }

    @Test
    void a_long_list_that_turns_out_to_be_loose_is_loose_throughout() {
        String text = lines(1, 70, i -> "- [ ] item *" + i + "*\n  > quoted\n\n  more\n") + "\n- last\n";
        assertThat(markdown.drawn(text)).doesNotContain("<li>item").contains("<li><p>[ ] item <em>70</></>");
        assertSameInPieces(lines(1, 70, i -> "- item " + i + " `x` y\n") + "\n- last\n");
        assertSameInPieces(text);
    }

    @Test
    void a_lone_hyphen_that_was_no_item_leaves_a_tight_list_tight() {
        String text = lines(1, 30, i -> "- item " + i + "\n") + "\n-word";
        assertThat(markdown.drawn(text)).contains("<li>item 30</></><p>-word</>");
        assertSameInPieces(text);
    }

    @Test
    void a_long_table_and_a_long_fence_look_like_the_whole() {
        assertSameInPieces("| a | b |\n|:-:|--:|\n" + lines(1, 150, i -> "| " + i + " | `x` |\n") + "\nafter\n");
        assertSameInPieces(
                "before\n\n   ```java\n" + lines(1, 150, i -> "     int x" + i + ";\n\n") + "   ```\nafter\n");
    }

    @Test
    void line_ends_of_all_kinds_and_null_are_what_they_should_be_wherever_the_text_is_cut() {
        String text = "a\r\n\r\n```\r\nb\r\r\nc\0d\r\n```\r\n- e\r";
        assertThat(markdown.drawn(text)).isEqualTo("<p>a</><pre >b⏎⏎c\ufffdd</><ul><li>e</></>");
        assertSameInPieces(text);
    }

    @Test
    void a_reference_that_is_defined_last_is_a_link_in_the_end() {
        String text = lines(1, 30, i -> "See [this][" + i + "].\n\n")
                + lines(1, 30, i -> "[" + i + "]: https://a.example/" + i + "\n");
        assertThat(markdown.drawn(text)).contains("<a https://a.example/30>this</>");
        assertSameInPieces(text);
    }

    @Test
    void a_definition_at_the_end_leaves_alone_what_does_not_refer_to_it() {
        Object kept = markdown.page().evaluate("""
                () => {
                  const root = document.createElement('div');
                  const stream = new markdown.MarkdownStream(root);
                  stream.write('# One\\n\\nsee [this][a]\\n\\n```\\ncode\\n```\\n\\n' + '- item\\n'.repeat(20));
                  stream.paint();
                  const before = [...root.querySelectorAll('h2, li, figure, p')];
                  stream.write('\\n[a]: https://a.example/\\n');
                  stream.paint();
                  stream.end();
                  return [...before.filter(node => !root.contains(node)), root.querySelector('a')].map(node => node.textContent);
                }""");
        assertThat(kept).isEqualTo(List.of("see [this][a]", "this"));
    }

    /** Else a selection would be lost with each new word, and the cost would grow with the answer. */
    @Test
    void finished_blocks_keep_their_elements() {
        Object kept = markdown.page().evaluate("""
                () => {
                  const root = document.createElement('div');
                  const stream = new markdown.MarkdownStream(root);
                  stream.write('# One\\n\\ntwo\\n\\n' + '- item\\n'.repeat(20) + '\\n```\\ncode\\n');
                  stream.paint();
                  const before = [...root.querySelectorAll('h2, p, li, figure')];
                  stream.write('more\\n```\\n\\nthree\\n\\nfour\\n\\nfive');
                  stream.paint();
                  stream.end();
                  return before.length > 20 && before.every(node => root.contains(node));
                }""");
        assertThat(kept).isEqualTo(true);
    }

    private static void assertSameInPieces(String text) {
        String whole = markdown.drawn(text);
        for (int size : List.of(1, 5, 17, 1000)) {
            assertThat(markdown.streamed(text, List.of(size)))
                    .as("pieces of %d", size)
                    .isEqualTo(whole);
        }
    }

    private static String lines(int from, int count, IntFunction<String> line) {
        return IntStream.range(from, from + count).mapToObj(line).collect(Collectors.joining());
    }
}
