package nova.chat.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the acceptance tests rest on: the client's rule, and an eye for a server that breaks its word. */
class LedgerTest {
    private final Ledger ledger = new Ledger();

    @BeforeEach
    void joined() {
        take("{'type':'system','session_id':'s'}");
        take("{'type':'history','reset':true,'epoch':'e','seq':0,'messages':[]}");
        take("{'type':'synced','epoch':'e','seq':0}");
    }

    @Test
    void a_turn_is_its_deltas_and_one_end() {
        take("{'type':'turn_start','from':1,'seq':2,'turn_id':'t','ref':'m'}");
        take("{'type':'stream_chunk','seq':3,'turn_id':'t','delta':'a'}");
        take("{'type':'stream_chunk','from':4,'seq':6,'turn_id':'t','delta':'b'}");
        take("{'type':'stream_end','seq':7,'turn_id':'t','reason':'complete'}");
        assertThat(ledger.turns.get("t").text).hasToString("ab");
        assertThat(ledger.turns.get("t").ends).containsExactly("complete");
        assertThat(ledger.turnOfRef).containsEntry("m", "t");
        assertThat(ledger.last).isEqualTo(7);
        assertThat(ledger.faults).isEmpty();
    }

    @Test
    void what_was_there_before_is_dropped_and_a_fault_of_the_server() {
        take("{'type':'stream_chunk','seq':1,'turn_id':'t','delta':'a'}");
        take("{'type':'stream_chunk','seq':1,'turn_id':'t','delta':'a'}");
        assertThat(ledger.turns.get("t").text).hasToString("a");
        assertThat(ledger.faults).hasSize(1);
    }

    @Test
    void what_was_there_before_is_dropped_and_no_fault_after_asking_in_the_middle() {
        take("{'type':'stream_chunk','seq':1,'turn_id':'t','delta':'a'}");
        ledger.disturbed();
        take("{'type':'stream_chunk','seq':1,'turn_id':'t','delta':'a'}");
        assertThat(ledger.faults).isEmpty();
    }

    @Test
    void a_gap_is_a_fault_and_a_reason_to_resume_and_changes_nothing() {
        assertThat(ledger.take(frame("{'type':'stream_chunk','from':2,'seq':3,'turn_id':'t','delta':'a'}")))
                .isTrue();
        assertThat(ledger.last).isZero();
        assertThat(ledger.turns).isEmpty();
        assertThat(ledger.faults).hasSize(1);
    }

    @Test
    void a_second_end_an_overlap_and_an_unannounced_epoch_are_faults() {
        take("{'type':'stream_end','from':1,'seq':3,'turn_id':'t','reason':'complete'}");
        take("{'type':'error','seq':4,'turn_id':'t','code':'interrupted'}");
        assertThat(ledger.faults).hasSize(1);
        take("{'type':'stream_chunk','from':4,'seq':5,'turn_id':'u','delta':'a'}");
        assertThat(ledger.faults).hasSize(2);
        take("{'type':'synced','epoch':'other','seq':5}");
        assertThat(ledger.faults).hasSize(3);
    }

    @Test
    void a_snapshot_replaces_what_was_known_and_its_ends_count() {
        take("{'type':'stream_chunk','seq':1,'turn_id':'t','delta':'a'}");
        take("{'type':'history','reset':true,'epoch':'f','seq':9,'messages':["
                + "{'role':'user','content':'q','turn_id':'t','id':'m','state':'complete'},"
                + "{'role':'assistant','content':'abc','turn_id':'t','state':'complete'},"
                + "{'role':'user','content':'r','turn_id':'u','state':'running'}],"
                + "'partial':{'turn_id':'u','text':'x'}}");
        take("{'type':'synced','epoch':'f','seq':9}");
        take("{'type':'stream_chunk','seq':10,'turn_id':'u','delta':'y'}");
        assertThat(ledger.turns.get("t").text).hasToString("abc");
        assertThat(ledger.turns.get("t").ends).containsExactly("complete");
        assertThat(ledger.turns.get("u").text).hasToString("xy");
        assertThat(ledger.turns.get("u").ends).isEmpty();
        assertThat(ledger.faults).isEmpty();
    }

    private void take(String frame) {
        assertThat(ledger.take(frame(frame))).isFalse();
    }

    private static JsonObject frame(String text) {
        return new JsonObject(text.replace('\'', '"'));
    }
}
