package nova.chat.store;

import io.vertx.redis.client.impl.types.ErrorType;
import nova.chat.config.RedisUrl.Host;
import org.jspecify.annotations.Nullable;

/**
 * A node sends us elsewhere with a command that it has not run.
 *
 * @param host null: try again after a while (TRYAGAIN)
 * @param forGood the slot is there now (MOVED), and not just this command's keys (ASK)
 */
record Redirection(@Nullable Host host, boolean forGood) {
    /** Null where the refusal is none. */
    static @Nullable Redirection of(ErrorType refusal, Host from) {
        if (refusal.is("TRYAGAIN")) {
            return new Redirection(null, false);
        }
        boolean moved = refusal.is("MOVED");
        return moved || refusal.is("ASK") ? new Redirection(host(refusal, from), moved) : null;
    }

    /** The third word, {@code host:port}; without a host it is that of the node that said so. */
    private static Host host(ErrorType refusal, Host from) {
        String place = String.valueOf(refusal.slice(' ', 2));
        int colon = place.lastIndexOf(':');
        return ClusterSlots.host(place.substring(0, colon), Integer.parseInt(place.substring(colon + 1)), from.name());
    }
}
