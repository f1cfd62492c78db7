# Everything a person types. The set-up is .ci/setup: it installs what is missing, and is quick when nothing is.
# Paths are relative to this folder, so that its own path may hold spaces.

.DEFAULT_GOAL := aide
.PHONY: aide pret run test vite essai essai-debian lint exemple gabarit reference captures bench clean

BIN := .venv/bin
# More options for pytest: make test ARGS="-k amounts"
ARGS ?=
# On every core; the tests of the browser stay together, for one browser and one set of pages.
PYTEST := $(BIN)/python -m pytest -n auto --dist loadgroup

aide:
	@echo 'make run      installe ce qui manque, puis fait les lettres de data/sample.xlsx dans sortie/exemple/'
	@echo 'make test     installe ce qui manque, puis lance les tests'
	@echo 'make vite     lance les tests qui ne demandent ni LibreOffice, ni serveur de courrier, ni navigateur'
	@echo 'make essai    cherche, avec des exemples tirés au sort, une propriété qui n'"'"'est pas tenue (plusieurs minutes)'
	@echo 'make essai-debian VERSION=trixie  lance make run et make test dans une Debian vide (en tant que root)'
	@echo 'make lint     vérifie le style et les types du code, et qui importe qui'
	@echo 'make exemple  refait data/sample.xlsx'
	@echo 'make gabarit  refait les gabarits fournis (dossier templates)'
	@echo 'make reference  refait docs/reference.md à partir du programme'
	@echo 'make captures  refait les images de docs/images, de la page et du terminal'
	@echo 'make bench    mesure la vitesse'
	@echo 'make clean    retire ce que les outils ont créé (pas sortie/)'

pret:
	@sh .ci/setup

# The sample has rows to correct on purpose, so 1 (« done, rows left ») is what success looks like here. It goes to a
# folder of its own: a campaign may be under way in sortie/.
run: pret
	@$(BIN)/mlds produire data/sample.xlsx --sortie sortie/exemple; code=$$?; \
	if [ $$code -eq 1 ]; then \
		echo "L'exemple contient des lignes à corriger, exprès : voyez sortie/exemple/ et le rapport indiqué ci-dessus."; \
	elif [ $$code -ne 0 ]; then \
		echo "mlds s'est arrêté avec le code $$code." >&2; exit $$code; \
	fi

test: pret
	@sh .ci/navigateur
	@$(PYTEST) $(ARGS)

# Without what tests/support/outside.py finds to need another program, and with fewer examples of each property.
vite: pret
	@$(PYTEST) -m 'not program' --hypothesis-profile=vite $(ARGS)

# New examples each time, and more of them: a counterexample becomes an @example of its test.
essai: pret
	@$(BIN)/python -m pytest -m hypothesis --hypothesis-profile=essai $(ARGS)

# VERSION is trixie or bookworm; .ci/essai-debian says what else can be asked.
essai-debian:
	@ARGS='$(ARGS)' sh .ci/essai-debian $(VERSION)

lint: pret
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

exemple: pret
	@$(BIN)/python data/fabriquer_exemple.py

gabarit: pret
	@$(BIN)/python templates/fabriquer.py

reference: pret
	@$(BIN)/python docs/fabriquer_reference.py

captures: pret
	@sh .ci/navigateur
	@$(BIN)/python docs/captures.py

bench: pret
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "unoserver>=3.7,<4" && $(BIN)/python bench/mesurer.py $(ARGS)

clean:
	@rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
