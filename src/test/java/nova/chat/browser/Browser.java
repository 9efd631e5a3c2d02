package nova.chat.browser;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Playwright;
import java.util.List;
import java.util.Map;

/** The one Chromium of this JVM: started when the first test wants it, and ended with the JVM. */
final class Browser {
    /**
     * What keeps it from talking to its makers, beyond what Playwright says by itself; and so that no test can leave this
     * machine, whatever a page tries, no name is resolved but one, which is this machine as others would see it.
     */
    private static final List<String> ALONE = List.of(
            "--disable-quic",
            "--disable-gpu",
            "--disable-sync",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--host-resolver-rules=MAP nova.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost");

    private static Playwright playwright;
    private static com.microsoft.playwright.Browser chromium;

    private Browser() {}

    /** A visitor that nobody has seen before. Playwright is no friend of threads: one test at a time in a JVM. */
    static synchronized BrowserContext context(com.microsoft.playwright.Browser.NewContextOptions options) {
        if (chromium == null) {
            start();
        }
        return chromium.newContext(options);
    }

    private static void start() {
        Map<String, String> environment = Map.of(
                "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD",
                "1",
                "PLAYWRIGHT_NODEJS_PATH",
                Tools.node().toString());
        LaunchOptions options =
                new LaunchOptions().setExecutablePath(Tools.chromium()).setArgs(ALONE);
        playwright = Playwright.create(new Playwright.CreateOptions().setEnv(environment));
        chromium = playwright.chromium().launch(options);
        Runtime.getRuntime().addShutdownHook(new Thread(playwright::close, "browser-end"));
    }
}
