#!/usr/bin/env bash
# Takes back the last deployment of an environment.
set -euo pipefail
[ "$PARAM_ENVIRONMENT" != '<nil>' ] || PARAM_ENVIRONMENT=

clodo rollback -e "$PARAM_ENVIRONMENT" --reason "$PARAM_MESSAGE" --yes
