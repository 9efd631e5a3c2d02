package nova.chat.turn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {
    @Test
    void pauses_double_from_a_quarter_of_a_second_to_five() {
        Backoff backoff = new Backoff();
        for (long ceiling : new long[] {250, 500, 1_000, 2_000, 4_000, 5_000, 5_000}) {
            assertThat(backoff.nextMs()).isBetween(ceiling / 2, ceiling);
        }
    }

    @Test
    void those_who_fail_together_do_not_come_back_together() {
        List<Long> firsts =
                IntStream.range(0, 100).mapToObj(i -> new Backoff().nextMs()).toList();
        assertThat(firsts.stream().distinct().count()).isGreaterThan(20);
    }
}
