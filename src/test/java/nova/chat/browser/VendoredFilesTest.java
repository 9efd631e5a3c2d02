package nova.chat.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Other people's files are what they published: nobody edits them here, not even by accident. */
class VendoredFilesTest {
    private static final Path VENDOR = Path.of("src", "main", "resources", "ui", "vendor");

    @Test
    void each_has_the_checksum_that_stands_beside_it() throws IOException, NoSuchAlgorithmException {
        List<Path> directories = children(VENDOR);
        assertThat(directories).isNotEmpty();
        for (Path directory : directories) {
            StringBuilder sums = new StringBuilder();
            for (Path file : children(directory)) {
                if (!file.endsWith("SHA256SUMS")) {
                    sums.append(sha256(file))
                            .append("  ")
                            .append(file.getFileName())
                            .append('\n');
                }
            }
            assertThat(directory.resolve("SHA256SUMS")).hasContent(sums.toString());
        }
    }

    private static List<Path> children(Path directory) throws IOException {
        try (Stream<Path> children = Files.list(directory)) {
            return children.sorted().toList();
        }
    }

    private static String sha256(Path file) throws IOException, NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }
}
