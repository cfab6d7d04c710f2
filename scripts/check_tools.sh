#!/bin/sh
# Says in one line what is missing to build memsim. usage: check_tools.sh PYTHON
python=$1
fail() { echo "memsim: $1" >&2; exit 1; }

command -v swift > /dev/null || fail "swift is not on the PATH: install Swift 6.2 or newer from https://swift.org/install"
version=$(swift --version 2> /dev/null | sed -n 's/.*Swift version \([0-9]*\)\.\([0-9]*\).*/\1 \2/p' | head -n 1)
[ -n "$version" ] || fail "swift --version tells no version: Swift 6.2 or newer is needed"
# shellcheck disable=SC2086 # two words
set -- $version
[ "$1" -gt 6 ] || { [ "$1" -eq 6 ] && [ "$2" -ge 2 ]; } || fail "Swift $1.$2 is too old: 6.2 or newer is needed"

for tool in cc c++ ld.bfd; do
  command -v "$tool" > /dev/null || fail "$tool is not on the PATH: install a C and C++ compiler and GNU binutils"
done

command -v "$python" > /dev/null || fail "$python is not on the PATH: install Python 3.11 or newer, or say make PYTHON=..."
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
  fail "$("$python" --version) is too old: 3.11 or newer is needed, or say make PYTHON=..."
"$python" -c 'import venv, ensurepip' 2> /dev/null || fail "$python has no venv: install python3-venv"
"$python" -c 'import os, sys, sysconfig; sys.exit(not os.path.exists(sysconfig.get_path("include") + "/Python.h"))' ||
  fail "$python has no headers: install python3-dev"
