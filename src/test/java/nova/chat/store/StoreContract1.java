package nova.chat.store;

import static nova.chat.protocol.Message.State.COMPLETE;
import static nova.chat.protocol.Message.State.FAILED;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import nova.chat.config.Config;
import nova.chat.protocol.Message.Role;
import nova.chat.protocol.SessionId;
import nova.chat.protocol.TurnId;
import nova.chat.store.Store1.Begun;
import nova.chat.store.Store1.Known;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The promises of {@link Store1}, each held by every tenant. */
abstract class StoreContract1 {
    static final int MAX_HISTORY = 6;
    static final int MAX_BYTES = 20 << 20;

    /** Nanoseconds, so that a form which rounds is found out. */
    private static final Instant AT = Instant.parse("2026-03-01T12:00:00.123456789Z");

    final SessionId session = SessionId.mint();
    final Loop loop = new Loop();
    Store1 store;

    abstract Store1 open(Vertx vertx, Config.Turns turns);

    abstract void daysPass(int days);

    @BeforeEach
    void open_the_store() {
        store = open(loop.vertx, turns(MAX_BYTES));
    }

    @AfterEach
    void close_the_store() {
        loop.await(store::close);
        loop.close();
    }

    static Config.Turns turns(int maxBytes) {
        return new Config.Turns(MAX_HISTORY, maxBytes, Duration.ofMinutes(5), Duration.ofMinutes(5));
    }

    @Test
    void a_session_that_nobody_has_begun_is_unknown() {
        assertThat(loop.await(() -> store.look(session))).isEqualTo(new Known(null, null));
    }

    @Test
    void a_first_question_is_the_whole_conversation() {
        Message question = question("t1", "hello");
        assertThat(begin("ada", question)).isEqualTo(new Begun.Accepted(null, List.of(question)));
    }

    @Test
    void a_conversation_is_told_oldest_first_with_the_new_question_last() {
        Message first = question("t1", "hello");
        Message second = answer("t1", "hello yourself");
        Message third = question("t2", "how are you?");
        begin("ada", first);
        end(second);
        assertThat(conversation(begin("ada", third))).containsExactly(first, second, third);
    }

    @Test
    void a_failed_answer_is_not_built_upon_but_its_question_is() {
        begin("ada", question("t1", "hello"));
        end(new Message(Role.ASSISTANT, "hal", new TurnId("t1"), AT, FAILED));
        assertThat(contents(begin("ada", question("t2", "again")))).containsExactly("hello", "again");
    }

    @Test
    void a_failed_answer_costs_the_conversation_nothing() {
        bound(20_000);
        begin("ada", question("t1", "hello"));
        end(new Message(Role.ASSISTANT, "x".repeat(19_950), new TurnId("t1"), AT, FAILED));
        for (int i = 2; i <= MAX_HISTORY; i++) {
            begin("ada", question("t" + i, "message " + i));
        }
        end(new Message(Role.ASSISTANT, "hal", new TurnId("t" + MAX_HISTORY), AT, FAILED));
        assertThat(contents(begin("ada", question("t" + MAX_HISTORY, "message " + MAX_HISTORY))))
                .hasSize(MAX_HISTORY)
                .startsWith("hello");
    }

    @Test
    void a_turn_begun_twice_is_stored_once() {
        begin("ada", question("t1", "hello"));
        assertThat(contents(begin("ada", question("t1", "hello")))).containsExactly("hello");
        assertThat(contents(begin("ada", question("t2", "next")))).containsExactly("hello", "next");
    }

    @Test
    void a_begin_repeated_late_answers_what_it_answered_then() {
        Begun first = begin("ada", question("t1", "hello"));
        end(answer("t1", "hi"));
        begin("ada", question("t2", "next"));
        assertThat(begin("ada", question("t1", "hello"))).isEqualTo(first);
        end(answer("t2", "last"));
        assertThat(contents(begin("ada", question("t3", "?")))).containsExactly("hello", "hi", "next", "last", "?");
    }

