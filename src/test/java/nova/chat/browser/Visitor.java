package nova.chat.browser;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import nova.chat.testing.Bridge;

/** Who comes to the page, and with what: screen, hands and wishes. */
final class Visitor {
    private final NewContextOptions options = new NewContextOptions()
            .setViewportSize(1280, 800)
            .setLocale("en-GB")
            .setColorScheme(ColorScheme.LIGHT);

    private Visitor() {}

    /** At a desk: light, 1280 by 800, a mouse. */
    static Visitor desktop() {
        return new Visitor();
    }

    /** With a touch screen, 390 by 844 at twice the density, and no keyboard. */
    static Visitor phone() {
        Visitor visitor = new Visitor();
        visitor.options
                .setViewportSize(390, 844)
                .setDeviceScaleFactor(2)
                .setIsMobile(true)
                .setHasTouch(true);
        return visitor;
    }

    Visitor dark() {
        options.setColorScheme(ColorScheme.DARK);
        return this;
    }

    Visitor size(int width, int height) {
        options.setViewportSize(width, height);
        return this;
    }

    Visitor reducedMotion() {
        options.setReducedMotion(ReducedMotion.REDUCE);
        return this;
    }

    Visitor withoutScripts() {
        options.setJavaScriptEnabled(false);
        return this;
    }

    /** Opens the page of the bridge, and waits for nothing. */
    ChatPage visit(Bridge bridge) {
        return visit(bridge.service().port());
    }

    ChatPage visit(int port) {
        return visit("http://127.0.0.1:" + port + "/");
    }

    ChatPage visit(String url) {
        return ChatPage.open(url, options);
    }

    /** An empty tab: whoever wants to listen before anything is loaded navigates by {@link ChatPage#go}. */
    ChatPage arrive() {
        return ChatPage.open(null, options);
    }
}
