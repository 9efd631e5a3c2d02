package nova.chat.browser;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;

/** A finger on a touch screen. Playwright's own only taps. */
final class Finger {
    private static final int STEPS = 10;

    private final CDPSession browser;

    private Finger(CDPSession browser) {
        this.browser = browser;
    }

    static Finger on(Page page) {
        return new Finger(page.context().newCDPSession(page));
    }

    /** Down at one height, to another, and there it rests. */
    void drag(int x, int fromY, int toY) {
        send("touchStart", point(x, fromY));
        for (int step = 1; step <= STEPS; step++) {
            send("touchMove", point(x, fromY + (toY - fromY) * step / STEPS));
        }
    }

    void lift() {
        send("touchEnd", new JsonArray());
    }

    private static JsonArray point(int x, int y) {
        JsonObject point = new JsonObject();
        point.addProperty("x", x);
        point.addProperty("y", y);
        JsonArray points = new JsonArray();
        points.add(point);
        return points;
    }

    private void send(String type, JsonArray points) {
        JsonObject event = new JsonObject();
        event.addProperty("type", type);
        event.add("touchPoints", points);
        browser.send("Input.dispatchTouchEvent", event);
    }
}
