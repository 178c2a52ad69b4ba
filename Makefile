# Every target sets up what it needs; see README.md.
SHELL := /bin/sh
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin

.PHONY: help setup run test check fix docs lock clean

help: ## show the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

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

lock: .venv/.dev-ready ## renew the lock files
	sh scripts/lock.sh

clean: ## remove the environment; the data in var/ stays
	rm -rf .venv
