package nova.chat.edge;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * A file of the page, ready to be sent.
 *
 * @param type its media type
 * @param plain as it is
 * @param packed the same with gzip, where that is smaller
 */
record Page(String type, Form plain, Optional<Form> packed) {
    private static final String HTML = "text/html; charset=utf-8";
    private static final String SVG = "image/svg+xml";
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final Map<String, String> TYPES = Map.of(
            "html", HTML,
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", SVG,
            // No type is registered for TypeScript: tools go by the name, and a browser shows this one to be read.
            "d.ts", TEXT,
            "txt", TEXT);

    /**
     * What is sent of it.
     *
     * @param tag of these very bytes, as a strong ETag has to be: another zlib may pack otherwise
     */
    record Form(Buffer bytes, String tag) {
        static Form of(byte[] bytes) {
            try {
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
                return new Form(Buffer.buffer(bytes), '"' + HexFormat.of().formatHex(digest, 0, 12) + '"');
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java has SHA-256", e);
            }
        }
    }

    /** Throws where nobody has said what type such a file has. */
    static Page of(String path, byte[] bytes) {
        byte[] packed = gzip(bytes);
        return new Page(
                type(path),
                Form.of(bytes),
                packed.length < bytes.length ? Optional.of(Form.of(packed)) : Optional.empty());
    }

    /** Whether it could run code where a browser shows it by itself. */
    boolean isDocument() {
        return type.equals(HTML) || type.equals(SVG);
    }

    private static String type(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        int dot = name.endsWith(".d.ts") ? name.length() - ".d.ts".length() : name.lastIndexOf('.');
        String type = dot < 0 ? TEXT : TYPES.get(name.substring(dot + 1)); // without: LICENSE, SHA256SUMS
        if (type == null) {
            throw new IllegalStateException("ui" + path + ": files of this type are not served (edge/Page)");
        }
        return type;
    }

    private static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed) {
            {
                def.setLevel(Deflater.BEST_COMPRESSION); // it is done once
            }
        }) {
            gzip.write(bytes);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return packed.toByteArray();
    }
}
