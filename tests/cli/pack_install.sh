#!/usr/bin/env bash
# muster pack install and list: what is taken, what is refused, and that the last good version stays.
source "$(dirname "$0")/_lib.sh"
unset MUSTER_PACKS MUSTER_PASSWORD
"$muster" pack key anna.key >/dev/null
mkdir -p packs/trusted
cp anna.pub packs/trusted/

# version FOLDER NUMBER: the new pack with that number, signed
version() {
  rm -rf "$1"
  "$muster" pack new fresh >/dev/null 2>&1
  mv fresh "$1"
  sed -i "s/name    = \"fresh\"/name    = \"base\"/; s/\"0.1.0\"/\"$2\"/" "$1/pack.lua"
  "$muster" pack sign "$1" --key anna.key >/dev/null
}
in_use() { "$muster" pack list --format csv 2>/dev/null | grep -q "^$1,$2,in use,.*,good," || { "$muster" pack list >&2; fail "$1 $2 is not in use"; }; }

shows "a signed pack is installed and listed; the lock file pins it"
version one 1.0.0
status 0 "$muster" pack install one
prints "installed base 1.0.0 in packs: signed by anna (key "
in_use base 1.0.0
python3 - <<'END'
import hashlib, json
lock = json.load(open("packs/muster.lock"))["packs"]["base"]
sums = open("packs/base/1.0.0/pack.sums", "rb").read()
assert lock["current"] == "1.0.0" and lock["versions"]["1.0.0"]["sums"] == hashlib.sha256(sums).hexdigest()
END
cp packs/muster.lock lock

shows "an upgrade that fails for whatever reason keeps the last good version, and leaves nothing behind"
refused() {
  local want=$1 text=$2
  shift 2
  status "$want" "$muster" pack install "$@"
  says "$text"
  in_use base 1.0.0
  cmp packs/muster.lock lock
  [ -z "$(find packs -name '.new-*')" ] || fail "left-overs"
  [ ! -e packs/base/1.1.0 ] || fail "half a version"
}
version two 1.1.0 && rm two/pack.sums.minisig && refused 4 "not signed" two
version two 1.1.0 && echo >>two/README.md && refused 4 "README.md changed" two
version two 1.1.0 && cp one/pack.sums.minisig two/ && refused 4 "signature is not one of this pack" two
version two 1.1.0 && "$muster" pack key eve.key >/dev/null && "$muster" pack sign two --key eve.key >/dev/null && refused 4 "not trusted here" two
version two 1.1.0 && sed -i 's/expect = none/expect = { { subject = "ann" } }/' two/rules/*_test.lua && "$muster" pack sign two --key anna.key >/dev/null &&
  refused 1 "2 of the pack's 3 cases failed" two
version two 1.1.0 && sed -i 's/api     = 1,/api = 1, requires = { ["other"] = "^1.2" },/' two/pack.lua && "$muster" pack sign two --key anna.key >/dev/null &&
  refused 4 "base needs other ^1.2; install other first" two
version two 1.0.0 && echo >>two/README.md && "$muster" pack sign two --key anna.key >/dev/null && refused 4 "a changed pack needs a new version" two
version two 1.1.0 && sed -i 's/title  =/titel  =/' two/rules/days-in-a-row.lua && (cd two && sha256sum README.md pack.lua plans/* rules/* >pack.sums) && rm two/pack.sums.minisig &&
  refused 4 "two/rules/days-in-a-row.lua:6" two --allow-unsigned
echo 'return overlay { params = { ["days-in-a-row.sessions"] = 999 } }' >wild.lua
version two 1.1.0 && refused 4 "the overlay wild.lua does not fit base 1.1.0" two --params wild.lua
refused 5 "nowhere" nowhere
status 5 "$muster" pack install one --packs anna.pub/packs

shows "killed at any moment, the last good version stays, and the next install ends what was begun"
version two 1.1.0
for after in 0.000 0.002 0.004 0.006 0.010 0.015 0.020 0.030 0.050; do
  timeout -s KILL "$after" "$muster" pack install two >/dev/null 2>&1 && break
  "$muster" pack list --format csv | grep -qE '^base,1\.[01]\.0,in use,.*,good,' || fail "after $after s no good version is in use"
done || true
status 0 "$muster" pack install two
in_use base 1.1.0
[ -z "$(find packs -name '.new-*')" ] || fail "left-overs"

shows "back to the version before, and no further than there is one"
status 0 "$muster" pack install --rollback base
prints "went back to base 1.0.0"
in_use base 1.0.0
status 5 "$muster" pack install --rollback base
says "no version before"
status 5 "$muster" pack install --rollback other

shows "an overlay is kept, carried over to the next version, and can be dropped"
echo 'return overlay { params = { ["days-in-a-row.sessions"] = 9 } }' >local.lua
status 0 "$muster" pack install one --params local.lua
rm local.lua
status 0 "$muster" pack install two
prints "with an overlay"
status 0 "$muster" pack info base
prints "sessions = 9 "
status 0 "$muster" pack install two --no-params
status 0 "$muster" pack info base
prints "sessions = 6 "

shows "what others need cannot be taken away from under them"
rm -rf top
"$muster" pack new top >/dev/null 2>&1
sed -i 's/api     = 1,/api = 1, requires = { ["base"] = ">=1.0 <2.0" },/' top/pack.lua
"$muster" pack sign top --key anna.key >/dev/null
status 0 "$muster" pack install top
version three 2.0.0
status 4 "$muster" pack install three
says "top needs base >=1.0 <2.0"
in_use base 1.1.0

shows "the same installs give the same lock file"
for packs in a b; do
  mkdir -p $packs/trusted
  cp anna.pub $packs/trusted/
  "$muster" pack install one --packs $packs >/dev/null
  "$muster" pack install two --packs $packs >/dev/null
done
diff -r a b
