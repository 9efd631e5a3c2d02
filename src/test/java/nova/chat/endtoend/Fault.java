package nova.chat.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import nova.chat.standin.Script;

/**
 * Something that goes wrong upstream, and the error that a client is to see.
 *
 * @param says a part of the error's words
 * @param retryAfterMs null: the error says nothing of it
 * @param isQuick whether no timeout is needed to notice
 */
record Fault(
        String name, Script script, String code, boolean retryable, String says, Long retryAfterMs, boolean isQuick) {
    static Fault fatal(String name, Script script, String code, String says) {
        return new Fault(name, script, code, false, says, null, true);
    }

    static Fault passing(String name, Script script, String code, String says) {
        return new Fault(name, script, code, true, says, null, true);
    }

    Fault retryAfter(long ms) {
        return new Fault(name, script, code, retryable, says, ms, isQuick);
    }

    Fault slow() {
        return new Fault(name, script, code, retryable, says, retryAfterMs, false);
    }

    void check(JsonObject error) {
        assertThat(error.getString("code")).as(name).isEqualTo(code);
        assertThat(error.getBoolean("retryable")).as(name).isEqualTo(retryable);
        assertThat(error.getLong("retry_after_ms")).as(name).isEqualTo(retryAfterMs);
        assertThat(error.getString("content")).as(name).contains(says).hasSizeLessThan(2_200);
        assertThat(error.getString("session_id")).as(name).isNotNull();
    }

    @Override
    public String toString() {
        return name;
    }
}
