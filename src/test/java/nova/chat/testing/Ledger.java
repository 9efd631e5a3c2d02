package nova.chat.testing;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What a v2 client knows of a session: its position, and each turn's text and ends. It follows the protocol's one rule and
 * writes down whatever a server must not do. Not safe for threads.
 */
final class Ledger {
    private static final Set<String> NUMBERED =
            Set.of("user", "turn_start", "stream_chunk", "status", "thinking", "meta", "queued", "stream_end", "error");

    private static final Set<String> UNFINISHED = Set.of("running", "waiting");

    /** Whether a frame stands for events of the log, and moves the position. */
    static boolean isNumbered(JsonObject frame) {
        return NUMBERED.contains(frame.getString("type")) && frame.containsKey("seq");
    }

    /** A turn as far as it is known. */
    static final class Turn {
        final StringBuilder text = new StringBuilder();
        /** {@code complete}, {@code stopped}, or an error's code; what a snapshot says of the end counts as one. */
        final List<String> ends = new ArrayList<>();

        /** A snapshot may know already of an interruption whose event is still to come: the two are one end. */
        boolean interruptedAsTold;
    }

    final Map<String, Turn> turns = new LinkedHashMap<>();
    final Map<String, String> turnOfRef = new LinkedHashMap<>();
    final List<String> faults = new ArrayList<>();
    String session;
    String epoch;
    long last = -1;
    /** How often a position was taken away that meant something. */
    int resets;

    /** Whether the server may not know what this client has: then it may send again what was sent before. */
    private boolean undisturbed = true;

    boolean hasPosition() {
        return epoch != null && last >= 0;
    }

    /** The client has asked for a place in the middle of a connection. */
    void disturbed() {
        undisturbed = false;
    }

    void connected() {
        undisturbed = true;
    }

    /** Takes a frame. Answers whether it shows a gap: then the client has to resume. */
    boolean take(JsonObject frame) {
        String type = frame.getString("type");
        if ("system".equals(type)) {
            session = frame.getString("session_id");
        } else if ("ack".equals(type)) {
            name(frame.getString("ref"), frame.getString("turn_id"));
        } else if ("history".equals(type) && frame.getBoolean("reset", false)) {
            reset(frame);
        } else if ("synced".equals(type)) {
            synced(frame);
        } else if (isNumbered(frame)) {
            return numbered(frame, type);
        }
        return false;
    }

    private boolean numbered(JsonObject frame, String type) {
        long seq = frame.getLong("seq");
        long from = frame.getLong("from", seq);
        if (seq <= last) {
            check(!undisturbed, "a frame that was there before", frame);
            return false;
        }
        if (from > last + 1) {
            check(!undisturbed, "a gap", frame);
            return true;
        }
        check(from == last + 1, "a frame that overlaps the position", frame);
        last = seq;
        apply(frame, type);
        return false;
    }

    private void apply(JsonObject frame, String type) {
        String id = frame.getString("turn_id");
        if (id == null) {
            return;
        }
        if ("user".equals(type)) {
            name(frame.getString("id"), id);
            return;
        }
        name(frame.getString("ref"), id);
        Turn turn = turn(id);
        if (turn.interruptedAsTold && "interrupted".equals(frame.getString("code"))) {
            turn.interruptedAsTold = false;
            return;
        }
        check(turn.ends.isEmpty() || "queued".equals(type), "more of a turn that has ended", frame);
        switch (type) {
            case "stream_chunk" -> turn.text.append(frame.getString("delta"));
            case "stream_end" -> turn.ends.add(frame.getString("reason"));
            case "error" -> turn.ends.add(frame.getString("code"));
            default -> {}
        }
    }

    private void synced(JsonObject frame) {
        long seq = frame.getLong("seq");
        String of = frame.getString("epoch");
        check(last < 0 || Objects.equals(epoch, of), "synced with an epoch that was not announced", frame);
        check(seq >= last, "synced before the position", frame);
        epoch = of;
        last = seq;
    }

    private void reset(JsonObject frame) {
        if (last > 0) {
            resets++;
        }
        turns.clear();
        epoch = frame.getString("epoch");
        last = frame.getLong("seq");
        JsonArray messages = frame.getJsonArray("messages");
        for (int i = 0; i < messages.size(); i++) {
            told(messages.getJsonObject(i));
        }
        JsonObject partial = frame.getJsonObject("partial");
        if (partial != null) {
            turn(partial.getString("turn_id")).text.append(partial.getString("text"));
        }
    }

    private void told(JsonObject message) {
        String id = message.getString("turn_id");
        if (id == null) {
            return; // said before there were turns
        }
        name(message.getString("id"), id);
        String state = message.getString("state");
        Turn turn = turn(id);
        if ("assistant".equals(message.getString("role"))) {
            turn.text.append(message.getString("content"));
            turn.ends.clear(); // how its question stands says less
        }
        if (!UNFINISHED.contains(state)) {
            turn.ends.add(state);
            turn.interruptedAsTold = "interrupted".equals(state);
        }
    }

    private Turn turn(String id) {
        return turns.computeIfAbsent(id, none -> new Turn());
    }

    private void name(String ref, String turn) {
        if (ref != null && turn != null) {
            String before = turnOfRef.put(ref, turn);
            if (before != null && !before.equals(turn)) {
                faults.add("two turns for the message " + ref);
            }
        }
    }

    private void check(boolean holds, String fault, JsonObject frame) {
        if (!holds) {
            faults.add(fault + " (at " + last + " of " + epoch + "): " + frame);
        }
    }
}
