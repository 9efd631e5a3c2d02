package nova.chat.testing;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * A v2 client, as a careful author writes it who has only the protocol to go by: it keeps its position over connections,
 * resumes after gaps, and says again what was not acknowledged. Every wait has an end. Safe for threads.
 */
public final class V2Client implements AutoCloseable {
    private static final long WAIT_MS = 60_000;

    /** How often one that does not give up comes again by itself, in its whole life: for half a minute at most. */
    private static final int MAX_RETURNS = 10;

    private static final int TRY_AGAIN_LATER = 1013;
    private static final int FIRST_PAUSE_MS = 250;
    private static final int MAX_PAUSE_MS = 4_000;

    private final Ledger ledger = new Ledger();
    private final List<JsonObject> frames = new ArrayList<>();
    /** Messages with a name that nobody has acknowledged. */
    private final Map<String, JsonObject> unacknowledged = new LinkedHashMap<>();

    private final JsonArray events;
    private Wire wire;
    private long cutAfter = Wire.NEVER;
    private int framesMax = 2_000;
    private boolean narrow;
    private boolean stalled;
    private boolean synced;
    private boolean closed = true;
    private boolean returning;
    private int returnsLeft;
    private int pauseMs = FIRST_PAUSE_MS;

    private V2Client(String session, String... events) {
        ledger.session = session;
        this.events = new JsonArray(List.of(events));
    }

    /** One that is not connected yet. */
    public static V2Client to(String session, String... events) {
        return new V2Client(session, events);
    }

    /** Begins a session. */
    public static V2Client begin(int port, String... events) {
        return to(null, events).connect(port).awaitSynced();
    }

    /** Joins a session that it has seen nothing of. */
    public static V2Client join(int port, String session, String... events) {
        return to(session, events).connect(port).awaitSynced();
    }

    // connections

    /** The next connection breaks after so many received bytes, those of the handshake included. */
    public synchronized V2Client cutAfter(long bytes) {
        cutAfter = bytes;
        return this;
    }

    /** From the next connection on its kernel takes little unread. */
    public synchronized V2Client narrow() {
        narrow = true;
        return this;
    }

    /** Remembers no more than the latest frames: for clients in great numbers. */
    public synchronized V2Client remembering(int max) {
        framesMax = max;
        return this;
    }

    /**
     * From here on it comes again, to the same port and after a pause, when it is sent away with 1013 because its session
     * cannot be read now; until it has done so ten times. For users who do not give up: on a busy machine Redis may not
     * answer in time, though nothing is wrong.
     */
    public synchronized V2Client persistent() {
        returnsLeft = MAX_RETURNS;
        return this;
    }

    /** Leaves behind the connection that it has, if any, and comes again from where it is. Does not wait for the server. */
    public synchronized V2Client connect(int port) {
        vanish();
        closed = false;
        synced = false;
        ledger.connected();
        try {
            wire = new Wire(port, cutAfter, narrow);
        } catch (IOException refused) {
            closed = true;
            return this;
        } finally {
            cutAfter = Wire.NEVER;
        }
        Wire mine = wire;
        Thread reader = new Thread(() -> read(mine), "v2-client");
        reader.setDaemon(true);
        reader.start();
        return this;
    }

    /** Forgets its position and what it has read, as a page does that is loaded again. */
    public synchronized V2Client forget() {
        vanish();
        ledger.epoch = null;
        ledger.last = -1;
        ledger.turns.clear();
        return this;
    }

    /** Goes by a TCP reset. */
    public synchronized V2Client vanish() {
        if (wire != null) {
            wire.reset();
        }
        closed = true;
        returning = false;
        notifyAll();
        return this;
    }

    /** Reads nothing from here on, or again. */
    public synchronized void stall(boolean on) {
        stalled = on;
        notifyAll();
    }

    @Override
    public void close() {
        vanish();
    }

    // talking

