package nova.chat.browser;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The programs of this machine that the page's tests need. A missing one fails them; {@code ./test} installs what it can. */
public final class Tools {
    private Tools() {}

    /** Node, 18 or newer: {@code PLAYWRIGHT_NODEJS_PATH}, or the first one on the path. */
    public static Path node() {
        return find(
                "PLAYWRIGHT_NODEJS_PATH", List.of("node"), "Node 18 or newer is needed; on Debian: apt install nodejs");
    }

    /** {@code CHROMIUM}, or the first one on the path, or a Mac's. */
    static Path chromium() {
        return find(
                "CHROMIUM",
                List.of(
                        "chromium",
                        "chromium-browser",
                        "google-chrome",
                        "google-chrome-stable",
                        "/Applications/Chromium.app/Contents/MacOS/Chromium",
                        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
                "Chromium is needed, the page is tested in it; on Debian: apt install chromium, elsewhere: CHROMIUM=/path");
    }

    /** Runs a program of Node's, and gives what it printed, both streams together; fails if it did not end well. */
    public static String run(String... arguments) {
        return run(0, arguments);
    }

    /** The same for a program that ends with one of the statuses up to this. */
    static String run(int worstStatus, String... arguments) {
        List<String> command = new ArrayList<>(List.of(node().toString()));
        command.addAll(List.of(arguments));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int status = process.waitFor();
            if (status > worstStatus) {
                throw new AssertionError(String.join(" ", command) + ": " + status + "\n" + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path find(String variable, List<String> names, String otherwise) {
        String said = System.getenv(variable);
        List<String> wanted = said == null || said.isEmpty() ? names : List.of(said);
        return wanted.stream()
                .flatMap(Tools::places)
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError(otherwise));
    }

    private static Stream<Path> places(String name) {
        if (name.contains("/")) {
            return Stream.of(Path.of(name));
        }
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, name));
    }
}
