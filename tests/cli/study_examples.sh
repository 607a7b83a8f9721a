#!/usr/bin/env bash
# The studies of examples/studies over synthetic trusts: what was planted is found, what was not is not.
source "$(dirname "$0")/_lib.sh"
bash "$root/examples/studies/make.sh" trusts "$muster" 2>/dev/null
for name in mentors breakfast-club letters hub; do
  status 0 "$muster" study "$root/examples/studies/$name.lua" "trusts/$name" --out "results/$name"
  for file in estimates.csv balance.csv warnings.csv study.json study.html charts/trends.png; do
    [ -s "results/$name/$file" ] || [ "$name" = letters ] || fail "$name has no $file"
  done
done
[ -s results/letters/charts/trends-absence-rate.png ] || fail "letters has no picture of its first outcome"

shows "every interval of a primary analysis holds the truth, and every plain before/after is far from it"
python3 - <<'END'
import csv, json
for name, estimator, term, outcome in (("mentors", "twfe", "treated", "absence_rate"), ("breakfast-club", "callaway_santanna", "simple", "absence_rate"),
                                       ("letters", "rct", "itt_adjusted", "absence_rate"), ("hub", "twfe", "treated", "absence_rate")):
    truth = json.load(open(f"trusts/{name}/truth.json"))["effect"]["effect_points"] / 100
    rows = {(r["outcome"], r["estimator"], r["term"]): r for r in csv.DictReader(open(f"results/{name}/estimates.csv")) if not r["group"] and not r["time"]}
    r = rows[outcome, estimator, term]
    low, high, error = float(r["conf_low"]), float(r["conf_high"]), float(r["std_error"])
    print(f"{name}: {float(r['estimate']):+.4f} ({low:+.4f} to {high:+.4f}), truth {truth:+.4f}")
    # one example in twenty may miss by its interval; none by three standard errors
    assert abs(float(r["estimate"]) - truth) < 3 * error, name
    assert high < 0, name
    if (plain := rows.get((outcome, "before_after", "change"))) is not None:
        assert abs(float(plain["estimate"]) - truth) > 4 * float(plain["std_error"]), name
END

shows "pupils chosen for high absence, and nothing done: a plain before/after reports a gain, the study none"
"$muster" synth --schools 24 --pupils 9600 --seed 11 --effect mentor:0,select=high --out nothing 2>/dev/null
status 0 "$muster" study "$root/examples/studies/mentors.lua" nothing --out results/nothing --no-charts
python3 - <<'END'
import csv
rows = {(r["estimator"], r["term"]): r for r in csv.DictReader(open("results/nothing/estimates.csv")) if not r["time"]}
plain, ours = rows["before_after", "change"], rows["twfe", "treated"]
assert float(plain["estimate"]) < -0.03 and float(plain["p_value"]) < 1e-9, plain
assert "no evidence of effect" in plain["note"], plain
assert float(ours["conf_low"]) < 0 < float(ours["conf_high"]) and float(ours["p_value"]) > 0.05, ours
END

shows "against pupils who were not chosen alike the guard is severe, and nothing is called an effect"
cat >everybody.lua <<'END'
return study {
  panel = panel { outcome = "absence_rate", every = "half-term", treated_from = intervention "mentor", cluster = "school" },
  estimators = { twfe {}, event_study {} },
}
END
status 0 "$muster" study everybody.lua nothing --out results/everybody
says "severe: selected_on_outcome"
prints difference
! grep -q "Effect with interval\|Estimated effect" results/everybody/study.html || fail "the page speaks of an effect"
grep -q "Difference with interval" results/everybody/study.html || fail "the page has no difference"

shows "before and after alone is labelled as no evidence"
sed 's/twfe {}, event_study {}/before_after {}/' everybody.lua >alone.lua
status 0 "$muster" study alone.lua nothing --out results/alone
says "severe: no_comparison: before and after without a comparison group is no evidence of effect"
grep -q "Change, no evidence of effect" results/alone/study.html || fail "the page does not say so"

shows "the same study twice, the same bytes; on one thread and on two"
status 0 "$muster" study "$root/examples/studies/hub.lua" trusts/hub --out again --jobs 1
diff -r results/hub again || fail "other bytes"

shows "from a store as from the folder"
status 0 "$muster" import trusts/hub hub.db
status 0 "$muster" study "$root/examples/studies/hub.lua" hub.db --out stored
for file in estimates.csv balance.csv warnings.csv charts/trends.png; do cmp "results/hub/$file" "stored/$file" || fail "$file of a store"; done

shows "marks that were only renamed after the start are found, and nothing of the kind where they were not"
cat >codes.lua <<'END'
return study {
  panel = panel { outcome = "absence_rate", unit = "school", every = "half-term", treated_from = intervention "hub" },
  estimators = { twfe {}, placebo_outcomes {} },
}
END
status 0 "$muster" study codes.lua trusts/hub --out codes --no-charts
! grep -q code_mix codes/warnings.csv || fail "a guard without a reason: $(grep code_mix codes/warnings.csv)"
cp -r trusts/hub renamed
python3 - <<'END'
import csv
treated = {r["subject_id"] for r in csv.DictReader(open("trusts/hub/interventions.csv"))}
school = {r["pupil_id"]: r["school_id"] for r in csv.DictReader(open("trusts/hub/pupils.csv"))}
seen = 0
with open("renamed/marks.csv", "w", newline="") as out:
    rows = csv.reader(open("trusts/hub/marks.csv"))
    write = csv.writer(out)
    write.writerow(next(rows))
    for row in rows:
        if row[1] >= "2025-11-03" and school[row[0]] in treated and row[3] in ("I", "O", "M", "G"):
            seen += 1
            if seen % 8 == 0:
                row[3] = "Y1"
        write.writerow(row)
END
status 0 "$muster" study codes.lua renamed --out renamed-codes --no-charts
says "code_mix: sessions that do not count moved with the treatment by +"
python3 - <<'END'
import csv
read = lambda folder: {(r["estimator"], r["term"]): r for r in csv.DictReader(open(f"{folder}/estimates.csv"))}
before, after = read("codes"), read("renamed-codes")
key = ("placebo_outcomes", "not_possible_rate")
assert float(before[key]["conf_low"]) < 0 < float(before[key]["conf_high"]), before[key]
assert float(after[key]["conf_low"]) > 0.002, after[key]
assert float(after["twfe", "treated"]["estimate"]) < float(before["twfe", "treated"]["estimate"]) - 0.003  # on paper only
END
