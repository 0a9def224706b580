#!/usr/bin/env bash
# Wrangler returns one environment of one Worker to the version that was deployed before.
set -euo pipefail
[ "$PARAM_ENVIRONMENT" != '<nil>' ] || PARAM_ENVIRONMENT=

cd "$PARAM_DIRECTORY"
npx --no-install wrangler rollback --env "$PARAM_ENVIRONMENT" --message "$PARAM_MESSAGE" --yes
