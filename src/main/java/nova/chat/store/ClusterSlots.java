package nova.chat.store;

import io.vertx.redis.client.Response;
import java.util.HashSet;
import java.util.Set;
import nova.chat.config.RedisUrl.Host;
import org.jspecify.annotations.Nullable;

/** Which master has which slot: as one node told, and as redirections have corrected it since. */
final class ClusterSlots {
    /** Fixed by Redis. */
    static final int COUNT = 16_384;

    static final ClusterSlots NONE = new ClusterSlots();

    private final @Nullable Host[] owners = new @Nullable Host[COUNT];
    private final Set<Host> masters = new HashSet<>();

    private ClusterSlots() {}

    /**
     * Reads the answer to CLUSTER SLOTS.
     *
     * @param asked the name of whoever answered, which may leave out its own
     */
    static ClusterSlots read(Response answer, String asked) {
        ClusterSlots slots = new ClusterSlots();
        for (Response range : answer) {
            Response master = range.get(2);
            Host host = host(master.get(0), master.get(1).toInteger(), asked);
            for (int slot = range.get(0).toInteger(); slot <= range.get(1).toInteger(); slot++) {
                slots.move(slot, host);
            }
        }
        if (slots.masters.isEmpty()) {
            throw new StoreUnavailable("Redis: a Cluster without slots");
        }
        return slots;
    }

    /** A node that does not know its own name, or is not to tell it, is where it was asked. */
    private static Host host(@Nullable Response name, int port, String asked) {
        return host(name == null ? "" : name.toString(), port, asked);
    }

    static Host host(String name, int port, String asked) {
        return new Host(name.isEmpty() || name.equals("?") ? asked : name, port);
    }

    @Nullable
    Host owner(int slot) {
        return owners[slot];
    }

    Set<Host> masters() {
        return masters;
    }

    void move(int slot, Host host) {
        owners[slot] = host;
        masters.add(host);
    }
}
