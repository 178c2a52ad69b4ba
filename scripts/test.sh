#!/bin/sh
# All tests: engine and exchange, then the portal on SQLite and on a PostgreSQL of its own, then
# the browser journeys. In CI a missing browser is a failure.
set -eu
pytest=".venv/bin/python -m pytest -q"
jobs="${JOBS:-2}"

$pytest -n "$jobs" tests/engine tests/exchange tests/rules tests/architecture tests/test_cli.py
echo "The portal on SQLite:"
RAMMEVAERK_TEST_DATABASE=sqlite $pytest -n "$jobs" tests/portal
echo "The portal on PostgreSQL:"
RAMMEVAERK_TEST_DATABASE=postgresql $pytest -n "$jobs" tests/portal \
    tests/architecture/test_append_only.py tests/architecture/test_models.py
echo "The browser:"
$pytest tests/browser
