package nova.chat.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** TypeScript's compiler finds nothing to say about the page's JavaScript, nor about a program against client.d.ts. */
@Tag("browser")
class UiTypesTest {
    private static final Path UI = Path.of("src", "main", "resources", "ui");

    private static final Path VENDOR = UI.resolve("vendor");

    /** The compiler's status where it has something to say. */
    private static final int FOUND = 2;

    private static final List<String> COMPILER = List.of(
            Path.of("target", "typescript", "tsc.js").toString(),
            "--noEmit",
            "--noUnusedLocals",
            "--noUnusedParameters",
            "--target",
            "es2023",
            "--lib",
            "es2023,dom,dom.iterable",
            "--module",
            "esnext",
            "--moduleResolution",
            "bundler",
            "--moduleDetection",
            "force");

    @Test
    void names_and_calls_in_the_pages_javascript_are_right() throws IOException {
        List<String> modules = modules();
        assertThat(modules).isNotEmpty();
        List<String> command = new ArrayList<>(COMPILER);
        command.addAll(List.of("--allowJs", "--checkJs"));
        command.addAll(modules);
        String findings = Tools.run(FOUND, command.toArray(String[]::new));
        assertThat(findings.lines().filter(UiTypesTest::isOurs)).isEmpty();
    }

    @Test
    void the_types_of_the_client_serve_a_strict_program() {
        List<String> command = new ArrayList<>(COMPILER);
        command.addAll(
                List.of("--strict", Path.of("src", "test", "ui", "types.ts").toString()));
        Tools.run(command.toArray(String[]::new));
    }

    /** The compiler also reads what ours import; what goes into detail is indented. */
    private static boolean isOurs(String finding) {
        return !finding.startsWith(" ") && !finding.startsWith(VENDOR.toString());
    }

    private static List<String> modules() throws IOException {
        try (Stream<Path> files = Files.walk(UI)) {
            return files.filter(file -> file.toString().endsWith(".js"))
                    .filter(file -> !file.startsWith(VENDOR))
                    .map(Path::toString)
                    .sorted()
                    .toList();
        }
    }
}
