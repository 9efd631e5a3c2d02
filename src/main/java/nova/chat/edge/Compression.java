package nova.chat.edge;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.compression.ZlibCodecFactory;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtensionFilter;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtensionFilterProvider;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketServerExtensionHandler;
import io.netty.handler.codec.http.websocketx.extensions.compression.PerMessageDeflateServerExtensionHandshaker;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * permessage-deflate (RFC 7692), for those who ask for it. Takes the place of Vert.x's own handler, which sets no bound on
 * what a message inflates to: a few hundred bytes could be made to fill the memory.
 */
final class Compression implements WebSocketExtensionFilterProvider {
    /** The fastest: a frame is small, and what more effort saves on it is less than the effort. */
    private static final int LEVEL = 1;
    /** Below it deflate adds more than it saves, and a delta is nearly always below it. */
    private static final int MIN_BYTES = 512;

    private final int maxMessageBytes;

    /**
     * One for all connections.
     *
     * @param maxMessageBytes what a message may inflate to; beyond it the connection ends
     */
    Compression(int maxMessageBytes) {
        this.maxMessageBytes = maxMessageBytes;
    }

    /** Bounds it on a connection that was just opened. */
    void bound(HttpConnection connection) {
        ChannelHandlerContext http = ((ConnectionBase) connection).channelHandlerContext();
        WebSocketServerExtensionHandler deflate =
                new WebSocketServerExtensionHandler(new PerMessageDeflateServerExtensionHandshaker(
                        LEVEL,
                        ZlibCodecFactory.isSupportingWindowSizeAndMemLevel(),
                        PerMessageDeflateServerExtensionHandshaker.MAX_WINDOW_SIZE,
                        false,
                        false,
                        PerMessageDeflateServerExtensionHandshaker.MAX_WINDOW_SIZE,
                        PerMessageDeflateServerExtensionHandshaker.DEFAULT_MEM_LEVEL,
                        this,
                        maxMessageBytes));
        http.pipeline().replace(WebSocketServerExtensionHandler.class, "deflate", deflate);
    }

    /** A fragment of a message that is being compressed is never left out, however small. */
    @Override
    public WebSocketExtensionFilter encoderFilter() {
        return frame -> frame instanceof TextWebSocketFrame
                && frame.isFinalFragment()
                && frame.content().readableBytes() < MIN_BYTES;
    }

    @Override
    public WebSocketExtensionFilter decoderFilter() {
        return WebSocketExtensionFilter.NEVER_SKIP;
    }
}
