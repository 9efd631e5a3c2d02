/** One user message to its end, and the log that its answer is written to. */
@NullMarked
@CheckReturnValue
package nova.chat.turn;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
