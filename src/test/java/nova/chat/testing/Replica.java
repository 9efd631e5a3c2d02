package nova.chat.testing;

/** One running service of a {@link Fleet}, in whatever process. */
public interface Replica extends AutoCloseable {
    int port();

    @Override
    void close();
}
