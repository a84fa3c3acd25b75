# The one runner: people, pre-commit and CI call these targets and nothing else.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000
WORKERS ?= auto
TESTS ?= tests
STAMP := .venv/.installed

.PHONY: setup run migrate test lint check bench fuzz client lock

setup: $(STAMP)

# Debian without python3-venv has no ensurepip: an existing pip installs into the new environment instead.
$(STAMP): requirements/base.txt requirements/dev.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv >/dev/null 2>&1 || $(PYTHON) -m venv --without-pip .venv
	@if $(BIN)/python -m pip --version >/dev/null 2>&1; then pip="$(BIN)/python -m pip"; \
	elif $(PYTHON) -m pip --version >/dev/null 2>&1; then pip="$(PYTHON) -m pip --python $(BIN)/python"; \
	else echo "Neither pip nor venv is installed: apt-get install python3-venv" >&2; rm -rf .venv; exit 1; fi; \
	$$pip install --quiet --disable-pip-version-check --require-hashes -r requirements/base.txt -r requirements/dev.txt
	@touch $@

run: setup
	@PORT=$(PORT) exec $(BIN)/python -m config.serve

migrate: setup
	@$(BIN)/python -m config.environment
	$(BIN)/python manage.py migrate

test: setup
	$(BIN)/coverage erase
	$(BIN)/python -m pytest -n $(WORKERS) --cov --cov-report=term $(TESTS)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/python -m mypy

check: lint
	$(BIN)/python manage.py check --settings=config.test_settings --fail-level WARNING
	$(BIN)/python manage.py makemigrations --check --dry-run --settings=config.test_settings
	$(BIN)/python manage.py document_schema --check --settings=config.test_settings
	$(BIN)/python manage.py verify_schema --offline --settings=config.test_settings
	git ls-files '*.py' | xargs $(BIN)/django-upgrade --target-version 5.2 --check
	@$(BIN)/pip-audit --require-hashes --disable-pip -r requirements/base.txt 2>/dev/null \
	|| echo "pip-audit: reported findings or could not reach its database; run it by hand before a release"

bench: setup
	$(BIN)/python -m benchmarks

# The suite asks a few made-up requests of each operation; this asks as many as wished.
EXAMPLES ?= 200
fuzz: setup
	FUZZ_EXAMPLES=$(EXAMPLES) $(BIN)/python -m pytest -n $(WORKERS) --show-capture=no tests/api_schema/test_fuzzing.py tests/api_schema/test_walks.py

client: setup
	@mkdir -p var/client
	$(BIN)/python manage.py spectacular --settings=config.test_settings --fail-on-warn \
	  --format openapi-json --file var/client/openapi.json
	$(BIN)/python -m openapi_python_client generate --fail-on-warning --overwrite --meta none \
	  --path var/client/openapi.json --config config/openapi-client.yaml --output-path var/client/hibachi_client

lock: setup
	$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --no-header --python-version 3.11 \
	  requirements/base.in -o requirements/base.txt
	$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --no-header --python-version 3.11 \
	  requirements/dev.in -o requirements/dev.txt
