#!/bin/sh
# Creates .venv and installs one lock file into it: setup.sh portal|dev|bench
set -eu
want="$1"
python="${PYTHON:-python3}"

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Rammeværk needs Python 3.11 or newer; '$python' is missing or older. Try: make PYTHON=python3.12 $want" >&2
    exit 1
fi

if [ ! -x .venv/bin/python ]; then
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        # Debian keeps these two modules of the standard library in a package of their own.
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
            apt-get update -qq && apt-get install -y -qq python3-venv
        else
            echo "Python's venv module is missing. On Debian: sudo apt-get install python3-venv" >&2
            exit 1
        fi
    fi
    "$python" -m venv .venv
fi

.venv/bin/python -m pip install --quiet --require-hashes -r "requirements/$want.lock"
# The package itself is installed in place; its build backend is in the lock file.
.venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
case "$want" in
    portal) touch .venv/.run-ready ;;
    dev) touch .venv/.run-ready .venv/.dev-ready ;;
    # The versions of bench.lock are those of dev.lock: it adds to what is there, and changes nothing.
    bench) touch .venv/.bench-ready ;;
esac
