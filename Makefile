# Two commands matter: `make run` (the product with the sample round) and `make test` (the suite).
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test test-slow lint lock clean

run: .venv/run
	$(BIN)/hailong demo

test: .venv/dev
	$(BIN)/python -m pytest -m "not slow" -n 2 --dist loadfile

test-slow: .venv/slow
	$(BIN)/python -m pytest -m slow

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/run: .venv/bin/python requirements.lock pyproject.toml
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

.venv/dev: .venv/run requirements-dev.lock
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	touch $@

.venv/slow: .venv/dev requirements-slow.lock
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-slow.lock
	touch $@

# Renews the pinned versions. Needs `uv`.
lock:
	uv pip compile pyproject.toml build-requirements.in --universal --python-version 3.11 --generate-hashes \
		--no-annotate --no-header --upgrade -o requirements.lock
	uv pip compile pyproject.toml build-requirements.in --extra dev --universal --python-version 3.11 \
		--generate-hashes --no-annotate --no-header -c requirements.lock -o requirements-dev.lock
	uv pip compile pyproject.toml build-requirements.in --extra dev --extra spark --universal --python-version 3.11 \
		--generate-hashes --no-annotate --no-header -c requirements-dev.lock -o requirements-slow.lock

clean:
	rm -rf .venv build *.egg-info
