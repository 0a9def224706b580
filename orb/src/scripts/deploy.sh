#!/usr/bin/env bash
# Checks one environment of one Worker, then lets Wrangler deploy it: the project's own, or the image's.
set -euo pipefail
[ "$PARAM_ENVIRONMENT" != '<nil>' ] || PARAM_ENVIRONMENT=

clodo check --env "$PARAM_ENVIRONMENT" "$PARAM_DIRECTORY"
cd "$PARAM_DIRECTORY"
npx --no-install wrangler deploy --env "$PARAM_ENVIRONMENT" --x-provision=false
