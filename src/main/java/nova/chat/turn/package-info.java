/** One user message to its end: the one place that decides what becomes of it. */
@NullMarked
@CheckReturnValue
package nova.chat.turn;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
