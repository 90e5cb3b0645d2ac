#!/bin/sh
# Become one process of the platform, or do one thing:
#   entrypoint.sh web | relay | worker | sender | solver | beat | backup
#   entrypoint.sh migrate | first-steps … | backup-now | restore FILE | moli COMMAND … | manage COMMAND …
#   entrypoint.sh alive      whether this container's process was at work within the last half minute
# The commands are the launcher's own, so a container runs what `make demo` runs.
set -eu
cd "$(dirname "$0")/.."
role=${1:-}
[ $# -gt 0 ] && shift
# Only the container migrate is told who owns the tables: whatever it does, it does as the owner.
app=${DATABASE_URL:-}
if [ -n "${OWNER_DATABASE_URL:-}" ]; then export DATABASE_URL="$OWNER_DATABASE_URL"; fi
grant() { [ -z "${OWNER_DATABASE_URL:-}" ] || docker/app_role.sh "$OWNER_DATABASE_URL" "$app"; }
case "$role" in
    web | relay | worker | sender | solver | beat | backup) exec "${PYTHON:-python}" -m backend.launcher part "$role" ;;
    migrate)
        "${PYTHON:-python}" -m backend.manage migrate --noinput
        "${PYTHON:-python}" -m backend.manage load_places
        "${PYTHON:-python}" -m backend.manage load_programmes
        grant
        ;;
    first-steps) "${PYTHON:-python}" -m backend.manage first_steps "$@" && grant ;;
    backup-now) exec "${PYTHON:-python}" -m scheduler.backups now ;;
    restore) docker/restore.sh "$@" && grant ;;
    moli) exec docker/moli "$@" ;;
    manage) exec "${PYTHON:-python}" -m backend.manage "$@" ;;
    alive)
        [ -n "$(find "${HEARTBEAT_FILE:?set HEARTBEAT_FILE}" -newermt '30 seconds ago' 2>/dev/null)" ] && exit 0
        echo "no heartbeat for half a minute" >&2
        exit 1
        ;;
    *)
        echo "entrypoint.sh: unknown role '$role'; use web, relay, worker, sender, solver, beat, backup, migrate, first-steps, backup-now, restore, moli, manage or alive" >&2
        exit 2
        ;;
esac
