package nova.chat.endtoend;

import static java.time.Duration.ofMillis;
import static nova.chat.endtoend.Fault.fatal;
import static nova.chat.endtoend.Fault.passing;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Random;
import nova.chat.standin.Script;

/** The faults that an Orchestrator, or what stands before it, has been seen or may be feared to have. */
final class Faults {
    private static final String HTML = "<html><body><h1>Bad Gateway</h1><p>10.1.2.3:8000</p></body></html>";
    private static final String BROKEN_OFF = "broke off";
    private static final String WRONG_FORM = "not in the form";

    private Faults() {}

    static List<Fault> ofAnyCall() {
        return List.of(
                fatal("401", Script.refusal(401, "Invalid API key"), "upstream_4xx", "(status 401): Invalid API key"),
                fatal("403", Script.refusal(403, "Not for you"), "upstream_4xx", "(status 403): Not for you"),
                fatal("400", Script.refusal(400, "No"), "upstream_4xx", "(status 400): No"),
                fatal("409", Script.refusal(409, "Agent is busy"), "upstream_4xx", "(status 409): Agent is busy"),
                fatal("413 with HTML", html(413), "upstream_4xx", "(status 413)"),
                fatal("422", Script.json(422, complaints()), "upstream_4xx", "body.messages.0.role: Field required"),
                passing("429", Script.refusal(429, "Slow down"), "upstream_busy", "(status 429): Slow down")
                        .retryAfter(60_000),
                passing("429 with a time", html(429).header("retry-after", "7"), "upstream_busy", "(status 429)")
                        .retryAfter(7_000),
                passing("500", Script.refusal(500, "Boom"), "upstream_5xx", "(status 500): Boom"),
                passing("500 with HTML", html(500), "upstream_5xx", "(status 500)"),
                passing("500 without end", endless500(), "upstream_5xx", "(status 500)"),
                passing("502 with HTML", html(502), "upstream_5xx", "(status 502)"),
                passing("503", Script.refusal(503, "No model"), "upstream_5xx", "(status 503): No model"),
                passing("503 with a time", html(503).header("retry-after", "3"), "upstream_5xx", "(status 503)")
                        .retryAfter(3_000),
                fatal("302", html(302).header("location", "/elsewhere"), "upstream_4xx", "(status 302)"),
                fatal("200 with HTML", html(200), "upstream_error", WRONG_FORM),
                fatal("200 with JSON", Script.json(200, new JsonObject().put("ok", 1)), "upstream_error", WRONG_FORM),
                fatal("no HTTP", Script.mute().raw("\u0000\u0001 what?\r\n\r\n"), "upstream_error", WRONG_FORM),
                passing("closed before the header", Script.mute().close(), "upstream_truncated", BROKEN_OFF),
                passing("reset before the header", Script.mute().reset(), "upstream_truncated", BROKEN_OFF),
                passing("half a header", Script.mute().raw("HTTP/1.1 200 OK\r\nx"), "upstream_truncated", BROKEN_OFF),
                passing("not a byte", Script.mute().hang(), "upstream_timeout", "not answer in time")
                        .slow());
    }

    static List<Fault> ofAgents() {
        return List.of(
                fatal("404", Script.refusal(404, "Not Found"), "upstream_4xx", "(status 404): Not Found"),
                fatal("no JSON", Script.answer(201, "application/json", "{\"id\":"), "upstream_error", WRONG_FORM),
                fatal("an array", Script.answer(201, "application/json", "[]"), "upstream_error", WRONG_FORM),
                fatal("no id", Script.json(201, new JsonObject().put("name", "x")), "upstream_error", WRONG_FORM),
                fatal("a number", Script.json(201, new JsonObject().put("id", 7)), "upstream_error", WRONG_FORM),
                fatal("an event stream", Script.stream().text("x").done(), "upstream_error", WRONG_FORM));
    }

    static List<Fault> ofStreams() {
        Script partial = Script.stream().text("par").pause(ofMillis(50));
        return List.of(
                passing("reset in mid-stream", partial.reset(), "upstream_truncated", BROKEN_OFF),
                passing("a body without its last chunk", partial.close(), "upstream_truncated", BROKEN_OFF),
                passing("a body shorter than it said", shortBody(), "upstream_truncated", BROKEN_OFF),
                passing("a chunk with a broken length", brokenChunk(), "upstream_truncated", BROKEN_OFF),
                passing("an end without [DONE]", partial, "upstream_truncated", BROKEN_OFF),
                passing("an empty stream", Script.stream(), "upstream_truncated", BROKEN_OFF),
                passing("an unfinished [DONE]", partial.write("data: [DONE]\n"), "upstream_truncated", BROKEN_OFF),
                passing("garbage bytes", Script.stream().write(garbage()), "upstream_truncated", BROKEN_OFF),
                fatal(
                        "an error",
                        partial.event("{\"error\":\"out of tokens\"}").done(),
                        "upstream_error",
                        "out of tokens"),
                fatal("an error alone", Script.stream().event("{\"error\":\"no\"}"), "upstream_error", "no"),
                fatal(
                        "an empty error",
                        Script.stream().event("{\"error\":\"\"}").done(),
                        "upstream_error",
                        "Orchestrator"),
                fatal(
                        "a blank error",
                        Script.stream().event("{\"error\":\" \\n\"}").done(),
                        "upstream_error",
                        "Orchestrator"),
                fatal("a long error", Script.stream().event(longError()).done(), "upstream_error", "dump"),
                fatal(
                        "half an emoji",
                        Script.stream().event("{\"error\":\"oh \\ud83d\"}").done(),
                        "upstream_error",
                        "oh "),
                fatal(
                        "a compressed stream",
                        Script.stream()
                                .header("content-encoding", "br")
                                .text("x")
                                .done(),
                        "upstream_error",
                        WRONG_FORM));
    }

    private static Script html(int status) {
        return Script.answer(status, "text/html", HTML);
    }

    private static JsonObject complaints() {
        JsonArray place = new JsonArray().add("body").add("messages").add(0).add("role");
        return new JsonObject()
                .put(
                        "detail",
                        new JsonArray().add(new JsonObject().put("loc", place).put("msg", "Field required")));
    }

    private static Script endless500() {
        return Script.mute()
                .raw("HTTP/1.1 500 Oh\r\ncontent-type: text/plain\r\ncontent-length: 1000000000\r\n\r\n")
                .raw("x".repeat(200_000))
                .hang();
    }

    private static Script shortBody() {
        return Script.mute()
                .raw("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 9999\r\n\r\n")
                .raw("data: {\"t\":\"par\"}\n\n");
    }

    private static Script brokenChunk() {
        return Script.mute()
                .raw("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
                .raw("zz\r\ndata: {\"t\":\"par\"}\n\n\r\n")
                .hang();
    }

    private static Buffer garbage() {
        byte[] bytes = new byte[50_000];
        new Random(7).nextBytes(bytes);
        return Buffer.buffer(bytes);
    }

    private static String longError() {
        return new JsonObject().put("error", "a dump ".repeat(50_000)).encode();
    }
}
