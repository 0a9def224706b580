#!/usr/bin/env bash
# Builds the release binary, linked statically, and shows that it needs nothing but itself: it runs
# in a root file system that holds the binary and a copy of an example.
#
#   scripts/build-static.sh            prints where the binary is, and its size
#
# The target is always named, so that the flag reaches neither build scripts nor procedural macros.
set -euo pipefail
cd "$(dirname "$0")/.."

target=$(uname -m)-unknown-linux-gnu
# Packed relocations are 0.8 MB less of the file. The start code of glibc reads them from 2.36 on; with
# an older one the binary does not start, which the end of this script shows.
RUSTFLAGS="${RUSTFLAGS:-} -C target-feature=+crt-static -C link-arg=-Wl,-z,pack-relative-relocs" \
	cargo build --release --locked --bin clodo --target "$target"
folder=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
binary=$folder/$target/release/clodo

# A static binary names no interpreter and asks for no library.
if readelf --program-headers --wide "$binary" | grep -q INTERP ||
	readelf --dynamic --wide "$binary" | grep -q NEEDED; then
	echo "$binary is not static" >&2
	exit 1
fi

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
cp "$binary" "$root/clodo"
cp -r examples/storefront "$root/storefront"
rm -rf "$root/storefront/node_modules"
# In a namespace of its own a user may change the root without being root.
enter() { chroot "$root" "$@"; }
if [ "$(id -u)" != 0 ]; then
	enter() { unshare --map-root-user chroot "$root" "$@"; }
fi
enter /clodo --version
enter /clodo check --offline -C /storefront

echo "$binary: $(stat --format %s "$binary") bytes, static, runs in an empty root"
