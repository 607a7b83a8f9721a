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

shows "help is read in a terminal of 80 columns; its examples can be copied; the manual says the same"
"$muster" manual >manual.1
"$muster" --help | sed -n 's/^  muster \([a-z]*\( [a-z]*\)\?\)\( .*\)\?$/\1/p' >commands
[ "$(wc -l <commands)" -ge 26 ] || fail "only $(wc -l <commands) commands are in the help"
"$muster" --help >page; "$muster" pack --help >>page; "$muster" plan --help >>page
while read -r command; do
  "$muster" $command --help >help || fail "no help for $command"
  cat help >>page
  sed -n '/^examples:/,$p' help | tail -n +2 | bash -n || fail "the examples of $command are no shell"
  for option in $(sed -n 's/^  --\([a-z-]*\).*/\1/p' help); do
    grep -qF -- "\\-\\-${option//-/\\-}" manual.1 || fail "the manual has no --$option of $command"
  done
done <commands
awk 'length($0) > 80 || / $/ { print FILENAME ":" FNR ": " $0; bad = 1 } END { exit bad }' page >&2 || fail "lines of help over 80 columns, or that end in a space"
tr -s ' \n' '  ' <page | grep -qF "precision, recall, lead time in school days" || fail "folding lost words"
if command -v man >/dev/null; then LC_ALL=C.UTF-8 MANWIDTH=80 man --warnings -l manual.1 >/dev/null 2>warnings; [ ! -s warnings ] || { cat warnings >&2; fail "the manual page has faults"; }; fi

shows "completion names what help names, in fish too, where a quote in a summary must not end the word"
"$muster" completion fish >fish
while read -r command; do grep -qE -- "-a ${command##* }( |$)" fish || fail "fish is not told of $command"; done <commands
grep -qF "run the pack\\'s own tests" fish || fail "an apostrophe ends fish's word"
grep -qF "__fish_seen_subcommand_from pack; and __fish_seen_subcommand_from sign' -l key -r" fish || fail "fish does not know the options of pack sign"
if command -v fish >/dev/null; then fish -n fish; fi

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
