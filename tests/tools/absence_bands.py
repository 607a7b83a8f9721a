#!/usr/bin/env python3
"""Makes core/synth/absence_bands.c from the Department for Education's table of pupils by absence band, 2022/23.

    tests/tools/absence_bands.py absence_bands_2022-23.csv > core/synth/absence_bands.c

The table of the room holds, for each phase, free school meals, special needs, sex and year group, the pupils of England
and their shares of the eleven bands, summed over the local authorities. Cells under 300 pupils take the shares pooled
over year groups. Beside it stand the few numbers that the bands alone do not settle: where in its band a pupil lies, so
that pooled absence is the published one, and the tilts that lead from 2022/23 to other years' published rates.
"""
import collections
import csv
import sys

BANDS = ["pupils_%d_%d" % (k, k + 5) for k in range(0, 50, 5)] + ["pupils_50_100"]
PHASES = ["State-funded primary", "State-funded secondary", "Special"]
YEARS = [range(1, 7), range(7, 12), range(1, 12)]
FSM = {"Not Eligible": 0, "Eligible": 1, "Unclassified": 2}
SEN = {"No identified special educational need": 0, "Any special educational need": 1, "Unclassified": 2}
SEX = {"Female": 0, "Male": 1}

# Published national rates, per cent: overall absence, persistent, severe, by phase; school census, six half terms.
LEVELS = {
    "2022-23": [(5.90, 16.21, 0.75), (9.01, 26.52, 3.40), (13.02, 38.33, 6.24)],
    "2018-19": [(4.03, 8.25, 0.39), (5.49, 13.69, 1.32), (10.13, 28.85, 4.58)],
    "2023-24": [(5.53, 14.56, 0.85), (8.89, 25.56, 3.81), (13.01, 37.21, 6.70)],
    "2024-25": [(5.20, 12.99, 0.93), (8.44, 23.37, 3.88), (12.76, 35.26, 6.91)],
}

# The generator's own enrolment lengths (core/synth/pupils.c): sessions of a full year, and the half terms of year 11.
FULL, YEAR_11, CENSUS = 378, 306, 162
SHORT, SHORT_SEVERE = 0.03, (0.50, 0.65, 0.20)
SLOPE_BAND, SLOPE_SEVERE = 0.35, 0.70


def read(path):
    cells = collections.defaultdict(lambda: [0] * len(BANDS))
    for row in csv.DictReader(open(path, encoding="utf-8-sig")):
        if row["geographic_level"] != "Local authority" or row["sex"] not in SEX:
            continue
        phase, year = PHASES.index(row["phase"]), int(row["nc_year"])
        fsm, sen = FSM[row["fsm"]], SEN[row["sen"]]
        if year not in YEARS[phase]:
            continue
        if fsm == 2:
            sen = 2  # neither is known of those who were not there on census day
        if phase == 2 and sen == 0:
            sen = 1  # a hundred pupils in all; everyone at a special school has a need
        for k, band in enumerate(BANDS):
            cells[phase, fsm, sen, SEX[row["sex"]], year][k] += int(row[band])
    return cells


def pooled(cells, key):
    phase, fsm, sen, sex, _ = key
    return [sum(cells[phase, fsm, sen, sex, y][k] for y in YEARS[phase]) for k in range(len(BANDS))]


def shares(counts, parts=100000):
    """Whole parts that sum to `parts`, by largest remainder."""
    total = sum(counts)
    exact = [c * parts / total for c in counts]
    out = [int(e) for e in exact]
    for k in sorted(range(len(out)), key=lambda k: exact[k] - out[k], reverse=True)[: parts - sum(out)]:
        out[k] += 1
    return out


