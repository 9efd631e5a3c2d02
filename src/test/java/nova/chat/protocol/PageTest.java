package nova.chat.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import nova.chat.protocol.Message.Role;
import nova.chat.protocol.Message.State;
import org.junit.jupiter.api.Test;

class PageTest {
    private static final List<Message> CONVERSATION =
            Stream.of("1", "2", "3").flatMap(PageTest::turn).toList();

    @Test
    void the_newest_come_and_whether_there_are_older_ones_is_said() {
        assertThat(names(Page.newest(CONVERSATION, 3, null))).as("whole turns").containsExactly("q3", "a3");
        assertThat(Page.newest(CONVERSATION, 3, null).more()).isTrue();
        assertThat(names(Page.newest(CONVERSATION, 6, null))).hasSize(6);
        assertThat(Page.newest(CONVERSATION, 6, null).more()).isFalse();
    }

    @Test
    void a_page_ends_before_a_turns_first_message() {
        Page page = Page.before(new TurnId("3"), CONVERSATION, 3);
        assertThat(names(page)).containsExactly("q2", "a2");
        assertThat(page.more()).isTrue();
        assertThat(names(Page.before(new TurnId("2"), CONVERSATION, 3))).containsExactly("q1", "a1");
        assertThat(Page.before(new TurnId("2"), CONVERSATION, 2).more()).isFalse();
    }

    @Test
    void nothing_is_before_the_first_turn_or_one_that_is_not_known() {
        for (String turn : List.of("1", "gone")) {
            Page page = Page.before(new TurnId(turn), CONVERSATION, 3);
            assertThat(page.messages()).isEmpty();
            assertThat(page.more()).isFalse();
        }
    }

    private static Stream<Message> turn(String name) {
        TurnId turn = new TurnId(name);
        return Stream.of(
                new Message(Role.USER, "q" + name, turn, Instant.EPOCH, State.COMPLETE),
                new Message(Role.ASSISTANT, "a" + name, turn, Instant.EPOCH, State.COMPLETE));
    }

    private static List<String> names(Page page) {
        return page.messages().stream().map(Message::content).toList();
    }
}
