package nova.chat.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page.ScreenshotOptions;
import com.microsoft.playwright.options.ScreenshotAnimations;
import com.microsoft.playwright.options.ScreenshotCaret;
import com.microsoft.playwright.options.ScreenshotScale;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Takes the README's pictures, of the real page and a conversation that could be one. They go to {@code target}; with
 * {@code -Dscreenshots=docs/images} to where the README looks for them.
 */
@Tag("browser")
class ScreenshotsBrowserTest {
    /** A README is read over slow lines, too. */
    private static final int BYTES_MAX = 200_000;

    private static final Path FOLDER = Path.of(System.getProperty("screenshots", "target/screenshots"));

    private static final Pattern PICTURE = Pattern.compile("(?:!\\[[^]]*]\\(|<img [^>]*src=\")([^)\"]+)[)\"]");

    private static final String LIMITER = """
            A **token bucket** fits: it allows bursts, and costs two numbers per caller.

            ```java
            /** Whether a call may be made now. */
            synchronized boolean tryAcquire() {
                long now = System.nanoTime();
                tokens = Math.min(burst, tokens + (now - last) / 1e9 * perSecond);
                last = now;
                if (tokens < 1) return false;
                tokens--;
                return true;
            }
            ```

            | Algorithm | Bursts | Per caller |
            |:--|:--|--:|
            | Token bucket | up to `burst` | 16 bytes |
            | Fixed window | twice the limit | 12 bytes |

            - Use a **monotonic** clock, as above: wall clocks jump
            - Answer `429` with `Retry-After`, so that clients know what to do
            """;

    private static final String SHARED =
            "Keep the bucket in Redis, as a hash per caller, and take from it in **one script**: "
                    + "read, refill, subtract, write. Then no two replicas can spend the same token.";

    @Test
    void the_page_at_a_desk_in_the_light() throws Exception {
        assertThat(sizeOf(take(Visitor.desktop(), "page-light.png"))).isEqualTo("1280x800");
    }

    @Test
    void the_page_on_a_phone_in_the_dark() throws Exception {
        assertThat(sizeOf(take(Visitor.phone().dark(), "page-dark-mobile.png"))).isEqualTo("780x1688");
    }

    @Test
    void each_picture_in_the_readme_is_there() throws IOException {
        assertThat(PICTURE.matcher(Files.readString(Path.of("README.md"))).results())
                .isNotEmpty()
                .allSatisfy(link -> assertThat(Path.of(link.group(1))).isRegularFile());
    }

    private static byte[] take(Visitor visitor, String name) throws Exception {
        try (Bridge bridge = Bridge.start();
                ChatPage page = visitor.reducedMotion().visit(bridge).awaitOpen()) {
            bridge.orchestrator()
                    .next(
                            Endpoint.STREAM,
                            Script.stream().text("Three days by train.").done(),
                            Script.stream()
                                    .text("A watch that loses no second.")
                                    .done(),
                            answer(SHARED),
                            answer(LIMITER));
            page.send("How do I get from Lisbon to Oslo without flying?").awaitEnd("complete");
            create(page).send("Give me a name for a clock shop").awaitEnd("complete");
            create(page).send("How do several replicas share one rate limit?").awaitEnd("complete");
            page.send("And in one process? Show me in Java.");
            assertThat(page.answers()).hasCount(2);
            page.awaitEnd("complete").awaitText("Retry-After");
            page.page().mouse().move(0, 0);
            byte[] picture = page.page()
                    .screenshot(new ScreenshotOptions()
                            .setPath(FOLDER.resolve(name))
                            .setAnimations(ScreenshotAnimations.DISABLED)
                            .setCaret(ScreenshotCaret.HIDE)
                            .setScale(ScreenshotScale.DEVICE));
            assertThat(picture.length).as("bytes").isLessThan(BYTES_MAX);
            return picture;
        }
    }

    /** As a PNG's first chunk says it. */
    private static String sizeOf(byte[] picture) {
        ByteBuffer png = ByteBuffer.wrap(picture);
        return png.getInt(16) + "x" + png.getInt(20);
    }

    private static ChatPage create(ChatPage page) {
        page.page().evaluate("() => document.getElementById('new-chat').click()"); // on a phone it is behind the menu
        assertThat(page.answers()).hasCount(0);
        return page.awaitOpen();
    }

    private static Script answer(String text) {
        return Script.stream()
                .event("{\"meta\":{\"model\":\"nova-large\"}}")
                .pause(Duration.ofMillis(380))
                .text(text.substring(0, text.length() / 2))
                .pause(Duration.ofMillis(1_200))
                .text(text.substring(text.length() / 2))
                .done();
    }
}
