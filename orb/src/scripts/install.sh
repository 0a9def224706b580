#!/usr/bin/env bash
# Installs a released clodo and verifies it. Used by setup/action.yml and by the orb, which give it:
#
#   CLODO_SHA256SUMS     the checksums of the release's archives, whose names hold the version
#   CLODO_INSTALL_DIR    where to put it; default: ~/.local/bin
#   CLODO_DOWNLOAD_URL   where releases are kept, if not at the project
#
# Nothing is installed that has another checksum, wherever it comes from.
set -euo pipefail

fail() {
	echo "clodo: $*" >&2
	exit 1
}

case "$(uname -s)-$(uname -m)" in
Linux-x86_64) target=x86_64-unknown-linux-gnu ;;
Linux-aarch64 | Linux-arm64) target=aarch64-unknown-linux-gnu ;;
Darwin-x86_64) target=x86_64-apple-darwin ;;
Darwin-arm64) target=aarch64-apple-darwin ;;
MINGW*-x86_64 | MSYS*-x86_64 | CYGWIN*-x86_64) target=x86_64-pc-windows-msvc ;;
*) fail "there is no release for $(uname -s) on $(uname -m): build it with cargo install --locked --git https://github.com/tamyla/clodo-orchestration" ;;
esac

sums=$(printf '%s\n' "${CLODO_SHA256SUMS:-}" | grep -v '^#' || true)
[ -n "$sums" ] || fail 'this is the unreleased tree, which has nothing to install: use a release'
line=$(printf '%s\n' "$sums" | grep -E "^[0-9a-f]{64}  clodo-v[0-9][0-9A-Za-z.+-]*-$target\.tar\.gz\$") ||
	fail "the release has no archive for $target"
archive=${line##* }
version=${archive#clodo-v}
version=${version%"-$target.tar.gz"}

url=${CLODO_DOWNLOAD_URL:-https://github.com/tamyla/clodo-orchestration/releases/download}
folder=${CLODO_INSTALL_DIR:-$HOME/.local/bin}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

echo "clodo: installing $version for $target"
curl --fail --location --silent --show-error --retry 3 --proto '=https,file' --proto-redir '=https' \
	--output "$work/$archive" "${url%/}/v$version/$archive" ||
	fail "cannot download ${url%/}/v$version/$archive"
if command -v sha256sum >/dev/null; then
	(cd "$work" && printf '%s\n' "$line" | sha256sum --check --status -)
else
	(cd "$work" && printf '%s\n' "$line" | shasum --algorithm 256 --check --status -)
fi || fail "$archive does not have the checksum of the release: it is not what was published"
tar xzf "$work/$archive" -C "$work"

mkdir -p "$folder"
program=clodo
[ ! -e "$work/clodo.exe" ] || program=clodo.exe
cp "$work/$program" "$folder/$program"
chmod 755 "$folder/$program"
"$folder/$program" --version

# The next steps of the job find it.
if [ -n "${GITHUB_PATH:-}" ]; then
	if command -v cygpath >/dev/null; then cygpath --windows "$folder"; else echo "$folder"; fi >>"$GITHUB_PATH"
	echo "version=$version" >>"$GITHUB_OUTPUT"
elif [ -n "${BASH_ENV:-}" ]; then
	printf 'export PATH=%q:"%s"\n' "$folder" "\$PATH" >>"$BASH_ENV"
fi
