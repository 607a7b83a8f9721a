#!/usr/bin/env bash
# docs/packs.md: its commands, run from top to bottom in an empty folder.
source "$(dirname "$0")/_lib.sh"

command -v minisign >/dev/null || { echo "SKIPPED: minisign is not installed"; exit 0; }
mkdir bin
ln -s "$muster" bin/muster
export PATH=$here/bin:$PATH
unset MUSTER_PACKS MUSTER_PASSWORD

shows "every block of commands in docs/packs.md does what it says"
awk '/^```sh$/ { inside = 1; next } /^```$/ { inside = 0 } inside' "$root/docs/packs.md" >commands
[ "$(grep -c '^muster\|^(cd' commands)" -ge 20 ] || fail "the page has lost its commands"
mkdir story
(cd story && bash -euo pipefail ../commands >../out 2>../err) || { cat out err >&2; fail "docs/packs.md"; }

shows "and what it tells is so"
prints "coverage: 1 of 1 rules have a firing, a silent and every boundary case"
prints '"signature": "signed by anna (key '
prints "rule days-in-a-row: the parameter sessions was 6, is 5"
prints "went back to first-weeks 0.1.0"
grep -q '^first-weeks *0.2.0 *kept *signed by anna' out || { cat out >&2; fail "0.2.0 is kept"; }
grep -q 'sessions = 8' out || fail "the overlay is shown by pack info"
