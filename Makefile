# Every target sets up what it needs; see README.md.
SHELL := /bin/sh
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin

.PHONY: help setup run test check fix docs bench bench-all bench-pages bench-month lock clean

help: ## show the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

setup: .venv/.run-ready ## create .venv with the command rammevaerk

.venv/.run-ready: requirements/portal.lock pyproject.toml
	PYTHON="$(PYTHON)" sh scripts/setup.sh portal

.venv/.dev-ready: requirements/dev.lock pyproject.toml
	PYTHON="$(PYTHON)" sh scripts/setup.sh dev

run: .venv/.run-ready ## migrate, load the demonstration data, serve on 127.0.0.1:$(PORT)
	PORT="$(PORT)" sh scripts/run.sh

test: .venv/.dev-ready ## all tests: engine, portal on SQLite and PostgreSQL, browser
	sh scripts/test.sh

check: .venv/.dev-ready ## lint, types, boundaries, migrations, docs
	sh scripts/check.sh

fix: .venv/.dev-ready ## format and mend what can be mended
	$(BIN)/ruff check --fix src tests
	$(BIN)/ruff format src tests

docs: .venv/.dev-ready ## write docs/generated
	$(BIN)/rammevaerk write_docs

.venv/.bench-ready: requirements/bench.lock pyproject.toml
	PYTHON="$(PYTHON)" sh scripts/setup.sh bench

bench: .venv/.bench-ready ## measure the settlement against its peers, or SIZES="10000 5000000"
	$(BIN)/python -m bench.settlement.run $(SIZES) $(if $(SIZES),,--write docs/benchmarks.md)

bench-all: .venv/.bench-ready ## the same with 5,000,000 stays and with ten years
	$(BIN)/python -m bench.settlement.run 10000 60000 600000 5000000 --decade --write docs/benchmarks.md

bench-pages: .venv/.dev-ready ## server time of every page over the whole demonstration
	$(BIN)/python -m bench.pages

bench-month: .venv/.dev-ready ## a month of the whole demonstration, preview to credit, on SQLite and PostgreSQL
	$(BIN)/python -m bench.settlement_month --write

lock: .venv/.dev-ready ## renew the lock files
	sh scripts/lock.sh

clean: ## remove the environment; the data in var/ stays
	rm -rf .venv
