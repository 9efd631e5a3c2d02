/** One conversation: at most one live turn, the messages that wait, and whose it is. */
@NullMarked
@CheckReturnValue
package nova.chat.session;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
