package nova.chat.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import nova.chat.testing.Bridge;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The page rests after drawing as long as it has to, and no longer. */
@Tag("browser")
class PaintBrowserTest {
    /** Draws in so many pieces of so many milliseconds; then asks for one more, and tells how long that has waited. */
    private static final String REST_MS = """
            async ([pieces, eachMs]) => {
              const { paintSoon } = await import('/paint.js');
              const drawn = (job) => new Promise((done) => paintSoon(() => {
                if (job()) return true;
                done();
                return false;
              }));
              await drawn(() => {
                const until = performance.now() + eachMs;
                while (performance.now() < until);
                return --pieces > 0;
              });
              const endedAt = performance.now();
              await drawn(() => false);
              return performance.now() - endedAt;
            }
            """;

    private static Bridge bridge;
    private static ChatPage chat;

    @BeforeAll
    static void start() {
        bridge = Bridge.start();
        chat = ChatPage.open(bridge);
    }

    @AfterAll
    static void stop() {
        chat.close();
        bridge.close();
    }

    @Test
    void it_rests_three_times_as_long_as_it_drew() {
        assertThat(restMs(1, 40)).isGreaterThan(110);
    }

    @Test
    void a_long_draw_leaves_no_long_pause() {
        assertThat(restMs(100, 15)).isLessThan(2_000);
    }

    private static double restMs(int pieces, int eachMs) {
        return ((Number) chat.page().evaluate(REST_MS, List.of(pieces, eachMs))).doubleValue();
    }
}
