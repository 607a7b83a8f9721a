#!/usr/bin/env bash
# The command line itself: help, version, manual, completion, wrong words, where output goes.
source "$(dirname "$0")/_lib.sh"

shows "help and version on stdout, status 0"
status 0 "$muster" --help; prints "muster measure"; [ ! -s err ] || fail "help speaks on stderr"
status 0 "$muster" --version; prints "Lua 5.4"; prints "SQLite"
status 0 "$muster" manual; prints ".TH MUSTER"
for shell in bash zsh fish; do status 0 "$muster" completion $shell; prints "measure"; done
bash -n <("$muster" completion bash)

shows "every command has --help, with its options and an example or its arguments"
"$muster" --help | sed -n 's/^  muster \([a-z]* \?[a-z]*\) .*/\1/p' | while read -r first second; do
  command="$first"
  "$muster" $first $second --help >out 2>err || "$muster" $first --help >out 2>err || fail "no help for $first $second"
  grep -q "usage: muster" out || fail "help of $first does not show how to call it"
done

shows "no words, wrong words: status 2 on stderr"
status 2 "$muster"; [ ! -s out ] || fail "usage error speaks on stdout"
status 2 "$muster" mesure x; says "did you mean 'measure'?"
status 2 "$muster" measure; says "measure"
status 2 "$muster" synth --pupils many --out x; says "--pupils"
status 2 "$muster" run a b c d; says "too many"

shows "nothing but the answer on stdout, no colour in a pipe"
strips d 'ann=/\/\/\/\/\'
status 0 "$muster" measure d --by all
grep -q $'\033' out err && fail "colour in a pipe"
says "calendar"
