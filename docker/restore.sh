#!/bin/sh
# Restore a backup into an empty database: restore.sh FILE. Reads DATABASE_URL; refuses a database that already holds tables.
# Afterwards every open page is told to refresh, because the numbering of events starts a new epoch.
set -eu
file=${1:?usage: restore.sh FILE}
: "${DATABASE_URL:?set DATABASE_URL}"
here=$(cd "$(dirname "$0")/.." && pwd)
[ -r "$file" ] || { echo "restore.sh: cannot read $file" >&2; exit 2; }
if [ -r "$file.sha256" ]; then (cd "$(dirname "$file")" && sha256sum --check --quiet "$(basename "$file").sha256"); fi
tables=$("${PSQL:-psql}" --no-psqlrc --tuples-only --no-align --command="SELECT count(*) FROM pg_tables WHERE schemaname = 'public'" "$DATABASE_URL")
[ "$tables" = 0 ] || { echo "restore.sh: the database already holds $tables tables; restore into an empty one" >&2; exit 2; }
"${PG_RESTORE:-pg_restore}" --exit-on-error --single-transaction --no-owner --no-privileges --dbname="$DATABASE_URL" "$file"
cd "$here"
"${PYTHON:-python}" -m backend.manage migrate --noinput
"${PYTHON:-python}" -m backend.manage bump_epoch
echo "restored $file"
