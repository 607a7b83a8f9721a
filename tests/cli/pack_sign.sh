#!/usr/bin/env bash
# muster pack key, sign and verify: with ourselves, with sha256sum, and with stock minisign both ways.
source "$(dirname "$0")/_lib.sh"
unset MUSTER_PACKS MUSTER_PASSWORD
"$muster" pack new p 2>/dev/null >/dev/null

shows "keys: a secret one that only its owner reads, and nothing is overwritten"
status 0 "$muster" pack key anna.key
[ "$(stat -c %a anna.key)" = 600 ] || fail "the secret key can be read by others"
[ "$(stat -c %a anna.pub)" = 644 ] || fail "the public key"
cp anna.key kept
status 5 "$muster" pack key anna.key
rm anna.key
status 5 "$muster" pack key anna.key
says "anna.pub"
[ ! -e anna.key ] || fail "half a pair was written"
mv kept anna.key

shows "a signature is the same bytes every time, without a date"
status 0 "$muster" pack sign p --key anna.key
cp p/pack.sums.minisig first
cp p/pack.sums sums
status 0 "$muster" pack sign p --key anna.key
cmp first p/pack.sums.minisig
cmp sums p/pack.sums
grep -qx 'trusted comment: pack p 0.1.0' first || fail "the trusted comment"
(cd p && sha256sum --quiet --strict -c pack.sums)

shows "verify: the right key, another key, no signature, a change"
status 0 "$muster" pack verify p --key anna.pub
prints "p: signed by anna (key "
prints "comment: pack p 0.1.0"
status 4 "$muster" pack verify p
says "not trusted here"
mkdir -p packs/trusted
cp anna.pub packs/trusted/
status 0 "$muster" pack verify p
status 0 "$muster" pack key ben.key
status 4 "$muster" pack verify p --key ben.pub
prints "signed by an unknown key"
echo "-- more" >>p/rules/days-in-a-row.lua
echo x >p/extra.txt
rm p/README.md
status 4 "$muster" pack verify p
same out <<'END'
p: changed since it was signed
  comment: pack p 0.1.0
  missing README.md
  extra extra.txt
  changed rules/days-in-a-row.lua
END
says "README.md missing, extra.txt extra, rules/days-in-a-row.lua changed"
status 4 "$muster" pack check p
grep -q '^wrong *sums' out || fail "check names the change"
rm p/pack.sums p/pack.sums.minisig
status 4 "$muster" pack verify p
prints "p: unsigned"

shows "what does not load is not signed, and what is no key does not sign"
status 2 "$muster" pack sign p
status 3 "$muster" pack sign p --key p/pack.lua
status 5 "$muster" pack sign p --key nowhere.key
cp -r p broken
echo "oh no" >>broken/pack.lua
status 4 "$muster" pack sign broken --key anna.key
[ ! -e broken/pack.sums ] || fail "sums were written"

shows "a protected key wants its password, from the environment or from standard input"
MUSTER_PASSWORD="a long one" status 0 "$muster" pack key safe.key --password
MUSTER_PASSWORD="a long one" status 0 "$muster" pack sign p --key safe.key
echo "a long one" | status 0 "$muster" pack sign p --key safe.key
MUSTER_PASSWORD="another" status 2 "$muster" pack sign p --key safe.key
says "the password is wrong"
status 2 "$muster" pack sign p --key safe.key </dev/null
says "no password"
status 2 "$muster" pack key other.key --password </dev/null
[ ! -e other.key ] || fail "a key was written without its password"

command -v minisign >/dev/null || { echo "SKIPPED: minisign is not installed"; exit 0; }
shows "stock minisign verifies ours, and ours verifies what stock minisign signed, in both of its formats"
status 0 "$muster" pack sign p --key anna.key
(cd p && minisign -q -V -m pack.sums -p ../anna.pub)
minisign -G -W -p stock.pub -s stock.key >/dev/null
for way in "" -l; do
  minisign -W -S $way -s stock.key -m p/pack.sums >/dev/null
  status 0 "$muster" pack verify p --key stock.pub
  prints "signed by stock"
done
status 0 "$muster" pack sign p --key stock.key
(cd p && minisign -q -V -m pack.sums -p ../stock.pub)
echo "a long one" | minisign -S -s safe.key -m p/pack.sums >/dev/null 2>&1
status 0 "$muster" pack verify p --key safe.pub
