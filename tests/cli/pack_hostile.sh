#!/usr/bin/env bash
# Packs from somebody who means harm: nothing outside the pack is read or written, nothing is run before it is vouched for.
source "$(dirname "$0")/_lib.sh"
unset MUSTER_PACKS MUSTER_PASSWORD
"$muster" pack key anna.key >/dev/null
mkdir -p packs/trusted
cp anna.pub packs/trusted/
echo precious >outside

# Every command that looks at all files of a strange pack refuses it, whatever the flags.
fresh() { rm -rf evil; "$muster" pack new evil >/dev/null 2>&1; }
refused() {
  local text=$1 command
  for command in "pack install evil" "pack install evil --allow-unsigned" "pack verify evil" "pack sign evil --key anna.key"; do
    status 4 "$muster" $command
    says "$text"
    [ -z "$(tr -d '\n[:print:]' <err)" ] || fail "the message has characters that play tricks with a terminal"
  done
  status 4 "$muster" pack check evil
  [ "$(ls -A packs | sort | xargs)" = ".busy trusted" ] || fail "something was left in packs: $(ls -A packs | xargs)"
  [ "$(cat outside)" = precious ] || fail "a file outside was written"
}

shows "symbolic links: absolute, upwards, to folders, to nowhere"
fresh && ln -s /etc/passwd evil/rules/passwd.txt && refused "symbolic link"
fresh && ln -s ../../outside evil/rules/up.txt && refused "symbolic link"
fresh && ln -s /etc evil/charts && refused "symbolic link"
fresh && ln -s nowhere evil/zzz && refused "symbolic link"

shows "names with control characters, backslashes, and letters that look like others"
fresh && touch evil/rules/$'a\nb.txt' && refused "a name that a pack cannot have"
fresh && touch evil/rules/$'\e[31mred\e[0m.txt' && refused "a name that a pack cannot have"
fresh && touch 'evil/rules/..\..\outside' && refused "a name that a pack cannot have"
fresh && touch evil/rules/$'\xd0\xb0.txt' && refused "a name that a pack cannot have"

shows "ten thousand files, huge files, deep folders, pipes"
fresh && mkdir evil/many && (cd evil/many && seq -f 'f%.0f' 10000 | xargs touch) && refused "too many files"
fresh && truncate -s 20M evil/huge.bin && refused "too large"
fresh && truncate -s 1T evil/sparse.bin && refused "too large"
fresh && mkdir -p evil/a/b/c/d/e/f/g/h/i/j && refused "too deep"
fresh && mkfifo evil/pipe && refused "neither a file nor a folder"

shows "sums that lead out of the folder, or name what is not there"
sum=$(sha256sum outside | cut -d' ' -f1)
for path in ../outside "$here/outside" rules/../../outside; do
  fresh
  echo "$sum  $path" >evil/pack.sums
  status 4 "$muster" pack install evil --allow-unsigned
  says "a path that a file of a pack cannot have"
  status 4 "$muster" pack verify evil
done
fresh && ln -s "$here/outside" evil/pack.sums
status 4 "$muster" pack install evil --allow-unsigned
fresh && ln -s "$here/outside" evil/pack.sums.minisig
status 4 "$muster" pack install evil --allow-unsigned
status 4 "$muster" pack verify evil

shows "signing never writes through a link"
fresh && ln -s "$here/outside" evil/pack.sums && ln -s "$here/outside" evil/pack.sums.minisig
status 0 "$muster" pack sign evil --key anna.key
[ "$(cat outside)" = precious ] || fail "a file outside was written"
[ ! -L evil/pack.sums ] && [ ! -L evil/pack.sums.minisig ] || fail "a link stayed"

shows "a name or version that leads out of the packs folder"
for change in 's/name    = "evil"/name = "..\/evil"/' 's/name    = "evil"/name = "trusted"/' 's/"0.1.0"/"..\/..\/1.0.0"/' 's/"0.1.0"/"1.0"/'; do
  fresh && sed -i "$change" evil/pack.lua
  status 4 "$muster" pack install evil --allow-unsigned
done
[ ! -e evil-outside ] && [ "$(ls packs/trusted)" = anna.pub ] || fail "something got out"

shows "a pack that nobody vouches for does not run, not even to be looked at"
fresh && sed -i 's/^return pack {/while true do end return pack {/' evil/pack.lua
SECONDS=0
status 4 "$muster" pack install evil
says "not signed"
status 4 "$muster" pack verify evil
[ "$SECONDS" -le 2 ] || fail "it was run"

shows "a signed pack that runs away in its tests is not installed"
fresh && sed -i 's/    local spell/    while true do end\n    local spell/' evil/rules/days-in-a-row.lua
"$muster" pack sign evil --key anna.key >/dev/null
status 1 "$muster" pack install evil
says "3 of the pack's 3 cases failed"
[ ! -e packs/evil/0.1.0 ] || fail "it was installed"

shows "a lock file that leads elsewhere is damaged, and is not overwritten"
fresh && "$muster" pack sign evil --key anna.key >/dev/null && "$muster" pack install evil >/dev/null
for change in 's/"0.1.0": {/"..\/..\/evil": {/' 's/"overlay": null/"overlay": {"file": "..\/..\/outside", "digest": "x"}/' 's/"sums"/"sum"/' 's/"muster_lock": 1/"muster_lock": 7/' '$d'; do
  cp packs/muster.lock lock
  sed -i "$change" packs/muster.lock
  cp packs/muster.lock spoilt
  status 4 "$muster" test evil@0.1.0
  status 4 "$muster" pack install evil
  cmp spoilt packs/muster.lock
  cp lock packs/muster.lock
done
status 0 "$muster" test evil@0.1.0
