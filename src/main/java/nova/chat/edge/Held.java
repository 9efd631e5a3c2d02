package nova.chat.edge;

import java.util.ArrayDeque;
import java.util.Deque;
import nova.chat.protocol.ClientFrame.User;
import nova.chat.session.Budget;
import org.jspecify.annotations.Nullable;

/** Messages of one whose key could not be checked yet, in order. */
final class Held {
    /** As many as may wait in a session. */
    private static final int MAX = 20;

    private final Budget budget;
    private final Deque<User> messages = new ArrayDeque<>();

    Held(Budget budget) {
        this.budget = budget;
    }

    /** Answers whether there was room for it. */
    boolean add(User message) {
        return messages.size() < MAX && budget.take(message.content()) && messages.add(message);
    }

    /** Takes the oldest out; null when none is left. */
    @Nullable
    User poll() {
        User message = messages.poll();
        if (message != null) {
            budget.giveBack(message.content());
        }
        return message;
    }

    /** Takes one out; answers whether there was one of this name. */
    boolean remove(String ref) {
        for (User message : messages) {
            if (ref.equals(message.ref())) {
                budget.giveBack(message.content());
                return messages.remove(message);
            }
        }
        return false;
    }

    int size() {
        return messages.size();
    }
}
