#!/bin/sh
# Upgrade, or go back, while people work: put the new MOLI_VERSION into docker/.env, then run this.
# Backs up, brings the tables up to date, starts new web containers beside the old
# ones, lets the old ones finish what they have begun, renews the rest, and has the proxy read its
# files anew. COMPOSE names another compose: COMPOSE=docker-compose docker/upgrade.sh
set -eu
cd "$(dirname "$0")"
compose=${COMPOSE:-docker compose}
nginx="$compose exec -T proxy nginx -c /etc/nginx/moli/proxy.conf"
stop() {
    echo "upgrade.sh: $1" >&2
    exit 1
}
$nginx -t -q || stop "the proxy cannot read docker/proxy/proxy.conf; nothing was changed"
old=$($compose ps -q web)
count=$(echo "$old" | grep -c .)
solvers=$($compose ps -q solver | grep -c .)
$compose exec -T backup /app/docker/entrypoint.sh backup-now
$compose run --rm -T migrate
$compose up -d --no-build --no-deps --no-recreate --scale "web=$((count * 2))" web
for container in $($compose ps -q web); do
    tries=60
    until [ "$(docker inspect --format '{{.State.Health.Status}}' "$container")" = healthy ]; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || stop "a new web container does not become healthy; the old ones go on"
        sleep 2
    done
done
sleep 5 # the proxy has seen the new ones
for container in $old; do
    docker stop --time 20 "$container" >/dev/null
    docker rm "$container" >/dev/null
done
$compose up -d --no-build --scale "web=$count" --scale "solver=$solvers"
$nginx -s reload
echo "upgraded"
