/* The spec: defaults, the words of a command line, and what cannot be made. */
#include <string.h>

#include "plan.h"

enum { PUPILS_A_SCHOOL = 10000 };

static const char *const layouts[] = {"long", "strip", "week", "absences", NULL};
static const char *const phases[] = {"primary", "secondary", "special", NULL};
static const char *const kinds[] = {"none", "mentor", "breakfast-club", "letters", "hub", NULL};
static const char *const selects[] = {"random", "high", "schools", NULL};
static const char *const effect_keys[] = {"select", "share",   "threshold", "window",
                                          "start",  "cohorts", "stagger",   NULL};

void muster_synth_spec_init(muster_synth_spec *spec) {
  *spec = (muster_synth_spec){
      .schools = 1, .pupils = 200, .year = 2025, .seed = 1, .level = synth_levels[0].name, .responses = true};
  for (size_t i = 0; i < synth_cell_count; i++) spec->phases[synth_cells[i].phase] += synth_cells[i].pupils;
  spec->effect.window_first = spec->effect.window_last = spec->effect.start = MUSTER_NO_DATE;
}

const char *muster_synth_layout_name(muster_synth_layout layout) {
  return (unsigned)layout <= MUSTER_SYNTH_ABSENCES ? layouts[layout] : "";
}

const char *muster_synth_phase_name(muster_synth_phase phase) {
  return (unsigned)phase < MUSTER_SYNTH_PHASES ? phases[phase] : "";
}

const char *muster_synth_effect_name(muster_synth_effect_kind kind) {
  return (unsigned)kind <= MUSTER_SYNTH_HUB ? kinds[kind] : "";
}

/* Number of a word in a list; -1 with an error that names the list and the nearest. */
static int word(muster_text text, const char *const *list, const char *what, muster_error *err) {
  for (int i = 0; list[i]; i++)
    if (muster_text_equal(text, muster_text_of(list[i]))) return i;
  char given[64] = {0}, known[200] = {0};
  memcpy(given, text.at, text.n < sizeof given - 1 ? text.n : sizeof given - 1);
  for (size_t i = 0, n = 0; list[i]; i++, n = strlen(known)) {
    if (i) strncat(known, ", ", sizeof known - n - 1);
    strncat(known, list[i], sizeof known - strlen(known) - 1);
  }
  (void)muster_fail(err, MUSTER_USAGE, "no such %s: \"%s\"", what, given);
  muster_error_expected(err, "%s", known);
  const char *near = muster_nearest(given, list);
  if (near) muster_error_todo(err, "did you mean \"%s\"?", near);
  return -1;
}

muster_status muster_synth_layout_parse(muster_text text, muster_synth_layout *out, muster_error *err) {
  int i = word(text, layouts, "layout", err);
  if (i < 0) return MUSTER_USAGE;
  *out = (muster_synth_layout)i;
  return MUSTER_OK;
}

/* Takes the text up to `stop` from `rest`. */
static muster_text take(muster_text *rest, char stop) {
  const char *at = rest->n ? memchr(rest->at, stop, rest->n) : NULL;
  muster_text part = {rest->at, at ? (size_t)(at - rest->at) : rest->n};
  size_t past = part.n + (at != NULL);
  rest->at += past;
  rest->n -= past;
  return part;
}

static muster_status bad_value(muster_text key, const char *expected, muster_error *err) {
  (void)muster_fail(err, MUSTER_USAGE, "%.*s cannot be read", (int)key.n, key.at);
  muster_error_expected(err, "%s", expected);
  return MUSTER_USAGE;
}

muster_status muster_synth_phases_parse(muster_text text, double out[MUSTER_SYNTH_PHASES], muster_error *err) {
  double found[MUSTER_SYNTH_PHASES] = {0};
  do {
    muster_text value = take(&text, ','), key = muster_text_trim(take(&value, '='));
    int phase = word(key, phases, "phase", err);
    if (phase < 0) return MUSTER_USAGE;
    if (value.n == 0)
      found[phase] = 1;
    else if (!muster_text_number(muster_text_trim(value), &found[phase]))
      return bad_value(key, "a number, as in primary=0.6,secondary=0.4", err);
  } while (text.n);
  memcpy(out, found, sizeof found);
  return MUSTER_OK;
}

