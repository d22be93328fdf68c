# Teamklimaat: `make demo` gives a running example, `make test` passes the tests.
# Needs make and Python 3.11 or newer with venv; everything else goes into .venv.

PORT ?= 8501
HOST ?= 127.0.0.1
SEED ?= 1
SOAK ?= 100
CHANGES ?= 200

VENV := .venv
PYTHON := $(VENV)/bin/python
RUN := $(VENV)/.ready-to-run
DEV := $(VENV)/.ready-to-test
AUDIT := .audit
LOCK := .lock
MUTANTS := .mutants
QUICK := not (browser or mail or postgresql or server or slow or soak)

demo run: export TEAMKLIMAAT_BASE_URL ?= http://localhost:$(PORT)
# Small sums in many processes: threads of their own only wait for each other.
test quick soak mutants: export OPENBLAS_NUM_THREADS := 1

# Else every process of a test would compile the whole program anew.
unexport PYTHONDONTWRITEBYTECODE

.ONESHELL:
.SHELLFLAGS := -eu -c
.DELETE_ON_ERROR:
.PHONY: help demo run test quick soak mutants check bench audit lock wheel sbom licences

help:
	@echo 'make demo    a made-up municipality on http://localhost:8501 (PORT= for another port)'
	@echo 'make run     the app on your own data, in data/'
	@echo 'make test    the tests, in under ten minutes on two cores'
	@echo 'make quick   the quick ones that start no server, browser or database, in under a minute'
	@echo 'make soak    the same promises with SOAK=100 times the samples (SEED= for others)'
	@echo 'make mutants whether the tests notice CHANGES=200 small changes to the core (SEED= for others)'
	@echo 'make check   lint, types, import rules, translations'
	@echo 'make bench   benchmarks, as a table and as bench.json'
	@echo 'make wheel   the package to install, in dist/'
	@echo 'make lock    requirements.lock anew: every package with its hashes (internet)'
	@echo 'make audit   asks the public list of known holes about every package (internet)'
	@echo 'make sbom    the bill of materials of what runs (CycloneDX), in dist/ (internet)'
	@echo 'make licences  whether every file says its licence (internet, the first time)'

# Everything the demo makes lies in a folder of its own that is gone when it stops.
demo: $(RUN)
	@folder=$$(mktemp -d)
	server=
	trap 'test -z "$$server" || kill "$$server" 2>/dev/null || :; wait; rm -rf "$$folder"' EXIT
	trap 'exit 0' INT TERM HUP
	unset TEAMKLIMAAT_KEYS_DIR TEAMKLIMAAT_SECRET_FILE
	export TEAMKLIMAAT_DATABASE_URL="sqlite:///$$folder/data/teamklimaat.db"
	export XDG_STATE_HOME="$$folder/state"
	$(PYTHON) -m monitor demo --seed $(SEED)
	$(PYTHON) -m monitor serve --host $(HOST) --port $(PORT) & server=$$!
	wait "$$server"

run: $(RUN)
	@exec $(PYTHON) -m monitor serve --host $(HOST) --port $(PORT)

test: $(DEV)
	@$(PYTHON) -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m 'not soak'

quick: $(DEV)
	@$(PYTHON) -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder -m '$(QUICK)'

soak: $(DEV) $(MUTANTS)/.ready
	@SOAK=$(SOAK) $(PYTHON) -m pytest -n 2 --dist loadfile --no-loadscope-reorder --hypothesis-seed=$(SEED)
	$(MUTANTS)/bin/python -m tests.mutants --changes $(CHANGES) --seed $(SEED)

mutants: $(DEV) $(MUTANTS)/.ready
	@$(MUTANTS)/bin/python -m tests.mutants --changes $(CHANGES) --seed $(SEED)

check: $(DEV)
	@$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(PYTHON) -m pytest -q tests/test_catalogs.py

bench: $(DEV)
	@$(PYTHON) -m tests.bench

# A package that cannot be asked about is a failure too: not looked at is not the same as sound.
audit: $(DEV)
	@test -x $(AUDIT)/bin/pip-audit || { $(PYTHON) -m venv $(AUDIT); \
	  $(AUDIT)/bin/python -m pip install --quiet --disable-pip-version-check pip-audit==2.10.1; }
	$(PYTHON) -m pip freeze > $(AUDIT)/installed.txt
	if ! $(AUDIT)/bin/pip-audit --strict --no-deps --disable-pip -r $(AUDIT)/installed.txt; then
	  echo 'Not every package is known to be sound. What was known at the last review: docs/PINS.md' >&2
	  exit 1
	fi

# The software bill of materials: every package that runs, with its version and hashes.
sbom: | $(PYTHON)
	@test -x $(AUDIT)/bin/cyclonedx-py || { $(PYTHON) -m venv $(AUDIT); \
	  $(AUDIT)/bin/python -m pip install --quiet --disable-pip-version-check cyclonedx-bom==7.5.0; }
	mkdir -p dist
	$(AUDIT)/bin/cyclonedx-py requirements --pyproject pyproject.toml --of JSON --output-reproducible \
	  -o dist/sbom.cdx.json requirements.lock

# Every file says whose it is and under which licence (https://reuse.software).
licences: | $(PYTHON)
	@test -x $(AUDIT)/bin/reuse || { $(PYTHON) -m venv $(AUDIT); \
	  $(AUDIT)/bin/python -m pip install --quiet --disable-pip-version-check reuse==6.2.0; }
	$(AUDIT)/bin/reuse lint --quiet

wheel: $(RUN)
	@$(PYTHON) -m pip wheel --quiet --disable-pip-version-check --no-deps -w dist .

lock: | $(PYTHON)
	@test -x $(LOCK)/bin/pip-compile || { $(PYTHON) -m venv $(LOCK); \
	  $(LOCK)/bin/python -m pip install --quiet --disable-pip-version-check pip-tools==7.6.2; }
	$(LOCK)/bin/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-annotate \
	  --no-header --no-emit-index-url --no-emit-find-links --output-file requirements.lock.new requirements.txt
	{ echo '# Every package with the hashes of its files, resolved on Python 3.11; `make lock` writes it anew.'
	  cat requirements.lock.new; } > requirements.lock
	rm requirements.lock.new

$(MUTANTS)/.ready: | $(PYTHON)
	@$(PYTHON) -m venv --clear $(MUTANTS)
	$(MUTANTS)/bin/python -m pip install --quiet --disable-pip-version-check cosmic-ray==8.7.0
	touch $@

$(RUN): requirements.txt | $(PYTHON)
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

$(DEV): requirements-dev.txt requirements.txt | $(PYTHON)
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $(RUN) $@

$(PYTHON):
	@for python in python3 python3.14 python3.13 python3.12 python3.11; do
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
	  "$$python" -c 'import venv, ensurepip' 2>/dev/null || { without=$$python; continue; }
	  echo "Making $(VENV) with $$python; installing takes a minute or so."
	  exec "$$python" -m venv --clear $(VENV)
	done
	if test -n "$${without:-}"; then
	  echo "$$without lacks venv; on Debian or Ubuntu: sudo apt install python3-venv" >&2
	else
	  echo 'Python 3.11 or newer is needed and was not found on this machine.' >&2
	fi
	exit 2
