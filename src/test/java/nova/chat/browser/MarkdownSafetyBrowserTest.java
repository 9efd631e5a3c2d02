package nova.chat.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What an answer says is never run, never fetched and never takes the place of the page; links show where they lead. */
@Tag("browser")
class MarkdownSafetyBrowserTest {
    private static MarkdownPage markdown;

    @BeforeAll
    static void start() {
        markdown = new MarkdownPage();
    }

    /** Fails if there was a request to elsewhere, a violation of the policy, or a word in the console. */
    @AfterAll
    static void stop() {
        markdown.close();
    }

    @Test
    void no_attack_makes_anything_that_was_not_meant_to_be() {
        List<String> attacks = List.of(MarkdownPage.script("attacks.md").split("\n%%\n"));
        assertThat(attacks).hasSizeGreaterThan(33);
        for (int size : List.of(1, 5, 64, 1_000_000)) {
            for (String attack : attacks) {
                assertThat(strange(attack, size))
                        .as("in pieces of %d: %s", size, attack)
                        .isEmpty();
            }
        }
        markdown.page().evaluate("() => new Promise(done => setTimeout(done, 100))");
        assertThat(markdown.page().evaluate("() => window.ran")).isNull();
    }

    /** Elements and attributes beyond those that the renderer may make, and addresses beyond those that it may link to. */
    private static List<?> strange(String attack, int size) {
        return (List<?>) Objects.requireNonNull(markdown.page().evaluate("""
                ([text, size]) => markdown.draw(text, [size], root => {
                  const tags = 'a blockquote br button code del div em figcaption figure h2 h3 h4 h5 h6 hr input li ol p pre span '
                    + 'strong table tbody td th thead tr ul';
                  const attributes = 'aria-label checked class data-language data-level dir disabled href referrerpolicy rel '
                    + 'role start tabindex target title translate type';
                  const classes = /^(code|copy|language|lines|group|list|table|long|image|host|left|center|right|plain)?$/;
                  return [...root.querySelectorAll('*')].flatMap(node => [
                    ...(tags.split(' ').includes(node.localName) ? [] : [node.localName]),
                    ...(classes.test(node.className) ? [] : [node.className]),
                    ...[...node.attributes].map(({ name }) => name).filter(name => !attributes.split(' ').includes(name)),
                    ...(node.href === undefined || /^(https?:[/][/][^@]*|mailto:.*)$/.test(node.href) ? [] : [node.href]),
                  ]);
                })""", List.of(attack, size)));
    }

    @Test
    void a_link_leads_out_in_a_new_tab_and_tells_nobody_from_where() {
        assertThat(markdown.look("[text](https://a.example/b \"elsewhere\")", """
                root => { const { href, target, rel, referrerPolicy, title } = root.querySelector('a');
                  return { href, target, rel, referrerPolicy, title }; }"""))
                .isEqualTo(Map.of(
                        "href", "https://a.example/b",
                        "target", "_blank",
                        "rel", "noopener noreferrer nofollow",
                        "referrerPolicy", "no-referrer",
                        "title", "https://a.example/b"));
    }

    @Test
    void a_text_that_names_another_host_is_followed_by_the_true_one() {
        assertThat(text("[https://bank.example/login](https://evil.test/)"))
                .isEqualTo("https://bank.example/login (evil.test)");
        assertThat(text("[www.bank.example](https://evil.test/)")).isEqualTo("www.bank.example (evil.test)");
        assertThat(text("[see **bank.example**](https://evil.test/)")).isEqualTo("see bank.example (evil.test)");
        assertThat(text("[bank.example](https://b\u0430nk.example/)")).isEqualTo("bank.example (xn--bnk-6cd.example)");
        assertThat(text("[https://bank.example/a](https://bank.example/b)")).isEqualTo("https://bank.example/a");
        assertThat(text("[the bank](https://bank.example/)")).isEqualTo("the bank");
        assertThat(text("<https://bank.example/>")).isEqualTo("https://bank.example/");
    }

