# What each target does is said in the README; `make setup` alone installs and runs nothing else.
PYTHON ?= python3
BIN := .venv/bin
UV_VERSION := 0.13.8

.PHONY: setup run test editor vsix bench
.DEFAULT_GOAL := run

setup: .venv/ready extension/node_modules/ready

.venv/ready: pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Holdfast needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Run: make PYTHON=/path/to/python3.11")'
	@echo "Setting up .venv (about half a minute the first time) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { echo "Python's venv module is missing (on Debian: apt-get install python3-venv)." >&2; exit 1; }
	@test "$$($(BIN)/uv --version 2>/dev/null | cut -d' ' -f2)" = $(UV_VERSION) || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@$(BIN)/uv sync --frozen --quiet --inexact
	@touch $@

extension/node_modules/ready: extension/package.json extension/package-lock.json
	@node -e 'if (+process.versions.node.split(".")[0] < 20) { console.error("The extension needs Node 20 or newer; this is " + process.version); process.exit(1) }'
	@echo "Setting up the extension's tools (about half a minute the first time) ..."
	@cd extension && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

run: .venv/ready
	@$(BIN)/holdfast tour .

test: setup
	@$(BIN)/python tests/run_all.py

vsix: build/holdfast.vsix

build/holdfast.vsix: setup $(wildcard extension/src/*.ts extension/*.mjs) extension/package.json extension/README.md extension/icon.png CLAUDE.md.template $(shell find server/holdfast -name '*.py' -o -name '*.scm')
	@rm -rf extension/server
	@$(BIN)/uv build --quiet --wheel --out-dir extension/server .
	@cd extension && npm run --silent package

build/editor/ready: tests/editor/package-lock.json tests/editor/setup.mjs
	@node tests/editor/setup.mjs

editor: setup vsix build/editor/ready
	@node tests/editor/open.mjs $(FOLDER)

bench: .venv/ready
	@$(BIN)/python tests/bench/run_all.py
