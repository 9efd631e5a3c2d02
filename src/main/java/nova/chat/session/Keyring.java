package nova.chat.session;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import nova.chat.orchestrator.Call;
import nova.chat.orchestrator.Trace;
import nova.chat.protocol.SessionId;
import nova.chat.protocol.TurnId;
import nova.chat.store.Claimant;
import nova.chat.store.Question;
import nova.chat.store.Question.Errand;
import org.jspecify.annotations.Nullable;

/** With which keys a session's waiting messages can be run here: those that wait with them, and those held in memory. */
final class Keyring {
    private final SessionId session;
    private final Seal seal;
    /** Of messages that came in here and wait: nobody else may have their key. */
    private final Map<TurnId, Call> held = new HashMap<>();

    Keyring(SessionId session, Seal seal) {
        this.session = session;
        this.seal = seal;
    }

    /** Whether none would be lost with this. */
    boolean isEmpty() {
        return held.isEmpty();
    }

    /** What waits in the store with a message. */
    Errand errand(TurnId turn, Call call) {
        return seal.close(session, turn, call);
    }

    /** A message waits: its key is held here, if it may not lie in the store. */
    void waits(Question question, Call call) {
        if (question.errand().kind() == Errand.Kind.HELD) {
            held.put(question.turn(), call);
        }
    }

    /** Its message has ended. */
    void drop(TurnId turn) {
        held.remove(turn);
    }

    /**
     * What can be run here.
     *
     * @param principal whose key has just been brought; null for none
     */
    Claimant claimant(@Nullable String principal) {
        return new Claimant(seal.opens(), Set.copyOf(held.keySet()), principal);
    }

    /** One that cannot be opened, sealed with another secret, goes without a key: upstream will say what is missing. */
    Call take(Question question, @Nullable Call brought) {
        Call call = held.remove(question.turn());
        if (call == null) {
            call = seal.open(session, question);
        }
        if (call == null) {
            call = brought;
        }
        return call != null ? call : new Call(null, "", Trace.of(null));
    }
}
