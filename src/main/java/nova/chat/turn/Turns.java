package nova.chat.turn;

import io.vertx.core.Vertx;
import java.util.function.Consumer;
import nova.chat.config.Config;
import nova.chat.log.Log;
import nova.chat.orchestrator.Call;
import nova.chat.orchestrator.Orchestrator;
import nova.chat.protocol.SessionId;
import nova.chat.store.Lease;
import nova.chat.store.Store;

/**
 * Makes turns: what every one of them works with.
 *
 * @param keyRefused told when the Orchestrator refuses a key on a turn: whether it is still good is to be asked
 */
public record Turns(
        Vertx vertx, Config.Turns limits, Store store, Orchestrator orchestrator, Consumer<Call> keyRefused) {
    /**
     * A turn that has not begun.
     *
     * @param call on whose behalf upstream is asked
     */
    public Turn turn(SessionId session, Log log, Lease lease, Call call, Turn.Heirs heirs) {
        return new Turn(this, session, log, lease, call, heirs);
    }
}
