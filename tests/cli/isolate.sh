#!/usr/bin/env bash
# --isolate: the same bytes out, the same errors, and what ends a pack leaves outputs and store as they were.
source "$(dirname "$0")/_lib.sh"
pack=$root/rules/early-warning
"$muster" synth --schools 4 --pupils 400 --seed 5 --out trust 2>/dev/null
if ! "$muster" test "$pack" --isolate >/dev/null 2>err && grep -q "cannot shut a pack in" err; then
  echo "SKIPPED: $(cat err)"
  exit 0
fi

# alike STATUS COMMAND...: the command says and writes the same with and without --isolate
alike() {
  local want=$1 got
  shift
  for way in plain isolated; do
    rm -rf o
    got=0
    if [ $way = isolated ]; then set -- "$@" --isolate; fi
    "$muster" "$@" >$way.out 2>$way.err || got=$?
    [ "$got" -eq "$want" ] || { cat $way.err >&2; fail "$way: exit status $got, expected $want: $*"; }
    rm -rf $way.o
    if [ -e o ]; then cp -r o $way.o; fi
  done
  cmp plain.out isolated.out
  diff plain.err isolated.err >&2 || fail "other words with --isolate: $*"
  if [ -e plain.o ]; then diff -r plain.o isolated.o >&2 || fail "other files with --isolate: $*"; fi
  if [ -e isolated.o ] && ! [ -e plain.o ]; then fail "only --isolate wrote something"; fi
}

shows "every command that evaluates a pack gives the same bytes, for any number of threads"
pupil=$(sed -n 2p trust/pupils.csv | cut -d, -f1)
alike 0 run "$pack" trust --as-of 2026-03-20 --out o
[ -s isolated.o/findings.csv ] && [ -s isolated.o/charts/register.png ] && [ -s isolated.o/run.json ] || fail "files are missing"
alike 0 run "$pack" trust --as-of 2026-03-20 --out o --jobs 1
alike 0 run "$pack" trust --as-of 2026-03-20 --out o --jobs 4 --format json
alike 0 backtest "$pack" trust --out o
alike 0 sweep "$pack" trust --param broken-weeks.weeks=2,3 --as-of 2026-03-20
alike 0 explain "$pack" trust --as-of 2026-03-20 --pupil "$pupil"
alike 0 explain "$pack" trust --as-of 2026-03-20 --pupil "$pupil" --format json
alike 0 report "$pack" trust --out o
alike 0 test "$pack" --coverage
alike 0 test "$pack" --format tap

shows "a store remembers the same, and is read by the same"
status 0 "$muster" import trust a.db
cp a.db b.db
status 0 "$muster" run "$pack" a.db --as-of 2026-03-20 --out o --charts none
status 0 "$muster" run "$pack" b.db --as-of 2026-03-20 --out o2 --charts none --isolate
diff -r o o2
status 0 "$muster" run "$pack" a.db --as-of 2026-04-24 --out o --charts none
status 0 "$muster" run "$pack" b.db --as-of 2026-04-24 --out o2 --charts none --isolate
diff -r o o2
python3 - <<'END'
import sqlite3
a, b = ("\n".join(sqlite3.connect(name).iterdump()) for name in ("a.db", "b.db"))
assert a == b and "broken-weeks" in a
END

shows "overlays, settings, local codes, further packs"
echo 'return overlay { disable = { "broken-weeks" }, level = { ["monday-friday"] = "urgent" } }' >local.lua
alike 0 run "$pack" trust --out o --params local.lua --set broken-weeks.weeks=3
mkdir -p plus/rules
echo 'return pack { name = "plus", version = "1.0.0", api = 1, licence = "x", authors = { "x" }, about = "x",
  codes = { { code = "+", categories = { "possible", "authorised" }, meaning = "trial" } } }' >plus/pack.lua
cat >plus/rules/trial.lua <<'END'
return rule {
  id = "trial", title = "Trial", scope = "pupil", level = "info", message = "{n}",
  when = function(pupil, p) local n = pupil:count(codes"+"); if n > 0 then return { n = n } end end,
}
END
strips d 'ann=/\/\++/\/\'
alike 0 run plus d --out o --charts none
grep -q 'trial,pupil,ann' isolated.o/findings.csv || fail "the local code was not read"
alike 0 run "$pack" trust --out o --also plus

shows "a pack that another one requires is found in the folder of installed packs"
cp -r plus needing
sed -i 's/name = "plus"/name = "needing", requires = { base = "^0.1" }/; s/,$/ }/; s/^  codes.*//' needing/pack.lua
sed -i 's/codes"+"/"absent"/' needing/rules/trial.lua
alike 4 run needing d --out o
grep -q "needing requires base" isolated.err || fail "it is not said what is missing"
status 0 "$muster" pack new base
status 0 "$muster" pack install base --packs packs --allow-unsigned
alike 0 run needing d --out o --packs packs --charts none

shows "what is wrong with a pack is said in the same words"
alike 5 run nothing-here d --out o
cp -r plus wrong
sed -i 's/title = /titel = /' wrong/rules/trial.lua
alike 4 run wrong d --out o
grep -q "did you mean" isolated.err || fail "no hint"
cp -r plus linked
ln -s /etc/hostname linked/rules/host.lua
alike 4 run linked d --out o
alike 2 run plus d --out o --set trial.nothing=1
alike 2 explain plus d --pupil nobody --rule nothing
alike 3 explain plus d --pupil nobody

shows "the limits of one call hold, and name rule and line"
cat >plus/rules/spin.lua <<'END'
return rule {
  id = "spin", title = "Spin", scope = "pupil", level = "info", message = "x",
  when = function(pupil, p)
    while true do end
  end,
}
END
alike 4 run plus d --out o
grep -q "rules/spin.lua:4" isolated.err || fail "the line is not named"
cat >plus/rules/spin.lua <<'END'
return rule {
  id = "spin", title = "Spin", scope = "pupil", level = "info", message = "x",
  when = function(pupil, p)
    local all = {}
    for i = 1, 1000000 do all[i] = string.rep("x", 1000) .. i end
    return #all > 0
  end,
}
END
alike 4 run plus d --out o --limit-memory 8 --limit-instructions 1000000000
grep -q "spin" isolated.err || fail "the rule is not named"

shows "a pack that keeps within the limits of every call and uses up the time of all is ended and named; nothing was touched"
cat >plus/rules/spin.lua <<'END'
return rule {
  id = "spin", title = "Spin", scope = "pupil", level = "info", message = "x",
  when = function(pupil, p)
    local n = 0
    for i = 1, 100000000 do n = n + i % 7 end
    return n < 0
  end,
}
END
rm -rf o plus/rules/trial.lua
mkdir o
echo before >o/findings.csv
sha256sum a.db >sums
status 4 "$muster" run plus a.db --out o --isolate --limit-total 1 --limit-instructions 100000000000 --limit-time 1000
says "processor time"
says "plus/spin"
sha256sum -c --quiet sums
[ "$(ls o)" = findings.csv ] && grep -qx before o/findings.csv || fail "outputs were touched"
[ -s out ] && fail "half an answer on stdout"

shows "--limit-total is an option of --isolate"
status 2 "$muster" run "$pack" trust --out o --limit-total 5
says "goes with --isolate"
