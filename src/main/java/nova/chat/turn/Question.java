package nova.chat.turn;

import nova.chat.orchestrator.Call;
import nova.chat.protocol.TurnId;
import org.jspecify.annotations.Nullable;

/**
 * A user message that was accepted: it has a turn, and will have exactly one end.
 *
 * @param owner the sender's principal, null for one without a key
 * @param call on whose behalf upstream is asked
 */
public record Question(
        TurnId turn, String content, @Nullable String owner, Call call) {
    /** Neither the user's text nor anything of a key. */
    @Override
    public String toString() {
        return "Question[" + turn + "]";
    }
}
