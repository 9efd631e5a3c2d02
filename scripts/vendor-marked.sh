#!/usr/bin/env bash
# Puts a version of marked, as npm has it, where the page takes it from: scripts/vendor-marked.sh 18.2.1
# The import in markdown/lexer.js, index.html's modulepreload, README.md and THIRD-PARTY-NOTICES.md name the version, too.
# The folder of the version before stays until somebody removes it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

version=${1:?which version of marked?}
vendored=src/main/resources/ui/vendor/marked-$version
unpacked=$(mktemp -d)
trap 'rm -rf "$unpacked"' EXIT

npm pack --silent --pack-destination "$unpacked" "marked@$version" >/dev/null
tar -xzf "$unpacked/marked-$version.tgz" -C "$unpacked"
mkdir -p "$vendored"
cp "$unpacked/package/lib/marked.esm.js" "$unpacked/package/LICENSE" "$vendored"
(cd "$vendored" && sha256sum LICENSE marked.esm.js >SHA256SUMS)
echo "$vendored"
