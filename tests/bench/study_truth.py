"""Helper of study_truth.sh: makes the small data sets, collects what a study said, prints the table.

trial: 40 schools of 25 pupils, schools drawn; two in three of the drawn take part and gain `effect`; outcomes are lost
       more often among the drawn who were absent most. Truth: itt 2/3 of the effect, participants the effect.
block: 30 units over 30 times with two common factors, one unit treated from time 21 on.
few-*: schools of 50 to 1,000 pupils over 8 times (few-weeks: 40), levels with a memory of 0.6 and noise that falls with size.
       few-waves starts in two waves of ten.
"""
import csv, json, math, random, sys

HEADLINE = {"treated", "treated_adjusted", "simple", "att", "itt", "itt_adjusted", "multilevel", "change", "did_eligible", "ancova", "adjusted",
            "first_difference", "level", "level_ar1", "participants", "complete_cases", "imputed", "fsm=true less fsm=false", "approved_rate",
            "not_possible_rate", "pretrend", "pretest"}
FEW = {  # schools, treated in each wave, times, first start
    "few-arms": (40, [20], 8, 5), "few-waves": (40, [10, 10], 8, 4), "few-twenty": (20, [8], 8, 5), "few-five": (30, [5], 8, 5),
    "few-three": (30, [3], 8, 5), "few-one": (30, [1], 8, 5), "few-six": (6, [3], 8, 5), "few-weeks": (40, [20], 40, 21)}
HEADLINE |= {f"{term}_{how}" for term in ("treated", "simple", "level") for how in ("wild", "permutation", "jackknife")}
NOTHING = {"fsm=true less fsm=false", "approved_rate", "not_possible_rate", "pretrend", "pretest"}  # the truth is no difference


def make_few(what, effect, r, write):
    schools, waves, times, start = FEW[what]
    order, starts = r.sample(range(schools), schools), {}
    for wave, n in enumerate(waves):
        for school in order[sum(waves[:wave]):sum(waves[:wave + 1])]:
            starts[school] = start + 2 * wave
    write.writerow(["school", "time", "start", "size", "y"])
    for school in range(schools):
        size, level, memory = round(math.exp(r.gauss(5.5, 0.6))), r.gauss(8, 1.5), r.gauss(0, 0.8)
        for time in range(1, times + 1):
            memory = 0.6 * memory + r.gauss(0, 0.64)
            y = level + 0.3 * math.sin(time) + memory + r.gauss(0, 12 / math.sqrt(size))
            write.writerow([school, time, starts.get(school, ""), size, y + (effect if time >= starts.get(school, times + 1) else 0)])


def make(what, effect, seed):
    r = random.Random(f"{what} {seed}")
    with open(f"{what}.csv", "w", newline="") as out:
        write = csv.writer(out)
        if what in FEW:
            make_few(what, effect, r, write)
        elif what == "trial":
            write.writerow(["school", "drawn", "taken", "before", "after"])
            for school in range(40):
                level = r.gauss(0, 0.7)
                for _ in range(25):
                    before = level + r.gauss(8, 2)
                    taken = int(school % 2 and r.random() < 2 / 3)
                    after = 0.6 * before + level + r.gauss(0, 1.5) + effect * taken
                    lost = r.random() < (0.4 if school % 2 and before > 9 else 0.1)
                    write.writerow([school, school % 2, taken, before, "" if lost else after])
        else:
            write.writerow(["unit", "time", "start", "y"])
            common = [[0.0, 0.0]]
            for _ in range(30):
                common.append([0.8 * common[-1][0] + r.gauss(0, 1), common[-1][1] + r.gauss(0.1, 0.3)])
            for unit in range(30):
                load = [r.random(), r.random()]
                for time in range(1, 31):
                    y = 5 + sum(a * b for a, b in zip(load, common[time])) + r.gauss(0, 0.3)
                    write.writerow([unit, time, 21 if unit == 0 else "", y + (effect if unit == 0 and time >= 21 else 0)])


def collect(name, effect):
    size = float(effect.split(":")[1].split(",")[0])
    scale = 1 if name in ("trial", "block") or name in FEW else 100
    if scale == 100 and size:
        size = json.load(open("trust/truth.json"))["effect"]["effect_points"]
    severe = any(w["severity"] == "severe" for w in json.load(open("out/study.json"))["outcomes"][0]["guards"])
    seen = {}
    for r in csv.DictReader(open("out/estimates.csv")):
        if r["group"] or r["time"] or r["term"] not in HEADLINE or not r["estimate"]:
            continue
        truth = size
        if r["term"] in NOTHING:
            truth = "" if "less" in r["term"] and size else 0  # what is planted is larger where more is missed
        if name == "trial" and r["term"] != "participants":
            truth = size * 2 / 3
        if r["estimator"] == "counts":
            truth = "" if size else 0  # on another scale
        convention = r["note"].split(" ")[0].strip(",;") if r["estimator"] in ("twfe", "its", "its_controlled") else ""
        key = (r["estimator"] + (f" {convention}" if convention in ("CR2", "GLS", "AR(1)") else ""), r["term"])
        seen[key] = seen.get(key, 0) + 1
        if seen[key] > 1:
            continue
        print(name, f"{float(effect.split(':')[1].split(',')[0]):g}", *key, truth, scale * float(r["estimate"]),
              scale * float(r["conf_low"]) if r["conf_low"] else "", scale * float(r["conf_high"]) if r["conf_high"] else "", r["p_value"],
              int(severe), sep=",")


def table(path):
    cells = {}
    for name, effect, estimator, term, *figures in csv.reader(open(path)):
        cells.setdefault((name, effect, estimator, term), []).append([float(v or "nan") for v in figures])
    print("| study | planted | estimator | mean estimate | bias | coverage | found (p < 0.05) | stopped by a severe guard |")
    print("|---|---|---|---|---|---|---|---|")
    for (name, effect, estimator, term), rows in cells.items():
        n = len(rows)
        mean = lambda f: sum(f(r) for r in rows) / n
        bias = mean(lambda r: r[1] - r[0])
        error = math.sqrt(mean(lambda r: (r[1] - r[0] - bias) ** 2) / n) if not math.isnan(bias) else math.nan
        test = term in ("pretrend", "pretest")
        level = "–" if test else f"{mean(lambda r: r[1]):+.2f}"
        off = "–" if math.isnan(bias) or test else f"{bias:+.2f} ({error:.2f})"
        holds = "–" if any(math.isnan(r[2]) or math.isnan(r[0]) for r in rows) else f"{mean(lambda r: r[2] <= r[0] <= r[3]):.0%}"
        tested = [r[4] for r in rows if not math.isnan(r[4])]
        found = f"{sum(p < 0.05 for p in tested) / len(tested):.0%}" if tested else "–"
        print(f"| {name} | {effect} | {estimator} {term} | {level} | {off} | {holds} | {found} | {mean(lambda r: r[5]):.0%} |")


if sys.argv[1] == "make":
    make(sys.argv[2], float(sys.argv[3]), sys.argv[4])
elif sys.argv[1] == "collect":
    collect(sys.argv[2], sys.argv[3])
else:
    table(sys.argv[2])
