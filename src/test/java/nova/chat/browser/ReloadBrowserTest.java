package nova.chat.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static nova.chat.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import nova.chat.testing.Proxy;
import nova.chat.testing.RedisServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A conversation outlives the page that shows it, and the server that serves it. */
@Tag("browser")
class ReloadBrowserTest {
    private final Script.Gate gate = new Script.Gate();
    private RedisServer redis;
    private Bridge bridge;

    @BeforeEach
    void start() throws IOException {
        redis = RedisServer.started();
        bridge = Bridge.start("REDIS_URL", redis.url(), "SERVICE_PORT", freePort());
    }

    @AfterEach
    void stop() {
        gate.open();
        bridge.close();
        redis.close();
    }

    @Test
    void a_reload_in_the_middle_of_an_answer_shows_it_whole_and_once() {
        bridge.orchestrator()
                .next(
                        Endpoint.STREAM,
                        Script.stream()
                                .text("one two ")
                                .await(gate)
                                .text("three")
                                .done());
        try (ChatPage page = ChatPage.open(bridge)) {
            page.say("Count").awaitText("one two");
            page.reload().awaitOpen().awaitText("one two");
            assertThat(page.answer()).hasAttribute("data-state", "running");
            gate.open();
            page.awaitEnd("complete");
            assertThat(page.answer().locator(".body")).hasText("one two three");
            assertThat(page.answers()).hasCount(1);
            assertThat(page.questions()).hasCount(1);
            assertThat(bridge.orchestrator().requests(Endpoint.STREAM)).isEqualTo(1);
        }
    }

    @Test
    void an_answer_that_came_while_the_page_was_away_is_there() {
        bridge.orchestrator()
                .next(
                        Endpoint.STREAM,
                        Script.stream()
                                .text("one two ")
                                .await(gate)
                                .text("three")
                                .done());
        try (ChatPage page = ChatPage.open(bridge)) {
            page.say("Count").awaitText("one two");
            String address = page.page().url();
            page.go("about:blank");
            gate.open();
            await("the answer is over", () -> bridge.orchestrator().openStreams() == 0);
            page.go(address).awaitOpen().awaitEnd("complete");
            assertThat(page.answer().locator(".body")).hasText("one two three");
        }
    }

    @Test
    void a_server_that_restarts_in_the_middle_of_an_answer_says_that_it_broke_off() {
        try (ChatPage page = visit()) {
            page.ask("Before");
            Script script = Script.stream().text("one two ").await(gate).done();
            bridge.orchestrator().next(Endpoint.STREAM, script);
            page.say("Count").awaitText("one two");
            bridge.restartService();
            page.awaitOpen().awaitEnd("interrupted").awaitText("one two");
            assertThat(page.answers()).hasCount(2);
            page.ask("After");
            assertThat(bridge.lastConversation()).contains("user: Before", "user: Count", "user: After");
        }
    }

    @Test
    void a_server_that_is_away_is_waited_for_and_then_everything_is_there() {
        try (Proxy network = Proxy.to(bridge.service().port());
                ChatPage page =
                        expecting(Visitor.desktop().visit(network.port()).awaitOpen())) {
            page.ask("Before");
            network.refuse();
            network.cut();
            page.awaitConnection("waiting|connecting");
            assertThatThrownBy(page::reload).hasMessageContaining("net::ERR_");
            page.page().waitForURL("chrome-error://**"); // else that page breaks off the next reload
            network.heal();
            page.reload().awaitOpen();
            assertThat(page.questions()).hasCount(1);
            assertThat(page.answer()).hasAttribute("data-state", "complete");
            page.ask("After");
        }
    }

    /** A restarted server is to be found where it was. Whoever asks the system for any port gets one from 32,768 on. */
    private static String freePort() throws IOException {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(22_000, 32_000);
            try (var door = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return String.valueOf(door.getLocalPort());
            } catch (BindException taken) {
                // another one is not
            }
        }
    }

    private ChatPage visit() {
        return expecting(ChatPage.open(bridge));
    }

    /** What the browser says of a server that is not there. */
    private static ChatPage expecting(ChatPage page) {
        page.complaints().expectLostNetwork();
        page.complaints().expect("net::ERR_"); // of the page itself, too
        return page;
    }
}
