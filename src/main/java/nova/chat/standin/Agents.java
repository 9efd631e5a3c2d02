package nova.chat.standin;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;

/** The agents that were made, as ids: all that tells them apart here. */
final class Agents {
    /** About 1 MB. */
    static final int MAX = 10_000;

    private final int max;
    private final Set<String> byUse = new LinkedHashSet<>();

    /** At the bound the agent that was used longest ago is forgotten: 404, as from a real Orchestrator after a day. */
    Agents(int max) {
        this.max = max;
    }

    String create() {
        if (byUse.size() == max) {
            byUse.remove(byUse.iterator().next());
        }
        String id = UUID.randomUUID().toString();
        byUse.add(id);
        return id;
    }

    /** Whether it is known; if so it counts as used now. */
    boolean use(String id) {
        return byUse.remove(id) && byUse.add(id);
    }
}
