# Two commands matter: `make demo` and `make test`. Both set up what they need first.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

setup: $(VENV)/.ready ## .venv with everything in it, from the locked hashes

$(VENV)/.ready: requirements/dev.txt requirements/uv.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	$(BIN)/uv pip sync --quiet --require-hashes --python $(BIN)/python requirements/dev.txt requirements/uv.txt
	echo "$(CURDIR)/src" > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/safecity.pth"
	printf '#!/bin/sh\nexec "%s/python" -m safecity "$$@"\n' "$(CURDIR)/$(BIN)" > $(BIN)/safecity
	chmod +x $(BIN)/safecity
	touch $@

demo: setup ## the demo city in the browser
	$(BIN)/safecity demo

test: setup ## everything CI runs: lint, types, contracts, tests
	sh tools/test_system.sh
	$(MAKE) lint
	$(BIN)/python -m pytest

lint: setup ## ruff, pyright strict, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/basedpyright

bench: setup ## every benchmark, quick form
	for each in bench/[a-z]*.py; do $(BIN)/python $$each --quick || exit 1; done

lock: setup ## renew the locked hashes
	$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --universal --python-version 3.11 requirements/run.in -o requirements/run.txt
	$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --universal --python-version 3.11 requirements/dev.in -o requirements/dev.txt

.PHONY: help setup demo test lint bench lock
