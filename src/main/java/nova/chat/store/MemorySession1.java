package nova.chat.store;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import nova.chat.config.Config;
import nova.chat.protocol.Message;
import nova.chat.protocol.TurnId;
import org.jspecify.annotations.Nullable;

/**
 * One session of {@link MemoryStore1}, step for step what the scripts keep in Redis, and in the same bytes: half the
 * size of the text for most languages, and no list is trimmed sooner here than there.
 */
final class MemorySession1 {
    /** What a session costs besides its messages, about. */
    private static final int SESSION_BYTES = 1_024;

    @Nullable
    String owner;

    @Nullable
    String agentId;

    /** Set with each use. */
    Instant expires = Instant.MIN;

    private @Nullable TurnId turn;
    private boolean running;
    private final Deque<byte[]> messages = new ArrayDeque<>();
    private long messageBytes;
    private long countedBytes;

    boolean isBegun() {
        return turn != null;
    }

    void begin(Message question, Config.Turns limits) {
        if (question.turn().equals(turn) || holds(question)) {
            return;
        }
        turn = question.turn();
        running = true;
        add(MessageJson.encode(question), limits);
    }

    void end(Message answer, Config.Turns limits) {
        boolean last = answer.turn().equals(turn);
        boolean ended = last ? !running : holds(answer);
        byte[] json = MessageJson.encode(answer);
        if (!ended && (answer.state() == Message.State.COMPLETE || fits(json, limits))) {
            add(json, limits);
        }
        if (last) {
            running = false;
        }
    }

    List<byte[]> kept() {
        return List.copyOf(messages);
    }

    /** What it cost when it was last counted. */
    long bytes() {
        return countedBytes;
    }

    /** Counts it anew, and says by how much the count has changed. */
    long growth() {
        long before = countedBytes;
        countedBytes = SESSION_BYTES + messageBytes;
        return countedBytes - before;
    }

    private boolean holds(Message message) {
        byte[] mark = MessageJson.mark(message.role(), message.turn());
        return messages.stream().anyMatch(json -> Arrays.mismatch(mark, json) == mark.length);
    }

    private boolean fits(byte[] json, Config.Turns limits) {
        return messages.size() < limits.maxHistory() && messageBytes + json.length <= limits.maxBytes();
    }

    private void add(byte[] json, Config.Turns limits) {
        messages.addLast(json);
        messageBytes += json.length;
        while (messages.size() > 1 && (messages.size() > limits.maxHistory() || messageBytes > limits.maxBytes())) {
            messageBytes -= messages.removeFirst().length;
        }
    }
}
