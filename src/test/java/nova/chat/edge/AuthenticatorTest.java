package nova.chat.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.function.Supplier;
import nova.chat.config.Config;
import nova.chat.config.Environment;
import nova.chat.edge.Authenticator.Caller;
import nova.chat.edge.Authenticator.Verdict;
import nova.chat.orchestrator.Orchestrator;
import nova.chat.orchestrator.Trace;
import nova.chat.standin.Endpoint;
import nova.chat.standin.Script;
import nova.chat.standin.StandIn;
import nova.chat.testing.Service;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AuthenticatorTest {
    private static final Caller GOOD = new Caller(new ApiKey("sk-nova-good"), "10.0.0.1");

    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private StandIn upstream;
    private Authenticator authenticator;

    @BeforeEach
    void start() {
        upstream = Service.await(StandIn.start(vertx, StandIn.Options.local().withKeys("sk-nova-good")));
        Config config = Environment.read(Map.of("KEY_CACHE", "0s"));
        authenticator = onLoop(() -> Future.succeededFuture(new Authenticator(
                new Orchestrator(vertx, config.upstream(), upstream.url(), 10, 65_536), config.keys())));
    }

    @AfterEach
    void stop() {
        Service.await(vertx.close());
    }

    @Test
    void wrong_keys_in_any_number_push_out_no_good_verdict_that_an_outage_is_survived_with() {
        assertThat(onLoop(() -> authenticator.judge(GOOD))).isEqualTo(Verdict.GOOD);
        Verdict last = onLoop(() -> {
            Future<Verdict> said = Future.succeededFuture(Verdict.GOOD);
            for (int i = 0; i < 50_000; i++) {
                // No header can carry it, so it is bad without a call.
                said = authenticator.judge(new Caller(new ApiKey("guess\n" + i), "10.6.6.6"));
            }
            return said;
        });
        assertThat(last).isEqualTo(Verdict.BAD);
        upstream.control().always(Endpoint.VALIDATE, Script.refusal(503, "away"));
        assertThat(onLoop(() -> authenticator.judge(GOOD))).isEqualTo(Verdict.GOOD);
        assertThat(onLoop(() -> authenticator.judge(new Caller(new ApiKey("sk-nova-new"), "10.0.0.1"))))
                .isEqualTo(Verdict.AWAY);
    }

    @Test
    void a_key_that_turned_bad_is_not_good_again_because_nobody_can_be_asked() {
        assertThat(onLoop(() -> authenticator.judge(GOOD))).isEqualTo(Verdict.GOOD);
        upstream.control().next(Endpoint.VALIDATE, Script.refusal(401, "Invalid API key"));
        assertThat(onLoop(() -> authenticator.judgeAgain(GOOD))).isEqualTo(Verdict.BAD);
        upstream.control().always(Endpoint.VALIDATE, Script.refusal(503, "away"));
        assertThat(onLoop(() -> authenticator.judge(GOOD))).isNotEqualTo(Verdict.GOOD);
        assertThat(onLoop(() -> authenticator.judgeAgain(GOOD))).isEqualTo(Verdict.AWAY);
    }

    @Test
    void a_good_key_that_was_refused_elsewhere_is_asked_about_again_and_good_until_then() {
        assertThat(onLoop(() -> authenticator.judge(GOOD))).isEqualTo(Verdict.GOOD);
        assertThat(stale(GOOD)).as("it has just been asked about").isFalse();
        onLoop(() -> {
            authenticator.doubt(GOOD.call(Trace.of(null)));
            return Future.succeededFuture();
        });
        assertThat(stale(GOOD)).isTrue();
        upstream.control().next(Endpoint.VALIDATE, Script.refusal(503, "away"));
        assertThat(onLoop(() -> authenticator.judge(GOOD))).isEqualTo(Verdict.GOOD);
        assertThat(onLoop(() -> authenticator.judge(GOOD))).isEqualTo(Verdict.GOOD);
        assertThat(stale(GOOD)).isFalse();
    }

    @Test
    void a_key_that_nobody_knows_here_cannot_be_doubted() {
        onLoop(() -> {
            authenticator.doubt(GOOD.call(Trace.of(null)));
            return Future.succeededFuture();
        });
        upstream.control().always(Endpoint.VALIDATE, Script.refusal(503, "away"));
        assertThat(onLoop(() -> authenticator.judge(GOOD))).isEqualTo(Verdict.AWAY);
    }

    private boolean stale(Caller caller) {
        return onLoop(() -> Future.succeededFuture(authenticator.isStale(caller)));
    }

    /** Everything of it lives on one event loop. */
    @CanIgnoreReturnValue
    private <T> T onLoop(Supplier<Future<T>> task) {
        Promise<T> done = Promise.promise();
        loop.runOnContext(go -> task.get().onComplete(done));
        return Service.await(done.future());
    }
}
