package nova.chat.browser;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import nova.chat.testing.Bridge;

/** The chat page, where its Markdown can be drawn without a conversation, under the real server's security policy. */
final class MarkdownPage implements AutoCloseable {
    private final Bridge bridge = Bridge.start();
    private final ChatPage chat = ChatPage.open(bridge);

    MarkdownPage() {
        page().evaluate("(" + script("drawing.js") + ")(" + script("outline.js") + ", " + script("until.js") + ")");
    }

    Page page() {
        return chat.page();
    }

    Complaints complaints() {
        return chat.complaints();
    }

    /** What a text looks like that is drawn at once. */
    String drawn(String text) {
        return (String) page().evaluate("text => markdown.outline(text)", text);
    }

    /** What it looks like after it came in pieces of so many characters, in turn. */
    String streamed(String text, List<Integer> sizes) {
        return (String) page().evaluate("([text, sizes]) => markdown.outlines(text, sizes)", List.of(text, sizes));
    }

    /** What the function {@code look} of JavaScript sees in an element where the text was drawn at once. */
    Object look(String text, String look) {
        return page().evaluate("text => markdown.once(text, " + look + ")", text);
    }

    @Override
    public void close() {
        try (bridge) {
            chat.close();
        }
    }

    /** An expression of JavaScript, of a file beside this class. */
    static String script(String name) {
        try (InputStream in = MarkdownPage.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8)
                    .replaceFirst("^(//.*\n)+", "")
                    .trim();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
