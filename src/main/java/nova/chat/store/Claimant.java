package nova.chat.store;

import java.util.Set;
import nova.chat.protocol.TurnId;
import org.jspecify.annotations.Nullable;

/**
 * Which waiting messages somebody can run: all that need no key, and beyond them
 *
 * @param unseals the sealed ones
 * @param holds those whose key is in its memory
 * @param owner those of this principal, whose key a client has just brought; null for none
 */
public record Claimant(
        boolean unseals, Set<TurnId> holds, @Nullable String owner) {
    boolean canRun(Question question) {
        return switch (question.errand().kind()) {
            case OPEN -> true;
            case SEALED -> unseals || hasKeyOf(question);
            case HELD -> hasKeyOf(question);
        };
    }

    private boolean hasKeyOf(Question question) {
        return holds.contains(question.turn()) || (owner != null && owner.equals(question.owner()));
    }
}
