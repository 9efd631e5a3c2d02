package nova.chat.edge;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.compression.DecompressionException;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import java.util.function.IntConsumer;

/**
 * Hears what the WebSocket decoder says of frames that break RFC 6455 or the frame limit. Vert.x would close these with
 * 1000, and at once: then the client's unread bytes make TCP reset the connection, and take the close frame back. After
 * the first such frame the decoder throws away all that follows.
 */
final class Violations extends ChannelInboundHandlerAdapter {
    private final IntConsumer broken;

    /**
     * Stands behind the decoder.
     *
     * @param broken told the close code that fits
     */
    Violations(IntConsumer broken) {
        this.broken = broken;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof CorruptedWebSocketFrameException violation) {
            broken.accept(violation.closeStatus().code());
        } else if (cause instanceof DecompressionException) {
            // Over the bound, or no deflate at all: only its words tell the two apart, and neither should be sent
            // again.
            broken.accept(WebSocketCloseStatus.MESSAGE_TOO_BIG.code());
        } else {
            context.fireExceptionCaught(cause);
        }
    }
}
