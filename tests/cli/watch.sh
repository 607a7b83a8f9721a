#!/usr/bin/env bash
# muster run --watch: again at every save, who came and who went, errors in place, Ctrl-C.
source "$(dirname "$0")/_lib.sh"
mkdir -p p/rules
echo 'return pack { name = "p", version = "1.0.0", api = 1, licence = "x", authors = { "x" }, about = "x" }' >p/pack.lua
rule() {
  cat <<END
return rule {
  id = "away", title = "Away", scope = "pupil", level = "watch", message = "{n} sessions",
  params = { least = integer { $1, min = 1, max = 99 } },
  when = function(pupil, p)
    local n = pupil:count("absent")
    if n >= p.least then return { n = n } end
  end,
}
END
}
rule 2 >p/rules/away.lua
strips d 'ann=/\IIII/\' 'ben=/\II/\/\' 'cas=/\I\/\/\' 'dee=/\/\/\/\'

# begin OPTIONS...: watches in the background, output in ./lines and ./words
begin() {
  : >lines
  : >words
  "$muster" run p d --watch "$@" >lines 2>words &
  watcher=$!
}
# until_runs N: waits for the answer of run N
until_runs() {
  for _ in $(seq 200); do
    if grep -q "^run $1," lines; then return; fi
    kill -0 $watcher 2>/dev/null || break
    sleep 0.05
  done
  cat lines words >&2
  fail "no run $1"
}
until_words() {
  for _ in $(seq 200); do
    if grep -qF -- "$1" words; then return; fi
    sleep 0.05
  done
  cat lines words >&2
  fail "stderr does not say: $1"
}
ends() { local got=0; wait $watcher || got=$?; [ $got -eq "$1" ] || { cat words >&2; fail "ended with $got, expected $1"; }; }

shows "a save runs again, and says who came and who went; so does a file renamed over the old one, and an error in between"
begin --out o --charts none --watch-runs 6
until_runs 1
until_words "waiting for p to be saved"
cp o/findings.csv first.csv
rule 1 >p/rules/away.lua
until_runs 2
rule 4 >saved && mv saved p/rules/away.lua
until_runs 3
rule 4 | sed 's/title/titel/' >p/rules/away.lua
until_words 'p/rules/away.lua:2'
until_words 'did you mean'
rule 3 >p/rules/away.lua
until_runs 5
cat >p/rules/here.lua <<'END'
return rule {
  id = "here", title = "Here", scope = "pupil", level = "info", message = "x",
  when = function(pupil) return pupil:count("absent") == 0 end,
}
END
until_runs 6
ends 0
same lines <<'END'
run 1, as of 2025-09-04: 2 findings
  p/away: 2
run 2, as of 2025-09-04: 3 findings
  p/away: 3, was 2
    came: cas
run 3, as of 2025-09-04: 1 findings
  p/away: 1, was 3
    went: ben, cas
run 5, as of 2025-09-04: 1 findings
  nobody came, nobody went
run 6, as of 2025-09-04: 2 findings
  p/here: 1, was 0
    came: dee
END

shows "--out holds the files of the last run"
cut -d, -f1,3 first.csv >got
same got <<'END'
rule,subject
p/away,ann
p/away,ben
END
cut -d, -f1,3 o/findings.csv >got
same got <<'END'
rule,subject
p/away,ann
p/here,dee
END
status 0 "$muster" run p d --out fresh --charts none
diff -r o fresh

shows "an overlay is watched too, and a rule that is taken away is told"
echo 'return overlay { }' >local.lua
begin --params local.lua --watch-runs 3
until_runs 1
echo 'return overlay { params = { ["away.least"] = 1 } }' >local.lua
until_runs 2
rm p/rules/here.lua
until_runs 3
ends 0
same lines <<'END'
run 1, as of 2025-09-04: 2 findings
  p/away: 1
  p/here: 1
run 2, as of 2025-09-04: 4 findings
  p/away: 3, was 1
    came: ben, cas
run 3, as of 2025-09-04: 3 findings
  p/here: 0, was 1
    went: dee
END

shows "many saves at once are one run; a local code reads the data again"
away=$(rule 2)
manifest=$(sed 's/about = "x"/about = "x", codes = { { code = "+", categories = { "possible", "authorised" }, meaning = "trial" } }/' p/pack.lua)
begin --watch-runs 2
until_runs 1
for i in 1 2 3 4 5 6 7 8; do printf '%s\n' "$away" >p/rules/away.lua; done # without a new process: nothing comes between
printf '%s\n' "$manifest" >p/pack.lua
until_runs 2
ends 0

shows "a pack that is wrong at first is waited for; a store is read and not written"
status 0 "$muster" import d a.db
cp a.db kept.db
rule 2 | sed 's/scope/skope/' >p/rules/away.lua
: >words
"$muster" run p a.db --watch --watch-runs 2 --out o --charts none >lines 2>words &
watcher=$!
until_words "waiting for p to be saved"
rule 2 >p/rules/away.lua
until_runs 2
ends 0
cmp a.db kept.db

shows "Ctrl-C ends with status 0, also while waiting for an error to be mended"
for signal in INT TERM; do
  begin
  until_words "waiting for p to be saved"
  kill -$signal $watcher
  ends 0
done

shows "what it does not go with"
status 2 "$muster" run p d --watch --isolate
says "from a stranger"
status 2 "$muster" run p d --watch --format csv
status 2 "$muster" run p d --watch-runs 2 --out o
says "goes with --watch"
status 5 "$muster" run nothing-here d --watch
status 5 "$muster" run p nothing-here --watch
