package nova.chat.edge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EditionTest {
    @Test
    void the_same_files_are_one_edition_and_any_other_is_another() {
        String one = folder(files("/a.js", "a", "/b.js", "b"));
        assertThat(folder(files("/b.js", "b", "/a.js", "a"))).isEqualTo(one);
        List<String> others = List.of(
                folder(files("/a.js", "a", "/b.js", "c")),
                folder(files("/a.js", "b", "/b.js", "a")),
                folder(files("/a.js", "a", "/c.js", "b")),
                folder(files("/a.js", "a")),
                folder(files("/a.js", "a", "/b.js", "b", "/c.js", "")),
                folder(files("/a.js", "a/b.js\nb")),
                one);
        assertThat(others).doesNotHaveDuplicates().allMatch(folder -> folder.matches("ui/[0-9a-f]{10}/"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<script type=\"module\" src=\"@app.js\"></script>",
                "<link rel=\"modulepreload\" href=\"@client/line.js\">",
                "<img src=\"@icon.svg\" alt=\"\">",
                "<a href=\"#message\">",
                "<use href=\"#i-plus\"/>",
                "<a href=\"https://nova.example.org/\">",
                "<a title=\"href: app.js\" data-href=\"app.js\">"
            })
    void the_page_names_its_files_in_the_folder_and_all_else_as_it_was(String html) {
        Map<String, byte[]> files = files("/app.js", "1");
        byte[] page = new Edition(files).page(html.replace("@", "").getBytes(UTF_8));
        assertThat(page).asString(UTF_8).isEqualTo(html.replace("@", folder(files)));
    }

    @ParameterizedTest
    @CsvSource({
        "/ui/0123456789/app.js, /app.js",
        "/ui/0123456789/client/line.js, /client/line.js",
        "/ui/0123456789/ui/0123456789/app.js, /ui/0123456789/app.js",
        "/app.js, /app.js",
        "/ui/0123456789/, /ui/0123456789/",
        "/ui/0123456789, /ui/0123456789",
        "/ui/012345678/app.js, /ui/012345678/app.js",
        "/ui/012345678X/app.js, /ui/012345678X/app.js",
        "/UI/0123456789/app.js, /UI/0123456789/app.js",
        "/x/ui/0123456789/app.js, /x/ui/0123456789/app.js"
    })
    void a_folder_is_taken_off_once(String path, String file) {
        assertThat(Edition.file(path)).isEqualTo(file);
    }

    @Test
    void its_own_folder_is_no_other() {
        Edition edition = new Edition(files("/app.js", "1"));
        String own = "/" + folder(files("/app.js", "1")) + "app.js";
        assertThat(Set.of(own, "/ui/0123456789/app.js", "/app.js"))
                .filteredOn(edition::isThis)
                .containsExactly(own);
        assertThat(Set.of(own, "/ui/0123456789/app.js", "/app.js"))
                .filteredOn(edition::isAnother)
                .containsExactly("/ui/0123456789/app.js");
    }

    private static String folder(Map<String, byte[]> files) {
        String page = new String(new Edition(files).page("<a href=\"x\">".getBytes(UTF_8)), UTF_8);
        return page.replace("<a href=\"", "").replace("x\">", "");
    }

    private static Map<String, byte[]> files(String... pathsAndContents) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (int i = 0; i < pathsAndContents.length; i += 2) {
            files.put(pathsAndContents[i], pathsAndContents[i + 1].getBytes(UTF_8));
        }
        return files;
    }
}
