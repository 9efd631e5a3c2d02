/** What an operator may set: one table of environment variables, and one record per room made from it. */
@NullMarked
@CheckReturnValue
package nova.chat.config;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
