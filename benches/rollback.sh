#!/usr/bin/env bash
# Measures how long `clodo rollback` takes from the command until the versions of before serve
# again, and until it ends, in a sandbox whose API answers after 50 ms: one service and three.
#
#   benches/rollback.sh [RUNS]       median of RUNS runs (default 7)
#   CLODO=path/to/clodo              another binary than the release build of this checkout
set -euo pipefail
cd "$(dirname "$0")/.."

runs=${1:-7}
if [ -z "${CLODO:-}" ]; then
	cargo build --quiet --release --bin clodo
	target=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
	CLODO=$target/release/clodo
fi
clodo=$(realpath "$CLODO")

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# median FILE: the middle of its lines.
median() {
	sort -n "$1" | awk '{ line[NR] = $1 } END { print line[int((NR + 1) / 2)] }'
}

echo "| services | traffic restored | all |"
echo "|---|---|---|"
for services in 1 3; do
	rm -rf "${folder:?}"/*
	{
		echo "workers:"
		for name in a b c; do
			# Two versions, of which the newest serves: the other is what a rollback goes back to.
			echo "  - { name: $name }"
		done
		echo "faults: [{ what: { latency: 50 } }]"
	} >"$folder/seed.yaml"
	names=(a b c)
	arguments=()
	for name in "${names[@]:0:services}"; do
		mkdir -p "$folder/$name"
		printf '{ "name": "%s", "main": "index.js" }\n' "$name" >"$folder/$name/wrangler.json"
		echo "export default {}" >"$folder/$name/index.js"
		arguments+=(--service "$name")
	done
	cat >"$folder/run.sh" <<-'RUN'
		set -euo pipefail
		api() {
			curl -fsS -H "authorization: Bearer $CLOUDFLARE_API_TOKEN" -H 'content-type: application/json' "$@"
		}
		scripts=$CLOUDFLARE_API_BASE_URL/accounts/$CLOUDFLARE_ACCOUNT_ID/workers/scripts
		for name in $NAMES; do
			# A setting makes a new version, and deploys it.
			api -X PATCH "$scripts/$name/settings" -d "{\"compatibility_date\":\"2026-01-$RUN\"}" >/dev/null
		done
		"$CLODO" rollback "$@" --format json
	RUN
	for ((run = 0; run < runs; run++)); do
		rm -rf "$folder/.clodo"
		(
			cd "$folder"
			CLODO=$clodo NAMES="${names[*]:0:services}" RUN=$((10 + run)) \
				"$clodo" sandbox --seed seed.yaml -- bash run.sh "${arguments[@]}" >ended.json 2>log
		) || {
			cat "$folder/log" >&2
			exit 1
		}
		sed -n 's/.*"traffic_milliseconds": \([0-9]*\).*/\1/p' "$folder/ended.json" >>"$folder/traffic"
		sed -n 's/^  "milliseconds": \([0-9]*\).*/\1/p' "$folder/ended.json" >>"$folder/all"
	done
	echo "| $services | $(median "$folder/traffic") ms | $(median "$folder/all") ms |"
done
