package nova.chat.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import nova.chat.orchestrator.Identity;
import nova.chat.protocol.Welcome;
import nova.chat.testing.Service;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IdentitiesTest {
    private final Vertx vertx = Vertx.vertx();
    private final List<Promise<Optional<Identity>>> calls = new ArrayList<>();
    private long nowNanos = Long.MAX_VALUE - 1; // it may run over
    private final Identities identities = new Identities(vertx, this::call, () -> nowNanos);

    @AfterEach
    void stop() {
        Service.await(vertx.close());
    }

    @Test
    void many_who_come_together_are_one_call_and_all_hear_the_answer() {
        Future<Void> one = identities.refresh();
        Future<Void> another = identities.refresh();
        assertThat(calls).hasSize(1);
        answer(0, "Ada");
        Service.await(Future.all(one, another));
        assertThat(identities.latest()).isEqualTo(new Welcome.Identity("Ada", "Hi"));
    }

    @Test
    void it_is_asked_again_after_a_minute_and_nobody_waits_for_that() {
        Service.await(answered("Ada"));
        pass(59);
        assertThat(identities.refresh().succeeded()).isTrue();
        assertThat(calls).hasSize(1);
        pass(2);
        assertThat(identities.refresh().succeeded()).isTrue();
        assertThat(calls).hasSize(2);
        assertThat(identities.latest()).isEqualTo(new Welcome.Identity("Ada", "Hi"));
        answer(1, "Grace");
        assertThat(identities.latest()).isEqualTo(new Welcome.Identity("Grace", "Hi"));
    }

    @Test
    void an_orchestrator_that_hangs_is_waited_for_a_moment_and_heard_later_all_the_same() {
        Future<Void> patience = identities.refresh();
        assertThat(patience.isComplete()).isFalse();
        Service.await(patience);
        assertThat(identities.latest()).isNull();
        assertThat(identities.refresh().succeeded()).isTrue();
        answer(0, "Ada");
        assertThat(identities.latest()).isEqualTo(new Welcome.Identity("Ada", "Hi"));
    }

    @Test
    void one_that_has_just_failed_is_left_alone_for_a_while() {
        Future<Void> patience = identities.refresh();
        calls.get(0).fail("away");
        Service.await(patience);
        pass(4);
        assertThat(identities.refresh().succeeded()).isTrue();
        assertThat(calls).hasSize(1);
        pass(2);
        assertThat(identities.refresh().isComplete()).isFalse();
        assertThat(calls).hasSize(2);
    }

    @Test
    void a_name_is_kept_while_nobody_answers_and_forgotten_when_there_is_none() {
        Service.await(answered("Ada"));
        pass(61);
        Service.await(identities.refresh());
        calls.get(1).fail("away");
        assertThat(identities.latest()).isEqualTo(new Welcome.Identity("Ada", "Hi"));
        pass(6);
        Service.await(identities.refresh());
        calls.get(2).complete(Optional.empty());
        assertThat(identities.latest()).isNull();
        pass(61);
        assertThat(identities.refresh().succeeded()).isTrue(); // that there is none was an answer too
    }

    private Future<Optional<Identity>> call() {
        Promise<Optional<Identity>> call = Promise.promise();
        calls.add(call);
        return call.future();
    }

    private Future<Void> answered(String name) {
        Future<Void> asked = identities.refresh();
        answer(calls.size() - 1, name);
        return asked;
    }

    private void answer(int call, String name) {
        calls.get(call).complete(Optional.of(new Identity(name, "Hi")));
    }

    private void pass(long seconds) {
        nowNanos += TimeUnit.SECONDS.toNanos(seconds);
    }
}
