#!/bin/sh
# Back up the database: backup.sh FOLDER. Writes FOLDER/moli-DATE.dump and its checksum, whole or not at all, readable by their owner alone.
# Reads DATABASE_URL. The keys of the sealed fields are not in it: keep FIELD_KEYS and INDEX_KEY elsewhere.
set -eu
umask 077
folder=${1:?usage: backup.sh FOLDER}
if [ -n "${DATABASE_URL_FILE:-}" ]; then DATABASE_URL=$(cat "$DATABASE_URL_FILE"); fi
: "${DATABASE_URL:?set DATABASE_URL}"
mkdir -p "$folder"
name="moli-$(date -u +%Y%m%dT%H%M%SZ).dump"
partial="$folder/.$name.partial"
trap 'rm -f "$partial"' EXIT
"${PG_DUMP:-pg_dump}" --format=custom --no-owner --no-privileges --file="$partial" "$DATABASE_URL"
"${PG_RESTORE:-pg_restore}" --list "$partial" >/dev/null
(cd "$folder" && mv ".$name.partial" "$name" && sha256sum "$name" >"$name.sha256")
echo "$folder/$name"
