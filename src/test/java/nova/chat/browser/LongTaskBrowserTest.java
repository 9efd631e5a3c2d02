package nova.chat.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page.WaitForFunctionOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import nova.chat.browser.MainThread.Task;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The page stays responsive, however long an answer is: no task of its main thread is a long one, nor are all in sum. */
@Tag("browser")
class LongTaskBrowserTest {
    /** From here on the W3C calls a task long: a key pressed meanwhile would seem to hang. */
    private static final double LONG_MS = 50;

    /**
     * For all tasks of such an answer. On two cores of a shared machine they take 3.3 to 4.3 s, a tenth of it for being
     * traced, and up to 5.3 s while six others want these cores; with 8 ms more a frame they take 6.6 s and more.
     */
    private static final double SUM_MS = 6_000;

    private static final int ANSWER_CHARS = 200_000;
    private static final int CHUNK_CHARS = 200;
    private static final Duration EVERY = Duration.ofMillis(10); // 20 kB a second, ten seconds in all
    private static final double WAIT_MS = 90_000; // a machine with more to do takes its time

    private static final String SECTION = """
            ## Section %1$d

            A *paragraph* with **strong words**, `code_%1$d`, a [link](https://example.com/%1$d), and enough plain text to
            fill a few lines of the column, so that it wraps as an answer does; it goes on for a while and ends here.

            - item one with **bold** and `code`
            - item two
              - and one within it, number %1$d
            - item three

            | name | value | note |
            |---|---:|:-:|
            | row one | %1$d | some *note* |
            | row two | 17 | another |

            ```java
            public final int value%1$d = compute("text %1$d", 3); // why
            if (value%1$d > 12) {
                return new Result("seen", value%1$d);
            }
            ```

            > A quotation with a thought
            > over two lines.

            """;

    private Bridge bridge;

    @BeforeEach
    void start() {
        bridge = Bridge.start();
    }

    @AfterEach
    void stop() {
        bridge.close();
    }

    @Test
    void an_answer_of_200_kilobytes_in_ten_seconds_makes_no_task_long_nor_all_of_them_in_sum() {
        Attempts.untilNothingIsWrong(() -> {
            bridge.orchestrator().next(Endpoint.STREAM, answer(CHUNK_CHARS, EVERY));
            try (ChatPage page = ChatPage.open(bridge)) {
                var tasks = MainThread.during(page.page(), () -> awaitAnswer(page.say("Tell me everything")));
                assertWhole(page);
                List<Object> wrong = new ArrayList<>(longOnes(tasks));
                wrong.addAll(tooMuch(tasks));
                return wrong;
            }
        });
    }

    @Test
    void nor_does_one_that_is_there_already() {
        bridge.orchestrator().next(Endpoint.STREAM, answer(ANSWER_CHARS / 50, Duration.ZERO));
        try (ChatPage page = ChatPage.open(bridge)) {
            awaitAnswer(page.say("Tell me everything"));
            Attempts.untilNothingIsWrong(() -> {
                var tasks = MainThread.during(page.page(), () -> awaitAnswer(page.reload()));
                assertWhole(page);
                return longOnes(tasks);
            });
        }
    }

    /** Else the other tests could not fail. */
    @Test
    void a_long_task_is_seen() {
        try (ChatPage page = ChatPage.open(bridge)) {
            List<Task> tasks = MainThread.during(
                    page.page(),
                    () -> page.page()
                            .evaluate(
                                    "() => { let sum = 0; for (let i = 0; i < 3e8; i++) sum += i % 7; return sum; }"));
            assertThat(tasks).first().extracting(Task::cpuMs).matches(ms -> ms > LONG_MS, "is long");
        }
    }

    private static List<Task> longOnes(List<Task> tasks) {
        assertThat(tasks).hasSizeGreaterThan(100);
        return tasks.stream().filter(task -> task.cpuMs() > LONG_MS).toList();
    }

    private static List<String> tooMuch(List<Task> tasks) {
        double sumMs = tasks.stream().mapToDouble(Task::cpuMs).sum();
        return sumMs > SUM_MS ? List.of("all tasks in sum: %.0f ms".formatted(sumMs)) : List.of();
    }

    private static void assertWhole(ChatPage page) {
        assertThat(page.answer().locator(".body > :last-child > :last-child")).hasText("The end.");
        assertThat(page.answer().locator("h3")).hasCount(sections());
    }

    /**
     * Its figures stand below an answer when all of it is drawn. Playwright's assertions are not used for it: they look
     * at the whole page again and again, on the thread that is measured.
     */
    private static void awaitAnswer(ChatPage page) {
        var patience = new WaitForFunctionOptions().setTimeout(WAIT_MS).setPollingInterval(250);
        page.page()
                .waitForFunction("() => document.querySelector('#log footer:not([hidden])') !== null", null, patience);
    }

    private static Script answer(int chunkChars, Duration every) {
        String text = text();
        Script script = Script.stream();
        for (int from = 0; from < text.length(); from += chunkChars) {
            script = script.text(text.substring(from, Math.min(text.length(), from + chunkChars)));
            script = every.isZero() ? script : script.pause(every);
        }
        return script.done();
    }

    private static String text() {
        StringBuilder text = new StringBuilder();
        for (int i = 1; text.length() < ANSWER_CHARS; i++) {
            text.append(SECTION.formatted(i));
        }
        return text.append("The end.").toString();
    }

    private static int sections() {
        return text().split("## Section", -1).length - 1;
    }
}
