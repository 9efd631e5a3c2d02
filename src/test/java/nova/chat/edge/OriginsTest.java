package nova.chat.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OriginsTest {
    private final Origins listed = new Origins(List.of("https://app.example", "http://localhost:3000"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://app.example",
                "HTTPS://App.Example",
                "https://app.example:443",
                "http://localhost:3000",
                "http://chat.example:8080",
                "https://chat.example:8080"
            })
    void listed_origins_and_our_own_page_pass(String origin) {
        assertThat(listed.allow(headers(origin))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example",
                "http://app.example",
                "https://app.example:444",
                "https://app.example.evil.example",
                "https://evil-app.example",
                "https://xapp.example",
                "https://app.example@evil.example",
                "http://localhost",
                "http://localhost:30000",
                "http://chat.example",
                "http://chat.example:80801",
                "null",
                "*",
                "file://",
                "garbage",
                "https://",
                "://chat.example:8080"
            })
    void nobody_else_does(String origin) {
        assertThat(listed.allow(headers(origin))).isFalse();
    }

    @Test
    void no_origin_passes_for_it_is_no_browser() {
        assertThat(listed.allow(MultiMap.caseInsensitiveMultiMap())).isTrue();
    }

    @Test
    void a_star_lets_every_origin_in() {
        Origins any = new Origins(List.of("*"));
        assertThat(any.allow(headers("https://evil.example"))).isTrue();
        assertThat(any.allow(headers("null"))).isTrue();
    }

    @Test
    void an_empty_or_doubled_origin_is_refused_even_under_a_star() {
        Origins any = new Origins(List.of("*"));
        assertThat(any.allow(headers(""))).isFalse();
        assertThat(any.allow(headers("https://a.example").add("Origin", "https://a.example")))
                .isFalse();
    }

    @Test
    void behind_a_proxy_that_ends_tls_our_own_page_still_passes() {
        Origins none = new Origins(List.of());
        MultiMap headers =
                MultiMap.caseInsensitiveMultiMap().add("Host", "chat.example").add("Origin", "https://chat.example");
        assertThat(none.allow(headers)).isTrue();
    }

    private static MultiMap headers(String origin) {
        return MultiMap.caseInsensitiveMultiMap()
                .add("Host", "chat.example:8080")
                .add("Origin", origin);
    }
}
