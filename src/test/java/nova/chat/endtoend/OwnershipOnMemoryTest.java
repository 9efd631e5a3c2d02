package nova.chat.endtoend;

class OwnershipOnMemoryTest extends OwnershipContract {
    @Override
    String store() {
        return "memory";
    }
}
