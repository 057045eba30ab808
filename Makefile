# Everything a person does here: `make` alone lists it.

SHELL := /bin/bash
.DEFAULT_GOAL := help

BIN := .venv/bin
STORE ?= 367
# One more than processors: some tests wait for a wire.
JOBS ?= $(shell expr $$(nproc) + 1)
ARGS ?=
SECONDS_MAX ?= 240
FUZZ_S ?= 20
# Folders under mypy, those that hold something.
TYPED := appliance image $(patsubst %/,%,$(sort $(dir $(wildcard bench/*.py tests/hw_sim/*.py))))
export PYTHONPATH := tests
export KIVY_NO_ARGS := 1
# Tests start hundreds of tills; without bytecode each would compile all of its source first.
unexport PYTHONDONTWRITEBYTECODE

# The image that is proven: quickly compressed, so that it and what updates it are made in a minute or two.
PROVEN := out/image-proven

.PHONY: help setup run fleet-demo test test-trixie lint format bench screenshots real-year fleet-real payments-proof payments-canary payments-counter image image-run image-twice image-test image-test-quick hub-proof chaos chaos-proof fuzz lock clean distclean

help: ## this list
	@echo "Kram, a till for a small shop. What you can do here:"
	@echo
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1|\2/p' $(MAKEFILE_LIST) | awk -F '|' '{ printf "  make %-16s %s\n", $$1, $$2 }'

setup: .venv/.ready ## the virtual environment .venv with everything in it; the rest does this first

.venv/.ready: requirements/build.lock requirements/dev.lock pyproject.toml scripts/setup scripts/apt-packages.txt
	@scripts/setup

run: .venv/.ready ## the till on a simulated shop counter (HEADLESS=1: rings a scripted day and ends)
	@HEADLESS="$(HEADLESS)" $(BIN)/python -m hw_sim $(ARGS)

fleet-demo: .venv/.ready ## a fleet of 50 simulated tills and its console (HEADLESS=1: half a minute, pictures in out/)
	@HEADLESS="$(HEADLESS)" $(BIN)/python -m hw_sim.fleet_demo $(ARGS)

test: .venv/.ready lint ## lint, then all tests with their coverage (JOBS=1, ARGS="-k scanner")
	@scripts/realdata
	@echo "tests that want the machine for themselves: a real window, the counter's page, a scripted day"
	@$(BIN)/python -m pytest -m "alone and not proof" -q --cov --cov-report= $(ARGS) || case $$? in \
	    5) ;; \
	    1) echo "once more what failed: hands on a busy machine can slip"; \
	       $(BIN)/python -m pytest -m "alone and not proof" -q --lf --cov --cov-append --cov-report= $(ARGS) ;; \
	    *) exit 1 ;; esac
	@echo "all others, side by side"
	@$(BIN)/python -m pytest -m "not alone and not proof" -n $(JOBS) --dist loadgroup --cov --cov-append --cov-report=term $(ARGS) || case $$? in \
	    1) echo "once more what failed, one after the other: a busy machine answers late"; \
	       $(BIN)/python -m pytest -m "not alone and not proof" -q --lf --cov --cov-append --cov-report= $(ARGS) ;; \
	    *) exit 1 ;; esac

test-trixie: .venv/.ready ## imports and tests without a window, under the Python of the SD card's image (ARGS="-k scanner")
	@$(BIN)/python -m scripts.trixie_tests -n $(JOBS) $(ARGS)

lint: .venv/.ready ## style, types and who may import whom
	@echo "ruff check";    $(BIN)/ruff check --quiet .
	@echo "ruff format";   $(BIN)/ruff format --quiet --check . || { echo "Not formatted, see above: make format"; exit 1; }
	@echo "mypy";          $(BIN)/mypy $(TYPED)
	@echo "imports";       $(BIN)/lint-imports --no-logo

format: .venv/.ready ## put the code into shape
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format .

bench: .venv/.ready ## measure speed against limits: a table and out/bench.json (some minutes)
	@$(BIN)/python -m bench $(ARGS)

screenshots: .venv/.ready ## draw the golden screenshots again, to be looked at before committing
	@$(BIN)/python -m scripts.screenshots $(ARGS)

real-year: .venv/.ready ## ring a real store's year through the till and compare (STORE=367)
	@scripts/realdata
	@$(BIN)/python -m bench.real_year --store $(STORE) $(ARGS)

fleet-real: .venv/.ready ## a real chain's 457 stores sell into a fleet, every store's day compared (ARGS="--weeks 4")
	@scripts/realdata
	@$(BIN)/python -m bench.fleet_real $(ARGS)

payments-proof: .venv/.ready ## kill the till, cut the wire, restart the terminal at every message (SECONDS_MAX=240; 0 for all of it)
	@$(BIN)/python -m tests.payments.proof --seconds $(SECONDS_MAX) $(ARGS)

payments-canary: .venv/.ready ## card numbers in every terminal's answers, then a search of all that the till leaves
	@$(BIN)/python -m pytest tests/payments/test_canary.py -q $(ARGS)

payments-counter: .venv/.ready ## every way to pay and its failures, by mouse at the counter's page
	@$(BIN)/python -m pytest tests/counter/test_payments.py -q $(ARGS)

image: .venv/.ready ## the SD card's image, and the bundle that updates to it, in out/image (as root)
	@$(BIN)/python -m image build $(ARGS)

image-run: .venv/.ready ## that image in QEMU: a till to look at (HEADLESS=1: boots, sells once, ends)
	@HEADLESS="$(HEADLESS)" $(BIN)/python -m image run $(ARGS)

image-twice: .venv/.ready ## two images from nothing, compared byte by byte
	@$(BIN)/python -m image twice $(ARGS)

image-test: .venv/.ready ## boot the SD card's image in QEMU, update it, cut its power, look into it (50 minutes; ARGS=--write)
	@$(BIN)/python -m image build --level 3 --out $(PROVEN)
	@$(BIN)/python -m tests.booted.proof --image $(PROVEN)/kram.img $(ARGS)

image-test-quick: .venv/.ready ## the same within ten minutes: a first boot and its sale, a look from inside, a few power cuts
	@$(BIN)/python -m image build --level 3 --out $(PROVEN)
	@$(BIN)/python -m tests.booted.proof --image $(PROVEN)/kram.img --quick --cuts 12 --cut-seconds 120 $(ARGS)

hub-proof: .venv/.ready ## pull the plugs of three real tills while a basket goes from one to another
	@$(BIN)/python -m pytest tests/hub/test_shop_process.py -q $(ARGS)

chaos: .venv/.ready ## kill, cut off and lie to a whole fleet while it sells, then compare every receipt (SECONDS_MAX=600)
	@$(BIN)/python -m fleet.chaos --seconds $(if $(filter file,$(origin SECONDS_MAX)),600,$(SECONDS_MAX)) $(ARGS)

chaos-proof: .venv/.ready ## the same within three minutes
	@$(BIN)/python -m fleet.chaos --seconds 150 $(ARGS)

fuzz: .venv/.ready ## a coverage-guided run over every codec, each so long (FUZZ_S=20; installs atheris)
	@$(BIN)/pip install --quiet --disable-pip-version-check atheris==3.0.0
	@mkdir -p out && PYTHONPATH=tests:. $(BIN)/python -m scripts.fuzz $(FUZZ_S)

lock: .venv/.ready ## resolve the Python packages again: requirements/*.lock (needs the network)
	@scripts/lock

clean: ## remove what runs and tests leave behind
	@rm -rf out build dist *.egg-info .coverage .coverage.* .hypothesis .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .kivy
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

distclean: clean ## clean, and remove .venv
	@rm -rf .venv
