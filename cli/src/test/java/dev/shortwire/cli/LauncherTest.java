package dev.shortwire.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The launcher script, with homes of Java that only print who they are.
@EnabledOnOs({OS.LINUX, OS.MAC})
final class LauncherTest {
    private static final Path SCRIPT = Path.of("..", "shortwire").toAbsolutePath().normalize();

    @TempDir
    Path folder;

    private Path built;
    private Path jvms;
    private Path bin;

    @BeforeEach
    void makeFolders() throws IOException {
        built = Files.createDirectories(folder.resolve("built"));
        Files.createFile(built.resolve("shortwire.jar"));
        jvms = Files.createDirectories(folder.resolve("jvms"));
        bin = Files.createDirectories(folder.resolve("bin"));
    }

    /// What a run of the script printed and how it ended.
    private record Run(int code, String out) {}

    private Run run(Map<String, String> environment, String... words) throws Exception {
        return run(SCRIPT, environment, words);
    }

    private Run run(Path script, Map<String, String> environment, String... words) throws Exception {
        java.util.List<String> command = new java.util.ArrayList<>(java.util.List.of("bash", script.toString()));
        command.addAll(java.util.List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).directory(folder.toFile());
        builder.environment().clear();
        builder.environment().putAll(Map.of("PATH", bin + ":/usr/bin:/bin", "HOME", folder.toString(),
                "SHORTWIRE_JVM_DIRS", jvms.toString(), "SHORTWIRE_HOME", built.toString()));
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Run(process.exitValue(), out);
    }

    private Path fakeJava(Path home, String version) throws IOException {
        executable(home.resolve("bin/java"), "#!/bin/sh\necho \"I am $0\"\nfor a in \"$@\"; do echo \"arg $a\"; done\n"
                + "echo \"locale $LC_ALL\"\nexit 7\n");
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        return home;
    }