def mean_sessions(band, possible, slope):
    low = -(-band * possible // 20)
    high = possible if band == 10 else -(-(band + 1) * possible // 20) - 1
    n = high - low + 1
    return low + sum(1 - ((1 + slope) * j / n - slope * (j / n) ** 2) for j in range(1, n))


def enrolments(phase, year, unknown, severe):
    """(chance, sessions) of the enrolment lengths a pupil can have."""
    end = YEAR_11 if year == 11 else FULL
    spread = lambda chance, low, high: [(chance / 8, int(low + (high - low) * (i + 0.5) / 8)) for i in range(8)]
    if unknown:
        last = min(end, YEAR_11)
        return spread(0.5, 20, CENSUS) + spread(0.5, end - last + 20, end - CENSUS)
    short = SHORT_SEVERE[phase] if severe else SHORT
    return [(1 - short, end)] + spread(short / 2, CENSUS, end - 2) + spread(short / 2, end - CENSUS, end - 2)


MEANS = {}


def moments(phase, year, unknown, band, slope):
    key = (phase, year == 11, unknown, band, slope)
    if key not in MEANS:
        lengths = enrolments(phase, year, unknown, band == 10)
        MEANS[key] = (sum(c * mean_sessions(band, n, slope) for c, n in lengths), sum(c * n for c, n in lengths))
    return MEANS[key]


def rates(table, phase, slope_low, tilt):
    """Overall, persistent and severe rate of a phase, per cent."""
    absent = possible = persistent = severe = total = 0.0
    for (p, fsm, _, _, year), (pupils, share) in table.items():
        if p != phase:
            continue
        weight = [s * t for s, t in zip(share, [1, tilt[0]] + [tilt[1]] * 8 + [tilt[2]])]
        whole = sum(weight)
        for band, w in enumerate(weight):
            w *= pupils / whole
            slope = slope_low if band == 0 else SLOPE_SEVERE if band == 10 else SLOPE_BAND
            a, n = moments(phase, year, fsm == 2, band, slope)
            absent += w * a
            possible += w * n
            total += w
            persistent += w * (band >= 2)
            severe += w * (band == 10)
    return 100 * absent / possible, 100 * persistent / total, 100 * severe / total


def solve(function, target, low, high):
    """Bisection on a rising function."""
    for _ in range(40):
        middle = (low + high) / 2
        if function(middle) < target:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def tilt_to(table, phase, slope, low_band, persistent, severe):
    """Tilt whose persistent and severe rates are those given, by proportional fitting."""
    t = [low_band, 1.0, 1.0]
    for _ in range(60):
        _, pa, sev = rates(table, phase, slope, t)
        t[1] *= (persistent - severe) / (pa - sev) * (100 - pa) / (100 - persistent)
        t[2] *= severe / sev * (100 - pa) / (100 - persistent)
    return t


def fit(table):
    slopes, tilts = [], {}
    for phase in range(3):
        target = LEVELS["2022-23"][phase][0]
        slopes.append(round(-solve(lambda s: rates(table, phase, -s, (1, 1, 1))[0], target, -1, 1), 4))
    for level, published in LEVELS.items():
        tilts[level] = []
        for phase, (overall, persistent, severe) in enumerate(published):
            t = [1.0, 1.0, 1.0]
            if level != "2022-23":
                s = slopes[phase]
                low = solve(lambda c: rates(table, phase, s, tilt_to(table, phase, s, c, persistent, severe))[0],
                            overall, 0.1, 10)
                t = tilt_to(table, phase, s, low, persistent, severe)
            tilts[level].append([round(x, 5) for x in t])
            got = rates(table, phase, slopes[phase], tilts[level][-1])
            sys.stderr.write("%s %-24s %s\n" % (level, PHASES[phase], ["%.2f" % g for g in got]))
    sys.stderr.write("slopes of the lowest band %s\n" % slopes)
    return slopes, tilts


def main():
    cells = read(sys.argv[1])
    table = {}
    for key in sorted(cells):
        counts = cells[key]
        source = counts if sum(counts) >= 300 else pooled(cells, key)
        table[key] = (sum(counts), shares(source))
    slopes, tilts = fit(table)
    print("/* Pupils of England by absence band in 2022/23. Made by tests/tools/absence_bands.py; do not edit.")
    print(" * Source: Department for Education, Pupil absence in schools in England, 2022/23, pupils by absence band,")
    print(" * school census of six half terms, summed over local authorities; rates of other years from the same series.")
    print(" * Contains public sector information licensed under the Open Government Licence v3.0. */")
    print('#include "bands.h"\n')
    print("/* phase, free school meals, special needs, sex, year group; pupils; shares of 0-5, 5-10 ... 45-50, 50-100 per")
    print(" * cent of possible sessions, in parts of 100,000 */")
    print("const struct synth_cell synth_cells[] = {")
    for key, (pupils, share) in table.items():
        print("    {%s, %d, {%s}}," % (", ".join(map(str, key)), pupils, ", ".join(map(str, share))))
    print("};\nconst size_t synth_cell_count = sizeof synth_cells / sizeof *synth_cells;\n")
    print("const double synth_slope_low[SYNTH_PHASES] = {%s};" % ", ".join("%.4f" % s for s in slopes))
    print("const double synth_slope_band = %.2f, synth_slope_severe = %.2f;\n" % (SLOPE_BAND, SLOPE_SEVERE))
    print("const double synth_short = %.2f;" % SHORT)
    print("const double synth_short_severe[SYNTH_PHASES] = {%.2f, %.2f, %.2f};\n" % SHORT_SEVERE)
    print("const struct synth_level synth_levels[] = {")
    for level, by_phase in tilts.items():
        print('    {"%s",' % level)
        print("     {%s}," % ",\n      ".join("{%s}" % ", ".join("%.5f" % x for x in t) for t in by_phase))
        print("     {%s}}," % ", ".join("{%.2f, %.2f, %.2f}" % p for p in LEVELS[level]))
    print("};\nconst size_t synth_level_count = sizeof synth_levels / sizeof *synth_levels;")


main()
