package nova.chat.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import nova.chat.log.Batch;
import nova.chat.protocol.OnBusy;
import nova.chat.protocol.Position;
import nova.chat.protocol.SessionId;
import org.junit.jupiter.api.Test;

/**
 * The promises of {@link Store}, each held by every tenant: here those of whole sessions, and all others by
 * inheritance, so that a tenant is held to them by one class.
 */
abstract class StoreContract extends LogPromises {
    @Test
    void a_session_belongs_to_the_key_that_began_it() {
        end(run(question("t1", "hello")), null);
        assertThat(read().owner()).isEqualTo("ada");
        assertThat(begin(by("eve", question("t2", "let me in")))).isEqualTo(new Begun.Forbidden());
        assertThat(begin(by(null, question("t3", "and me")))).isEqualTo(new Begun.Forbidden());
        assertThat(contents(run(question("t4", "still mine")))).containsExactly("hello", "still mine");
        assertThat(begin(by("eve", question("t5")))).as("while a turn runs").isEqualTo(new Begun.Forbidden());
        assertThat(queue().waiting()).isEmpty();
    }

    @Test
    void nobody_else_learns_which_names_a_session_knows() {
        end(run(named("m1", question("t1"))), null);
        assertThat(begin(by("eve", named("m1", question("t2"))))).isEqualTo(new Begun.Forbidden());
    }

    @Test
    void a_session_without_a_key_belongs_to_the_first_key_that_uses_it() {
        end(run(by(null, question("t1", "hello"))), null);
        Lease lease = run(by(null, question("t2", "me again")));
        assertThat(contents(lease)).containsExactly("hello", "me again");
        assertThat(read().owner()).isNull();
        assertThat(begin(by("eve", question("t3")), OnBusy.REJECT)).isEqualTo(new Begun.Busy());
        assertThat(read().owner()).as("a refused message takes nothing").isNull();
        begin(question("t4", "mine"));
        assertThat(read().owner()).isEqualTo("ada");
        assertThat(begin(by(null, question("t5")))).isEqualTo(new Begun.Forbidden());
        assertThat(begin(by("eve", question("t6")))).isEqualTo(new Begun.Forbidden());
    }

    @Test
    void sessions_know_nothing_of_each_other() {
        run("t1");
        SessionId other = SessionId.mint();
        Begun begun =
                loop.await(() -> store.begin(other, by("eve", question("t1")), OnBusy.ENQUEUE, "token", Position.NONE));
        assertThat(begun).isInstanceOf(Begun.Running.class);
        Lease lease = ((Begun.Running) begun).lease();
        assertThat(loop.await(() -> store.depart(other, lease)).conversation()).hasSize(1);
        assertThat(append(lease, 1, said("t1"))).isEqualTo(new Written.Lost());
    }

    @Test
    void a_session_is_kept_for_seven_days_after_its_last_message() {
        end(run(question("t1", "hello")), null);
        loop.await(() -> store.keepAgent(session, "agent-1"));
        String epoch = top().epoch();
        timePasses(Duration.ofDays(6));
        Lease lease = run(question("t2", "still there?"));
        end(lease, answer("t2", "yes"));
        timePasses(Duration.ofDays(6));
        assertThat(read().owner()).isEqualTo("ada");
        assertThat(top()).isEqualTo(new Position(epoch, 2));
        assertThat(messages())
                .containsExactly("USER COMPLETE hello", "USER COMPLETE still there?", "ASSISTANT COMPLETE yes");
        assertThat(loop.await(() -> store.agent(session))).isEqualTo("agent-1");
        timePasses(Duration.ofDays(2));
        assertThat(read().owner()).isNull();
        assertThat(top()).isEqualTo(Position.NONE);
        assertThat(loop.await(() -> store.agent(session))).isNull();
        assertThat(contents(run(by("eve", question("t3", "a new one"))))).containsExactly("a new one");
    }

    @Test
    void looking_does_not_keep_a_session() {
        end(run("t1"), null);
        timePasses(Duration.ofDays(6));
        assertThat(read().owner()).isEqualTo("ada");
        assertThat(queue().waiting()).isEmpty();
        assertThat(claim("other")).isNull();
        timePasses(Duration.ofDays(2));
        assertThat(read().owner()).isNull();
    }

    @Test
    void what_waits_is_kept_as_long_as_its_session() {
        Lease lease = run("t1");
        begin(question("t2"));
        end(lease, null, null);
        timePasses(Duration.ofDays(6));
        assertThat(claimed("other").question()).isEqualTo(question("t2"));
    }

    @Test
    void an_answer_to_a_session_that_is_gone_is_nobodys_and_not_stored() {
        Lease lease = run("t1");
        timePasses(Duration.ofDays(8));
        var end = new Batch(1, List.of(complete("t1")));
        assertThat(end(lease, NO_NEWS, end, answer("t1", "a secret"), null, ANYBODY))
                .isEqualTo(new Written.Gone());
        assertThat(contents(run(by("eve", question("t2", "what did I miss?"))))).containsExactly("what did I miss?");
    }

    @Test
    void a_probe_succeeds() {
        loop.await(store::probe);
    }
}
