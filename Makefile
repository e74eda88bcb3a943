# make demo   create the environment, index the fixtures, answer the demo's questions
# make test   run the test suite (two processes)
# make check  linters and the type checker
# make docs   the documentation site in build/site, and docs/modelsearch.1 (the man page) anew
# make test-browser  the local page in Chromium (CHROMIUM=PATH), with playwright
# make bench  measure speed on this machine (bench-scale: of large catalogues)
# make bench-parsing  time to understand a question, by the number of names
# make attack-files  20,000 damaged files of all kinds: no traceback, none over 2 s
# make attack-patterns  every regular expression of the package on texts made to explode
# make attack-questions  100,000 generated questions: none may be misread in silence
# make attack-quick  the suite's tests of attacks alone: nothing runs, leaks, hangs or breaks
# make attack kill runs, damage files, ask at random; prints figures (an hour)
# make clean  remove the environment and what was built

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
DEMO   ?= build/demo

.PHONY: demo test check docs coverage bench bench-parsing test-browser eval-reading eval-artefacts eval-ranking eval-descriptions bench-pictures eval-pictures eval-questions attack-questions attack-files attack-patterns eval-dates eval-evidence eval-coverage bench-scale attack attack-quick clean

demo: $(VENV)/.installed
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh scripts/demo.sh "$(DEMO)"

test: $(VENV)/.installed-dev
	@echo "running the tests"
	$(BIN)/python -m pytest -n 2

coverage: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n 2 --cov --cov-report=term

check: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs: $(VENV)/.installed-docs
	$(BIN)/python -m sphinx -q -W -b html docs build/site
	$(BIN)/python -m sphinx -q -W -b man docs build/man
	@cp build/man/modelsearch.1 docs/modelsearch.1
	@echo "build/site/index.html"

test-browser: $(VENV)/.installed-dev
	$(BIN)/python -c "import playwright" 2>/dev/null || $(BIN)/pip install -q playwright
	$(BIN)/python -m pytest -q tests/browser

bench: $(VENV)/.installed-dev
	$(BIN)/python -m bench.cold

bench-scale: $(VENV)/.installed-dev
	@test -n "$(DATA)" || { echo "usage: make bench-scale DATA=FOLDER_OF_SETS [SIZES=10k,100k,1M,2M]"; exit 2; }
	$(BIN)/python -m bench.scale "$(DATA)" --sizes "$(or $(SIZES),10k,100k)" --work "$(or $(WORK),build/scale)"

bench-parsing: $(VENV)/.installed-dev
	$(BIN)/python -m bench.parsing

eval-reading: $(VENV)/.installed-dev
	@test -n "$(REPOS)" || { echo "usage: make eval-reading REPOS=FOLDER_OF_CLONES"; exit 2; }
	$(BIN)/python -m bench.reading.evaluate --repos "$(REPOS)"

bench-pictures: $(VENV)/.installed-dev
	$(BIN)/python -m bench.pictures.speed

eval-artefacts: $(VENV)/.installed-dev
	@test -n "$(REPOS)" || { echo "usage: make eval-artefacts REPOS=FOLDERS_OF_CLONES"; exit 2; }
	$(BIN)/python -m bench.artefacts --repos $(REPOS)

eval-pictures: $(VENV)/.installed-dev
	@test -n "$(REPOS)" || { echo "usage: make eval-pictures REPOS=FOLDER_OF_CLONES"; exit 2; }
	$(BIN)/python -m bench.pictures.evaluate --repos "$(REPOS)"

eval-evidence: $(VENV)/.installed-dev
	@test -n "$(REPOS)" || { echo "usage: make eval-evidence REPOS=FOLDER_OF_CLONES"; exit 2; }
	$(BIN)/python -m bench.reading.evidence --repos "$(REPOS)"

eval-coverage: $(VENV)/.installed-dev
	@test -n "$(REPOS)" || { echo "usage: make eval-coverage REPOS=FOLDER_OF_CLONES"; exit 2; }
	$(BIN)/python -m bench.reading.coverage --repos "$(REPOS)"

eval-ranking: $(VENV)/.installed-dev
	@test -n "$(DATA)" || { echo "usage: make eval-ranking DATA=FOLDER_OF_JUDGED_SETS"; exit 2; }
	$(BIN)/python -m bench.ranking "$(DATA)"

eval-descriptions: $(VENV)/.installed-dev
	@test -n "$(REPOS)" || { echo "usage: make eval-descriptions REPOS=FOLDER_OF_CLONES"; exit 2; }
	$(BIN)/python -m bench.descriptions --repos "$(REPOS)"

eval-questions: $(VENV)/.installed-dev
	$(BIN)/python -m bench.questions.evaluate

attack-files: $(VENV)/.installed-dev
	$(BIN)/python -m bench.attack.files --count "$(or $(COUNT),20000)"

attack-patterns: $(VENV)/.installed-dev
	$(BIN)/python -m bench.patterns

attack-questions: $(VENV)/.installed-dev
	$(BIN)/python -m bench.questions.attack --count "$(or $(COUNT),100000)"
	$(BIN)/python -m bench.questions.sentences --count "$(or $(COUNT),100000)"

ATTACKS := attacks attacks_on_files boundary bounds changing_meanwhile hostile hostile_database hostile_values hostile_repositories hostile_surroundings \
	odd_names outside poisoned_texts secrets slow_made_files whole_file

attack-quick: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n 2 $(ATTACKS:%=tests/test_%.py)

attack: $(VENV)/.installed-dev
	$(BIN)/python -m bench.attack
	$(BIN)/python -m bench.attack.files
	$(BIN)/python -m bench.patterns

eval-dates: $(VENV)/.installed-dev
	@test -n "$(CORPORA)" || { echo "usage: make eval-dates CORPORA=FOLDER_OF_CLONES"; exit 2; }
	$(BIN)/python -m bench.time_expressions "$(CORPORA)"

$(VENV)/.created:
	@echo "creating the environment in $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "modelsearch needs Python 3.11 or later; set PYTHON=python3.11")'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	@touch $@

$(VENV)/.installed: $(VENV)/.created pyproject.toml
	@echo "installing modelsearch (about 250 MB with what it needs; no GPU packages, no model hub)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@$(BIN)/python -m compileall -q modelsearch || true
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed pyproject.toml
	@echo "installing the development tools"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

$(VENV)/.installed-docs: $(VENV)/.installed pyproject.toml
	@echo "installing what builds the documentation"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[docs]'
	@touch $@

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .coverage*
