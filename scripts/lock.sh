#!/bin/sh
# Renews the lock files: hashes, every platform, and no index address.
set -eu
command -v uv >/dev/null || { echo "make lock needs uv: pip install uv" >&2; exit 1; }
lock() {
    out="$1"; shift
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-header --upgrade pyproject.toml "$@" -o "$out"
}
lock requirements/portal.lock --extra portal --extra invoice --group build
lock requirements/dev.lock --extra portal --extra invoice --extra fast --extra spark \
    --group build --group dev
# What the engine is measured against; on top of the tests' own versions.
lock requirements/bench.lock --constraint requirements/dev.lock --extra fast --extra spark \
    --group build --group bench
