/** Where clients meet us: HTTP routes, the WebSocket, who may come in, and the limits. */
@NullMarked
@CheckReturnValue
package nova.chat.edge;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
