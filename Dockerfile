FROM maven:3.9-eclipse-temurin-17 AS build
WORKDIR /build
COPY . .
RUN mvn -q -B -Dmaven.test.skip=true -Dspotless.check.skip=true package

FROM eclipse-temurin:25-jre
WORKDIR /app
COPY --from=build /build/target/lib lib
COPY --from=build /build/target/chat-api.jar .
USER 10001:10001
EXPOSE 8080
# The heap may take most of the container's memory; one that is full ends the process, to be started afresh.
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=70", "-XX:+ExitOnOutOfMemoryError", "-jar", "chat-api.jar"]
