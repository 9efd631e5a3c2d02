package nova.chat.store;

import static nova.chat.protocol.Message.State.COMPLETE;
import static nova.chat.protocol.Message.State.FAILED;
import static nova.chat.protocol.Message.State.INTERRUPTED;
import static nova.chat.protocol.Message.State.STOPPED;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import nova.chat.protocol.Message;
import nova.chat.protocol.TurnId;
import nova.chat.store.Store.Departure;
import org.junit.jupiter.api.Test;

/** What is kept of a conversation, and what of it goes upstream. */
abstract class ConversationPromises extends StoreScene {
    @Test
    void a_first_question_is_the_whole_conversation() {
        Question question = question("t1", "hello");
        assertThat(depart(run(question))).isEqualTo(new Departure(null, List.of(question.message(COMPLETE))));
    }

    @Test
    void a_conversation_is_told_oldest_first_with_the_new_question_last() {
        Question first = question("t1", "hello");
        Message second = answer("t1", "hello yourself");
        Question third = named("m3", question("t2", "how are you?"));
        end(run(first), second);
        assertThat(conversation(run(third))).containsExactly(first.message(COMPLETE), second, third.message(COMPLETE));
    }

    @Test
    void a_failed_or_interrupted_answer_is_not_built_upon_but_its_question_is() {
        talk("t1", "hello", answer("t1", "hal", FAILED));
        talk("t2", "again", answer("t2", "hal", INTERRUPTED));
        assertThat(contents(run(question("t3", "please")))).containsExactly("hello", "again", "please");
    }

    @Test
    void a_stopped_answer_is_built_upon() {
        talk("t1", "hello", answer("t1", "hal", STOPPED));
        assertThat(contents(run(question("t2", "go on")))).containsExactly("hello", "hal", "go on");
    }

    @Test
    void a_turn_without_an_answer_leaves_its_question() {
        Lease lease = run(question("t1", "hello"));
        end(lease, null);
        assertThat(contents(run(question("t2", "again")))).containsExactly("hello", "again");
    }

    @Test
    void a_reader_finds_every_message_with_its_state_and_its_own_name() {
        end(run(named("m1", question("t1", "one"))), answer("t1", "1"));
        talk("t2", "two", answer("t2", "2", STOPPED));
        talk("t3", "three", answer("t3", "3", FAILED));
        List<Message> messages = read().messages();
        assertThat(messages.get(0)).isEqualTo(named("m1", question("t1", "one")).message(COMPLETE));
        assertThat(messages.get(1)).isEqualTo(answer("t1", "1"));
        assertThat(messages.subList(2, 6))
                .extracting(Message::state)
                .containsExactly(COMPLETE, STOPPED, COMPLETE, FAILED);
    }

    @Test
    void an_interrupted_answer_is_kept_where_it_has_room() {
        talk("t1", "one", answer("t1", "half", INTERRUPTED));
        assertThat(messages()).containsExactly("USER COMPLETE one", "ASSISTANT INTERRUPTED half");
    }

    @Test
    void the_conversation_is_read_only_where_it_is_asked_for() {
        talk("t1", "hello", answer("t1", "hi"));
        assertThat(loop.await(() -> store.read(session, null, false)).messages())
                .isEmpty();
        assertThat(messages()).hasSize(2);
    }

    @Test
    void an_answer_that_is_not_built_upon_costs_the_conversation_nothing() {
        bound(20_000);
        talk("t1", "hello", answer("t1", "x".repeat(19_950), FAILED));
        for (int i = 2; i < MAX_HISTORY; i++) {
            talk("t" + i, "message " + i, null);
        }
        talk("last", "one more", null);
        Lease lease = run(question("fits", "no more"));
        assertThat(contents(lease)).hasSize(MAX_HISTORY).doesNotContain("hello");
        end(lease, answer("fits", "hal", INTERRUPTED));
        assertThat(messages()).hasSize(MAX_HISTORY).startsWith("USER COMPLETE message 2");
    }

    @Test
    void the_oldest_messages_make_room_when_there_are_too_many() {
        for (int turn = 1; turn <= MAX_HISTORY; turn++) {
            talk("t" + turn, "q" + turn, answer("t" + turn, "a" + turn));
        }
        assertThat(contents(run(question("last", "?")))).containsExactly("a4", "q5", "a5", "q6", "a6", "?");
    }

    @Test
    void the_oldest_messages_make_room_when_they_are_too_large() {
        bound(10_000);
        talk("t1", "x".repeat(4_000), answer("t1", "y".repeat(4_000)));
        assertThat(contents(run(question("t2", "z".repeat(4_000)))))
                .containsExactly("y".repeat(4_000), "z".repeat(4_000));
    }

    @Test
    void the_newest_message_is_kept_however_large() {
        bound(10_000);
        String large = "x".repeat(20_000);
        talk("t1", "hello", null);
        Lease lease = run(question("t2", large));
        assertThat(contents(lease)).containsExactly(large);
        end(lease, answer("t2", large + "y"));
        assertThat(contents(run(question("t3", "?")))).containsExactly("?");
    }

    @Test
    void a_question_that_a_large_answer_pushed_out_is_not_begun_again() {
        bound(10_000);
        talk("t1", "hello", answer("t1", "x".repeat(20_000)));
        assertThat(begin(question("t1", "hello"))).isEqualTo(new Begun.Known(new TurnId("t1"), 0));
        assertThat(contents(run(question("t2", "next")))).containsExactly("next");
    }

    @Test
    void a_lone_surrogate_poisons_nothing() {
        talk("t1", "a\uD83Db\uDE00c\uDE00\uD83D", answer("t1", "\uD83D"));
        assertThat(contents(run(question("t2", "\uDE00"))))
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
        talk("t1", all.toString(), answer("t1", all.toString()));
        assertThat(contents(run(question("t2", "?")))).containsExactly(all.toString(), all.toString(), "?");
    }

    @Test
    void an_answer_of_16_MiB_is_kept() {
        String large = "0123456789\u00e9\uD83D\uDE00".repeat(1 << 20);
        talk("t1", "hello", answer("t1", large));
        List<String> contents = contents(run(question("t2", "?")));
        assertThat(contents).hasSize(3);
        assertThat(contents.get(1).equals(large)).as("the same text").isTrue();
    }

    @Test
    void the_agent_is_remembered() {
        assertThat(loop.await(() -> store.agent(session))).isNull();
        loop.await(() -> store.keepAgent(session, "agent-1"));
        assertThat(loop.await(() -> store.agent(session))).isEqualTo("agent-1");
        assertThat(departure(run("t1")).agentId()).isEqualTo("agent-1");
        loop.await(() -> store.keepAgent(session, "agent-2"));
        assertThat(loop.await(() -> store.agent(session))).isEqualTo("agent-2");
    }
}