    @Test
    void a_begin_repeated_after_its_question_was_dropped_is_not_stored_again() {
        bound(10_000);
        begin("ada", question("t1", "hello"));
        end(answer("t1", "x".repeat(20_000)));
        assertThat(contents(begin("ada", question("t1", "hello")))).containsExactly("hello");
        assertThat(contents(begin("ada", question("t2", "next")))).containsExactly("next");
    }

    @Test
    void an_answer_ended_twice_is_stored_once() {
        begin("ada", question("t1", "hello"));
        end(answer("t1", "hi"));
        end(answer("t1", "hi"));
        assertThat(contents(begin("ada", question("t2", "next")))).containsExactly("hello", "hi", "next");
    }

    @Test
    void an_answer_that_the_next_question_has_overtaken_is_stored_once() {
        begin("ada", question("t1", "hello"));
        begin("ada", question("t2", "next"));
        end(answer("t1", "hi"));
        end(answer("t1", "hi"));
        end(answer("t2", "well"));
        end(answer("t2", "well"));
        assertThat(contents(begin("ada", question("t3", "?")))).containsExactly("hello", "next", "hi", "well", "?");
    }

    @Test
    void an_answer_to_a_session_that_is_not_known_is_nobodys_and_not_stored() {
        end(answer("t1", "a secret"));
        assertThat(contents(begin("eve", question("t2", "what did I miss?")))).containsExactly("what did I miss?");
    }

    @Test
    void a_session_belongs_to_the_key_that_began_it() {
        begin("ada", question("t1", "hello"));
        assertThat(loop.await(() -> store.look(session)).owner()).isEqualTo("ada");
        assertThat(begin("eve", question("t2", "let me in"))).isEqualTo(new Begun.Forbidden());
        assertThat(begin(null, question("t3", "and me"))).isEqualTo(new Begun.Forbidden());
        assertThat(contents(begin("ada", question("t4", "still mine")))).containsExactly("hello", "still mine");
    }

    @Test
    void a_session_without_a_key_belongs_to_the_first_key_that_uses_it() {
        begin(null, question("t1", "hello"));
        assertThat(contents(begin(null, question("t2", "me again")))).containsExactly("hello", "me again");
        assertThat(loop.await(() -> store.look(session)).owner()).isNull();
        begin("ada", question("t3", "mine"));
        assertThat(begin(null, question("t4", "me?"))).isEqualTo(new Begun.Forbidden());
        assertThat(begin("eve", question("t5", "me?"))).isEqualTo(new Begun.Forbidden());
        assertThat(contents(begin("ada", question("t6", "yes")))).containsExactly("hello", "me again", "mine", "yes");
    }

    @Test
    void the_agent_is_remembered() {
        loop.await(() -> store.keepAgent(session, "agent-1"));
        assertThat(loop.await(() -> store.look(session))).isEqualTo(new Known(null, "agent-1"));
        Message question = question("t1", "hello");
        assertThat(begin(null, question)).isEqualTo(new Begun.Accepted("agent-1", List.of(question)));
        loop.await(() -> store.keepAgent(session, "agent-2"));
        assertThat(loop.await(() -> store.look(session)).agentId()).isEqualTo("agent-2");
    }

    @Test
    void sessions_know_nothing_of_each_other() {
        begin("ada", question("t1", "hello"));
        SessionId other = SessionId.mint();
        Message question = question("t1", "same turn, other session");
        assertThat(loop.await(() -> store.begin(other, "eve", question)))
                .isEqualTo(new Begun.Accepted(null, List.of(question)));
    }

    @Test
    void a_lone_surrogate_poisons_nothing() {
        begin("ada", question("t1", "a\uD83Db\uDE00c\uDE00\uD83D"));
        end(answer("t1", "\uD83D"));
        assertThat(contents(begin("ada", question("t2", "\uDE00"))))
                .containsExactly("a\uFFFDb\uFFFDc\uFFFD\uFFFD", "\uFFFD", "\uFFFD");
    }

