/** What outlives a connection and a process: a seam with two tenants, memory and Redis, held to one contract test. */
@NullMarked
@CheckReturnValue
package nova.chat.store;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
