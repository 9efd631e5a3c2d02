package nova.chat.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The page's files as they lie among the sources. */
public final class PageSources {
    private static final Path FOLDER = Path.of("src", "main", "resources", "ui");

    private PageSources() {}

    /** All of them, by the path that they are to be served under. */
    public static Map<String, byte[]> all() {
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(FOLDER)) {
            for (Path file : paths.filter(Files::isRegularFile).toList()) {
                String name = FOLDER.relativize(file).toString().replace(File.separatorChar, '/');
                files.put(name.equals("index.html") ? "/" : "/" + name, Files.readAllBytes(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }
}
