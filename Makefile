# Thin calls of CMake and the scripts in tools/.
#   make          builds everything that `make install` installs; the compiler is then build/lspec
#   make demo     sets the machine up, builds, compiles an example into a trainer, trains it
#   make test     sets the machine up and runs all tests
#   make bench    sets the machine up and prints ratios against PyTorch (a virtual environment in build/)
#   make install  PREFIX=/usr/local

PREFIX ?= /usr/local
JOBS ?= $(shell nproc)

all: build/CMakeCache.txt
	cmake --build build -j $(JOBS)

build/CMakeCache.txt:
	cmake --preset release

setup:
	sh tools/setup.sh

demo: setup
	$(MAKE) --no-print-directory all
	sh tools/demo.sh

test: setup
	bash tools/test.sh

bench: setup
	$(MAKE) --no-print-directory all
	bash bench/run.sh

install: all
	cmake --install build --prefix $(PREFIX)

fmt:
	clang-format-19 -i $$(git ls-files '*.c' '*.h')

clean:
	rm -rf build build-*

.PHONY: all setup demo test bench install fmt clean
