/** Everything upstream, in upstream's own words: the client, its event stream, its failures. */
@NullMarked
@CheckReturnValue
package nova.chat.orchestrator;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
