package nova.chat.turn;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import nova.chat.log.Log;
import nova.chat.orchestrator.UpstreamEvent;
import nova.chat.protocol.Event;
import nova.chat.protocol.JsonText;
import nova.chat.protocol.TurnId;
import org.jspecify.annotations.Nullable;

/** What upstream has said in a turn: written to the log as it comes, bounded, and counted. */
final class Answer {
    /** Why no more of it is taken. */
    enum Full {
        TOO_LONG,
        NO_MEMORY
    }

    private final Log log;
    private final TurnId turn;
    private final int maxBytes;
    private final long startedNanos = System.nanoTime();
    private long firstChunkNanos;
    private int chunks;
    private int bytes;
    private int writtenBytes;
    private int asideBytes;

    Answer(Log log, TurnId turn, int maxBytes) {
        this.log = log;
        this.turn = turn;
        this.maxBytes = maxBytes;
    }

    /** Takes what was heard; answers null, or why it was not taken. */
    @Nullable
    Full add(UpstreamEvent event) {
        if (event instanceof UpstreamEvent.Text text) {
            return add(text);
        }
        if (event instanceof UpstreamEvent.Aside aside) {
            add(aside);
        }
        return null;
    }

    private @Nullable Full add(UpstreamEvent.Text text) {
        bytes += text.literal().length();
        if (bytes > maxBytes) {
            return Full.TOO_LONG;
        }
        if (!log.hasRoomFor(text.literal())) {
            return Full.NO_MEMORY;
        }
        if (chunks++ == 0) {
            firstChunkNanos = System.nanoTime();
        }
        log.text(turn, text.literal());
        writtenBytes += text.literal().length();
        return null;
    }

    /** As much of them as of text; beyond that they are left out, since the answer does not depend on them. */
    private void add(UpstreamEvent.Aside aside) {
        asideBytes += aside.json().length();
        if (asideBytes <= maxBytes && log.hasRoomFor(aside.json())) {
            log.append(new Event.Aside(turn, kind(aside.kind()), aside.json()));
        }
    }

    private static Event.Aside.Kind kind(UpstreamEvent.Aside.Kind kind) {
        return switch (kind) {
            case STATUS -> Event.Aside.Kind.STATUS;
            case THINK -> Event.Aside.Kind.THINKING;
            case META -> Event.Aside.Kind.META;
        };
    }

    /**
     * All of it so far; null where its beginning is no longer in the log, for which messages that came meanwhile can be
     * the reason: they count there, too.
     */
    @Nullable
    String text() {
        Buffer kept = log.textOf(turn);
        return kept.length() == writtenBytes ? JsonText.decode(kept) : null;
    }

    Event.Stats stats(String text) {
        Long firstChunkMs = chunks == 0 ? null : TimeUnit.NANOSECONDS.toMillis(firstChunkNanos - startedNanos);
        return new Event.Stats(firstChunkMs, durationMs(), chunks, text.getBytes(StandardCharsets.UTF_8).length);
    }

    long durationMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos);
    }

    int bytes() {
        return bytes;
    }
}
