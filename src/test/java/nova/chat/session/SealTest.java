package nova.chat.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import nova.chat.orchestrator.Call;
import nova.chat.orchestrator.Trace;
import nova.chat.protocol.SessionId;
import nova.chat.protocol.TurnId;
import nova.chat.store.Question;
import nova.chat.store.Question.Errand;
import org.junit.jupiter.api.Test;

class SealTest {
    private static final SessionId SESSION = new SessionId("s");
    private static final TurnId TURN = new TurnId("t");
    private static final Trace TRACE = new Trace("0123456789abcdef0123456789abcdef", "01");
    private static final Call WITH_KEY = new Call("sk-nova-secret", "10.1.2.3", TRACE);
    private static final Call WITHOUT_KEY = new Call(null, "10.1.2.3", TRACE);

    private final Seal seal = new Seal(Optional.of(secret(1)));
    private final Seal none = new Seal(Optional.empty());

    @Test
    void what_was_sealed_can_be_opened_by_whoever_has_the_secret() {
        Errand errand = seal.close(SESSION, TURN, WITH_KEY);
        assertThat(errand.kind()).isEqualTo(Errand.Kind.SEALED);
        assertThat(new Seal(Optional.of(secret(1))).open(SESSION, question(TURN, errand)))
                .isEqualTo(WITH_KEY);
    }

    @Test
    void it_does_not_show_the_key_nor_twice_the_same() {
        String once = seal.close(SESSION, TURN, WITH_KEY).text();
        assertThat(once).doesNotContain("sk-nova").doesNotContain("10.1.2.3");
        assertThat(seal.close(SESSION, TURN, WITH_KEY).text()).isNotEqualTo(once);
    }

    @Test
    void it_opens_only_where_it_was_closed() {
        Errand errand = seal.close(SESSION, TURN, WITH_KEY);
        assertThat(seal.open(new SessionId("other"), question(TURN, errand))).isNull();
        assertThat(seal.open(SESSION, question(new TurnId("other"), errand))).isNull();
        assertThat(new Seal(Optional.of(secret(2))).open(SESSION, question(TURN, errand)))
                .isNull();
        assertThat(none.open(SESSION, question(TURN, errand))).isNull();
    }

    @Test
    void what_was_changed_or_is_no_seal_at_all_does_not_open() {
        String text = seal.close(SESSION, TURN, WITH_KEY).text();
        int last = text.length() - 6;
        String changed = text.substring(0, last) + (text.charAt(last) == 'A' ? 'B' : 'A') + text.substring(last + 1);
        for (String broken :
                new String[] {changed, "", ".", "no seal", text.substring(0, last), text.substring(0, text.indexOf('.'))
                }) {
            assertThat(seal.open(SESSION, question(TURN, new Errand(Errand.Kind.SEALED, broken))))
                    .as(broken)
                    .isNull();
        }
    }

    @Test
    void what_needs_no_key_is_open_to_all() {
        Errand errand = seal.close(SESSION, TURN, WITHOUT_KEY);
        assertThat(errand.kind()).isEqualTo(Errand.Kind.OPEN);
        assertThat(none.open(SESSION, question(TURN, errand))).isEqualTo(WITHOUT_KEY);
        assertThat(none.close(SESSION, TURN, WITHOUT_KEY)).isEqualTo(errand);
    }

    @Test
    void without_a_secret_a_key_stays_where_it_is() {
        Errand errand = none.close(SESSION, TURN, WITH_KEY);
        assertThat(errand).isEqualTo(new Errand(Errand.Kind.HELD, ""));
        assertThat(none.open(SESSION, question(TURN, errand))).isNull();
        assertThat(none.opens()).isFalse();
        assertThat(seal.opens()).isTrue();
    }

    private static Question question(TurnId turn, Errand errand) {
        return new Question(turn, null, "hello", Instant.EPOCH, "owner", errand);
    }

    private static SecretKey secret(int fill) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) fill);
        return new SecretKeySpec(bytes, "AES");
    }
}
