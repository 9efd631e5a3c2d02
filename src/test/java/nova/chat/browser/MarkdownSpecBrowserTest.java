package nova.chat.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.commonmark.testutil.TestResources;
import org.commonmark.testutil.example.Example;
import org.commonmark.testutil.example.ExampleReader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The examples of CommonMark 0.31.2 and of GitHub's extensions become what the specifications say, whole or in pieces. */
@Tag("browser")
class MarkdownSpecBrowserTest {
    private static final Set<String> RAW_HTML = Set.of("HTML blocks", "Raw HTML");

    private static final String HTML = "raw HTML is text, and nothing that can run";
    private static final String AUTOLINK = "GitHub's autolinks are on, CommonMark knows none";
    private static final String ENTITY = "of 2,125 names only those that are used are known";
    private static final String ADDRESS = "the browser writes the address in its own way: \\ is /";
    private static final String LEXER = "the lexer takes empty lines off the end of code in a list";

    /** Which examples look otherwise here, and why: by their start. */
    private static final Map<String, String> OTHERWISE = Map.ofEntries(
            Map.entry("<a href=\"", HTML),
            Map.entry("[foo]: <bar>(baz)", HTML),
            Map.entry("- foo\n- bar\n\n<!-- -->", HTML),
            Map.entry("-   foo\n\n    notcode\n\n-   foo\n\n<!-- -->", HTML),
            Map.entry("*<img src=", HTML),
            Map.entry("**<a href=", HTML),
            Map.entry("__<a href=", HTML),
            Map.entry("[link](<foo\nbar>)", HTML),
            Map.entry("[a](<b)c\n", HTML),
            Map.entry("[foo <bar attr=", HTML),
            Map.entry("&nbsp; &amp; &copy;", ENTITY),
            Map.entry("<https://foo.bar/baz bim>", AUTOLINK),
            Map.entry("< https://foo.bar >", AUTOLINK),
            Map.entry("https://example.com", AUTOLINK),
            Map.entry("foo@bar.example.com", AUTOLINK),
            Map.entry("<https://example.com/\\[\\>", ADDRESS),
            Map.entry("- a\n- ```\n  b\n\n\n  ```", LEXER));

    private static MarkdownPage markdown;
    private static ChatPage elsewhere;

    @BeforeAll
    static void start() {
        markdown = new MarkdownPage();
        elsewhere = Visitor.desktop().arrive(); // where no policy keeps the test from parsing HTML
    }

    @AfterAll
    static void stop() {
        elsewhere.close();
        markdown.close();
    }

    @Test
    void commonmark_looks_as_specified() {
        List<Example> examples = ExampleReader.readExamples(TestResources.getSpec()).stream()
                .filter(example -> !RAW_HTML.contains(example.getSection()))
                .toList();
        assertThat(examples).hasSizeGreaterThan(580);
        Map<String, String> others = lookingOtherwise(examples);
        others.keySet().removeIf(source -> OTHERWISE.keySet().stream().anyMatch(source::startsWith));
        assertThat(others).isEmpty();
    }

    @Test
    void each_example_that_is_said_to_look_otherwise_does() {
        Map<String, String> others = lookingOtherwise(ExampleReader.readExamples(TestResources.getSpec()));
        assertThat(OTHERWISE.keySet())
                .allSatisfy(start -> assertThat(others.keySet()).anyMatch(source -> source.startsWith(start)));
    }

    @Test
    void githubs_extensions_look_as_specified() {
        List<Example> examples = ExampleReader.readExamples(TestResources.getGfmSpec()).stream()
                .filter(example ->
                        !example.getInfo().isEmpty() && !example.getInfo().equals("tagfilter"))
                .toList();
        assertThat(examples).hasSizeGreaterThan(20);
        assertThat(lookingOtherwise(examples)).isEmpty();
    }

    @Test
    void all_examples_look_the_same_when_they_arrive_in_pieces() {
        List<Example> examples = new ArrayList<>();
        for (URL spec : List.of(TestResources.getSpec(), TestResources.getGfmSpec())) {
            examples.addAll(ExampleReader.readExamples(spec));
        }
        assertThat(differingInPieces(examples.stream().map(Example::getSource).toList()))
                .isEmpty();
    }

    private static List<?> differingInPieces(List<String> texts) {
        return (List<?>) Objects.requireNonNull(markdown.page().evaluate("""
                texts => texts.flatMap(text => {
                  const whole = markdown.outline(text);
                  const pieces = [1, 5, 17].map(size => markdown.outlines(text, [size]));
                  return pieces.filter(each => each !== whole).map(each => ({ text, whole, each }));
                })""", texts));
    }

    /** Example to what is expected and what is there. */
    private static Map<String, String> lookingOtherwise(List<Example> examples) {
        List<?> expected = outlines(
                elsewhere.page(),
                "html => outline(new DOMParser().parseFromString(html, 'text/html').body)",
                examples.stream()
                        .map(example -> example.getHtml().replace('→', '\t'))
                        .toList());
        List<?> actual = outlines(
                markdown.page(),
                "text => markdown.outline(text)",
                examples.stream().map(Example::getSource).toList());
        Map<String, String> others = new TreeMap<>();
        for (int i = 0; i < examples.size(); i++) {
            if (!Objects.equals(expected.get(i), actual.get(i))) {
                others.put(examples.get(i).getSource(), "\n" + expected.get(i) + "\n" + actual.get(i));
            }
        }
        return others;
    }

    private static List<?> outlines(Page page, String each, List<String> texts) {
        String outline = "const outline = " + MarkdownPage.script("outline.js") + ";";
        return (List<?>) Objects.requireNonNull(
                page.evaluate("texts => { " + outline + " return texts.map(" + each + "); }", texts));
    }
}
