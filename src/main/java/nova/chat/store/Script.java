package nova.chat.store;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A Lua script of this room, called by its digest, and sent in full only to a Redis that does not know it (yet, or any more). */
final class Script {
    private static final Logger LOG = LoggerFactory.getLogger(Script.class);

    private final byte[] source;
    private final byte[] digest;

    private Script(byte[] source) {
        this.source = source;
        this.digest = sha1(source);
    }

    /** Loads one from beside this class; several files are one script, in their order. */
    static Script named(String... files) {
        var source = new ByteArrayOutputStream();
        for (String file : files) {
            source.writeBytes(read(file));
            source.write('\n');
        }
        return new Script(source.toByteArray());
    }

    private static byte[] read(String file) {
        try (InputStream in = Script.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(file + " is missing from the class path");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(file, e);
        }
    }

    static Script of(String source) {
        return new Script(source.getBytes(StandardCharsets.UTF_8));
    }

    /** Makes it known to a Redis, ahead of all that is sent after. Where it fails, {@link #run} sends it once more. */
    void load(RedisConnection redis) {
        redis.send(Request.cmd(Command.SCRIPT).arg("LOAD").arg(source))
                .onFailure(error -> LOG.debug("A script that is not loaded: {}", RedisFailure.of(error)));
    }

    /** Runs it; the answer is an array, since each of ours answers one. */
    Future<Response> run(RedisConnection redis, List<String> keys, Consumer<Request> arguments) {
        return redis.send(call(Command.EVALSHA, digest, keys, arguments))
                .recover(error -> error instanceof ErrorType refusal && refusal.is("NOSCRIPT")
                        ? redis.send(call(Command.EVAL, source, keys, arguments))
                        : Future.failedFuture(error));
    }

    private static Request call(Command command, byte[] script, List<String> keys, Consumer<Request> arguments) {
        Request request = Request.cmd(command).arg(script).arg(keys.size());
        keys.forEach(request::arg);
        arguments.accept(request);
        return request;
    }

    /** SHA-1 is how Redis names scripts; nothing rests on its strength. */
    private static byte[] sha1(byte[] source) {
        try {
            String hex =
                    HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(source));
            return hex.getBytes(StandardCharsets.US_ASCII);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }
}
