package nova.chat.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.WebSocketRoute;
import java.util.ArrayList;
import java.util.List;
import nova.chat.testing.Bridge;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Conversations that were left, or deleted, while a message was on its way: the server, here, is slow to acknowledge. */
@Tag("browser")
class LeavingBrowserTest {
    private static final String SYNCED = "{\"type\":\"synced\",\"epoch\":\"\",\"seq\":0}";

    private final List<WebSocketRoute> sockets = new ArrayList<>();
    private final List<WebSocketRoute> closed = new ArrayList<>();
    private Bridge bridge;
    private ChatPage chat;

    @BeforeEach
    void visit() {
        bridge = Bridge.start();
        chat = Visitor.desktop().arrive();
        chat.page().routeWebSocket(url -> url.contains("/ws/chat"), this::serve);
        chat.go("http://127.0.0.1:" + bridge.service().port() + "/").awaitOpen();
        chat.say("on its way");
        assertThat(links()).hasCount(1);
    }

    @AfterEach
    void leave() {
        try {
            chat.close();
        } finally {
            bridge.close();
        }
    }

    @Test
    void a_deleted_conversation_does_not_come_back_by_itself() {
        chat.page().locator("#conversations [title=Delete]").click();
        chat.page().locator("#confirm-yes").click();
        assertThat(links()).hasCount(0);
        chat.awaitOpen();
        sockets.get(0).send(SYNCED);
        chat.say("the next one");
        assertThat(links()).hasText(new String[] {"the next one"});
    }

    @Test
    void one_that_the_server_moves_elsewhere_is_left_for_good() {
        chat.page().locator("#new-chat").click();
        chat.awaitOpen();
        sockets.get(0).send(system("elsewhere"));
        chat.say("the next one");
        Bridge.eventually("the first connection is closed", () -> {
            assertThat(links()).hasCount(2); // lets the browser's events in
            return closed.contains(sockets.get(0));
        });
    }

    private void serve(WebSocketRoute socket) {
        sockets.add(socket);
        socket.onClose((code, reason) -> closed.add(socket));
        socket.onMessage(frame -> {
            if (frame.text().contains("\"hello\"")) {
                socket.send(system(frame.text().replaceAll(".*\"session_id\":\"([^\"]+)\".*", "$1")));
                socket.send(SYNCED);
            }
        });
    }

    private static String system(String session) {
        return "{\"type\":\"system\",\"session_id\":\"" + session + "\",\"epoch\":\"\",\"seq\":0,\"resumed\":false}";
    }

    private Locator links() {
        return chat.page().locator("#conversations a");
    }
}