    private static void executable(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void passesOverAJavaHomeOfAnotherVersion() throws Exception {
        Path old = fakeJava(folder.resolve("old"), "17.0.1");
        fakeJava(jvms.resolve("a-jdk-21"), "21.0.2");
        Path right = fakeJava(jvms.resolve("b-jdk-25"), "25.0.3");
        Run run = run(Map.of("JAVA_HOME", old.toString()), "get", "钥匙", "two words", "");
        assertThat(run.out()).contains("I am " + right.resolve("bin/java")).contains("arg 钥匙\n")
                .contains("arg two words\n").contains("arg \n").contains("arg -jar\narg " + built + "/shortwire.jar\n");
        assertThat(run.code()).as("the program's own exit code").isEqualTo(7);
    }

    @Test
    void takesAJavaHomeOfTheRightVersionFirst() throws Exception {
        fakeJava(jvms.resolve("jdk-25"), "25.0.3");
        Path home = fakeJava(folder.resolve("mine"), "25");
        assertThat(run(Map.of("JAVA_HOME", home.toString()), "x").out()).contains("I am " + home);
    }

    @Test
    void findsAHomeAsMacOsHasItAndOneOnThePath() throws Exception {
        Path mac = fakeJava(jvms.resolve("jdk-25.jdk/Contents/Home"), "25.0.1");
        assertThat(run(Map.of(), "x").out()).contains("I am " + mac);
        Path elsewhere = fakeJava(folder.resolve("elsewhere"), "25.0.1");
        Files.createSymbolicLink(bin.resolve("java"), elsewhere.resolve("bin/java"));
        assertThat(run(Map.of("SHORTWIRE_JVM_DIRS", "/nonexistent"), "x").out()).contains("I am " + elsewhere);
    }

    @Test
    void saysWhereItLookedIfThereIsNone() throws Exception {
        fakeJava(jvms.resolve("jdk-250"), "250.0.1");
        fakeJava(jvms.resolve("jdk-17"), "17");
        executable(bin.resolve("java"), "#!/bin/sh\necho '    java.specification.version = 21' >&2\n");
        Run run = run(Map.of("JAVA_HOME", "/nowhere"), "demo");
        assertThat(run.code()).isEqualTo(ExitCode.TOOLS_MISSING);
        assertThat(run.out()).contains("no JDK 25 found").contains("JAVA_HOME (/nowhere").contains(jvms.toString())
                .contains("Install one").satisfies(text -> assertThat(text.lines()).hasSize(1));
    }

    @Test
    void asksForUtf8WhateverTheLocaleIs() throws Exception {
        fakeJava(jvms.resolve("jdk"), "25.0.3");
        assertThat(run(Map.of("LC_ALL", "C"), "x").out()).contains("locale C.UTF-8").contains("sun.jnu.encoding=UTF-8");
        assertThat(run(Map.of("LC_ALL", "de_DE.UTF-8"), "x").out()).contains("locale de_DE.UTF-8");
    }

    @Test
    void neverBuildsWhereABuiltCopyIsNamed() throws Exception {
        fakeJava(jvms.resolve("jdk"), "25.0.3");
        executable(bin.resolve("mvn"), "#!/bin/sh\necho built by mistake\n");
        assertThat(run(Map.of(), "x").out()).doesNotContain("built by mistake");
        Run none = run(Map.of("SHORTWIRE_HOME", folder.resolve("none").toString()), "x");
        assertThat(none.code()).isEqualTo(ExitCode.USAGE);
        assertThat(none.out()).contains("has no shortwire.jar");
    }

    /// A folder with sources, a script and a Maven that makes what the real one makes.
    private Path sources() throws IOException {
        return sources("sources");
    }

    private Path sources(String name) throws IOException {
        Path root = Files.createDirectories(folder.resolve(name));
        Files.copy(SCRIPT, root.resolve("shortwire"));
        Files.writeString(root.resolve("pom.xml"), "<project/>");
        Files.createDirectories(root.resolve("cli/src/main/java"));
        Files.writeString(root.resolve("cli/src/main/java/A.java"), "class A {}");
        Path jdk = fakeJava(jvms.resolve("jdk"), "25.0.3");
        Files.copy(jdk.resolve("bin/java"), jdk.resolve("bin/javac"));
        executable(bin.resolve("mvn"),
                """
                        #!/bin/sh
                        if [ "$1" = -v ]; then echo "Apache Maven ${MVN_VERSION:-3.8.7}"; exit 0; fi
                        echo "[INFO] Building shortwire-cli 0.1 [1/1]"
                        [ -z "$MVN_FAILS" ] || { echo "[ERROR] no luck"; exit 1; }
                        mkdir -p cli/target/shortwire && echo "$@" >> cli/target/builds && touch cli/target/shortwire/shortwire.jar
                        """);
        return root.resolve("shortwire");
    }

    private static Map<String, String> unset(String... more) {
        Map<String, String> environment = new TreeMap<>(Map.of("SHORTWIRE_HOME", ""));
        for (int i = 0; i < more.length; i += 2) {
            environment.put(more[i], more[i + 1]);
        }
        return environment;
    }

    @Test
    void buildsWhenASourceIsNewerAndOnlyThen() throws Exception {
        Path script = sources();
        Path builds = folder.resolve("sources/cli/target/builds");
        assertThat(run(script, unset(), "x").out()).contains("building shortwire-cli").contains("I am");
        assertThat(Files.readString(builds)).contains("-pl cli -am package");
        assertThat(run(script, unset(), "x").out()).doesNotContain("building");
        assertThat(Files.readAllLines(builds)).hasSize(1);
        java.nio.file.attribute.FileTime later = java.nio.file.attribute.FileTime
                .from(java.time.Instant.now().plusSeconds(5));
        Files.setLastModifiedTime(folder.resolve("sources/cli/src/main/java/A.java"), later);
        assertThat(run(script, unset(), "x").out()).contains("building");
        assertThat(Files.readAllLines(builds)).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"test", "target", "src/main"})
    void buildsAgainWhateverItsFolderIsCalled(String name) throws Exception {
        Path script = sources(name);
        assertThat(run(script, unset(), "x").out()).contains("building");
        assertThat(run(script, unset(), "x").out()).doesNotContain("building");
        Files.setLastModifiedTime(folder.resolve(name).resolve("cli/src/main/java/A.java"),
                java.nio.file.attribute.FileTime.from(java.time.Instant.now().plusSeconds(5)));
        assertThat(run(script, unset(), "x").out()).contains("building");
    }

    @Test
    void tellsOfABuildThatFailsAndOfAMavenThatIsMissingOrTooOld() throws Exception {
        Path script = sources();
        Run failed = run(script, unset("MVN_FAILS", "yes"), "x");
        assertThat(failed.code()).isEqualTo(ExitCode.FAILED);
        assertThat(failed.out()).contains("no luck").contains("build.log");
        Run old = run(script, unset("MVN_VERSION", "3.6.3"), "x");
        assertThat(old.code()).isEqualTo(ExitCode.TOOLS_MISSING);
        assertThat(old.out()).contains("3.6.3, older than 3.8");
        assertThat(run(script, unset("MVN_VERSION", "4.0.0"), "x").code()).isEqualTo(7);
    }
}
