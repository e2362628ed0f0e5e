#!/usr/bin/env bash
#
# Starts the three processes of the pool, asks the API a few times, and runs until Ctrl-C. Builds them if need be.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=$(cd "$here/../.." && pwd -P)
jar=$here/target/geecache/geecache.jar
api=http://localhost:9999/api

is_java_25() { # DIR
    [ -x "$1/bin/java" ] && [ -r "$1/release" ] && grep -q '^JAVA_VERSION="25["+.-]' "$1/release"
}

find_java() {
    local dir
    for dir in "${JAVA_HOME:-/nonexistent}" /usr/lib/jvm/* /usr/java/* /opt/* /opt/java/* \
        "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* /Library/Java/JavaVirtualMachines/*/Contents/Home \
        /opt/homebrew/opt/*; do
        if is_java_25 "$dir"; then
            printf '%s' "$dir/bin/java"
            return
        fi
    done
    if java --version 2>/dev/null | head -n 1 | grep -q ' 25'; then
        printf java
        return
    fi
    echo 'run.sh: no JDK 25 found in JAVA_HOME, the usual folders or PATH; install one, or set JAVA_HOME to it' >&2
    exit 1
}

java=$(find_java)
if ! [ -f "$jar" ]; then
    echo 'run.sh: building (the first time fetches libraries)'
    (cd "$root" && mvn -q -B -Dquick -DskipTests -pl examples/geecache -am package)
fi

pids=()
stop() {
    trap - EXIT
    [ ${#pids[@]} -eq 0 ] || kill "${pids[@]}" 2>/dev/null || true
    wait
}
trap stop EXIT
trap 'exit 130' INT TERM

for flags in '-port 8001' '-port 8002' '-port 8003 -api'; do
    # shellcheck disable=SC2086 # the flags are separated by blanks on purpose
    "$java" -Xmx64m -XX:+UseSerialGC -jar "$jar" $flags &
    pids+=($!)
done

for _ in $(seq 100); do
    for pid in "${pids[@]}"; do
        kill -0 "$pid" 2>/dev/null || { echo 'run.sh: a process ended; its message is above' >&2; exit 1; }
    done
    if curl -s -o /dev/null "$api?key=Tom" && curl -s -o /dev/null http://localhost:8001/ &&
        curl -s -o /dev/null http://localhost:8002/; then
        break
    fi
    sleep 0.1
done

for key in Tom Tom Jack Sam kkk; do
    echo ">>> curl '$api?key=$key'"
    curl -s "$api?key=$key"
    echo
done
echo ">>> running; try curl '$api?key=Tom', end with Ctrl-C"
wait
