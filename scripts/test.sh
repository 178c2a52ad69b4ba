#!/bin/sh
# All tests: engine and exchange, then the portal on SQLite and on a PostgreSQL of its own, then
# the browser journeys. In CI a missing browser is a failure. Which database a test is left out on,
# and why, is told by its mark: docs/decisions/0021-each-test-once-or-twice.md.
set -eu
pytest=".venv/bin/python -m pytest -q"
jobs="${JOBS:-2}"
# A module goes to one worker, so that what it loads is loaded once; tests/portal/conftest.py says
# which begin.
by_module="--dist loadfile --no-loadscope-reorder"

# Tests of the house that ask the database, too.
of_models="tests/architecture/test_append_only.py tests/architecture/test_models.py"

$pytest -n "$jobs" tests --ignore=tests/portal --ignore=tests/browser \
    $(printf -- "--ignore=%s " $of_models)
echo "The portal on SQLite:"
# Its tables are made straight from the models here; the browser's portals migrate, as do those on
# PostgreSQL.
RAMMEVAERK_TEST_DATABASE=sqlite $pytest --nomigrations -n "$jobs" $by_module -m "not postgresql" tests/portal \
    $of_models
echo "The portal on PostgreSQL:"
RAMMEVAERK_TEST_DATABASE=postgresql $pytest -n "$jobs" $by_module -m "not sqlite" tests/portal $of_models
echo "The browser:"
$pytest -n "$jobs" tests/browser
