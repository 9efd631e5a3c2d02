package nova.chat.edge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlacesTest {
    @Test
    void an_address_has_so_many_places_and_all_together_so_many() {
        Places places = new Places(3, 2);
        assertThat(places.take("a")).isTrue();
        assertThat(places.take("a")).isTrue();
        assertThat(places.take("a")).isFalse();
        assertThat(places.take("b")).isTrue();
        assertThat(places.take("c")).isFalse();
    }

    @Test
    void a_place_given_back_can_be_taken_again() {
        Places places = new Places(1, 1);
        assertThat(places.take("a")).isTrue();
        places.giveBack("a");
        assertThat(places.take("b")).isTrue();
        assertThat(places.take("a")).isFalse();
    }

    @Test
    void thirty_wrong_keys_a_minute_are_enough() {
        WrongKeys wrong = new WrongKeys();
        for (int i = 0; i < 30; i++) {
            assertThat(wrong.count("a")).isFalse();
        }
        assertThat(wrong.count("a")).isTrue();
        assertThat(wrong.count("b")).isFalse();
    }
}
