#!/usr/bin/env bash
# Installed packs in use: found by name, looked at again every time, and what nobody vouches for is said.
source "$(dirname "$0")/_lib.sh"
unset MUSTER_PACKS MUSTER_PASSWORD
"$muster" pack key anna.key >/dev/null
mkdir -p packs/trusted
cp anna.pub packs/trusted/
"$muster" pack new src >/dev/null 2>&1
sed -i 's/name    = "src"/name    = "attend"/' src/pack.lua
"$muster" pack sign src --key anna.key >/dev/null
"$muster" pack install src >/dev/null
strips d 'ann=/\/\OOOOOO' 'ben=/\/\/\/\/\'
signature() { python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["packs"][0]["signature"])' "$1/run.json"; }

shows "by name, by name and version, from another place; the signature stands in run.json and nothing is said"
status 0 "$muster" run attend d --as-of 2025-09-05 --out f --charts none
[[ "$(signature f)" == "signed by anna (key "* ]] || fail "run.json: $(signature f)"
grep -q vouches err && fail "there is nothing to say"
grep -q 'attend/days-in-a-row,pupil,ann' f/findings.csv || fail "no finding"
status 0 "$muster" test attend@0.1.0
mkdir elsewhere
(cd elsewhere && "$muster" test attend --packs ../packs >/dev/null && MUSTER_PACKS=../packs "$muster" test attend >/dev/null)
status 5 "$muster" test attend@9.9.9
says "attend 9.9.9 is not installed; expected one of 0.1.0"
status 5 "$muster" test attent
says "did you mean attend?"
status 5 "$muster" test no/such/folder

shows "a plain folder runs without flags and is recorded as unsigned"
status 0 "$muster" run src d --as-of 2025-09-05 --out f --charts none
[ "$(signature f)" = unsigned ] || fail "run.json: $(signature f)"

shows "a change after installing is refused, named, and used only when told"
cp -r packs kept
echo "-- one more line" >>packs/attend/0.1.0/rules/days-in-a-row.lua
status 4 "$muster" run attend d --as-of 2025-09-05 --out g --charts none
says "attend 0.1.0: the pack was changed after it was installed: rules/days-in-a-row.lua changed"
[ ! -e g ] || fail "something was written"
status 4 "$muster" pack verify attend
"$muster" pack list --format csv | grep -q "changed after it was installed" || fail "list tells"
status 0 "$muster" run attend d --as-of 2025-09-05 --out f --charts none --allow-unsigned
says "changed after it was installed"
[ "$(signature f)" = "changed since it was installed, allowed by flag" ] || fail "run.json: $(signature f)"
status 0 "$muster" pack install src
status 0 "$muster" run attend d --as-of 2025-09-05 --out f --charts none

shows "a file more, a file less, sums that were made to fit"
touch packs/attend/0.1.0/rules/more.txt
status 4 "$muster" test attend
rm packs/attend/0.1.0/rules/more.txt packs/attend/0.1.0/README.md
status 4 "$muster" test attend
(cd packs/attend/0.1.0 && sha256sum pack.lua plans/* rules/* >pack.sums)
status 4 "$muster" test attend
rm -r packs/attend && cp -r kept/attend packs/

shows "trust that is taken away ends at once"
rm packs/trusted/anna.pub
status 4 "$muster" test attend
says "nobody trusted vouches for the pack any more"
cp anna.pub packs/trusted/
status 0 "$muster" test attend

shows "what was installed by flag runs, and every run says so"
rm src/pack.sums.minisig
sed -i 's/"0.1.0"/"0.2.0"/' src/pack.lua
status 0 "$muster" pack install src --allow-unsigned
says "every run of it will say so"
status 0 "$muster" run attend d --as-of 2025-09-05 --out f --charts none
says "nobody trusted vouches for the pack"
[[ "$(signature f)" == *"allowed by flag" ]] || fail "run.json: $(signature f)"
grep -q '"allowed_by_flag": true' packs/muster.lock

shows "an overlay changed after installing is refused"
echo 'return overlay { params = { ["days-in-a-row.sessions"] = 9 } }' >local.lua
status 0 "$muster" pack install src --allow-unsigned --params local.lua
status 0 "$muster" run attend d --as-of 2025-09-05 --out f --charts none
grep -q '"days-in-a-row.sessions": "9"' f/run.json || fail "the overlay is not in force"
sed -i 's/9/8/' packs/attend/overlays/*.lua
status 4 "$muster" test attend
says "the overlay was changed after it was installed"

shows "what a pack requires comes with it, in a version that fits"
"$muster" pack new top >/dev/null 2>&1
rm -r top/plans # two packs have no plan of one name
sed -i '/plan    =/d' top/rules/days-in-a-row.lua
sed -i 's/api     = 1,/api = 1, requires = { ["attend"] = "^0.1" },/' top/pack.lua
status 4 "$muster" run top d --as-of 2025-09-05 --out g --allow-unsigned
says "top requires attend ^0.1, and this is 0.2.0"
rm -r packs && cp -r kept packs
status 0 "$muster" run top d --as-of 2025-09-05 --out f --charts none
says "with attend 0.1.0, which top requires"
status 0 "$muster" test top
[ "$(tail -n +2 f/findings.csv | cut -d, -f1 | sort | xargs)" = "attend/days-in-a-row top/days-in-a-row" ] || fail "findings of both"
rm -r packs/attend packs/muster.lock
status 4 "$muster" run top d --as-of 2025-09-05 --out g
says "top requires attend ^0.1"
