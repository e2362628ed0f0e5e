package dev.shortwire.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.nio.charset.StandardCharsets;

/// Sets the log up in code, which is faster than reading a file: warnings of Shortwire's own to standard error, of the
/// libraries only errors, because theirs repeat what we report in our own words. `-Dshortwire.log=debug` or `--verbose`
/// for more. Found by logback as a service.
public final class Logging extends ContextAwareBase implements Configurator {
    /// `error`, `warn`, `info`, `debug` or `trace`.
    static final String PROPERTY = "shortwire.log";

    /// For logback.
    public Logging() {}

    /// To be called before anything logs.
    static void verbose(boolean verbose) {
        if (verbose && System.getProperty(PROPERTY) == null) {
            System.setProperty(PROPERTY, "info");
        }
    }

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setCharset(StandardCharsets.UTF_8);
        encoder.setPattern("%d{HH:mm:ss.SSS} %-5level %logger{20} %msg%n%ex{short}");
        encoder.start();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        String asked = System.getProperty(PROPERTY);
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).addAppender(appender);
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(Level.toLevel(asked, Level.ERROR));
        context.getLogger("dev.shortwire").setLevel(Level.toLevel(asked, Level.WARN));
        if (asked == null) {
            for (String noisy : new String[] {"org.apache.zookeeper", "org.apache.curator"}) {
                context.getLogger(noisy).setLevel(Level.OFF);
            }
        }
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
