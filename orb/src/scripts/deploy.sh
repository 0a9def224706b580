#!/usr/bin/env bash
# `clodo ci` for one environment: checks it, and deploys it through its gate. Ends with 4 while that
# waits: rerun the workflow from the failed job once it is approved.
set -euo pipefail
[ "$PARAM_ENVIRONMENT" != '<nil>' ] || PARAM_ENVIRONMENT=

clodo ci --deploy --env "$PARAM_ENVIRONMENT" -- "$PARAM_DIRECTORY"
