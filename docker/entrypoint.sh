#!/bin/sh
# Become one process of the platform: entrypoint.sh web | relay | worker | solver | beat | migrate | manage COMMAND …
# The commands are the launcher's own, so a container runs what `make demo` runs.
set -eu
cd "$(dirname "$0")/.."
role=${1:-}
[ $# -gt 0 ] && shift
case "$role" in
    web | relay | worker | solver | beat) exec "${PYTHON:-python}" -m backend.launcher part "$role" ;;
    migrate)
        "${PYTHON:-python}" -m backend.manage migrate --noinput
        "${PYTHON:-python}" -m backend.manage load_places
        exec "${PYTHON:-python}" -m backend.manage load_programmes
        ;;
    manage) exec "${PYTHON:-python}" -m backend.manage "$@" ;;
    *)
        echo "entrypoint.sh: unknown role '$role'; use web, relay, worker, solver, beat, migrate or manage" >&2
        exit 2
        ;;
esac
