package dev.shortwire.it;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the compiler can't hold: which package may know which, and what deterministic code may not use.
final class ArchitectureTest {
    private static final String ROOT = "dev.shortwire";

    /// What decides. It may not take time, chance, threads or the outside by itself.
    private static final String[] DETERMINISTIC = {ROOT + ".ring..", ROOT + ".cluster..", ROOT + ".cache..",
        ROOT + ".registry"};

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages(ROOT);

    @Test
    void lowerLayersDoNotKnowHigherOnes() {
        mayUseOnly("api", ROOT, ROOT + ".spi");
        mayUseOnly("ring", ROOT + ".ring", ROOT, ROOT + ".spi");
        mayUseOnly("wire", ROOT + ".wire", ROOT, ROOT + ".spi");
        mayUseOnly("registry", ROOT + ".registry", ROOT, ROOT + ".spi");
        mayUseOnly("cluster", ROOT + ".cluster", ROOT, ROOT + ".spi", ROOT + ".ring", ROOT + ".wire",
                ROOT + ".registry");
        mayUseOnly("cache", ROOT + ".cache", ROOT, ROOT + ".spi", ROOT + ".ring", ROOT + ".wire", ROOT + ".registry",
                ROOT + ".cluster");
        mayUseOnly("http", ROOT + ".http", ROOT, ROOT + ".spi");
    }

    private static void mayUseOnly(String layer, String itself, String... below) {
        String[] allowed = Arrays.copyOf(below, below.length + 1);
        allowed[below.length] = itself;
        ArchRule rule = noClasses().that().resideInAPackage(itself).should().dependOnClassesThat(
                resideInAPackage(ROOT + "..").and(DescribedPredicate.not(resideInAnyPackage(allowed))));
        rule.as(layer + " knows only what lies below it").check(MAIN);
    }

    @Test
    void noPackageDependsOnItselfThroughOthers() {
        slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(MAIN);
    }