    public V2Client say(String content, String id) {
        return say(content, id, null);
    }

    /** Says it with its name: as soon as the connection is up, and again on later ones until it is acknowledged. */
    public synchronized V2Client say(String content, String id, String onBusy) {
        JsonObject frame =
                new JsonObject().put("type", "user").put("content", content).put("id", id);
        if (onBusy != null) {
            frame.put("on_busy", onBusy);
        }
        unacknowledged.put(id, frame);
        return synced ? send(frame) : this;
    }

    /** Stops what runs. */
    public V2Client stop() {
        return send(new JsonObject().put("type", "stop"));
    }

    /** Stops the message of this name, which may not have been said yet. */
    public V2Client stop(String ref) {
        return send(new JsonObject().put("type", "stop").put("ref", ref));
    }

    public V2Client cancel(String id) {
        return send(new JsonObject().put("type", "cancel").put("id", id));
    }

    public V2Client ping(String id) {
        return send(new JsonObject().put("type", "ping").put("id", id));
    }

    public synchronized V2Client resume() {
        ledger.disturbed();
        return send(position(new JsonObject().put("type", "resume")));
    }

    /** Sends a frame as it is; on a connection that has gone it is lost, as it is in life. */
    public synchronized V2Client send(JsonObject frame) {
        try {
            if (!closed) {
                wire.send(frame);
            }
        } catch (IOException gone) {
            closed = true;
        }
        return this;
    }

    // what is known

    public synchronized String session() {
        return ledger.session;
    }

    public synchronized String epoch() {
        return ledger.epoch;
    }

    public synchronized long last() {
        return ledger.last;
    }

    /** How often it was told to forget what it had, other than at a session's start. */
    public synchronized int resets() {
        return ledger.resets;
    }

    /** What the server did that it must not do, on all connections. */
    public synchronized List<String> faults() {
        return List.copyOf(ledger.faults);
    }

    /** The turn of the message of this name, null while unknown. */
    public synchronized String turn(String ref) {
        return ledger.turnOfRef.get(ref);
    }

    /** All turns that it knows of, oldest first. */
    public synchronized List<String> turns() {
        return List.copyOf(ledger.turns.keySet());
    }

    /** The text so far of a turn. */
    public synchronized String text(String turn) {
        Ledger.Turn known = ledger.turns.get(turn);
        return known == null ? "" : known.text.toString();
    }

    /** The ends of a turn: {@code complete}, {@code stopped}, or an error's code. */
    public synchronized List<String> ends(String turn) {
        Ledger.Turn known = ledger.turns.get(turn);
        return known == null ? List.of() : List.copyOf(known.ends);
    }

    /** The latest frames, oldest first, of all connections. */
    public synchronized List<JsonObject> frames() {
        return List.copyOf(frames);
    }

    public List<JsonObject> frames(String type) {
        return frames().stream()
                .filter(frame -> type.equals(frame.getString("type")))
                .toList();
    }

    /** The latest frames that stand for events of the log. */
    public List<JsonObject> numberedFrames() {
        return frames().stream().filter(Ledger::isNumbered).toList();
    }

    public synchronized boolean isClosed() {
        return closed;
    }

    // waiting

    public V2Client awaitSynced() {
        return await("synced", () -> synced);
    }

    /** Waits until the message of this name has its end; answers the turn. */
    public String awaitEnd(String ref) {
        await("the end of " + ref, () -> turn(ref) != null && !ends(turn(ref)).isEmpty());
        return turn(ref);
    }

    /** Waits until the turn of this message has some text; answers the turn. */
    public String awaitText(String ref) {
        await("text for " + ref, () -> turn(ref) != null && !text(turn(ref)).isEmpty());
        return turn(ref);
    }

    /** The first frame of this kind among the latest, as soon as it has come. */
    public JsonObject awaitFrame(String type, Predicate<JsonObject> which) {
        await(type, () -> frames(type).stream().anyMatch(which));
        return frames(type).stream().filter(which).findFirst().orElseThrow();
    }

