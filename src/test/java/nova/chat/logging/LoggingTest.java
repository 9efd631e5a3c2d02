package nova.chat.logging;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a process of its own writes to its standard output. */
class LoggingTest {
    @TempDir
    private Path directory;

    @Test
    void a_level_shows_itself_and_what_is_worse_and_may_be_changed() throws Exception {
        List<JsonObject> lines = output(
                0,
                "DEBUG",
                "talk",
                "INFO",
                "talk",
                "WARNING",
                "talk",
                "ERROR",
                "talk",
                "CRITICAL",
                "talk",
                "DEBUG",
                "talk");

        assertThat(lines)
                .extracting(line -> line.getString("message"))
                .containsExactly("debug info warn error info warn error warn error error error debug info warn error"
                        .split(" ", -1));
    }

    @Test
    void a_stack_is_written_at_debug_only() throws Exception {
        List<JsonObject> errors = output(0, "INFO", "talk", "DEBUG", "talk").stream()
                .filter(line -> line.containsKey("error"))
                .toList();

        assertThat(errors)
                .hasSize(2)
                .allSatisfy(line ->
                        assertThat(line.getString("error")).isEqualTo("java.lang.IllegalStateException: broken"));
        assertThat(errors.get(0).containsKey("stack")).isFalse();
        assertThat(errors.get(1).getString("stack")).contains("Talker.talk");
    }

    @Test
    void before_the_start_only_warnings_are_written_and_nothing_of_logbacks_own() throws Exception {
        assertThat(output(0, "talk"))
                .extracting(line -> line.getString("message"))
                .containsExactly("warn", "error");
    }

    @Test
    void vertx_and_netty_are_heard_and_never_tell_what_goes_over_the_wire() throws Exception {
        List<JsonObject> lines = output(0, "DEBUG", "libraries");

        assertThat(lines)
                .extracting(line -> line.getString("error"))
                .contains("java.lang.IllegalStateException: unhandled");
        assertThat(lines).extracting(line -> line.getString("message")).contains("from netty");
        assertThat(lines).extracting(line -> line.getString("level")).doesNotContain("DEBUG");
    }

    @Test
    void many_threads_do_not_mix_their_lines() throws Exception {
        assertThat(output(0, "INFO", "crowd"))
                .hasSize(800)
                .allSatisfy(line -> assertThat(line.getString("message")).hasSize(10_000));
    }

    @Test
    void the_last_line_is_out_before_the_process_ends() throws Exception {
        assertThat(output(7, "INFO", "exit"))
                .extracting(line -> line.getString("message"))
                .containsExactly("last words");
    }

    @Test
    void a_closed_standard_output_ends_nothing() throws Exception {
        Process process = talker("INFO", "wait", "talk", "crowd", "exit").start();
        process.getInputStream().close();
        try (OutputStream go = process.getOutputStream()) {
            go.write('\n');
        }

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as("got as far as its own end").isEqualTo(7);
        assertThat(errors()).isEmpty();
    }

    private List<JsonObject> output(int status, String... deeds) throws IOException, InterruptedException {
        Process process = talker(deeds).start();
        List<JsonObject> lines = new ArrayList<>();
        try (InputStream output = process.getInputStream()) {
            new String(output.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .forEach(line -> lines.add(new JsonObject(line)));
        }
        assertThat(process.waitFor()).as(errors()).isEqualTo(status);
        assertThat(errors()).isEmpty();
        assertThat(lines)
                .allSatisfy(line ->
                        assertThat(line.fieldNames()).startsWith("timestamp", "level", "logger", "message", "service"));
        return lines;
    }

    private ProcessBuilder talker(String... deeds) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-XX:TieredStopAtLevel=1", // starts faster
                Talker.class.getName()));
        command.addAll(List.of(deeds));
        return new ProcessBuilder(command)
                .redirectError(directory.resolve("errors").toFile());
    }

    private String errors() throws IOException {
        return Files.readString(directory.resolve("errors"));
    }
}
