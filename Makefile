# Two commands: `make demo` and `make test`. Everything comes from pinned, hashed packages.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
DEMO_ARGS ?=

.PHONY: demo test lint lock pictures clean
.DEFAULT_GOAL := demo

demo: $(VENV)/.runtime node_modules/.runtime
	$(BIN)/callbot demo $(DEMO_ARGS)

test: $(VENV)/.test node_modules/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/callbot scripts check
	$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder --durations=15

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed; set PYTHON=…"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: $(BIN)/python requirements/runtime.lock requirements/simulation.lock requirements/simulation-nodeps.lock pyproject.toml
	$(PIP) install --quiet --no-deps --require-hashes -r requirements/runtime.lock \
	    -r requirements/simulation.lock -r requirements/simulation-nodeps.lock
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q callbot
	@touch $@

$(VENV)/.test: $(VENV)/.runtime requirements/test.lock requirements/oracle-nodeps.lock
	$(PIP) install --quiet --no-deps --require-hashes -r requirements/test.lock \
	    -r requirements/oracle-nodeps.lock
	@touch $@

# What the console's pages load in a browser; for tests also what they are checked with.
node_modules/.runtime: package.json package-lock.json
	npm ci --silent --omit=dev
	@touch $@

node_modules/.test: package.json package-lock.json
	npm ci --silent
	@touch node_modules/.runtime $@

# The README's pictures, of a demo that is played for them.
pictures: $(VENV)/.test node_modules/.test
	$(BIN)/python docs/pictures.py

# Newer releases of what requirements/*.in ask for. Needs `uv`.
lock:
	for set in runtime simulation test; do \
	    uv pip compile --quiet --generate-hashes --no-annotate --python-version 3.11.7 \
	        --custom-compile-command "make lock" requirements/$$set.in -o requirements/$$set.lock; done
	for set in simulation oracle; do \
	    uv pip compile --quiet --generate-hashes --no-annotate --no-deps --python-version 3.11.7 \
	        --custom-compile-command "make lock" requirements/$$set-nodeps.in \
	        -o requirements/$$set-nodeps.lock; done

clean:
	rm -rf $(VENV) node_modules .mypy_cache .pytest_cache .ruff_cache .import_linter_cache *.egg-info
