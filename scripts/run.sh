#!/bin/sh
# Migrates, loads the demonstration data where there is none, and serves. Data lives in var/.
set -eu
port="${PORT:-8000}"
export RAMMEVAERK_DEMONSTRATION="${RAMMEVAERK_DEMONSTRATION:-true}"
run=".venv/bin/rammevaerk"

case "$port" in
    *[!0-9]* | "") echo "PORT must be a number; it is '$port'" >&2; exit 1 ;;
esac

"$run" migrate --verbosity 0
"$run" collectstatic --noinput --verbosity 0
if [ "$RAMMEVAERK_DEMONSTRATION" = true ]; then
    "$run" demonstrate
    "$run" demonstration_people
fi
# What takes long (reading a takstfil) is queued in the database and done beside the server.
"$run" work &
worker=$!
.venv/bin/granian --interface wsgi --host 127.0.0.1 --port "$port" \
    --workers "${WORKERS:-1}" --blocking-threads "${THREADS:-4}" --no-ws \
    --log-level warning rammevaerk.portal.wsgi:application &
server=$!
trap 'kill "$server" "$worker" 2>/dev/null' EXIT INT TERM
echo
echo "Rammeværk: http://127.0.0.1:$port/   (stop with Ctrl+C)"
echo
wait "$server"
