#!/usr/bin/env python3
"""Lives a page of the documentation: its files are written and its commands run, in the current folder, from top to bottom.

    story.py PAGE.md

A comment on the line before a block says what the block is for:

    <!-- file: NAME -->     the block is that file
    <!-- change: NAME -->   it takes the place of the file's lines from its own first line to its own last one
    <!-- add: NAME -->      it goes in before the file's last line
    <!-- exit: 1 -->        the commands end with that status (0 otherwise)
    <!-- not run -->        the block is only read

A block marked sh is run by bash; a block marked text right behind it is what it prints on stdout. Every block marked lua must be
for a file. Prints how many of each there were."""
import os
import re
import subprocess
import sys


def fail(line, why):
    sys.exit(f"FAILED: {sys.argv[1]}:{line}: {why}")


def blocks(path):
    """(line, kind, comment, lines) of every fenced block"""
    comment, block = None, None
    for number, line in enumerate(open(path, encoding="utf-8").read().split("\n"), 1):
        fence = re.match(r"^```(\w*)$", line)
        if block is None and fence:
            block = (number, fence.group(1), comment, [])
        elif block is not None and line == "```":
            yield block
            block, comment = None, None
        elif block is not None:
            block[3].append(line)
        else:
            told = re.match(r"^<!-- ([a-z ]+?)(?:: (.+))? -->$", line)
            comment = told.groups() if told else comment if not line.strip() else None


def write(line, act, name, new):
    if act == "file":
        os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
        lines = new
    else:
        if not os.path.exists(name):
            fail(line, f"there is no {name} yet")
        lines = open(name, encoding="utf-8").read().rstrip("\n").split("\n")
        if act == "add":
            lines[-1:-1] = new
        else:
            if new[0] not in lines:
                fail(line, f"{name} has no line: {new[0]}")
            first = lines.index(new[0])
            if new[-1] not in lines[first:]:
                fail(line, f"{name} has no such line after that: {new[-1]}")
            lines[first : lines.index(new[-1], first) + 1] = new
    with open(name, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def trimmed(text):
    return [line.rstrip() for line in text.rstrip("\n").split("\n")]


def main(path):
    counts = {"files": 0, "commands": 0, "outputs": 0}
    printed = None
    for line, kind, comment, lines in blocks(path):
        act, value = comment or (None, None)
        if act == "not run":
            continue
        if act in ("file", "change", "add"):
            write(line, act, value, lines)
            counts["files"] += 1
        elif kind == "sh":
            script = "set -euo pipefail\n" + "\n".join(lines) + "\n"
            run = subprocess.run(["bash", "-c", script], capture_output=True, text=True, stdin=subprocess.DEVNULL)
            want = int(value) if act == "exit" else 0
            if run.returncode != want:
                fail(line, f"exit status {run.returncode}, expected {want}\n{run.stdout}{run.stderr}")
            printed = run.stdout
            counts["commands"] += 1
            continue
        elif kind == "text" and printed is not None:
            if trimmed(printed) != trimmed("\n".join(lines)):
                fail(line, "the commands before print something else:\n" + printed)
            counts["outputs"] += 1
        elif kind == "lua":
            fail(line, "a block of Lua that is for no file")
        printed = None
    print(" ".join(f"{n} {what}" for what, n in counts.items()))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
