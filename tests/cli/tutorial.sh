#!/usr/bin/env bash
# docs/tutorial.md: its files written, its commands run, and what it shows compared, from top to bottom in an empty folder.
source "$(dirname "$0")/_lib.sh"

mkdir bin story
ln -s "$muster" bin/muster
export PATH=$here/bin:$PATH
unset MUSTER_PACKS MUSTER_PASSWORD

shows "the tutorial does what it says, and prints what it shows"
(cd story && python3 "$root/tests/tools/story.py" "$root/docs/tutorial.md") >out 2>err || { cat out err >&2; fail "docs/tutorial.md"; }
read -r files _ commands _ outputs _ <out
[ "$files" -ge 6 ] && [ "$commands" -ge 12 ] && [ "$outputs" -ge 8 ] || fail "the tutorial has lost its blocks: $(cat out)"

shows "a page that shows something else is found out"
sed 's/^after-holiday: 2 passed, 0 failed$/after-holiday: 3 passed, 0 failed/' "$root/docs/tutorial.md" >other.md
mkdir other
(cd other && python3 "$root/tests/tools/story.py" ../other.md) >out 2>err && fail "the changed page passes"
says "the commands before print something else"
