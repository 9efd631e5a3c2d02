package nova.chat.endtoend;

class ConversationInMemoryTest extends ConversationContract {
    @Override
    String store() {
        return "memory";
    }
}
