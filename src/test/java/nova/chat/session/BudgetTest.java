package nova.chat.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BudgetTest {
    @Test
    void what_is_taken_is_gone_until_it_is_given_back() {
        Budget budget = new Budget(10_000, 1);
        String large = "x".repeat(3_000);
        assertThat(budget.take(large)).isTrue();
        assertThat(budget.take(large)).isFalse();
        budget.giveBack(large);
        assertThat(budget.take(large)).isTrue();
    }

    @Test
    void empty_messages_cost_too() {
        Budget budget = new Budget(10_000, 1);
        int taken = 0;
        while (budget.take("")) {
            taken++;
        }
        assertThat(taken).isBetween(1, 100);
    }

    @Test
    void so_many_turns_and_no_more_live_at_once() {
        Budget budget = new Budget(10_000, 2);
        assertThat(budget.takeTurn()).isTrue();
        assertThat(budget.takeTurn()).isTrue();
        assertThat(budget.takeTurn()).isFalse();
        budget.giveBackTurn();
        assertThat(budget.takeTurn()).isTrue();
    }
}