static muster_synth_effect effect_defaults(muster_synth_effect_kind kind) {
  static const muster_synth_select select[] = {MUSTER_SYNTH_RANDOM, MUSTER_SYNTH_HIGH_ABSENCE,
                                               MUSTER_SYNTH_WHOLE_SCHOOLS, MUSTER_SYNTH_RANDOM,
                                               MUSTER_SYNTH_WHOLE_SCHOOLS};
  return (muster_synth_effect){.kind = kind,
                               .select = select[kind],
                               .share = 0.5,
                               .threshold = 0.10,
                               .window_first = MUSTER_NO_DATE,
                               .window_last = MUSTER_NO_DATE,
                               .start = MUSTER_NO_DATE,
                               .cohorts = 1,
                               .stagger_weeks = 4};
}

static muster_status effect_option(muster_text key, muster_text value, muster_synth_effect *e, muster_error *err) {
  int64_t whole;
  switch (word(key, effect_keys, "part of an effect", err)) {
    case 0: {
      int select = word(value, selects, "selection", err);
      if (select < 0) return MUSTER_USAGE;
      e->select = (muster_synth_select)select;
      return MUSTER_OK;
    }
    case 1: return muster_text_number(value, &e->share) ? MUSTER_OK : bad_value(key, "a number over 0 to 1", err);
    case 2: return muster_text_number(value, &e->threshold) ? MUSTER_OK : bad_value(key, "a fraction, 0.10", err);
    case 3: {
      bool good = value.n == 22 && memcmp(value.at + 10, "..", 2) == 0 &&
                  muster_date_parse((muster_text){value.at, 10}, &e->window_first) &&
                  muster_date_parse((muster_text){value.at + 12, 10}, &e->window_last);
      return good ? MUSTER_OK : bad_value(key, "two dates, 2025-09-01..2025-10-24", err);
    }
    case 4: return muster_date_parse(value, &e->start) ? MUSTER_OK : bad_value(key, "a date, 2025-11-03", err);
    case 5:
    case 6:
      if (!muster_text_int(value, &whole) || whole < 0 || whole > 1000) return bad_value(key, "a whole number", err);
      if (key.at[0] == 'c')
        e->cohorts = (unsigned)whole;
      else
        e->stagger_weeks = (unsigned)whole;
      return MUSTER_OK;
    default: return MUSTER_USAGE;
  }
}

muster_status muster_synth_effect_parse(muster_text text, muster_synth_effect *out, muster_error *err) {
  muster_text head = take(&text, ','), size = head, name = take(&size, ':');
  int kind = word(name, kinds, "kind of intervention", err);
  if (kind < 0) return MUSTER_USAGE;
  muster_synth_effect effect = effect_defaults((muster_synth_effect_kind)kind);
  if (size.n && !muster_text_number(size, &effect.size))
    return bad_value(MUSTER_TEXT("the size of the effect"), "percentage points of absence, as in mentor:-1.0", err);
  while (text.n) {
    muster_text value = take(&text, ','), key = take(&value, '=');
    MUSTER_TRY(effect_option(key, value, &effect, err));
  }
  *out = effect;
  return MUSTER_OK;
}

static muster_status refuse(muster_error *err, const char *what, const char *expected) {
  (void)muster_fail(err, MUSTER_USAGE, "%s", what);
  muster_error_expected(err, "%s", expected);
  return MUSTER_USAGE;
}

muster_date synth_cohort_start(const muster_synth_effect *effect,
                               const muster_synth_half_term terms[MUSTER_SYNTH_HALF_TERMS], unsigned cohort) {
  muster_date start = effect->start + (muster_date)(7 * effect->stagger_weeks * cohort);
  for (int h = MUSTER_SYNTH_HALF_TERMS - 1; h > 0; h--)
    if (start < terms[h].first && start > terms[h - 1].last) return terms[h].first;
  return start;
}

/* Dates that were left open are those of the year's terms. */
void synth_effect_settle(muster_synth_effect *e, const muster_synth_half_term terms[MUSTER_SYNTH_HALF_TERMS]) {
  if (e->window_first == MUSTER_NO_DATE) e->window_first = terms[0].first;
  if (e->window_last == MUSTER_NO_DATE) e->window_last = terms[0].last;
  if (e->start == MUSTER_NO_DATE) e->start = terms[1].first;
}

