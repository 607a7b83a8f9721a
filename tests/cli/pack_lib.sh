#!/usr/bin/env bash
# Code that the rules of a pack share: in lib/, signed, shown, watched and shut in with the rest.
source "$(dirname "$0")/_lib.sh"
unset MUSTER_PACKS
"$muster" pack new shared >/dev/null 2>&1
mkdir shared/lib
cat >shared/lib/away.lua <<'END'
return { now = function(pupil) return pupil:current("absent").sessions, pupil.sen end }
END
cat >shared/rules/away.lua <<'END'
--- Away now. Authority: our own.
local away = require "away"
return rule {
  id = "away", title = "Away", scope = "pupil", level = "info", message = "{sessions} sessions",
  when = function(pupil, p)
    local sessions = away.now(pupil)
    if sessions >= 2 then return { sessions = sessions } end
  end,
}
END
cat >shared/rules/away_test.lua <<'END'
return tests "away" {
  calendar = { from = "2025-09-01", to = "2025-09-05" },
  case "away"    { given = { ann = "/\\OO" }, expect = { { subject = "ann", sessions = 2 } } },
  case "is back" { given = { ann = "OO/\\" }, expect = none },
}
END
strips data 'ann=/\OO' 'ben=/\/\'

shows "rules use it in tests and runs, with and without --isolate"
status 0 "$muster" test shared --coverage
status 0 "$muster" run shared data --out plain --charts none
grep -q '^shared/away,pupil,ann' plain/findings.csv || fail "ann is not found"
if "$muster" run shared data --out shut --charts none --isolate 2>err; then
  diff -r plain shut >&2 || fail "other files with --isolate"
else
  grep -q "cannot shut a pack in" err || { cat err >&2; fail "--isolate"; }
fi

shows "what it reads is read by the rules that require it"
status 0 "$muster" pack info shared --format json
python3 - <<'END'
import json
f = json.load(open("out"))
away = [r for r in f["rules"] if r["id"] == "away"][0]
assert away["reads"]["attributes"] == ["sen"] and "current" in away["reads"]["methods"], away
assert f["personal_characteristics"] == ["sen"]
END

shows "it is part of what is signed and installed"
"$muster" pack key k.key >/dev/null 2>&1
status 0 "$muster" pack sign shared --key k.key
grep -q ' lib/away.lua$' shared/pack.sums || fail "pack.sums does not have it"
mkdir -p packs/trusted
cp k.pub packs/trusted/
status 0 "$muster" pack install shared
status 0 "$muster" run shared@0.1.0 data --out installed --charts none
diff plain/findings.csv installed/findings.csv
sed -i 's/"absent"/"late"/' packs/shared/0.1.0/lib/away.lua 2>/dev/null || sed -i 's/"absent"/"late"/' "$(find packs -name away.lua -path '*lib*')"
status 4 "$muster" run shared@0.1.0 data --out changed --charts none

shows "errors name the library, its line, and the nearest name"
sed -i 's/require "away"/require "awya"/' shared/rules/away.lua
status 4 "$muster" run shared data --out wrong --charts none
says 'shared/rules/away.lua:2: the pack has no lib/awya.lua'
says 'did you mean "away"?'
sed -i 's/require "awya"/require "away"/' shared/rules/away.lua
printf 'return {\n  now = function(pupil)\n    return pupil:curent("absent").sessions\n  end,\n}\n' >shared/lib/away.lua
status 4 "$muster" run shared data --out wrong --charts none
says 'shared/lib/away.lua:3: rule shared/away: a pupil has no "curent"; did you mean "current"?'
ln -sf /etc/passwd shared/lib/link.lua
status 4 "$muster" run shared data --out wrong --charts none
says "is a link"
