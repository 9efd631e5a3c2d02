package nova.chat.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

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

    /** A file as its authors wrote it: the page is served with the folder of its edition before the names of its files. */
    public static byte[] asWritten(byte[] served) {
        return new String(served, ISO_8859_1)
                .replaceAll("\"ui/[0-9a-f]{10}/", "\"")
                .getBytes(ISO_8859_1);
    }
}
