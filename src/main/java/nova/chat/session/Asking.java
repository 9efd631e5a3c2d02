package nova.chat.session;

import nova.chat.orchestrator.Call;
import nova.chat.protocol.OnBusy;
import org.jspecify.annotations.Nullable;

/**
 * A message that somebody sends.
 *
 * @param ref the client's own name for it, which makes sending it again safe; null for none
 * @param principal the sender's; null for one without a key
 * @param call on whose behalf upstream is asked
 */
public record Asking(
        String content,
        @Nullable String ref,
        OnBusy onBusy,
        @Nullable String principal,
        Call call) {
    /** Neither the user's text nor anything of a key. */
    @Override
    public String toString() {
        return "Asking[…]";
    }
}
