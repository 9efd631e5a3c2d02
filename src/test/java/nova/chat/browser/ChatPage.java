package nova.chat.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.util.regex.Pattern;
import nova.chat.testing.Bridge;

/**
 * The chat page in a tab. What it waits for it awaits for half a minute, by what the page says of itself ({@code data-conn},
 * {@code data-turn}, {@code data-state}). Closing it fails the test if anything was in the console, or worse.
 */
final class ChatPage implements AutoCloseable {
    private static final double WAIT_MS = 30_000;

    /** Its end stands below an answer when all of it is drawn, which may take a while after it has ended. */
    private static final String UNDRAWN = "#log article[data-role=assistant]"
            + ":not([data-state=unsent], [data-state=waiting], [data-state=running]) > footer[hidden]";

    private final BrowserContext context;
    private final Complaints complaints;
    private final Page page;

    private ChatPage(BrowserContext context, Complaints complaints, Page page) {
        this.context = context;
        this.complaints = complaints;
        this.page = page;
    }

    /** A visitor at a desk, connected. */
    static ChatPage open(Bridge bridge) {
        ChatPage page = Visitor.desktop().visit(bridge);
        try {
            return page.awaitOpen();
        } catch (AssertionError notOpen) {
            try (page) { // and say why not
                throw notOpen;
            }
        }
    }

    static ChatPage open(String url, NewContextOptions options) {
        PlaywrightAssertions.setDefaultAssertionTimeout(WAIT_MS);
        BrowserContext context = Browser.context(options);
        context.setDefaultTimeout(WAIT_MS);
        ChatPage opened = new ChatPage(context, new Complaints(context), context.newPage());
        return url == null ? opened : opened.go(url);
    }

    /** Another tab of the same visitor; closing either closes both. */
    ChatPage another() {
        return new ChatPage(context, complaints, context.newPage());
    }

    ChatPage go(String url) {
        page.navigate(url);
        return this;
    }

    /**
     * Comes to a server with a key for this tab. A wrong one is refused at once, where whoever has none is asked for it
     * when AUTH_TIMEOUT has passed.
     */
    ChatPage goWithKey(String address, String key) {
        go(address + "/icon.svg"); // any place of the server's has its storage
        page.evaluate("(key) => { sessionStorage['nova.key'] = JSON.stringify(key); }", key);
        return go(address + "/");
    }

    ChatPage reload() {
        page.reload();
        return this;
    }

    /** What is not here. */
    Page page() {
        return page;
    }

    Complaints complaints() {
        return complaints;
    }

    /** What the browser keeps beyond this visit. */
    String storage() {
        return context.storageState();
    }

    // talking

    /** Types a message, and presses Enter. */
    ChatPage say(String text) {
        message().fill(text);
        message().press("Enter");
        return this;
    }

    /** As {@link #say}, by the button: on a phone Enter is a new line. */
    ChatPage send(String text) {
        message().fill(text);
        page.locator("#send").click();
        return this;
    }

    /** Says it, and waits for the whole answer. */
    ChatPage ask(String text) {
        int before = answers().count();
        say(text);
        assertThat(answers()).hasCount(before + 1);
        return awaitEnd("complete");
    }

    Locator message() {
        return page.locator("#message");
    }

    Locator questions() {
        return page.locator("#log article[data-role=user]");
    }

    Locator answers() {
        return page.locator("#log article[data-role=assistant]");
    }

    /** The latest one. */
    Locator answer() {
        return answers().last();
    }

    // waiting

    ChatPage awaitOpen() {
        return awaitConnection("open");
    }

    /** {@code idle connecting open waiting unauthorized closed}, or a regular expression over them. */
    ChatPage awaitConnection(String state) {
        assertThat(page.locator("html")).hasAttribute("data-conn", Pattern.compile("^(" + state + ")$"));
        return this;
    }

    /** A turn runs, or waits. */
    ChatPage awaitBusy() {
        assertThat(page.locator("html")).hasAttribute("data-turn", "busy");
        return this;
    }

    ChatPage awaitIdle() {
        assertThat(page.locator("html")).hasAttribute("data-turn", "idle");
        return this;
    }

    /** This is in the latest answer. */
    ChatPage awaitText(String part) {
        assertThat(answer()).containsText(part);
        return this;
    }

    /** The latest answer has ended, like this: {@code complete stopped interrupted failed}; and all that has is drawn. */
    ChatPage awaitEnd(String state) {
        assertThat(answer()).hasAttribute("data-state", state);
        assertThat(page.locator(UNDRAWN)).hasCount(0);
        return awaitIdle();
    }

    /** Looks for barriers in the page as it is now. */
    ChatPage axe(String state) {
        Axe.check(page, state);
        return this;
    }

    /** The same in the light and in the dark. */
    ChatPage axeInBothSchemes(String state) {
        Axe.checkInBothSchemes(page, state);
        return this;
    }

    @Override
    public void close() {
        context.close(); // and hear what was still on its way
        var unexpected = complaints.unexpected();
        if (!unexpected.isEmpty()) {
            throw new AssertionError("the browser complained:\n" + String.join("\n", unexpected));
        }
    }
}
