package nova.chat.edge;

import java.util.HashMap;
import java.util.Map;

/** How many connections there may be, in all and from one address. */
final class Places {
    private final int max;
    private final int maxPerAddress;
    private final Map<String, Integer> taken = new HashMap<>();
    private int total;

    Places(int max, int maxPerAddress) {
        this.max = max;
        this.maxPerAddress = maxPerAddress;
    }

    /** Takes a place, if there is one. */
    boolean take(String address) {
        int here = taken.getOrDefault(address, 0);
        if (total >= max || here >= maxPerAddress) {
            return false;
        }
        taken.put(address, here + 1);
        total++;
        return true;
    }

    void giveBack(String address) {
        taken.computeIfPresent(address, (name, here) -> here == 1 ? null : here - 1);
        total--;
    }
}
