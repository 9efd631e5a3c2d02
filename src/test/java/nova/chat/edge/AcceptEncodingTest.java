package nova.chat.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AcceptEncodingTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "gzip",
                "GZIP",
                "x-gzip",
                "gzip, deflate, br, zstd",
                "br,gzip",
                " br ; q=1.0 ,\t gzip ; q=0.5 ",
                "gzip;q=0.001",
                "gzip;Q=1.000",
                "gzip;q=0.5, identity;q=0.5",
                "gzip;q=0.5, identity;q=0",
                "identity;q=0.2, *",
                "*",
                "*;q=0.1",
                "identity;q=2, gzip",
                ",, gzip ,"
            })
    void gzip_is_sent_to_whoever_likes_it_as_much_as_anything(String field) {
        assertThat(AcceptEncoding.prefersGzip(List.of(field))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "identity",
                "br",
                "gzip;q=0",
                "gzip;q=0.000",
                "gzip;q=0, *",
                "*;q=0",
                "gzip;q=0.5, identity",
                "gzip;q=0.5, *;q=0.6",
                "gzip2",
                "not-gzip",
                "gzip;q=",
                "gzip;q=2",
                "gzip;q=-1",
                "gzip;q=1.001",
                "gzip;q=0.5555",
                "gzip;q=NaN",
                "gzip;level=9",
                "\"gzip\"",
                ";q=1"
            })
    void nobody_else_gets_it(String field) {
        assertThat(AcceptEncoding.prefersGzip(List.of(field))).isFalse();
    }

    @Test
    void several_fields_are_one_list_and_none_asks_for_nothing() {
        assertThat(AcceptEncoding.prefersGzip(List.of("br", "gzip"))).isTrue();
        assertThat(AcceptEncoding.prefersGzip(List.of("gzip;q=0.5", "identity")))
                .isFalse();
        assertThat(AcceptEncoding.prefersGzip(List.of())).isFalse();
    }
}
