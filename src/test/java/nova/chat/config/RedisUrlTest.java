package nova.chat.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import nova.chat.config.RedisUrl.Host;
import nova.chat.config.RedisUrl.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisUrlTest {
    @Test
    void one_redis_has_a_host_and_perhaps_a_database() {
        RedisUrl bare = RedisUrl.parse("redis://redis");
        assertThat(bare.shape()).isEqualTo(Shape.SINGLE);
        assertThat(bare.tls()).isFalse();
        assertThat(bare.userInfo()).isEmpty();
        assertThat(bare.hosts()).containsExactly(new Host("redis", 6379));
        assertThat(bare.database()).isNull();
        RedisUrl full = RedisUrl.parse("rediss://ada:p%40ss@[::1]:6380/3");
        assertThat(full.tls()).isTrue();
        assertThat(full.userInfo()).isEqualTo("ada:p%40ss");
        assertThat(full.hosts()).containsExactly(new Host("::1", 6380));
        assertThat(full.hosts().get(0)).hasToString("[::1]:6380");
        assertThat(full.database()).isEqualTo(3);
    }

    @Test
    void sentinels_know_a_master_by_its_name() {
        RedisUrl url = RedisUrl.parse("rediss+sentinel://:secret@one,two:7,10.0.0.1/3?master=nova-1.x_y");
        assertThat(url.shape()).isEqualTo(Shape.SENTINEL);
        assertThat(url.tls()).isTrue();
        assertThat(url.userInfo()).isEqualTo(":secret");
        assertThat(url.hosts())
                .containsExactly(new Host("one", 26_379), new Host("two", 7), new Host("10.0.0.1", 26_379));
        assertThat(url.database()).isEqualTo(3);
        assertThat(url.master()).isEqualTo("nova-1.x_y");
    }

    @Test
    void a_cluster_is_found_by_any_of_its_nodes() {
        RedisUrl url = RedisUrl.parse("redis+cluster://one,two:7000/0");
        assertThat(url.shape()).isEqualTo(Shape.CLUSTER);
        assertThat(url.hosts()).containsExactly(new Host("one", 6379), new Host("two", 7000));
        assertThat(url.master()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "redis+cluster://:hunter2@one/3 'no database but 0'",
                "redis+sentinel://:hunter2@one/3 ?master=name",
                "redis+cluster://:hunter2@one?master=nova ?master=name",
                "redis://:hunter2@one,two 'several hosts'",
                "redis://:hunter2%@one percent-encoded",
                "redis://:hunter2@under_score 'a host is'",
                "redis://:hunter2@one:70000 'a host is'",
                "redis://:hun@ter2@one redis+sentinel://",
                "http://:hunter2@one redis+cluster://",
            })
    void a_refusal_says_what_is_allowed_and_not_what_was_given(String url, String why) {
        assertThatThrownBy(() -> RedisUrl.parse(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasNoCause()
                .message()
                .contains(why)
                .doesNotContain("hun", "ter2");
    }

    @Test
    void its_text_form_leaves_the_password_out() {
        assertThat(RedisUrl.parse("redis://ada:hunter2@one").toString())
                .contains("one:6379")
                .doesNotContain("ada", "hunter2");
    }
}
