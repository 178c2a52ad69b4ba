#!/bin/sh
# Everything that is checked without running tests: style, types, boundaries, migrations, docs.
set -eu
bin=.venv/bin
# The checks read settings; they must neither see nor touch anybody's data.
RAMMEVAERK_DATA_DIR="$(mktemp -d)"
export RAMMEVAERK_DATA_DIR
trap 'rm -rf "$RAMMEVAERK_DATA_DIR"' EXIT

"$bin/ruff" check src tests bench
"$bin/ruff" format --check src tests bench
"$bin/mypy" --no-error-summary
"$bin/lint-imports" --no-cache
"$bin/rammevaerk" makemigrations --check --dry-run --verbosity 0
"$bin/rammevaerk" check --fail-level WARNING
"$bin/rammevaerk" rules check
"$bin/rammevaerk" write_docs --check
echo "All checks passed."
