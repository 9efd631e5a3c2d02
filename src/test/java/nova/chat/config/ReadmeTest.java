package nova.chat.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ReadmeTest {
    @Test
    void the_readmes_table_is_the_one_in_the_code() throws IOException {
        assertThat(Files.readString(Path.of("README.md")))
                .contains("<!-- settings -->\n" + Environment.markdown() + "<!-- /settings -->\n");
    }
}
