# Everything goes through packaging/bootstrap.py, which needs Python alone: the same commands work
# on Windows and macOS without make.
PYTHON ?= python3
BOOTSTRAP := $(PYTHON) packaging/bootstrap.py
LOCK := .venv/bin/python -m uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-header pyproject.toml --group build

.PHONY: run test lint bench demo-data setup freeze lock clean

run:        ## set up and open the window on the demo region
	@$(BOOTSTRAP) run

test:       ## set up and run all tests
	@$(BOOTSTRAP) test $(ARGS)

lint:       ## style, format, types, import contracts
	@$(BOOTSTRAP) lint

bench:      ## measure; prints a table and JSON
	@$(BOOTSTRAP) bench $(ARGS)

demo-data:  ## build layers/ again from the published packages
	@$(BOOTSTRAP) demo-data

setup:      ## set up only
	@$(BOOTSTRAP) setup test

freeze:     ## build dist/emadina-gis with PyInstaller and try it
	@$(BOOTSTRAP) freeze

lock:       ## resolve the dependencies anew (needs the network)
	@$(BOOTSTRAP) setup test
	@.venv/bin/python -m pip install --quiet uv
	$(LOCK) --output-file packaging/requirements.lock
	$(LOCK) --group dev --group demo --constraint packaging/requirements.lock \
		--output-file packaging/requirements-dev.lock
	$(LOCK) --group freeze --constraint packaging/requirements.lock \
		--output-file packaging/requirements-freeze.lock

clean:      ## remove what can be made again
	rm -rf .venv build dist out .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
