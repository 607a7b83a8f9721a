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

shows "a family of commands has help too; --version anywhere"
for words in "pack --help" "help pack" "pack -h"; do status 0 "$muster" $words; prints "muster pack sign"; done
status 0 "$muster" plan --help; prints "muster plan done"
status 2 "$muster" pack; says "one of new, check"
status 2 "$muster" plan dnoe; says "did you mean 'plan done'?"
status 0 "$muster" -V; prints "SQLite"
status 0 "$muster" measure --version; prints "SQLite"
status 0 "$muster" help measure; prints "--period"

shows "a full disk is said, whatever was asked"
if [ -w /dev/full ]; then
  for words in --help --version "measure d --by all --format csv" "check d" "import d t.db"; do
    got=0; "$muster" $words >/dev/full 2>err || got=$?
    [ $got -eq 5 ] || fail "$words on a full disk ends with status $got"
    says "cannot write to standard output"
  done
fi

shows "a reader who had enough is no error"
"$muster" synth --schools 2 --pupils 400 --seed 2 --out many 2>/dev/null
set +o pipefail
"$muster" measure many --by pupil --format csv 2>err | head -1 >out
grep -q 'muster: cannot' err && fail "a closed pipe is taken for an error"
set -o pipefail

shows "what has no table refuses csv"
status 2 "$muster" explain "$root/rules/early-warning" d --pupil ann --format csv; says "lines or json"
