package nova.chat.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import nova.chat.protocol.Event.Delta;
import nova.chat.protocol.TurnId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CursorTest {
    private static final TurnId TURN = new TurnId("t");

    private final Log log = new Log(Runnable::run, 1_000_000, TextBudget.ofThisProcess(), (seq, event) -> {});

    @Test
    void pieces_are_merged_up_to_a_place_and_not_over_it() {
        Cursor cursor = log.follow(0, () -> {});
        for (String piece : new String[] {"a", "b", "c", "d", "e"}) {
            log.text(TURN, Buffer.buffer(piece));
        }
        assertThat(text(cursor.next(100, 2))).isEqualTo("1-2 ab");
        assertThat(text(cursor.next(100, 3))).isEqualTo("3-3 c");
        assertThat(text(cursor.next(1, 5))).as("no more bytes than asked for").isEqualTo("4-4 d");
        assertThat(text(cursor.next(100, 99)))
                .as("a place that is still to come")
                .isEqualTo("5-5 e");
        assertThat(cursor.next(100, 99)).isNull();
    }

    private static String text(@Nullable Taken taken) {
        if (taken == null) {
            return "nothing";
        }
        Delta delta = (Delta) taken.event();
        return taken.first() + "-" + taken.last() + " " + delta.literal().toString(StandardCharsets.UTF_8);
    }
}
