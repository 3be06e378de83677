# Two commands matter: `make run` (the product with the sample round) and `make test` (the suite).
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test test-slow lint lock wheelhouse sbom audit clean

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
	$(BIN)/bandit --quiet -ll --configfile pyproject.toml --recursive survey analysis sample_responses app.py cli.py

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

# What an office without internet installs: every wheel of the lock, the program, install.sh. LOCK=requirements-dev.lock
# for `make test` there as well. pip itself listens to PIP_NO_INDEX=1 PIP_FIND_LINKS=…/dist/wheelhouse: with both set,
# `make run` and `make test` ask nobody.
LOCK ?= requirements.lock
HOUSE := dist/wheelhouse
wheelhouse: .venv/run
	rm -rf $(HOUSE) build && mkdir -p $(HOUSE)
	$(BIN)/python -m pip download --quiet --require-hashes --dest $(HOUSE) -r $(LOCK)
	SOURCE_DATE_EPOCH=$(EPOCH) $(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir $(HOUSE) .
	cp $(LOCK) $(HOUSE)/requirements.lock
	cp deploy/install.sh $(HOUSE)/
	$(BIN)/python -c 'import platform, sys; print("Python %d.%d," % sys.version_info[:2], platform.platform())' > $(HOUSE)/README.txt
	cd $(HOUSE) && find . -type f ! -name SHA256SUMS | sort | xargs sha256sum > SHA256SUMS

# The list of parts of a release, the same bytes from the same lock. Works without a network.
sbom: .venv/dev
	mkdir -p dist
	$(BIN)/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible -o dist/hailong-sbom.json requirements.lock

# Known weaknesses of what is pinned. Asks the advisory database, so it is no part of the gate: before a release, and weekly.
# --strict: what could not be looked up is a failure, and no silent good news.
audit: .venv/dev
	$(BIN)/pip-audit --strict --require-hashes --disable-pip --requirement requirements.lock

EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || echo 0)

clean:
	rm -rf .venv build dist *.egg-info
