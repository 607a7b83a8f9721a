#!/usr/bin/env bash
# From a fresh Debian 12 machine to findings: installs what is missing, builds, makes a synthetic trust, and runs the early-warning pack on it.
# May be run again at any time. Usage: examples/quickstart.sh [OUT]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../tests/setup.sh"
out=${1:-$root/out/quickstart}

install_missing "${build_packages[@]}"
echo "building"
build "$root/build" -DCMAKE_BUILD_TYPE=Release -- muster
mkdir -p "$out"

echo "a synthetic trust: 4 schools, 2,000 pupils, 2025/26"
"$root/build/muster" synth --schools 4 --pupils 2000 --year 2025 --seed 7 --out "$out/trust"

echo
echo "its absence by the Department for Education's method, autumn term"
"$root/build/muster" measure "$out/trust" --by school --period autumn

echo
echo "what the early-warning rules find at the end of November"
"$root/build/muster" run "$root/rules/early-warning" "$out/trust" --as-of 2025-11-28 --out "$out/findings"

echo
echo "findings  $out/findings/findings.csv"
echo "plans     $out/findings/plans.csv"
echo "pictures:"
ls -1 "$out/findings/charts/"*.png
