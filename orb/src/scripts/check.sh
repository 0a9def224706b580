#!/usr/bin/env bash
# `clodo ci` with the parameters of the orb, which arrive as PARAM_*.
set -euo pipefail

# A parameter that is empty may arrive as `<nil>`.
given() { [ -n "$1" ] && [ "$1" != '<nil>' ]; }

arguments=(--deploy=off -C "$PARAM_DIRECTORY")
while IFS= read -r environment; do
	! given "$environment" || arguments+=(--env "$environment")
done < <(printf '%s\n' "$PARAM_ENVIRONMENTS")
! given "$PARAM_FAIL_LEVEL" || arguments+=(--fail-level "$PARAM_FAIL_LEVEL")
mkdir -p "$(dirname "$PARAM_JUNIT_FILE")"
arguments+=(--write "junit=$PWD/$PARAM_JUNIT_FILE" --)
while IFS= read -r path; do
	! given "$path" || arguments+=("$path")
done < <(printf '%s\n' "$PARAM_PATHS")

clodo ci "${arguments[@]}"
