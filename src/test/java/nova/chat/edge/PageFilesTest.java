package nova.chat.edge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PageFilesTest {
    @TempDir
    Path folder;

    @Test
    void a_folder_is_walked_to_its_ends() throws IOException {
        write("index.html", "page");
        write("vendor/some-1.2.3/LICENSE", "licence");
        Files.createDirectories(folder.resolve("empty"));
        Map<String, byte[]> files = PageFiles.under(folder);
        assertThat(files.keySet()).containsExactly("/index.html", "/vendor/some-1.2.3/LICENSE");
        assertThat(files.get("/vendor/some-1.2.3/LICENSE")).asString(UTF_8).isEqualTo("licence");
    }

    @Test
    void a_jar_is_walked_too_but_only_where_the_page_lies() throws IOException {
        Path file = folder.resolve("chat.jar");
        try (OutputStream out = Files.newOutputStream(file);
                JarOutputStream jar = new JarOutputStream(out)) {
            for (String name : new String[] {"ui/index.html", "ui/css/a.css", "uix/b.css", "secret.txt"}) {
                jar.putNextEntry(new JarEntry(name));
                jar.write(name.getBytes(UTF_8));
                jar.closeEntry();
            }
        }
        Map<String, byte[]> files = PageFiles.inJar(file);
        assertThat(files.keySet()).containsExactly("/css/a.css", "/index.html");
        assertThat(files.get("/css/a.css")).asString(UTF_8).isEqualTo("ui/css/a.css");
    }

    @Test
    void ours_are_found() {
        assertThat(PageFiles.read()).containsKeys("/index.html", "/client.d.ts");
    }

    @ParameterizedTest
    @ValueSource(strings = {".DS_Store", ".git/config", "a b.js", "ä.css", "a%2e.js", "app.js~", "#app.js#", "a/-x.js"})
    void a_file_that_nobody_meant_to_serve_is_a_broken_build(String name) throws IOException {
        write(name, "x");
        assertThatThrownBy(() -> PageFiles.under(folder)).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "/index.html, text/html; charset=utf-8",
        "/css/a.css, text/css; charset=utf-8",
        "/a.b/c.js, text/javascript; charset=utf-8",
        "/client.d.ts, text/plain; charset=utf-8",
        "/icon.svg, image/svg+xml",
        "/vendor/some-1.2.3/LICENSE, text/plain; charset=utf-8",
        "/vendor/some-1.2.3/SHA256SUMS, text/plain; charset=utf-8"
    })
    void a_file_has_the_type_of_its_ending(String path, String type) {
        assertThat(Page.of(path, new byte[0]).type()).isEqualTo(type);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a.ts", "/a.JS", "/a.jsx", "/a.js.orig", "/a.exe", "/a."})
    void a_type_that_nobody_has_named_is_a_broken_build(String path) {
        assertThatThrownBy(() -> Page.of(path, new byte[0]))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(path);
    }

    @Test
    void what_does_not_get_smaller_is_not_packed() {
        assertThat(Page.of("/a.js", "x".getBytes(UTF_8)).packed()).isEmpty();
        assertThat(Page.of("/a.js", "x".repeat(1_000).getBytes(UTF_8)).packed()).isPresent();
    }

    private void write(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.resolveSibling(""));
        Files.writeString(file, content);
    }
}
