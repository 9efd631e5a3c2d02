/** How the service speaks to its operators: one JSON object a line, on standard output. */
@NullMarked
@CheckReturnValue
package nova.chat.logging;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
