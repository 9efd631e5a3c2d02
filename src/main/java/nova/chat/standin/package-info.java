/** The built-in Orchestrator for a first run and for tests. Speaks only HTTP and imports nothing of ours. */
@NullMarked
@CheckReturnValue
package nova.chat.standin;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
