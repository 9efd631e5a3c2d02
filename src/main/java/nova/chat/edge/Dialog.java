package nova.chat.edge;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/** How a connection is spoken with, in its client's dialect. One thing at a time: a step is over before the next begins. */
interface Dialog {
    /** It has come, and said nothing yet. */
    Future<Void> open();

    /** It is in, for good or provisionally: it gets its session, and may speak when this is done. */
    Future<Void> admitted();

    /** It said something. */
    Future<Void> hear(Buffer message);

    /** Looks after deadlines; called about once a second. */
    void tick(long nowNanos);

    View view();
}
