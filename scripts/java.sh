# Finds Javas, and keeps Maven plain; sourced by ./run and ./test. Prints, never sets anything.

# The major version of the Java in $1, or nothing where there is none that works.
java_version() {
    local line
    line=$("$1/bin/java" -version 2>&1 </dev/null | grep -m 1 ' version "') || return 1
    line=${line#*\"}
    line=${line#1.} # 1.8 is 8
    printf '%s\n' "${line%%[!0-9]*}"
}

# Homes of all Javas of this machine, one a line, in the order in which they are preferred.
java_homes() {
    local path home
    path=$(command -v java) && path=$(readlink -f "$path") && path=${path%/bin/java}
    for home in "${JAVA_HOME:-}" "$path" "${JAVA_HOME_17:-}" "${JAVA_HOME_25:-}" \
        /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/*; do
        [[ -n $home && -x $home/bin/java ]] && printf '%s\n' "$home"
    done
}

# Maven's output without escape sequences: told to use no colours, it still writes the one that ends them.
plain() { sed -u $'s/\033\\[[0-9;]*m//g'; }
