package nova.chat.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static nova.chat.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.testing.Bridge;
import nova.chat.testing.Proxy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Several conversations in one browser: the list beside the chat, and {@code #s=} in the address. */
@Tag("browser")
class ConversationsBrowserTest {
    private static Bridge bridge;
    private ChatPage chat;

    @BeforeAll
    static void start() {
        bridge = Bridge.start();
        bridge.orchestrator()
                .always(Endpoint.STREAM, Script.stream().text("Fine.").done());
    }

    @AfterAll
    static void stop() {
        bridge.close();
    }

    @BeforeEach
    void visit() {
        chat = ChatPage.open(bridge);
    }

    @AfterEach
    void leave() {
        chat.close();
    }

    @Test
    void a_conversation_is_listed_and_has_an_address_from_its_first_turn_on() {
        assertThat(links(chat)).hasCount(0);
        assertThat(chat.page().locator("#no-conversations")).isVisible();
        chat.ask("What is\n\na monad, in words that a child would understand without any effort?");
        assertThat(links(chat)).hasText("What is a monad, in words that a child would…");
        assertThat(links(chat)).hasAttribute("aria-current", "page");
        assertThat(chat.page()).hasURL(Pattern.compile("#s=[\\w-]+$"));
    }

    @Test
    void a_new_chat_is_not_begun_twice() {
        List<WebSocket> dialled = new ArrayList<>();
        chat.page().onWebSocket(dialled::add);
        Object steps = chat.page().evaluate("() => history.length");
        chat.message().fill("half a thought");
        newChat();
        assertThat(chat.message()).hasValue("half a thought");
        assertThat(chat.message()).isFocused();
        assertThat(chat.page()).not().hasURL(Pattern.compile("#"));
        assertThat(chat.page().evaluate("() => history.length")).isEqualTo(steps);
        assertThat(dialled).isEmpty();
    }

    @Test
    void the_one_used_last_comes_first_and_back_leads_to_the_one_before() {
        chat.ask("first");
        newChat();
        assertThat(chat.questions()).hasCount(0);
        chat.ask("second");
        assertThat(links(chat)).hasText(new String[] {"second", "first"});
        links(chat).last().click();
        assertThat(chat.questions()).containsText("first");
        chat.ask("again");
        assertThat(links(chat)).hasText(new String[] {"first", "second"});
        chat.page().goBack();
        assertThat(chat.questions()).hasCount(1);
        assertThat(chat.questions()).containsText("second");
        assertThat(chat.page().locator("[aria-current]")).hasText("second");
    }

    @Test
    void enter_renames_and_escape_does_not() {
        chat.ask("first");
        rename("A better name").press("Enter");
        assertThat(links(chat)).hasText("A better name");
        assertThat(links(chat)).isFocused();
        rename("A worse name").press("Escape");
        assertThat(links(chat)).hasText("A better name");
        chat.ask("more").reload();
        assertThat(links(chat)).hasText("A better name");
    }

    @Test
    void escape_while_renaming_stops_no_answer() {
        Script.Gate gate = new Script.Gate();
        bridge.orchestrator()
                .next(
                        Endpoint.STREAM,
                        Script.stream().text("One").await(gate).text(" two").done());
        chat.say("first").awaitText("One");
        rename("A worse name").press("Escape");
        assertThat(links(chat)).hasText("first");
        gate.open();
        chat.awaitEnd("complete").awaitText("One two");
    }

    @Test
    void a_conversation_is_deleted_after_asking_and_leaves_nothing_here() {
        chat.ask("a secret");
        chat.page().locator("#conversations li:has(a)").hover();
        remove();
        Locator dialog = chat.page().locator("#confirm-dialog");
        assertThat(dialog).containsText("Delete “a secret”?");
        assertThat(dialog).containsText("seven days after its last use");
        dialog.getByText("Cancel").click();
        assertThat(links(chat)).hasCount(1);
        chat.message().fill("a secret draft");
        remove();
        dialog.locator(".danger").click();
        assertThat(links(chat)).hasCount(0);
        assertThat(chat.questions()).hasCount(0);
        assertThat(chat.message()).hasValue("");
        assertThat(chat.message()).isFocused();
        assertThat(chat.page()).not().hasURL(Pattern.compile("#"));
        assertThat(String.valueOf(
                        chat.page().evaluate("() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }])")))
                .doesNotContain("secret");
    }

    @Test
    void a_link_becomes_a_conversation_of_this_browser_when_there_is_something_in_it() {
        chat.ask("first");
        String link = chat.page().url();
        try (ChatPage other = Visitor.desktop().visit(link).awaitOpen()) {
            assertThat(other.questions()).containsText("first");
            assertThat(links(other)).hasText("first");
            other.go(link.replaceAll("#.*", "#s=nobody-has-used-this")).awaitOpen();
            assertThat(other.page().locator("#welcome")).isVisible();
            assertThat(links(other)).hasCount(1);
        }
    }

    @Test
    void two_tabs_show_one_list() {
        ChatPage tab = chat.another().go(chat.page().url()).awaitOpen();
        chat.ask("first");
        assertThat(links(tab)).hasText("first");
        rename("A better name").press("Enter");
        assertThat(links(tab)).hasText("A better name");
        assertThat(tab.questions()).hasCount(0);
    }

    @Test
    void what_one_has_still_to_say_is_said_after_leaving_it() {
        try (Proxy network = Proxy.to(bridge.service().port());
                ChatPage away = Visitor.desktop().visit(network.port()).awaitOpen()) {
            away.complaints().expectLostNetwork();
            network.refuse();
            network.cut();
            away.awaitConnection("waiting|connecting").say("not yet heard");
            away.page().locator("#new-chat").click();
            assertThat(away.questions()).hasCount(0);
            long before = bridge.orchestrator().requests(Endpoint.STREAM);
            network.heal();
            await("it is asked", () -> bridge.orchestrator().requests(Endpoint.STREAM) > before);
            links(away).click();
            away.awaitEnd("complete");
        }
    }

    @Test
    void what_one_has_still_to_say_is_said_by_the_next_visit_whatever_that_shows() {
        try (Proxy network = Proxy.to(bridge.service().port());
                ChatPage away = Visitor.desktop().visit(network.port()).awaitOpen()) {
            away.complaints().expectLostNetwork();
            network.refuse();
            network.cut();
            away.awaitConnection("waiting|connecting").say("not yet heard");
            assertThat(away.questions()).hasCount(1);
            ChatPage later = away.another();
            away.page().close();
            long before = bridge.orchestrator().requests(Endpoint.STREAM);
            network.heal();
            later.go("http://127.0.0.1:" + network.port() + "/").awaitOpen();
            await("it is asked", () -> bridge.orchestrator().requests(Endpoint.STREAM) > before);
            assertThat(later.questions()).hasCount(0);
            links(later).click();
            later.awaitEnd("complete");
        }
    }

    @Test
    void a_stop_that_has_not_been_heard_yet_is_heard_after_leaving() {
        try (Proxy network = Proxy.to(bridge.service().port());
                ChatPage away = Visitor.desktop().visit(network.port()).awaitOpen()) {
            away.complaints().expectLostNetwork();
            bridge.orchestrator()
                    .next(Endpoint.STREAM, Script.stream().text("So far").hang());
            away.say("Go on for ever").awaitText("So far");
            network.refuse();
            network.cut();
            away.awaitConnection("waiting|connecting").page().locator("#stop").click();
            assertThat(away.answer().locator(".progress")).containsText("Stopping");
            away.page().locator("#new-chat").click();
            assertThat(away.questions()).hasCount(0);
            network.heal();
            links(away).click();
            away.awaitEnd("stopped");
        }
    }

    @Test
    void a_click_elsewhere_ends_a_renaming_and_is_a_click_all_the_same() {
        chat.ask("first");
        newChat();
        chat.ask("second");
        chat.page().locator("#conversations [title=Rename]").first().click();
        chat.page().locator("#conversations input").fill("A better name");
        links(chat).last().click();
        assertThat(links(chat)).hasText(new String[] {"A better name", "first"});
        assertThat(chat.questions()).containsText("first");
    }

    @Test
    void a_title_is_never_cut_within_a_character() {
        chat.ask("x" + "😀".repeat(60));
        assertThat(links(chat)).hasText("x" + "😀".repeat(23) + "…");
    }

    @Test
    void what_was_deleted_in_another_tab_cannot_be_renamed_any_more() {
        chat.ask("first");
        ChatPage tab = chat.another().go(chat.page().url()).awaitOpen();
        Locator field = rename("A better name");
        tab.page().locator("#conversations [title=Delete]").click();
        tab.page().locator("#confirm-yes").click();
        assertThat(links(tab)).hasCount(0);
        field.press("Enter");
        assertThat(field).hasCount(0);
        assertThat(links(chat)).hasCount(0);
        assertThat(links(tab)).hasCount(0);
    }

    @Test
    void what_was_deleted_in_another_tab_does_not_come_back_with_the_connection_or_a_reload() {
        try (Proxy network = Proxy.to(bridge.service().port());
                ChatPage one = Visitor.desktop().visit(network.port()).awaitOpen()) {
            one.complaints().expectLostNetwork();
            one.ask("a secret");
            ChatPage two = one.another().go(one.page().url()).awaitOpen();
            assertThat(two.questions()).hasCount(1);
            one.page().locator("#conversations [title=Delete]").click();
            one.page().locator("#confirm-yes").click();
            assertThat(links(two)).hasCount(0);
            two.page().waitForWebSocket(network::cut);
            two.awaitOpen().reload().awaitOpen();
            assertThat(two.page().locator("#welcome")).isVisible();
            assertThat(links(two)).hasCount(0);
        }
    }

    @Test
    void where_the_storage_is_full_the_list_goes_on_in_memory() {
        chat.ask("first");
        chat.page().evaluate("""
                () => {
                  for (let size = 8_000_000; size >= 1; size = Math.floor(size / 2)) {
                    try { for (let n = 0; ; n++) localStorage.setItem(`${size}.${n}`, 'x'.repeat(size)); } catch { /* full */ }
                  }
                }""");
        for (String question : List.of("second, which is longer", "third, which is longer")) {
            newChat();
            chat.ask(question);
        }
        assertThat(links(chat)).hasText(new String[] {"third, which is longer", "second, which is longer", "first"});
    }

    @Test
    void a_title_can_be_seen_and_turns_nothing_around() {
        chat.ask("first");
        rename("\u200b\u200b").press("Enter");
        assertThat(links(chat)).hasText("first");
        rename("\u202eexe.png").press("Enter");
        assertThat(links(chat)).hasText("exe.png");
        newChat();
        chat.ask("\u200b");
        assertThat(links(chat).first()).hasText("Untitled");
    }

    @Test
    void junk_in_the_list_is_passed_over() {
        chat.page().evaluate("(list) => localStorage.setItem('nova.conversations', list)", """
                [null, 5, "a", {}, {"id": 7, "title": "b", "at": 1}, {"id": "c\\"]", "title": "c", "at": 1},
                 {"id": "d", "at": 1}, {"id": "e", "title": "e"}, {"id": "kept", "title": "Kept", "at": 1}]
                """);
        chat.reload().awaitOpen();
        assertThat(links(chat)).hasText("Kept");
    }

    @Test
    void back_leads_to_the_one_before_also_while_the_new_one_connects() {
        try (Proxy network = Proxy.to(bridge.service().port());
                ChatPage slow = Visitor.desktop().arrive()) {
            // The browser tells of an address somewhat later than it changes it; here, later than the server speaks.
            slow.page()
                    .addInitScript(
                            "addEventListener('hashchange', event => event.isTrusted && event.stopImmediatePropagation())");
            slow.go("http://127.0.0.1:" + network.port() + "/").awaitOpen().ask("first");
            network.hold(Proxy.Way.TO_CLIENT);
            slow.page().locator("#new-chat").click();
            slow.page().evaluate("() => history.back()");
            assertThat(slow.page()).hasURL(Pattern.compile("#s=[\\w-]+$"));
            network.heal();
            slow.awaitOpen().page().evaluate("() => dispatchEvent(new Event('hashchange'))");
            assertThat(slow.questions()).containsText("first");
        }
    }

    /** Firefox lets the keyboard into whatever scrolls, also into the list itself. */
    @Test
    void a_list_that_has_the_focus_itself_can_be_left_for_a_new_chat() {
        chat.ask("first");
        chat.page().locator("#conversations").evaluate("list => { list.tabIndex = -1; list.focus(); }");
        chat.page().keyboard().press("ControlOrMeta+k");
        assertThat(chat.questions()).hasCount(0);
        assertThat(chat.message()).isFocused();
        chat.ask("second");
    }

    private static Locator links(ChatPage chat) {
        return chat.page().locator("#conversations a");
    }

    private void newChat() {
        chat.page().locator("#new-chat").click();
    }

    private Locator rename(String title) {
        chat.page().locator("#conversations [title=Rename]").click();
        Locator field = chat.page().locator("#conversations input");
        field.fill(title);
        return field;
    }

    private void remove() {
        chat.page().locator("#conversations [title=Delete]").click();
    }
}