    @Test
    void coreKnowsNoAdapterByName() {
        noClasses().that().resideInAnyPackage(ROOT + ".node..", ROOT + ".cache..", ROOT + ".cluster..").should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOT + ".wire.*..", ROOT + ".registry.*..", ROOT + ".http..", "io.netty..",
                        "org.apache.zookeeper..", "org.apache.curator..")
                .check(MAIN);
    }

    @Test
    void librariesStayInTheirModules() {
        stays("io.netty..", ROOT + ".http..", ROOT + ".wire.grpc..");
        stays("io.grpc..", ROOT + ".wire.grpc..", ROOT + ".grpc..", ROOT + ".bench..");
        stays("com.google.protobuf..", ROOT + ".grpc..");
        stays("org.apache.zookeeper..", ROOT + ".registry.zookeeper..");
        stays("org.apache.curator..", ROOT + ".registry.zookeeper..");
        stays("com.github.benmanes.caffeine..", ROOT + ".node..", ROOT + ".bench..", ROOT + ".geecache..");
        stays("com.dynatrace.hash4j..", ROOT + ".ring..");
        stays("picocli..", ROOT + ".cli..");
        stays("org.h2..", ROOT + ".cli..");
    }

    private static void stays(String library, String... home) {
        noClasses().that().resideInAPackage(ROOT + "..").and().resideOutsideOfPackages(home).should()
                .dependOnClassesThat().resideInAPackage(library).check(MAIN);
    }

    private static final DescribedPredicate<JavaCall<?>> NONDETERMINISTIC = DescribedPredicate.describe(
            "time, chance, order or threads that do not come in from outside", call -> {
                String to = call.getTargetOwner().getFullName() + "." + call.getName();
                int arguments = call.getTarget().getRawParameterTypes().size();
                return switch (to) {
                    case "java.lang.System.nanoTime", "java.lang.System.currentTimeMillis", "java.time.Instant.now",
                            "java.time.LocalDateTime.now", "java.lang.Math.random", "java.util.UUID.randomUUID",
                            "java.util.concurrent.ThreadLocalRandom.current", "java.lang.System.identityHashCode",
                            "java.lang.Thread.sleep", "java.lang.Thread.ofVirtual", "java.lang.Thread.ofPlatform",
                            "java.lang.ref.Cleaner.create", "java.util.Set.copyOf", "java.util.Map.copyOf",
                            "java.util.Map.ofEntries" ->
                        true;
                    case "java.util.Set.of" -> arguments > 1;
                    case "java.util.Map.of" -> arguments > 2;
                    case "java.util.concurrent.CompletableFuture.supplyAsync",
                            "java.util.concurrent.CompletableFuture.runAsync" ->
                        arguments == 1;
                    default ->
                        to.startsWith("java.util.concurrent.Executors.") || call.getName().equals("parallelStream")
                                || call.getName().equals("parallel") && to.startsWith("java.util.stream.")
                                || to.equals("java.lang.Thread.<init>") || to.equals("java.util.Random.<init>");
                };
            });

    @Test
    void whatDecidesIsDeterministic() {
        deterministic(DETERMINISTIC).check(MAIN);
    }

    private static ArchRule deterministic(String... packages) {
        return noClasses().that().resideInAnyPackage(packages).should()
                .callCodeUnitWhere(NONDETERMINISTIC.forSubtype());
    }

    @Test
    void theDeterminismRuleFires() {
        JavaClasses offender = new ClassFileImporter().importClasses(Offender.class);
        assertThatThrownBy(() -> deterministic(ROOT + ".it..").check(offender)).isInstanceOf(AssertionError.class)
                .hasMessageContaining("nanoTime").hasMessageContaining("parallelStream")
                .hasMessageContaining("java.util.Set.of");
    }

    /// Does what deterministic code may not.
    private static final class Offender {
        @SuppressWarnings("unused")
        static long time(List<String> names) {
            return System.nanoTime() + names.parallelStream().count() + java.util.Set.of("a", "b").size();
        }
    }

    @Test
    void nothingUsesJavaSerializationOrUnsafe() {
        noClasses().that().resideInAPackage(ROOT + "..").should().dependOnClassesThat()
                .belongToAnyOf(ObjectInputStream.class, ObjectOutputStream.class).orShould().dependOnClassesThat()
                .resideInAnyPackage("sun.misc..", "jdk.internal..").check(MAIN);
    }

    @Test
    void nothingSleeps() {
        noClasses().that().resideInAPackage(ROOT + "..").should()
                .callCodeUnitWhere(target(nameMatching("sleep")).and(target(owner(are(thread()))))).check(MAIN);
    }

    private static DescribedPredicate<JavaClass> thread() {
        return DescribedPredicate.describe("Thread", c -> c.isEquivalentTo(Thread.class));
    }

    /// `Plants` is what tests of the simulation override to plant a bug; `Bytes` is what an entry of a store is as well.
    @Test
    void classesAreFinalUnlessTheyAreMadeToBeExtended() {
        classes().that().resideInAPackage(ROOT + "..").and().areTopLevelClasses().and().areNotInterfaces().and()
                .areNotEnums().and().areNotRecords().and().doNotHaveSimpleName("package-info")
                .and().doNotHaveSimpleName("Plants").and().doNotHaveFullyQualifiedName("dev.shortwire.Bytes")
                .and(DescribedPredicate.not(abstractOrSealed())).should()
                .haveModifier(com.tngtech.archunit.core.domain.JavaModifier.FINAL).check(MAIN);
    }

    private static DescribedPredicate<JavaClass> abstractOrSealed() {
        return DescribedPredicate.describe("abstract or sealed",
                c -> c.getModifiers().contains(com.tngtech.archunit.core.domain.JavaModifier.ABSTRACT)
                        || c.reflect().isSealed());
    }

    @Test
    void everyModuleIsSeen() {
        for (String part : List.of("ring", "wire", "registry", "cluster", "cache", "node", "http", "server", "cli",
                "geecache", "testkit", "bench", "grpc", "wire.grpc", "wire.http", "registry.zookeeper")) {
            assertThat(MAIN.containPackage(ROOT + "." + part)).as(part).isTrue();
        }
    }
}
