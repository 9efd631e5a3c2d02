package nova.chat.orchestrator;

/** One message of a conversation, in upstream's words: {@code role} is {@code user} or {@code assistant}. */
public record ChatMessage(String role, String content) {}
