#!/usr/bin/env bash
# Installs what is missing, builds with warnings as errors, and runs all tests: once optimised, once with sanitizers.
# Usage: tests/run.sh [--quick] [ctest options]      --quick leaves the sanitizers out
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

quick=false
if [ "${1:-}" = --quick ]; then quick=true; shift; fi

install_missing "${build_packages[@]}" "${test_packages[@]}"
export MUSTER_SHARED=${MUSTER_SHARED:-$root/../shared}

jobs=$(nproc)
echo "building"
build "$root/build" -DCMAKE_BUILD_TYPE=Release -DMUSTER_WERROR=ON -DMUSTER_SANITIZE=OFF
ctest --test-dir "$root/build" --output-on-failure --no-tests=error -j "$jobs" "$@"
$quick && exit 0

echo "building with the address and undefined behaviour sanitizers"
build "$root/build-sanitize" -DCMAKE_BUILD_TYPE=Debug -DMUSTER_WERROR=ON -DMUSTER_SANITIZE=ON
ctest --test-dir "$root/build-sanitize" --output-on-failure --no-tests=error -j "$jobs" -L unit "$@"
