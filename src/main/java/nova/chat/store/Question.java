package nova.chat.store;

import java.time.Instant;
import nova.chat.protocol.Message;
import nova.chat.protocol.TurnId;
import org.jspecify.annotations.Nullable;

/**
 * A user's message that was accepted, as it is kept until its turn has ended.
 *
 * @param ref the client's own name for it; null when it gave none
 * @param owner the sender's principal, null for one without a key
 */
public record Question(
        TurnId turn,
        @Nullable String ref,
        String content,
        Instant at,
        @Nullable String owner,
        Errand errand) {
    /** As the conversation has it. */
    Message message(Message.State state) {
        return new Message(Message.Role.USER, content, turn, ref, at, state);
    }

    /** Neither the user's text nor anything of a key. */
    @Override
    public String toString() {
        return "Question[" + turn + "]";
    }

    /**
     * On whose behalf upstream is to be asked, as far as the store may know it.
     *
     * @param text what the one who runs it needs; empty for {@code HELD}
     */
    public record Errand(Kind kind, String text) {
        public enum Kind {
            /** There is no key: any replica may run it. */
            OPEN,
            /** The key is in the text, sealed: any replica that has the secret may run it. */
            SEALED,
            /** The key is only in the memory of the replica that took the message, or with a client that brings it again. */
            HELD
        }

        /** Neither address nor anything of a key. */
        @Override
        public String toString() {
            return "Errand[" + kind + "]";
        }
    }
}
