package nova.chat.standin;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A test's hold on the stand-in: scripts go in, observations come out.
 *
 * <p>The one place that two threads share: a test's thread calls the public methods, the event loop the others. Every
 * method takes the lock for a few field accesses and calls nothing foreign under it, so the loop never waits to speak of.
 */
public final class Control {
    private final int recordedMax;
    private final Map<Endpoint, Deque<Script>> next = new EnumMap<>(Endpoint.class);
    private final Map<Endpoint, Function<Recorded, Script>> always = new EnumMap<>(Endpoint.class);
    private final Map<Endpoint, Long> requests = new EnumMap<>(Endpoint.class);
    private final Deque<Recorded> recorded = new ArrayDeque<>();
    private long connections;
    private int openConnections;
    private int openStreams;

    Control(int recordedMax) {
        this.recordedMax = recordedMax;
    }

    /** Plays the scripts to the endpoint's next requests, one each, in order, after those that still wait. */
    public synchronized void next(Endpoint endpoint, Script... scripts) {
        next.computeIfAbsent(endpoint, none -> new ArrayDeque<>()).addAll(List.of(scripts));
    }

    /** Plays the script to every request for which no {@link #next} waits. */
    public void always(Endpoint endpoint, Script script) {
        always(endpoint, request -> script);
    }

    /** Plays what the function says, which is called on the event loop. */
    public synchronized void always(Endpoint endpoint, Function<Recorded, Script> scripts) {
        always.put(endpoint, scripts);
    }

    /** Takes all scripts back: from here on the stand-in answers by itself. */
    public synchronized void unscript() {
        next.clear();
        always.clear();
    }

    /** The latest requests, oldest first: as many as {@link StandIn.Options#recording} allows, none by default. */
    public synchronized List<Recorded> recorded() {
        return List.copyOf(recorded);
    }

    /** The latest requests to one endpoint, oldest first. */
    public List<Recorded> recorded(Endpoint endpoint) {
        return recorded().stream()
                .filter(request -> request.endpoint() == endpoint)
                .toList();
    }

    /** Requests that an endpoint received since the start, recorded or not. */
    public synchronized long requests(Endpoint endpoint) {
        return requests.getOrDefault(endpoint, 0L);
    }

    /** Connections accepted since the start. */
    public synchronized long connections() {
        return connections;
    }

    /** Connections open now. */
    public synchronized int openConnections() {
        return openConnections;
    }

    /** Answers of {@link Endpoint#STREAM} that have neither ended nor been cancelled. */
    public synchronized int openStreams() {
        return openStreams;
    }

    synchronized void connected() {
        connections++;
        openConnections++;
    }

    synchronized void disconnected() {
        openConnections--;
    }

    synchronized void streamOpened() {
        openStreams++;
    }

    synchronized void streamOver() {
        openStreams--;
    }

    synchronized void received(Recorded request) {
        Endpoint endpoint = request.endpoint();
        if (endpoint != null) {
            requests.merge(endpoint, 1L, Long::sum);
        }
        if (recordedMax > 0) {
            if (recorded.size() == recordedMax) {
                recorded.removeFirst();
            }
            recorded.addLast(request);
        }
    }

    /** What a test wants answered; null: it left that to the stand-in. */
    @Nullable
    Script script(Recorded request) {
        Endpoint endpoint = request.endpoint();
        if (endpoint == null) {
            return null;
        }
        Function<Recorded, Script> scripts;
        synchronized (this) {
            Deque<Script> waiting = next.get(endpoint);
            if (waiting != null && !waiting.isEmpty()) {
                return waiting.removeFirst();
            }
            scripts = always.get(endpoint);
        }
        return scripts == null ? null : scripts.apply(request);
    }
}
