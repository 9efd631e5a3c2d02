package nova.chat.store;

import io.vertx.redis.client.impl.types.ErrorType;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What went wrong with Redis, in a word fit for a log: its error code, or our exception's name. Never the message: it
 * quotes commands, which hold what users wrote, or the URL, which holds a password.
 */
record RedisFailure(String word) {
    static final RedisFailure TOO_LATE = new RedisFailure("no answer in time");

    private static final Pattern CODE = Pattern.compile("(?:ERR )?([A-Z]+[A-Z_]*)\\b.*", Pattern.DOTALL);

    static RedisFailure of(Throwable error) {
        if (error instanceof ErrorType refusal) {
            String message = String.valueOf(refusal.getMessage());
            if (message.contains("-READONLY ")) {
                return new RedisFailure("READONLY"); // before Redis 7, a script's error hides the code in its text
            }
            Matcher code = CODE.matcher(message);
            return new RedisFailure(code.matches() ? code.group(1) : "ERR");
        }
        if (error instanceof Ours ours) {
            return ours.failure;
        }
        if (error instanceof TimeoutException) {
            return TOO_LATE;
        }
        return new RedisFailure(error.getClass().getSimpleName());
    }

    /** It will be so again until somebody changes a password: no use to hurry. */
    boolean isRefusal() {
        return word.equals("WRONGPASS") || word.equals("NOAUTH") || word.equals("NOPERM");
    }

    /** This is no master any more: a new connection, by the same name, may find the one that is. */
    boolean isElsewhere() {
        return word.equals("READONLY") || word.equals("MASTERDOWN");
    }

    /** For what we ourselves have to complain of. */
    Exception asException() {
        return new Ours(this);
    }

    @Override
    public String toString() {
        return "Redis: " + word;
    }

    private static final class Ours extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient RedisFailure failure;

        Ours(RedisFailure failure) {
            super(failure.toString(), null, false, false);
            this.failure = failure;
        }
    }
}
