#!/usr/bin/env python3
"""Two synthetic years of the same pupils in one folder, for backtests of rules that look at last year.

    muster synth --schools 6 --pupils 3000 --seed 11 --year 2024 --out last
    muster synth --schools 6 --pupils 3000 --seed 11 --year 2025 --out this
    python3 tests/tools/two_years.py last this both [correlation]

With one seed, two years give the same pupils the same absence, which is too good to be true. Here that holds for a share of the pupils;
the others change places, at random, with pupils of the same school for last year's marks. The share is the correlation of the two
years' absence: 0.63 by default, as published for Years 6 and 7 (FFT Education Datalab 2025)."""
import csv
import os
import random
import shutil
import sys


def rows_of(folder, name):
    with open(os.path.join(folder, name), newline="") as file:
        yield from csv.reader(file)


def join(last, this, out, name, keep):
    with open(os.path.join(out, name), "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        rows = rows_of(last, name)
        writer.writerow(next(rows))
        writer.writerows(row for row in map(keep, rows) if row)
        rows = rows_of(this, name)
        next(rows)
        writer.writerows(rows)


def main(last, this, out, share=0.63):
    os.makedirs(out)
    for name in ("pupils.csv", "schools.csv", "responses.csv", "interventions.csv"):
        if os.path.exists(os.path.join(this, name)):
            shutil.copy(os.path.join(this, name), out)
    random.seed(1)
    movers = {}
    before = set()
    with open(os.path.join(this, "pupils.csv"), newline="") as file:
        for pupil in csv.DictReader(file):
            if not pupil["start_date"]:  # joiners of this year were elsewhere
                before.add(pupil["pupil_id"])
                if random.random() >= float(share):
                    movers.setdefault(pupil["school_id"], []).append(pupil["pupil_id"])
    place = {}
    for pupils in movers.values():
        others = pupils[:]
        random.shuffle(others)
        place.update(zip(pupils, others))

    def of_last_year(row):
        row[0] = place.get(row[0], row[0])
        return row if row[0] in before else None

    join(last, this, out, "marks.csv", of_last_year)
    for name in ("calendar.csv", "terms.csv"):
        join(last, this, out, name, lambda row: row)


if __name__ == "__main__":
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    main(*sys.argv[1:])
