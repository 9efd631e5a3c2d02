package nova.chat.session;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import nova.chat.orchestrator.Call;
import nova.chat.orchestrator.Trace;
import nova.chat.protocol.SessionId;
import nova.chat.protocol.TurnId;
import nova.chat.store.Question;
import nova.chat.store.Question.Errand;
import org.jspecify.annotations.Nullable;

/**
 * What a waiting message needs to be run by another replica, in a form that the store may hold: a key only sealed
 * (AES-256-GCM, bound to its session and turn), and without a secret not at all.
 */
final class Seal {
    private static final String AES_GCM = "AES/GCM/NoPadding";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final @Nullable SecretKey secret;

    /**
     * A seal.
     *
     * @param secret 32 bytes, the same on all replicas; empty: keys stay in memory
     */
    Seal(Optional<SecretKey> secret) {
        this.secret = secret.orElse(null);
    }

    /** Whether it opens what was sealed by others. */
    boolean opens() {
        return secret != null;
    }

    Errand close(SessionId session, TurnId turn, Call call) {
        if (call.key() == null) {
            return new Errand(Errand.Kind.OPEN, json(call).encode());
        }
        if (secret == null) {
            return new Errand(Errand.Kind.HELD, "");
        }
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        byte[] plain = json(call).put("key", call.key()).encode().getBytes(StandardCharsets.UTF_8);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, session, turn).doFinal(plain);
            Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
            return new Errand(Errand.Kind.SEALED, base64.encodeToString(nonce) + "." + base64.encodeToString(sealed));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has AES-GCM", e);
        }
    }

    /** The call of a message that another took; null where its key is not to be had here. */
    @Nullable
    Call open(SessionId session, Question question) {
        Errand errand = question.errand();
        try {
            return switch (errand.kind()) {
                case OPEN -> call(new JsonObject(errand.text()));
                case SEALED -> unseal(session, question);
                case HELD -> null;
            };
        } catch (GeneralSecurityException | RuntimeException e) {
            return null; // sealed with another secret, or by a version that seals otherwise
        }
    }

    private @Nullable Call unseal(SessionId session, Question question) throws GeneralSecurityException {
        if (secret == null) {
            return null;
        }
        String[] parts = question.errand().text().split("\\.", 2);
        byte[] nonce = Base64.getDecoder().decode(parts[0]);
        byte[] sealed = Base64.getDecoder().decode(parts[1]);
        byte[] plain =
                cipher(Cipher.DECRYPT_MODE, nonce, session, question.turn()).doFinal(sealed);
        return call(new JsonObject(new String(plain, StandardCharsets.UTF_8)));
    }

    /** Bound to where it lies: moved into another session, it does not open. */
    private Cipher cipher(int mode, byte[] nonce, SessionId session, TurnId turn) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(AES_GCM);
        cipher.init(mode, secret, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD((session.value() + "/" + turn.value()).getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    private static JsonObject json(Call call) {
        return new JsonObject()
                .put("for", call.clientAddress())
                .put("trace", call.trace().id())
                .put("flags", call.trace().flags());
    }

    private static Call call(JsonObject json) {
        Trace trace = new Trace(json.getString("trace"), json.getString("flags"));
        return new Call(json.getString("key"), json.getString("for"), trace);
    }
}
