/** A session's log: append-only, written by the turn, read by every viewer through a cursor of its own. */
@NullMarked
@CheckReturnValue
package nova.chat.log;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
