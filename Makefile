# Two commands matter: `make run` and `make test`. Both set up what they need.
PYTHON ?= python3
BIN = .venv/bin

.PHONY: run test check faults bench bench-mail screenshots lock clean

run: .venv/.runtime
	@$(BIN)/python manage.py embedded

test: .venv/.dev
	@$(BIN)/python -m pytest $(ARGS)

check: .venv/.dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy .
	@$(BIN)/lint-imports
	@DATABASE_URL=sqlite://:memory: $(BIN)/python manage.py makemigrations --check --dry-run
	@.ci/deploy-check $(BIN)/python

# Kill senders, take servers away, and count what arrives, at length (minutes).
faults: .venv/.dev
	@FAULT_MAILS=$${FAULT_MAILS:-2000} FAULT_KILLS=$${FAULT_KILLS:-50} $(BIN)/python -m pytest tests/faults $(ARGS)

bench-mail: .venv/.dev
	@$(BIN)/python -m tests.benchmarks.mail $(ARGS)

bench: .venv/.dev
	@$(BIN)/python -m tests.benchmarks.engine $(ARGS)

# For maintainers: take the pictures of README and handbook anew (needs Chromium).
screenshots: .venv/.dev
	@$(BIN)/python docs/screenshots.py

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed; this is " + sys.version)'
	@$(PYTHON) -m venv .venv || { echo "Python could not make a virtual environment: on Debian and Ubuntu, install python3-venv."; rm -rf .venv; exit 1; }

.venv/.runtime: requirements.lock | .venv/bin/python
	@echo "Installing what the site needs (once; less than a minute) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

.venv/.dev: requirements-dev.lock | .venv/bin/python
	@echo "Installing what the tests need (once; about a minute) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@ .venv/.runtime

# For maintainers: resolve the dependencies anew (needs uv).
lock:
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml -o requirements.lock
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --extra dev pyproject.toml -o requirements-dev.lock

clean:
	rm -rf .venv var
