package nova.chat.store;

import java.util.List;
import java.util.stream.Stream;
import nova.chat.protocol.SessionId;
import org.jspecify.annotations.Nullable;

/**
 * The names of one session's keys. All but the first carry the session as their hash tag, so a script may touch them
 * together on a Cluster; the first is older than we are, and lies where it lies.
 */
record Keys(SessionId session) {
    /** The original bridge's: the agent's id, as a plain string. */
    String agent() {
        return "nova:chat:session:" + session.value();
    }

    /** A hash: what is small and changes, see {@code session.lua}. */
    String meta() {
        return tagged("meta");
    }

    /** A stream: the events, one entry a batch, as {@link BatchCodec} writes them. */
    String log() {
        return tagged("log");
    }

    /** A list of messages, oldest first, each as {@link MessageJson} writes it. */
    String messages() {
        return tagged("messages");
    }

    /** A list of the questions that wait, next first, each as {@link QuestionCodec} writes it. */
    String queue() {
        return tagged("queue");
    }

    /** A string: the turn of the message that a client named so; or that it was stopped before it came. */
    String named(String ref) {
        return tagged("m:" + ref);
    }

    /** Not a key: the pub/sub channel on which the session's {@link News} is told. */
    String channel() {
        return "nova:chat:{" + session.value() + "}";
    }

    /** Those of the script, in its order. */
    List<String> forScripts(@Nullable String ref) {
        List<String> keys = List.of(meta(), log(), messages(), queue());
        return ref == null
                ? keys
                : Stream.concat(keys.stream(), Stream.of(named(ref))).toList();
    }

    private String tagged(String name) {
        return "nova:chat:{" + session.value() + "}:" + name;
    }
}
