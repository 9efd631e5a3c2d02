package nova.chat.store;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import nova.chat.testing.Patience;

/** Plain commands by way of a link. */
final class LinkCommands {
    private LinkCommands() {}

    /** The answer's text; {@code "null"} where it is none. */
    static Future<String> send(RedisLink link, Command command, String... words) {
        return link.run(64, redis -> redis.send(request(command, words)))
                .map((Response answer) -> String.valueOf(answer));
    }

    static Request request(Command command, String... words) {
        Request request = Request.cmd(command);
        Arrays.stream(words).forEach(request::arg);
        return request;
    }

    /** Asks until it is answered; answers after how many milliseconds it was. */
    @CanIgnoreReturnValue
    static long becomesWell(Loop loop, RedisLink link, String key) {
        long began = System.nanoTime();
        Patience.await(
                "an answer for " + key,
                () -> loop.await(
                        () -> send(link, Command.SET, key, "1").map(true).otherwise(false)));
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    }
}
