package nova.chat.edge;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.internal.http.WebSocketInternal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import nova.chat.config.Config;
import nova.chat.protocol.CloseCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One WebSocket as a thing that takes and gives whole messages, knows when its peer is dead or does not read, and ends
 * once. It never queues: who has much to say asks {@link #isFull} and goes on when told that there is room.
 */
final class Socket {
    private static final Logger LOG = LoggerFactory.getLogger(Socket.class);
    /** A peer that reads nothing never takes the close frame either: then the connection is cut. */
    private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(3);

    /** Larger messages go in several frames: how slowly one is taken shows only between them. */
    private static final int MAX_FRAME_CHARS = 64 * 1024;

    /** What a socket tells its owner. */
    interface Owner {
        void message(Buffer text);

        void tooLarge();

        void binary();

        void notUtf8();

        /** It sent what is no WebSocket frame. */
        void violation();

        /** It does not read, or is not there: it is to be closed. */
        void lost(CloseCode why);

        /** There is room again. */
        void writable();

        void closed();
    }

    private final ServerWebSocket socket;
    private final ChannelHandlerContext context;
    private final Config.Edge limits;
    private final Owner owner;
    private final Assembly assembly;
    private long heardNanos = System.nanoTime();
    private long pingedNanos;
    private long takenNanos;
    private long closingSinceNanos;
    private boolean pinged;
    private boolean full;
    private boolean held;
    private boolean closing;
    private boolean closed;

    Socket(ServerWebSocket socket, Config.Edge limits, Owner owner) {
        this.socket = socket;
        this.limits = limits;
        this.owner = owner;
        this.assembly = new Assembly(limits.maxMessageBytes());
        socket.frameHandler(this::frame);
        socket.drainHandler(v -> drained());
        socket.closeHandler(v -> ended());
        socket.exceptionHandler(
                e -> LOG.atDebug().addKeyValue("reason", e.getMessage()).log("socket failed"));
        context = ((WebSocketInternal) socket).channelHandlerContext();
        context.pipeline().addBefore(context.name(), "violations", new Violations(this::violated));
    }

    private void violated(int code) {
        if (isOver()) {
            return;
        }
        switch (code) {
            case 1007 -> owner.notUtf8();
            case 1009 -> owner.tooLarge();
            default -> owner.violation();
        }
    }

    /** Reads no further message until {@link #read}; at most a few frames wait, then TCP holds the peer back. */
    void hold() {
        held = true;
        socket.pause();
    }

    void read() {
        held = false;
        heard(); // what it said meanwhile was not read
        if (!full) {
            socket.resume();
        }
    }

    void send(String text) {
        if (!isOver()) {
            int end = frameEnd(text, 0);
            write(WebSocketFrame.textFrame(text.substring(0, end), end == text.length()));
            while (end < text.length()) {
                int begin = end;
                end = frameEnd(text, begin);
                Buffer piece = Buffer.buffer(text.substring(begin, end));
                write(WebSocketFrame.continuationFrame(piece, end == text.length()));
            }
            checkRoom();
        }
    }

    /** Not between the halves of a pair: each frame is encoded by itself. */
    private static int frameEnd(String text, int begin) {
        int end = begin + MAX_FRAME_CHARS;
        if (end >= text.length()) {
            return text.length();
        }
        return Character.isHighSurrogate(text.charAt(end - 1)) ? end + 1 : end;
    }

    /** A failed write is a broken socket, and that is told by its close. */
    private void write(WebSocketFrame frame) {
        socket.writeFrame(frame).onComplete(taken -> takenNanos = System.nanoTime());
    }

    /** Whether it takes no more for now, or never again. */
    boolean isFull() {
        return full || isOver();
    }

    void close(CloseCode code) {
        if (!isOver()) {
            closing = true;
            closingSinceNanos = System.nanoTime();
            socket.close(code.number(), code.reason()).onFailure(e -> {});
            socket.resume(); // the peer's close frame must be read
        }
    }

    /** Whether nothing that is sent now would arrive. */
    boolean isOver() {
        return closing || closed || socket.isClosed();
    }

    /** Looks after the peer; called about once a second. */
    void tick(long nowNanos) {
        if (closed) {
            return;
        }
        if (!closing && socket.isClosed()) {
            closing = true; // by the peer; it may not read our answer either
            closingSinceNanos = nowNanos;
        }
        if (closing) {
            if (nowNanos - closingSinceNanos > CLOSE_NANOS) {
                cut();
            }
        } else if (full) {
            if (nowNanos - takenNanos > limits.slow().toNanos()) {
                owner.lost(CloseCode.SLOW_CONSUMER);
            }
        } else if (!held) {
            askWhetherAlive(nowNanos);
        }
    }

    /** Only while it is read: else its pong may be here and nobody looks. */
    private void askWhetherAlive(long nowNanos) {
        if (pinged && nowNanos - pingedNanos > limits.pong().toNanos()) {
            owner.lost(CloseCode.NO_PONG);
        } else if (!pinged && nowNanos - heardNanos > limits.ping().toNanos()) {
            pinged = true;
            pingedNanos = nowNanos;
            socket.writePing(Buffer.buffer()).onFailure(e -> {});
        }
    }

    private void heard() {
        heardNanos = System.nanoTime();
        pinged = false;
    }

    private void frame(WebSocketFrame frame) {
        heard();
        if (isOver()) {
            return;
        }
        checkRoom(); // Vert.x answered a ping already: whoever sends them and reads no pongs is held back
        if (full) {
            // Vert.x takes one more frame after each ping, however paused: a stream of pings would never be held.
            context.executor().execute(this::pauseAgain);
        }
        if (frame.isBinary()) {
            owner.binary();
        } else if (frame.isText() || frame.isContinuation()) {
            text(frame);
        }
    }

    private void text(WebSocketFrame frame) {
        if (assembly.overflows(frame)) {
            owner.tooLarge();
            return;
        }
        Buffer message = assembly.add(frame);
        if (message == null) {
            return;
        }
        if (isUtf8(message)) {
            owner.message(message);
        } else {
            owner.notUtf8();
        }
    }

    /** Vert.x leaves this to whoever takes frames. Asked of whole messages, since frames may cut a character. */
    private static boolean isUtf8(Buffer message) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(message.getBytes()));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private void checkRoom() {
        if (!full && !isOver() && socket.writeQueueFull()) {
            full = true;
            takenNanos = System.nanoTime();
            socket.pause();
        }
    }

    private void pauseAgain() {
        if (full && !isOver()) {
            socket.pause();
        }
    }

    private void drained() {
        full = false;
        heard(); // its TCP said that it took something
        if (!held) {
            socket.resume();
        }
        if (!isOver()) {
            owner.writable();
        }
    }

    private void ended() {
        if (!closed) {
            closed = true;
            owner.closed();
        }
    }

    /** Vert.x waits for its close frame to be written, for ever, and has no public way to end a socket without one. */
    private void cut() {
        context.channel().config().setOption(ChannelOption.SO_LINGER, 0); // nor does the kernel keep what was not taken
        context.close().addListener(cut -> {});
    }
}