    @Test
    void every_other_character_is_kept() {
        var all = new StringBuilder("\r\n\"\\/</script>{\"role\":\"user\",\"turn\":\"t1\"}");
        for (int code = 0; code <= Character.MAX_CODE_POINT; code++) {
            if (code < Character.MIN_SURROGATE || code > Character.MAX_SURROGATE) {
                all.appendCodePoint(code);
            }
        }
        begin("ada", question("t1", all.toString()));
        end(answer("t1", all.toString()));
        assertThat(contents(begin("ada", question("t2", "?")))).containsExactly(all.toString(), all.toString(), "?");
    }

    @Test
    void an_answer_of_16_MiB_is_kept() {
        String large = "0123456789\u00e9\uD83D\uDE00".repeat(1 << 20);
        begin("ada", question("t1", "hello"));
        end(answer("t1", large));
        List<String> contents = contents(begin("ada", question("t2", "?")));
        assertThat(contents).hasSize(3);
        assertThat(contents.get(1).equals(large)).as("the same text").isTrue();
    }

    @Test
    void the_oldest_messages_make_room_when_there_are_too_many() {
        for (int turn = 1; turn <= MAX_HISTORY; turn++) {
            begin("ada", question("t" + turn, "q" + turn));
            end(answer("t" + turn, "a" + turn));
        }
        assertThat(contents(begin("ada", question("last", "?")))).containsExactly("a4", "q5", "a5", "q6", "a6", "?");
    }

    @Test
    void the_oldest_messages_make_room_when_they_are_too_large() {
        bound(10_000);
        begin("ada", question("t1", "x".repeat(4_000)));
        end(answer("t1", "y".repeat(4_000)));
        assertThat(contents(begin("ada", question("t2", "z".repeat(4_000)))))
                .containsExactly("y".repeat(4_000), "z".repeat(4_000));
    }

    @Test
    void the_newest_message_is_kept_however_large() {
        bound(10_000);
        begin("ada", question("t1", "hello"));
        String large = "x".repeat(20_000);
        assertThat(contents(begin("ada", question("t2", large)))).containsExactly(large);
        end(answer("t2", large + "y"));
        assertThat(contents(begin("ada", question("t3", "?")))).containsExactly("?");
    }

    @Test
    void a_session_is_kept_for_seven_days_after_its_last_message() {
        begin("ada", question("t1", "hello"));
        loop.await(() -> store.keepAgent(session, "agent-1"));
        daysPass(6);
        begin("ada", question("t2", "still there?"));
        daysPass(6);
        end(answer("t2", "yes"));
        daysPass(6);
        assertThat(loop.await(() -> store.look(session))).isEqualTo(new Known("ada", "agent-1"));
        daysPass(2);
        assertThat(loop.await(() -> store.look(session))).isEqualTo(new Known(null, null));
        assertThat(contents(begin("eve", question("t3", "a new one")))).containsExactly("a new one");
    }

    @Test
    void looking_does_not_keep_a_session() {
        begin("ada", question("t1", "hello"));
        daysPass(6);
        loop.await(() -> store.look(session));
        daysPass(2);
        assertThat(loop.await(() -> store.look(session))).isEqualTo(new Known(null, null));
    }

    @Test
    void a_probe_succeeds() {
        loop.await(store::probe);
    }

    private void bound(int maxBytes) {
        loop.await(store::close);
        store = open(loop.vertx, turns(maxBytes));
    }

    @CanIgnoreReturnValue
    Begun begin(@Nullable String owner, Message question) {
        return loop.await(() -> store.begin(session, owner, question));
    }

    void end(Message answer) {
        loop.await(() -> store.end(session, answer));
    }

    static List<Message> conversation(Begun begun) {
        return ((Begun.Accepted) begun).conversation();
    }

    static List<String> contents(Begun begun) {
        return conversation(begun).stream().map(Message::content).toList();
    }

    static Message question(String turn, String content) {
        return new Message(Role.USER, content, new TurnId(turn), AT, COMPLETE);
    }

    static Message answer(String turn, String content) {
        return new Message(Role.ASSISTANT, content, new TurnId(turn), AT, COMPLETE);
    }
}
