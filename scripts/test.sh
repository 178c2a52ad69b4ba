#!/bin/sh
# All tests: engine and exchange, then the portal on SQLite and on a PostgreSQL of its own, then
# the browser journeys. In CI a missing browser is a failure.
set -eu
pytest=".venv/bin/python -m pytest -q"
jobs="${JOBS:-2}"

$pytest -n "$jobs" tests --ignore=tests/portal --ignore=tests/browser
echo "The portal on SQLite:"
RAMMEVAERK_TEST_DATABASE=sqlite $pytest -n "$jobs" tests/portal
echo "The portal on PostgreSQL:"
# The walk over every address in every role and the file of 20,000 rows ask the same of both
# databases; once is enough.
RAMMEVAERK_TEST_DATABASE=postgresql $pytest -n "$jobs" tests/portal \
    --ignore=tests/portal/access/test_every_url.py \
    --ignore=tests/portal/tariffs/test_takstfil_large.py \
    tests/architecture/test_append_only.py tests/architecture/test_models.py
echo "The browser:"
$pytest -n "$jobs" tests/browser
