package nova.chat.store;

import java.util.List;
import nova.chat.protocol.SessionId;

/**
 * The names of one session's keys. All but the first carry the session as their hash tag, so a script may touch them
 * together on a Cluster; the first is older than we are, and lies where it lies.
 */
record Keys(SessionId session) {
    /** The original bridge's: the agent's id, as a plain string. */
    String agent() {
        return "nova:chat:session:" + session.value();
    }

    /** A hash: schema, owner, the last turn begun, its state, the size of the messages. */
    String meta() {
        return tagged("meta");
    }

    /** A list of finished messages, oldest first, each as {@link MessageJson} writes it. */
    String messages() {
        return tagged("messages");
    }

    /** Not a key: the pub/sub channel on which the session's {@link News} is told. */
    String channel() {
        return "nova:chat:{" + session.value() + "}";
    }

    /** Those of the scripts, in their order. */
    List<String> forScripts() {
        return List.of(meta(), messages());
    }

    private String tagged(String name) {
        return "nova:chat:{" + session.value() + "}:" + name;
    }
}