    /** The {@code ack} about this message, stop or cancel. */
    public JsonObject awaitAck(String ref) {
        return awaitFrame("ack", ack -> ref.equals(ack.getString("ref")));
    }

    /** The close code, once the connection has ended. */
    public int awaitClose() {
        await("the close", this::isClosed);
        synchronized (this) {
            return wire.closeCode();
        }
    }

    /** Waits until something is so, which may change with each frame; fails, with these words, if it does not. */
    public synchronized V2Client await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + WAIT_MS * 1_000_000;
        while (!condition.getAsBoolean()) {
            long ms = (deadline - System.nanoTime()) / 1_000_000;
            if (ms <= 0) {
                throw new AssertionError("not in " + WAIT_MS + " ms: " + what + "; " + this);
            }
            try {
                wait(ms);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        return this;
    }

    @Override
    public synchronized String toString() {
        return "session " + ledger.session + ", at " + ledger.last + " of " + ledger.epoch + ", closed: " + closed
                + (closed && wire != null ? " (" + wire.closeCode() + ")" : "") + ", faults: " + ledger.faults
                + ", last frames: " + frames.subList(Math.max(0, frames.size() - 5), frames.size());
    }

    // the reader's thread

    private void read(Wire mine) {
        try {
            mine.open();
            mine.send(hello());
            for (JsonObject frame = mine.next(); frame != null; frame = mine.next()) {
                if (!take(mine, frame)) {
                    return;
                }
            }
        } catch (IOException cut) {
            // as the network does it; the close code says so
        } finally {
            ended(mine);
        }
    }

    private synchronized boolean take(Wire mine, JsonObject frame) {
        while (stalled && wire == mine && !closed) {
            try {
                wait();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        if (wire != mine || closed) {
            return false; // of a connection that was given up
        }
        if (frames.size() == framesMax) {
            frames.subList(0, framesMax / 2).clear();
        }
        frames.add(frame);
        if (ledger.take(frame)) {
            resume();
        }
        settle(frame);
        notifyAll();
        return true;
    }

    private void settle(JsonObject frame) {
        switch (frame.getString("type")) {
            case "ack", "error" -> unacknowledged.remove(frame.getString("ref"));
            case "synced" -> {
                synced = true;
                unacknowledged.values().forEach(this::send);
            }
            default -> {}
        }
    }

    private void ended(Wire mine) {
        long pause = pauseBeforeReturn(mine);
        if (pause > 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pause));
            comeBack(mine);
        }
    }

    /** In milliseconds; 0 where it does not come again by itself. */
    private synchronized long pauseBeforeReturn(Wire mine) {
        boolean sentAway = wire == mine && !closed;
        if (wire == mine) {
            closed = true;
        }
        notifyAll();
        if (!sentAway || returnsLeft == 0 || mine.closeCode() != TRY_AGAIN_LATER) {
            return 0;
        }
        returning = true;
        returnsLeft--;
        long pause = ThreadLocalRandom.current().nextLong(pauseMs / 2, pauseMs + 1);
        pauseMs = Math.min(2 * pauseMs, MAX_PAUSE_MS);
        return pause;
    }

    /** Unless it was told to connect elsewhere, or to go, in the pause. */
    private synchronized void comeBack(Wire mine) {
        if (wire == mine && returning) {
            connect(mine.port());
        }
    }

    private synchronized JsonObject hello() {
        JsonObject hello = new JsonObject().put("type", "hello");
        if (!events.isEmpty()) {
            hello.put("events", events);
        }
        return ledger.session == null ? hello : position(hello);
    }

    private JsonObject position(JsonObject frame) {
        frame.put("session_id", ledger.session);
        return ledger.hasPosition() ? frame.put("epoch", ledger.epoch).put("last_seq", ledger.last) : frame;
    }
}
