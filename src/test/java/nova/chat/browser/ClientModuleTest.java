package nova.chat.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** The tests of {@code client.js} and its parts are in JavaScript; each of them shows here under its name. */
@Tag("browser")
class ClientModuleTest {
    private static final Path TESTS = Path.of("src", "test", "ui");
    private static final long MINUTES = 2;

    @TestFactory
    List<DynamicTest> the_client_module_does_what_it_promises() throws IOException, InterruptedException {
        Path output = Files.createTempFile("client-module", ".tap");
        try {
            int status = run(command(), output);
            String tap = Files.readString(output);
            List<TapResult> results = TapResult.read(tap);
            assertThat(results).as("tests that Node ran; it said%n%s", tap).isNotEmpty();
            assertThat(status == 0).as("Node's own verdict; it said%n%s", tap).isEqualTo(allPassed(results));
            return results.stream().map(ClientModuleTest::show).toList();
        } finally {
            Files.deleteIfExists(output);
        }
    }

    private static List<String> command() throws IOException {
        List<String> command = new ArrayList<>(List.of(Tools.node().toString(), "--test", "--test-reporter=tap"));
        try (Stream<Path> files = Files.list(TESTS)) {
            files.map(Path::toString)
                    .filter(name -> name.endsWith(".test.mjs"))
                    .sorted()
                    .forEach(command::add);
        }
        assertThat(command).as("a test file in " + TESTS).hasSizeGreaterThan(3);
        return command;
    }

    private static int run(List<String> command, Path output) throws InterruptedException {
        Process node = start(command, output);
        try {
            assertThat(node.waitFor(MINUTES, TimeUnit.MINUTES))
                    .as("Node has ended in time")
                    .isTrue();
            return node.exitValue();
        } finally {
            node.destroyForcibly();
        }
    }

    private static Process start(List<String> command, Path output) {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean allPassed(List<TapResult> results) {
        return results.stream().allMatch(TapResult::passed);
    }

    private static DynamicTest show(TapResult result) {
        return DynamicTest.dynamicTest(
                result.name(),
                () -> assertThat(result.passed())
                        .as("%s%n%s", result.name(), result.details())
                        .isTrue());
    }
}
