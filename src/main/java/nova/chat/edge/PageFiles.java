package nova.chat.edge;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** All files under {@code ui} among our resources, in the jar or beside the classes, by the path they are served under. */
final class PageFiles {
    /** Only what no URL escapes, so that each file has one spelling; and nothing hidden, which is never meant. */
    private static final Pattern SERVABLE = Pattern.compile("(/[A-Za-z0-9][A-Za-z0-9._-]*)+");

    private PageFiles() {}

    /** Reads them; throws where there are none, or one that cannot be served: the build is broken then. */
    static Map<String, byte[]> read() {
        URL index = PageFiles.class.getResource("/ui/index.html");
        if (index == null) {
            throw new IllegalStateException("ui/index.html is missing among the resources");
        }
        try {
            return index.openConnection() instanceof JarURLConnection packed
                    ? inJar(Path.of(packed.getJarFileURL().toURI()))
                    : under(Path.of(index.toURI()).resolveSibling(""));
        } catch (IOException | URISyntaxException e) {
            throw new IllegalStateException("the files under ui cannot be read", e);
        }
    }

    static Map<String, byte[]> inJar(Path file) throws IOException {
        try (FileSystem jar = FileSystems.newFileSystem(file)) {
            return under(jar.getPath("ui"));
        }
    }

    static Map<String, byte[]> under(Path folder) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(path(folder.relativize(file)), Files.readAllBytes(file));
            }
        }
        return files;
    }

    private static String path(Path file) {
        StringBuilder path = new StringBuilder();
        file.forEach(name -> path.append('/').append(name));
        if (!SERVABLE.matcher(path).matches()) {
            throw new IllegalStateException("ui" + path + " is no name for a file that is served");
        }
        return path.toString();
    }
}
