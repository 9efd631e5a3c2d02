package nova.chat.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import nova.chat.testing.Bridge;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The contrast that axe does not judge: the colours of code, which are no element's, and of what is no text. */
@Tag("browser")
class ContrastBrowserTest {
    /**
     * A colour, how much contrast it needs (WCAG 2.2, 1.4.3 and 1.4.11), and all that it is seen on: code, edges of fields,
     * focus, also in code, and what says that something is wrong.
     */
    private static final String PALETTE = """
            ::highlight(kw)   4.5  --code
            ::highlight(str)  4.5  --code
            ::highlight(num)  4.5  --code
            ::highlight(com)  4.5  --code
            --field-line      3    --page --shade --raised
            --ring            3    --page --shade --raised --tint --warn-page --error-page
            --glow            3    --code
            --warn            3    --page
            --error           3    --page --raised --error-page
            """;

    private static final String LUMINANCE = """
            (name) => {
              const probe = document.body.appendChild(document.createElement('code'));
              if (name.startsWith('--')) probe.style.color = `var(${name})`;
              const { color } = getComputedStyle(probe, name.startsWith('::') ? name : null);
              probe.remove();
              const [, ...rgb] = /^rgb\\((\\d+), (\\d+), (\\d+)\\)$/.exec(color);
              const [r, g, b] = rgb.map((c) => (c <= 10 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
              return 0.2126 * r + 0.7152 * g + 0.0722 * b;
            }
            """;

    private static Bridge bridge;
    private static ChatPage chat;

    private record Pair(String colour, String ground, double least) {
        static Stream<Pair> of(String line) {
            List<String> words = Arrays.asList(line.split(" +"));
            return words.stream()
                    .skip(2)
                    .map(ground -> new Pair(words.get(0), ground, Double.parseDouble(words.get(1))));
        }

        double contrast() {
            double a = luminance(colour);
            double b = luminance(ground);
            return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        }

        @Override
        public String toString() {
            return "%s on %s has %.2f, and needs %.1f".formatted(colour, ground, contrast(), least);
        }
    }

    @BeforeAll
    static void visit() {
        bridge = Bridge.start();
        chat = ChatPage.open(bridge);
    }

    @AfterAll
    static void leave() {
        chat.close();
        bridge.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"LIGHT", "DARK"})
    void code_fields_focus_and_trouble_stand_out(ColorScheme scheme) {
        chat.page().emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
        assertThat(PALETTE.lines().flatMap(Pair::of).toList())
                .hasSize(18)
                .filteredOn(pair -> pair.contrast() < pair.least())
                .isEmpty();
    }

    private static double luminance(String colour) {
        return ((Number) chat.page().evaluate(LUMINANCE, colour)).doubleValue();
    }
}