    @Test
    void nor_do_lines_through_the_letters_a_bare_name_or_a_mail_address_hide_where_a_link_leads() {
        String underlined = "bank.example".replaceAll("(.)", "$1\u0332");
        assertThat(text("[" + underlined + "](https://evil.test/)")).isEqualTo(underlined + " (evil.test)");
        assertThat(text("[bank.e\u0336xample](https://evil.test/)")).isEqualTo("bank.e\u0336xample (evil.test)");
        assertThat(text("[http://localhost/](https://evil.test/)")).isEqualTo("http://localhost/ (evil.test)");
        assertThat(text("[https://\\[::1\\]/](https://evil.test/)")).isEqualTo("https://[::1]/ (evil.test)");
        assertThat(text("[bank.example](mailto:a@evil.test)")).isEqualTo("bank.example (evil.test)");
        assertThat(text("[j.doe@bank.example](mailto:j.doe@evil.test)")).isEqualTo("j.doe@bank.example (evil.test)");
        assertThat(text("<j.doe@bank.example>")).isEqualTo("j.doe@bank.example");
        assertThat(text("[b\u00fccher.example](https://b\u00fccher.example/)")).isEqualTo("b\u00fccher.example");
    }

    @Test
    void what_turns_the_reading_direction_is_taken_out_of_the_text_of_a_link() {
        assertThat(text("[\u202emoc knab\u2066x\u2069 *a*](https://a.example/)"))
                .isEqualTo("moc knabx a");
        assertThat(text("![\u202emoc](https://a.example/)")).isEqualTo("image: moc (a.example)");
    }

    @Test
    void an_address_that_is_not_allowed_is_no_link_but_can_be_read() {
        assertThat(markdown.look("[a](javascript:x)", "root => root.querySelector('p').innerHTML"))
                .isEqualTo("<span title=\"javascript:x\">a</span>");
        assertThat(markdown.look("[a](../b)", "root => root.querySelectorAll('a').length"))
                .isEqualTo(0);
    }

    @Test
    void an_image_is_a_link_to_itself_and_is_not_fetched() {
        assertThat(markdown.look(
                        "![A *cat*](https://a.example/cat.png)", "root => root.querySelector('a.image').textContent"))
                .isEqualTo("image: A cat (a.example)");
        assertThat(markdown.look("![](x.png)", "root => root.querySelector('span.image').textContent"))
                .isEqualTo("image: untitled");
        for (String linked : List.of("![x](https://a.example/x)", "*a **![x](https://a.example/x)***")) {
            assertThat(markdown.look(
                            "[" + linked + "](https://b.example/)", "root => root.querySelectorAll('a').length"))
                    .isEqualTo(1);
        }
        assertThat(markdown.look("*![x](https://a.example/x)*", "root => root.querySelector('a.image').textContent"))
                .isEqualTo("image: x (a.example)");
    }

    @Test
    void tasks_code_and_tables_can_be_used_without_seeing_them() {
        assertThat(markdown.look(
                        "- [x] a\n- [ ] b\n", "root => [...root.querySelectorAll('input')].map(box => box.ariaLabel)"))
                .isEqualTo(List.of("Done", "To do"));
        assertThat(markdown.look("```Java\nx\n```", """
                root => [root.querySelector('figure').dataset.language, root.querySelector('.language').textContent,
                  root.querySelector('button.copy').ariaLabel, String(root.querySelector('pre').tabIndex)]""")).isEqualTo(List.of("java", "Java", "Copy code", "0"));
        assertThat(markdown.look("|a|\n|-|\n|b|\n", "root => root.querySelector('.table[role=region]').ariaLabel"))
                .isEqualTo("Table");
    }

    private static Object text(String link) {
        return markdown.look(link, "root => root.querySelector('a').textContent");
    }
}
