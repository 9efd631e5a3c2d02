package nova.chat.turn;

import nova.chat.orchestrator.UpstreamFailure;
import nova.chat.orchestrator.UpstreamFailure.NotAStream;
import nova.chat.orchestrator.UpstreamFailure.Refused;
import nova.chat.orchestrator.UpstreamFailure.Said;
import nova.chat.orchestrator.UpstreamFailure.Silent;
import nova.chat.orchestrator.UpstreamFailure.Stalled;
import nova.chat.orchestrator.UpstreamFailure.TooLarge;
import nova.chat.orchestrator.UpstreamFailure.Truncated;
import nova.chat.orchestrator.UpstreamFailure.Unreachable;
import nova.chat.protocol.ErrorCode;
import nova.chat.protocol.Event.Failure;
import nova.chat.protocol.TurnId;
import org.jspecify.annotations.Nullable;

/** Upstream's failures in our words: what happened, what became of the message, what to do. No state, no decision. */
final class Failures implements UpstreamFailure.Cases<Failure> {
    private final TurnId turn;
    private final @Nullable String ref;

    private Failures(TurnId turn, @Nullable String ref) {
        this.turn = turn;
        this.ref = ref;
    }

    static Failure of(TurnId turn, @Nullable String ref, UpstreamFailure failure) {
        return failure.match(new Failures(turn, ref));
    }

    @Override
    public Failure unreachable(Unreachable failure) {
        return as(
                ErrorCode.UPSTREAM_UNREACHABLE,
                "The Orchestrator could not be reached for too long. Your message is kept; send it again later.");
    }

    @Override
    public Failure silent(Silent failure) {
        return as(ErrorCode.UPSTREAM_TIMEOUT, "The Orchestrator did not answer in time. You can send it again.");
    }

    @Override
    public Failure stalled(Stalled failure) {
        return as(ErrorCode.UPSTREAM_STALLED, "The Orchestrator fell silent in mid-answer. You can send it again.");
    }

    @Override
    public Failure truncated(Truncated failure) {
        return as(
                ErrorCode.UPSTREAM_TRUNCATED,
                "The Orchestrator broke off before the answer was complete. You can send it again.");
    }

    @Override
    public Failure refused(Refused failure) {
        int status = failure.status();
        boolean key = failure.isOfKey();
        ErrorCode code = status == 429
                ? ErrorCode.UPSTREAM_BUSY
                : status >= 500 ? ErrorCode.UPSTREAM_5XX : ErrorCode.UPSTREAM_4XX;
        String what = key ? "The Orchestrator refused the API key" : "The Orchestrator refused the request";
        return new Failure(turn, ref, code, status(what, status, failure.detail()), failure.retryAfterMs());
    }

    @Override
    public Failure notAStream(NotAStream failure) {
        return as(
                ErrorCode.UPSTREAM_ERROR,
                "The Orchestrator answered with status 200, but not in the form that was asked for.");
    }

    @Override
    public Failure said(Said failure) {
        String words = failure.words();
        return as(
                ErrorCode.UPSTREAM_ERROR,
                words.isBlank() ? "The Orchestrator reported an error and did not say which." : words);
    }

    @Override
    public Failure tooLarge(TooLarge failure) {
        return as(ErrorCode.OUTPUT_LIMIT, "The Orchestrator sent more at once than an answer may hold.");
    }

    private Failure as(ErrorCode code, String content) {
        return new Failure(turn, ref, code, content);
    }

    private static String status(String what, int status, @Nullable String detail) {
        return what + " (status " + status + ")" + (detail == null ? "." : ": " + detail);
    }
}
