/** The words on the WebSocket, both directions, and every ending with its name and number. Imports nothing of ours. */
@NullMarked
@CheckReturnValue
package nova.chat.protocol;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
