package nova.chat.browser;

import com.microsoft.playwright.Browser.StartTracingOptions;
import com.microsoft.playwright.Page;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a page's main thread did, task by task, as Chromium traces it. It is measured in time on the processor: a task
 * that waited for its turn on a busy machine was not long for that.
 */
final class MainThread {
    private static final List<String> CATEGORIES =
            List.of("devtools.timeline", "disabled-by-default-devtools.timeline");
    private static final int PARTS = 6;

    private MainThread() {}

    /** From the longest on. */
    static List<Task> during(Page page, Runnable what) {
        var browser = page.context().browser();
        browser.startTracing(page, new StartTracingOptions().setCategories(CATEGORIES));
        byte[] trace;
        try {
            what.run();
            page.evaluate("0"); // its last task has answered us, and may not be over; now it is
        } finally {
            trace = browser.stopTracing();
        }
        return tasks(new JsonObject(Buffer.buffer(trace))
                .getJsonArray("traceEvents").stream()
                        .map(JsonObject.class::cast)
                        .toList());
    }

    private static List<Task> tasks(List<JsonObject> events) {
        Set<String> threads = events.stream()
                .filter(event -> event.getString("name").equals("thread_name"))
                .filter(event -> event.getJsonObject("args").getString("name").equals("CrRendererMain"))
                .map(MainThread::thread)
                .collect(Collectors.toSet());
        List<Task> all = events.stream()
                .filter(event -> event.containsKey("tdur") && threads.contains(thread(event)))
                .map(Task::of)
                .toList();
        return all.stream()
                .filter(task -> task.name.equals("RunTask"))
                .sorted(Comparator.comparingDouble(Task::cpuMs).reversed())
                .map(task -> task.with(all))
                .toList();
    }

    private static String thread(JsonObject event) {
        return event.getInteger("pid") + ":" + event.getInteger("tid");
    }

    /** One task, and for who has to mend it the longest of what was done in it. */
    record Task(String name, String thread, double startMs, double wallMs, double cpuMs, String parts) {
        private static Task of(JsonObject event) {
            return new Task(
                    event.getString("name"),
                    MainThread.thread(event),
                    event.getDouble("ts") / 1_000,
                    event.getDouble("dur") / 1_000,
                    event.getDouble("tdur") / 1_000,
                    "");
        }

        private Task with(List<Task> all) {
            if (cpuMs < 10) {
                return this;
            }
            String parts = all.stream()
                    .filter(part -> !part.equals(this) && part.isWithin(this))
                    .sorted(Comparator.comparingDouble(Task::cpuMs).reversed())
                    .limit(PARTS)
                    .map(part -> "%s %.1f".formatted(part.name, part.cpuMs))
                    .collect(Collectors.joining(", "));
            return new Task(name, thread, startMs, wallMs, cpuMs, parts);
        }

        private boolean isWithin(Task other) {
            return thread.equals(other.thread)
                    && startMs >= other.startMs
                    && startMs + wallMs <= other.startMs + other.wallMs;
        }

        @Override
        public String toString() {
            return "%.1f ms (%s)".formatted(cpuMs, parts);
        }
    }
}
