# What one types. `make demo` and `make test` prepare everything on a fresh machine; nothing goes before them.
.DEFAULT_GOAL := help
.PHONY: help demo test check coverage mutate bench addresses prove catalogs gallery lock picture prepare

BIN := .venv/bin
ARGS ?=
# Three for two cores: whoever waits for a page, a process or a database would leave a fifth of them idle.
PYTEST := $(BIN)/python -m pytest -n 3 --dist worksteal

help: ## these lines
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | column -t -s '|' 2>/dev/null || grep '## ' Makefile

demo: ## the whole service on this machine, with a Telegram of its own; ARGS=--once plays the stories and leaves
	@tools/prepare.sh run
	@$(BIN)/mektupx demo $(ARGS)

test: prepare ## every specification; ARGS="-m 'not slow'" leaves out what takes long
	@$(PYTEST) $(ARGS)

check: prepare ## all that CI runs: style, types, who may import whom, catalogs, tests
	@echo "ruff" && $(BIN)/ruff check --quiet . && $(BIN)/ruff format --check --quiet .
	@echo "mypy" && $(BIN)/mypy --no-error-summary
	@echo "import-linter" && $(BIN)/lint-imports --no-logo >/dev/null || $(BIN)/lint-imports
	@echo "catalogs" && $(BIN)/python -m locales.catalog check
	@echo "pytest" && $(PYTEST) $(ARGS)

coverage: prepare ## which branches of flows/ its own specifications do not reach; docs/mutation.md says why
	@$(BIN)/python -m coverage run -m pytest -n 0 tests/flows tests/test_transcripts.py
	@$(BIN)/python -m coverage report

mutate: prepare ## what the specifications of flows/ would not notice, ten minutes at a time: docs/mutation.md
	@timeout --foreground 600 nice $(BIN)/mutmut run --max-children 2 $(or $(ARGS),'flows.order.order.*' 'flows.price.*') || [ $$? = 124 ]
	@$(BIN)/mutmut results

bench: prepare ## the figures of docs/figures.md
	@$(BIN)/python -m benchmarks $(ARGS)

addresses: prepare ## how well typed addresses are read; ARGS=FILE judges another file of cases, ARGS=--everywhere every mahalle
	@$(BIN)/python -m benchmarks.addresses $(ARGS)

prove: prepare ## breaks everything on purpose for half an hour and writes PROOF.md; ARGS=money for one section, ARGS=--sample for a few minutes
	@$(BIN)/python -m tests.prove $(ARGS)

catalogs: prepare ## collects the sentences of the source into locales/
	@$(BIN)/python -m locales.catalog update

gallery: prepare ## every paper, script and envelope as PNG and HTML, in gallery/; ARGS=--keep makes the pictures the tests compare with
	@$(BIN)/python -m rendering.gallery $(or $(ARGS),gallery)

picture: prepare ## the pictures of the README
	@$(BIN)/python -m benchmarks.picture $(ARGS)

lock: ## writes requirements*.txt anew, with hashes and without any registry's address; ARGS=--upgrade for newer versions
	@tools/lock.sh $(ARGS)

prepare:
	@tools/prepare.sh dev
