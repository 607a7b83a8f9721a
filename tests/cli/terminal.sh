#!/usr/bin/env bash
# Tables on a terminal: as wide as it is, and as wide as they are when they are piped.
source "$(dirname "$0")/_lib.sh"
"$muster" synth --schools 2 --pupils 60 --year 2025 --seed 5 --out trust 2>/dev/null
# a name that would speak to the terminal: ESC, the one-byte CSI in UTF-8, a letter of two bytes
sed -i $'2s/,[^,]*/,Caf\xc3\xa9 \x1b[31m\xc2\x9b31m school of a name that is longer than most/' trust/schools.csv

# on_terminal COLUMNS COMMAND...: what a terminal of that width is sent, without colours, in ./seen
on_terminal() {
  python3 - "$@" >seen <<'PY'
import fcntl, os, pty, struct, sys, termios
pid, fd = pty.fork()
if pid == 0:
    os.environ.update(NO_COLOR="1", TERM="xterm")
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, int(sys.argv[1]), 0, 0))
    os.execv(sys.argv[2], sys.argv[2:])
out = b""
while True:
    try: part = os.read(fd, 65536)
    except OSError: break
    if not part: break
    out += part
sys.stdout.buffer.write(out.replace(b"\r\n", b"\n"))
PY
}
# narrow COLUMNS: no line of the table in ./seen is wider
narrow() { grep -v '^muster: note' seen | python3 -c 'import sys; w = max(len(l.rstrip("\n")) for l in sys.stdin); sys.exit(w > int(sys.argv[1]) and f"{w} wide")' "$1"; }

shows "wide tables go on below, each part beginning with the first column; names are cut where that is enough"
for width in 60 80 100; do
  on_terminal $width "$muster" measure trust --by school
  narrow $width || fail "wider than $width"
  for word in id name pupils possible absent missing "absence rate" persistent "persistent rate" severe "severe rate"; do
    grep -q "\b$word\b" seen || fail "no column $word at $width"
  done
  [ "$(grep -c '^id ' seen)" -gt 1 ] || fail "no second part at $width"
done
on_terminal 130 "$muster" measure trust --by school
narrow 130 || fail "wider than 130"
[ "$(grep -c '^id ' seen)" -eq 1 ] || fail "two parts where cutting names is enough"
grep -q '…' seen || fail "nothing was cut"

shows "a terminal is never spoken to by data"
on_terminal 200 "$muster" measure trust --by school
grep -q $'Caf\xc3\xa9 ?\[31m?31m school' seen || fail "the name is not shown with its control characters replaced"
if LC_ALL=C grep -q $'\xc2\x9b\|\x1b' seen; then fail "control characters reached the terminal"; fi

shows "piped, a table is as wide as it is"
status 0 "$muster" measure trust --by school
[ "$(wc -l <out)" -eq 3 ] || fail "a piped table is folded"
