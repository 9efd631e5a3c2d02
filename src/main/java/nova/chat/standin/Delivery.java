package nova.chat.standin;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** How an answer is said: the steps before it, then the text in small pieces, at a model's pace. */
final class Delivery {
    private static final String MODEL = "nova-stand-in";

    /** A word with the space before it, in parts of six characters: about the size of a model's tokens. Never half a character. */
    private static final Pattern TOKEN = Pattern.compile("(?s)\\s*\\S{1,6}|\\s+");

    private Delivery() {}

    static Script of(Answers.Answer answer, Pace pace) {
        Script script = Script.stream().event(said("meta", new JsonObject().put("model", MODEL)));
        for (String step : List.of("classifying", "memory", "model")) {
            script = step(script, step, pace.step());
        }
        if (!answer.thought().isEmpty()) {
            script =
                    script.event(new JsonObject().put("think", answer.thought()).encode());
        }
        script = script.event(status("generating", "running"))
                .quiet(answer.slow() ? pace.slow() : pace.firstToken(), pace.heartbeat());
        script = tokens(script, answer.markdown(), pace.token());
        return answer.error().isEmpty()
                ? script.event(status("generating", "done")).done()
                : script.event(new JsonObject().put("error", answer.error()).encode())
                        .done();
    }

    private static Script step(Script script, String step, Duration time) {
        String done = said(
                "status",
                new JsonObject().put("step", step).put("state", "done").put("elapsed_ms", time.toMillis()));
        return script.event(status(step, "running")).pause(time).event(done);
    }

    private static String status(String step, String state) {
        return said("status", new JsonObject().put("step", step).put("state", state));
    }

    private static String said(String key, JsonObject value) {
        return new JsonObject().put(key, value).encode();
    }

    /** The variation is seeded with the text: the same question is answered in the same rhythm. */
    private static Script tokens(Script script, String text, Duration each) {
        List<String> tokens = new ArrayList<>();
        TOKEN.matcher(text).results().map(MatchResult::group).forEach(tokens::add);
        SplittableRandom random = new SplittableRandom(text.hashCode());
        long meanMs = each.toMillis();
        return script.series(
                tokens.size(),
                index -> Sse.text(tokens.get((int) index)),
                index -> meanMs == 0 ? 0 : random.nextLong(meanMs / 2, meanMs + meanMs / 2 + 1));
    }
}