static muster_status check_effect(const muster_synth_spec *spec, muster_error *err) {
  muster_synth_effect e = spec->effect;
  if (e.kind == MUSTER_SYNTH_NO_EFFECT) return MUSTER_OK;
  muster_synth_half_term terms[MUSTER_SYNTH_HALF_TERMS];
  if ((unsigned)e.kind > MUSTER_SYNTH_HUB || (unsigned)e.select > MUSTER_SYNTH_WHOLE_SCHOOLS)
    return refuse(err, "the effect is of no known kind or selection", "one of those in muster/synth.h");
  if (!(e.size >= -50 && e.size <= 50)) return refuse(err, "the effect is out of range", "-50 to 50 points of absence");
  if (!(e.share > 0 && e.share <= 1)) return refuse(err, "the share treated is out of range", "over 0 to 1");
  if (!(e.threshold >= 0 && e.threshold <= 1))
    return refuse(err, "the threshold is out of range", "a fraction, 0 to 1");
  if (e.cohorts < 1 || e.cohorts > SYNTH_COHORTS_MOST) return refuse(err, "too few or too many cohorts", "1 to 16");
  if (e.stagger_weeks > 52) return refuse(err, "the cohorts start too far apart", "0 to 52 weeks");
  if (!muster_synth_terms(spec->year, terms)) return MUSTER_DEFECT;
  synth_effect_settle(&e, terms);
  muster_date last = synth_cohort_start(&e, terms, e.cohorts - 1), year_end = terms[MUSTER_SYNTH_HALF_TERMS - 1].last;
  char first_text[MUSTER_DATE_TEXT], last_text[MUSTER_DATE_TEXT];
  if (e.start < terms[0].first || last > year_end) {
    (void)muster_fail(err, MUSTER_USAGE, "the intervention starts outside the school year");
    muster_error_expected(err, "every cohort from %s to %s", muster_date_format(terms[0].first, first_text),
                          muster_date_format(year_end, last_text));
    return MUSTER_USAGE;
  }
  if (e.select == MUSTER_SYNTH_HIGH_ABSENCE && (e.window_first > e.window_last || e.window_last >= e.start)) {
    (void)muster_fail(err, MUSTER_USAGE, "pupils cannot be chosen by what comes after the start");
    muster_error_expected(err, "a window that ends before %s", muster_date_format(e.start, first_text));
    return MUSTER_USAGE;
  }
  return MUSTER_OK;
}

muster_status muster_synth_spec_check(const muster_synth_spec *spec, muster_error *err) {
  muster_synth_half_term terms[MUSTER_SYNTH_HALF_TERMS];
  double sum = 0;
  if (spec->schools < 1 || spec->schools > 1000000) return refuse(err, "no such number of schools", "1 to 1,000,000");
  if (spec->pupils < spec->schools) {
    (void)muster_fail(err, MUSTER_USAGE, "%zu pupils cannot fill %zu schools", spec->pupils, spec->schools);
    muster_error_expected(err, "at least one pupil a school");
    return MUSTER_USAGE;
  }
  if (spec->pupils / PUPILS_A_SCHOOL > spec->schools || spec->pupils > spec->schools * PUPILS_A_SCHOOL) {
    (void)muster_fail(err, MUSTER_USAGE, "%zu pupils are too many for %zu schools", spec->pupils, spec->schools);
    muster_error_expected(err, "at most %d a school on average", PUPILS_A_SCHOOL);
    return MUSTER_USAGE;
  }
  if (!muster_synth_terms(spec->year, terms)) {
    (void)muster_fail(err, MUSTER_USAGE, "the year %d has no calendar here", spec->year);
    muster_error_expected(err, "2000 to 2198; 2025 is the school year 2025/26");
    return MUSTER_USAGE;
  }
  if ((unsigned)spec->layout > MUSTER_SYNTH_ABSENCES)
    return refuse(err, "no such layout", "long, strip, week or absences");
  for (int p = 0; p < MUSTER_SYNTH_PHASES; p++) {
    if (!(spec->phases[p] >= 0 && spec->phases[p] <= 1e12))
      return refuse(err, "the mix of phases has a number out of range", "0 or more for each phase");
    sum += spec->phases[p];
  }
  if (!(sum > 0)) return refuse(err, "the mix of phases is empty", "at least one phase with a number over 0");
  if (!synth_level_find(spec->level)) {
    const char *names[16] = {0};
    for (size_t i = 0; i < synth_level_count && i < 15; i++) names[i] = synth_levels[i].name;
    return word(muster_text_of(spec->level), names, "level of absence", err) < 0 ? MUSTER_USAGE : MUSTER_DEFECT;
  }
  return check_effect(spec, err);
}
