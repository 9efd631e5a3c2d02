package nova.chat.orchestrator;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.netty.buffer.ByteBufOutputStream;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.regex.Pattern;
import nova.chat.config.Config;
import org.jspecify.annotations.Nullable;

/** What is sent upstream: headers and bodies. */
final class Requests {
    static final String EVENT_STREAM = "text/event-stream";
    private static final String JSON = "application/json";

    private static final String SYSTEM_PROMPT = """
            You are a helpful assistant in a chat. Answer the user's messages in the language they are written in. \
            Be honest and plain: say so when you do not know something, and never invent facts or sources. \
            Keep answers as short as the question allows. Markdown may be used where it helps, above all for code and lists.\
            """;

    /**
     * What can stand in a header: no controls, nothing outside Latin-1, no blank at either end. At most 4,096 characters,
     * half of what servers commonly take for a whole header.
     */
    private static final Pattern SENDABLE =
            Pattern.compile("[\\x21-\\x7E\\xA1-\\xFF]([\\x20-\\x7E\\xA0-\\xFF]{0,4094}[\\x21-\\x7E\\xA1-\\xFF])?");

    private static final Pattern ADDRESS = Pattern.compile("[0-9A-Za-z.:%_-]{1,100}");

    private static final JsonFactory FACTORY = JsonFactory.builder()
            // Else an emoji is written as two escapes, twelve bytes instead of four.
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
            .build();

    private interface Content {
        void writeTo(JsonGenerator json) throws IOException;
    }

    private final Endpoint endpoint;

    Requests(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** Whether a call's key can be sent at all. One that cannot is never good; none, or an empty one, is not sent. */
    static boolean isSendable(@Nullable String key) {
        return key == null || key.isEmpty() || SENDABLE.matcher(key).matches();
    }

    RequestOptions alive() {
        return plain(HttpMethod.GET, "/health/live", JSON);
    }

    RequestOptions identity() {
        return plain(HttpMethod.GET, "/api/v1/identity", JSON);
    }

    RequestOptions validate(Call call) {
        return onBehalf(plain(HttpMethod.GET, "/api/v1/keys/validate", JSON), call);
    }

    RequestOptions createAgent(Call call) {
        return onBehalf(plain(HttpMethod.POST, "/api/v1/agents", JSON), call).putHeader(HttpHeaders.CONTENT_TYPE, JSON);
    }

    RequestOptions stream(Call call) {
        return onBehalf(plain(HttpMethod.POST, "/api/v1/tasks/stream", EVENT_STREAM), call)
                .putHeader(HttpHeaders.CONTENT_TYPE, JSON);
    }

    private RequestOptions plain(HttpMethod method, String path, String accept) {
        return endpoint.request(method, path)
                .putHeader(HttpHeaders.ACCEPT, accept)
                // Compression would hold deltas back, and a bomb's size is only known once it is inflated.
                .putHeader(HttpHeaders.ACCEPT_ENCODING, "identity");
    }

    private static RequestOptions onBehalf(RequestOptions options, Call call) {
        String key = call.key();
        if (key != null && !key.isEmpty()) {
            options.putHeader("X-API-Key", key);
        }
        // Never left out: without it upstream would judge trust by our own address.
        String address = ADDRESS.matcher(call.clientAddress()).matches() ? call.clientAddress() : "unknown";
        return options.putHeader("X-Forwarded-For", address)
                .putHeader("traceparent", call.trace().traceparent());
    }

    static Buffer agent(Config.Upstream config) {
        return json(512, json -> {
            json.writeObjectFieldStart("config");
            json.writeStringField("name", Utf8.withoutLoneSurrogates(config.agentName()));
            json.writeStringField("system_prompt", SYSTEM_PROMPT);
            json.writeStringField("model", Utf8.withoutLoneSurrogates(config.model()));
            json.writeEndObject();
        });
    }

    static Buffer task(String agentId, List<ChatMessage> conversation, String sessionId) {
        int chars = conversation.stream()
                .mapToInt(message -> message.content().length() + 40)
                .sum();
        return json(chars + 256, json -> {
            json.writeStringField("agent_id", Utf8.withoutLoneSurrogates(agentId));
            json.writeArrayFieldStart("messages");
            for (ChatMessage message : conversation) {
                json.writeStartObject();
                json.writeStringField("role", message.role());
                json.writeStringField("content", Utf8.withoutLoneSurrogates(message.content()));
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeStringField("session_id", Utf8.withoutLoneSurrogates(sessionId));
            json.writeObjectFieldStart("metadata");
            json.writeEndObject();
        });
    }

    private static Buffer json(int sizeHint, Content content) {
        // Written straight into the buffer that is sent: a conversation may be many megabytes.
        var bytes = Unpooled.buffer(sizeHint);
        try (JsonGenerator json = FACTORY.createGenerator((OutputStream) new ByteBufOutputStream(bytes))) {
            json.writeStartObject();
            content.writeTo(json);
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return BufferInternal.buffer(bytes);
    }
}
