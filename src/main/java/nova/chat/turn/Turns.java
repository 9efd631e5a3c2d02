package nova.chat.turn;

import io.vertx.core.Vertx;
import nova.chat.config.Config;
import nova.chat.log.Log;
import nova.chat.orchestrator.Orchestrator;
import nova.chat.protocol.SessionId;
import nova.chat.store.Store1;

/** Makes turns: what every one of them works with. */
public record Turns(Vertx vertx, Config.Turns limits, Store1 store, Orchestrator orchestrator) {
    /** A turn that has not begun. */
    public Turn turn(SessionId session, Log log, Question question) {
        return new Turn(this, session, log, question);
    }
}
