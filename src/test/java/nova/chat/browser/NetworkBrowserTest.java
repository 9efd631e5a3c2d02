package nova.chat.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static nova.chat.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import nova.chat.testing.Proxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Over a bad network a conversation is the same as over a good one, only later. */
@Tag("browser")
class NetworkBrowserTest {
    private static final int MORE_THAN_A_PAGE = 101;

    private final Script.Gate gate = new Script.Gate();
    private Bridge bridge;
    private Proxy network;

    @BeforeEach
    void start() {
        bridge = Bridge.start("WS_MAX_HISTORY", "1000");
        network = Proxy.to(bridge.service().port());
    }

    @AfterEach
    void stop() {
        gate.open();
        network.close();
        bridge.close();
    }

    @Test
    void a_cut_in_the_middle_of_an_answer_costs_no_word_and_doubles_none() {
        bridge.orchestrator()
                .next(
                        Endpoint.STREAM,
                        Script.stream()
                                .text("one two ")
                                .await(gate)
                                .text("three four")
                                .done());
        try (ChatPage page = visit()) {
            page.say("Count").awaitText("one two");
            network.refuse();
            network.cut();
            page.awaitConnection("waiting|connecting");
            gate.open();
            await("the answer is over", () -> bridge.orchestrator().openStreams() == 0);
            network.heal();
            reconnect(page).awaitEnd("complete");
            assertThat(page.answer().locator(".body")).hasText("one two three four");
            assertThat(page.answers()).hasCount(1);
            assertThat(page.questions()).hasCount(1);
        }
    }

    @Test
    void cuts_without_end_cost_no_word_and_double_none() {
        bridge.orchestrator()
                .next(
                        Endpoint.STREAM,
                        Script.stream().text("a b ").await(gate).text("c d").done());
        try (ChatPage page = visit()) {
            page.say("Spell").awaitText("a b");
            for (int i = 0; i < 4; i++) {
                network.refuse();
                network.cut();
                page.awaitConnection("waiting|connecting");
                network.heal();
                reconnect(page);
            }
            gate.open();
            page.awaitEnd("complete");
            assertThat(page.answer().locator(".body")).hasText("a b c d");
        }
    }

    @Test
    void a_message_whose_receipt_was_lost_is_asked_once() {
        bridge.orchestrator()
                .always(Endpoint.STREAM, Script.stream().text("Heard you.").done());
        try (ChatPage page = visit()) {
            network.swallow(Proxy.Way.TO_CLIENT);
            page.say("Only once");
            await("it was asked", () -> bridge.orchestrator().requests(Endpoint.STREAM) == 1);
            await("the receipt was lost", () -> network.swallowed() > 0);
            network.heal(); // and with it the robbed connection breaks
            page.awaitEnd("complete").awaitText("Heard you.");
            assertThat(page.answers()).hasCount(1);
            page.ask("Anything else?");
            assertThat(bridge.lastConversation())
                    .containsExactly("user: Only once", "assistant: Heard you.", "user: Anything else?");
        }
    }

    @Test
    void what_is_written_without_a_connection_is_sent_with_the_next_one() {
        try (ChatPage page = visit()) {
            network.refuse();
            network.cut();
            page.awaitConnection("waiting|connecting");
            page.say("Written in the dark").awaitBusy();
            assertThat(page.questions().last()).containsText("connection");
            network.heal();
            reconnect(page).awaitEnd("complete");
            assertThat(bridge.orchestrator().requests(Endpoint.STREAM)).isEqualTo(1);
        }
    }

    @Test
    void unsent_words_live_through_a_reload() {
        try (ChatPage page = visit()) {
            page.ask("First");
            network.swallow(Proxy.Way.TO_SERVER);
            page.say("Unheard").awaitBusy();
            await("it was sent in vain", () -> network.swallowed() > 0);
            String address = page.page().url();
            page.go("about:blank");
            network.heal();
            page.go(address).awaitOpen();
            assertThat(page.questions()).hasCount(2);
            page.awaitEnd("complete");
            assertThat(page.questions().last()).containsText("Unheard");
            assertThat(bridge.orchestrator().requests(Endpoint.STREAM)).isEqualTo(2);
        }
    }

    @Test
    void what_cannot_be_loaded_is_said_to_everybody_until_it_can() {
        String session = HistoryBrowserTest.talk(bridge, MORE_THAN_A_PAGE);
        try (ChatPage page = visit()) {
            page.go("http://127.0.0.1:" + network.port() + "/#s=" + session);
            Locator older = page.page().locator("#older");
            assertThat(older).isVisible();
            network.refuse();
            network.cut();
            page.awaitConnection("waiting|connecting");
            older.click();
            Locator notice = page.page().locator("#notice");
            assertThat(notice).containsText("Older messages could not be loaded. Try again.");
            assertThat(page.page().locator("#announcer")).not().containsText("Older messages"); // an alert speaks
            network.heal();
            reconnect(page);
            older.click();
            assertThat(page.questions()).hasCount(MORE_THAN_A_PAGE);
            assertThat(notice).isHidden();
        }
    }

    private ChatPage visit() {
        ChatPage page = Visitor.desktop().visit(network.port()).awaitOpen();
        page.complaints().expectLostNetwork();
        return page;
    }

    /** The next attempt could be twenty seconds away; or it comes while a real mouse is on its way to the button. */
    private static ChatPage reconnect(ChatPage page) {
        page.page().locator("#connect-now").evaluate("button => button.click()");
        return page.awaitOpen();
    }
}
