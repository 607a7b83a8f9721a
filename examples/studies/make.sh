#!/usr/bin/env bash
# Four synthetic trusts with planted effects, one for each study beside this file. No pupil in them is real.
# Usage: make.sh FOLDER [PROGRAM]
set -euo pipefail
to=${1:?a folder to write to}
muster=${2:-muster}
"$muster" synth --schools 24 --pupils 9600 --seed 11 --effect mentor:-3,select=high --out "$to/mentors"
"$muster" synth --schools 40 --pupils 8000 --seed 12 --phases primary=1 --effect breakfast-club:-1.5,cohorts=2,stagger=8 --out "$to/breakfast-club"
"$muster" synth --schools 10 --pupils 8000 --seed 13 --effect letters:-1,share=0.5 --out "$to/letters"
"$muster" synth --schools 60 --pupils 12000 --seed 14 --phases secondary=1 --effect hub:-1.5 --out "$to/hub"
