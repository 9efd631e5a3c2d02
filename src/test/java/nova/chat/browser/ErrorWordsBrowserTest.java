package nova.chat.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import nova.chat.protocol.ErrorCode;
import nova.chat.testing.Bridge;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever goes wrong, the page has a sentence for it that says what to do, and where it has none, there is a reason. */
@Tag("browser")
class ErrorWordsBrowserTest {
    private static final Path CLIENT = Path.of("src", "main", "resources", "ui", "client");
    private static final Pattern CODE = Pattern.compile("(?:new ChatError\\(|\\.fail\\(\\w+, )'(\\w+)'");

    /** Only the server knows what is the matter, and says it: PROTOCOL.md, "Errors". */
    private static final List<String> AS_THE_SERVER_SAYS =
            List.of("store_unavailable", "upstream_4xx", "upstream_error");

    /** What a program's calls end with. The page closes no client that it still shows, and has words of its own for pages. */
    private static final List<String> NEVER_SHOWN = List.of("closed", "not_connected", "timeout");

    private static final String SAID = """
            async (code) => {
              const { words } = await import('/words.js');
              return words.error({ code, message: 'Own words.' });
            }
            """;

    private static Bridge bridge;
    private static ChatPage chat;

    @BeforeAll
    static void visit() {
        bridge = Bridge.start();
        chat = ChatPage.open(bridge);
    }

    @AfterAll
    static void leave() {
        chat.close();
        bridge.close();
    }

    @Test
    void each_error_of_the_server_has_a_sentence() {
        assertThat(Arrays.stream(ErrorCode.values()).map(ErrorCode::wire).filter(ErrorWordsBrowserTest::hasNone))
                .containsExactlyInAnyOrderElementsOf(AS_THE_SERVER_SAYS);
    }

    @Test
    void each_error_of_the_client_has_a_sentence() throws IOException {
        List<String> codes;
        try (Stream<Path> files = Files.list(CLIENT)) {
            codes = files.flatMap(ErrorWordsBrowserTest::codesIn).distinct().toList();
        }
        assertThat(codes).contains("outbox_full", "expired", "no_answer", "message_too_large", "bad_frame");
        assertThat(codes.stream().filter(ErrorWordsBrowserTest::hasNone))
                .containsExactlyInAnyOrderElementsOf(NEVER_SHOWN);
    }

    private static boolean hasNone(String code) {
        String said = (String) chat.page().evaluate(SAID, code);
        assertThat(said).endsWith(".").doesNotContain(code);
        return said.equals("Own words.");
    }

    private static Stream<String> codesIn(Path module) {
        try {
            return CODE.matcher(Files.readString(module)).results().map(found -> found.group(1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
