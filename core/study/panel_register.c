/* A panel from a register: pupils or schools by week, half term, term or year. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "register_panel.h"

/* ---- outcomes ---- */

typedef struct register_outcome {
  const char *name;
  int kind;  /* counted sessions; -1 for persistent, -2 for severe */
  bool rate; /* over possible sessions */
} register_outcome;

static const register_outcome known_outcomes[] = {{"absence_rate", MUSTER_KIND_ABSENT, true},
                                                  {"attendance_rate", MUSTER_KIND_ATTENDED, true},
                                                  {"authorised_rate", MUSTER_KIND_AUTHORISED, true},
                                                  {"unauthorised_rate", MUSTER_KIND_UNAUTHORISED, true},
                                                  {"illness_rate", MUSTER_KIND_ILLNESS, true},
                                                  {"late_rate", MUSTER_KIND_LATE, true},
                                                  {"persistent", -1, true},
                                                  {"severe", -2, true},
                                                  {"absent", MUSTER_KIND_ABSENT, false},
                                                  {"attended", MUSTER_KIND_ATTENDED, false},
                                                  {"authorised", MUSTER_KIND_AUTHORISED, false},
                                                  {"unauthorised", MUSTER_KIND_UNAUTHORISED, false},
                                                  {"illness", MUSTER_KIND_ILLNESS, false},
                                                  {"late", MUSTER_KIND_LATE, false},
                                                  {"possible", MUSTER_KIND_POSSIBLE, false}};
enum { OUTCOMES = sizeof known_outcomes / sizeof *known_outcomes };

static muster_status find_outcome(const char *name, const register_outcome **found, muster_error *err) {
  const char *names[OUTCOMES + 1];
  char list[240] = "";
  for (size_t i = 0; i < OUTCOMES; i++) {
    if (strcmp(known_outcomes[i].name, name) == 0) {
      *found = &known_outcomes[i];
      return MUSTER_OK;
    }
    names[i] = known_outcomes[i].name;
    if (strlen(list) + strlen(names[i]) + 3 < sizeof list) strcat(strcat(list, i ? ", " : ""), names[i]);
  }
  names[OUTCOMES] = NULL;
  muster_fail(err, MUSTER_PACK, "a register has no outcome \"%.60s\"", name);
  muster_error_expected(err, "one of %s", list);
  const char *near = muster_nearest(name, names);
  if (near) muster_error_todo(err, "did you mean \"%s\"?", near);
  return MUSTER_PACK;
}

/* ---- what marks were given for ---- */

/* Kinds whose movement with the treatment would say that marks, not absences, changed. */
static const struct {
  const char *name, *words;
  int kind;
  bool part, outside;
} code_mix[] = {{"illness_rate", "illness", MUSTER_KIND_ILLNESS, true, false},
                {"authorised_other_rate", "authorised absence other than illness", MUSTER_KIND_AUTHORISED, true, false},
                {"unauthorised_rate", "unauthorised absence", MUSTER_KIND_UNAUTHORISED, true, false},
                {"approved_rate", "approved educational activity", MUSTER_KIND_APPROVED, false, false},
                {"not_possible_rate", "sessions that do not count", MUSTER_KIND_MARKED, false, true},
                {"missing_rate", "sessions without a mark", MUSTER_KIND_MISSING, false, true}};
enum { CODE_MIX = sizeof code_mix / sizeof *code_mix };

/* ---- sums of a unit and period ---- */

typedef struct period_sum {
  double count[MUSTER_KIND_CODES];
  double pupils, persistent, severe;
} period_sum;

typedef struct cutting {
  register_panel *p;
  const register_outcome **outcome; /* [n_outcomes] */
  const muster_definition *definition;
  bool none;          /* weight = "none" */
  muster_date *start; /* [units] */
  size_t n, capacity;
  unsigned char *in; /* [pupils] passes where and eligible */
  muster_view view;
  period_sum *sums; /* [periods] of the unit at work */
} cutting;

static void add_pupil(cutting *c, uint32_t pupil) {
  muster_study_data *d = c->p->d;
  muster_view_set(&c->view, pupil, c->p->to);
  for (size_t k = 0; k < d->n_periods; k++) {
    muster_range range = muster_range_of(d->period[k].from, d->period[k].to);
    uint32_t possible = muster_view_count(&c->view, MUSTER_KIND_POSSIBLE, range);
    if (!possible) continue;
    period_sum *sum = &c->sums[k];
    muster_tally tally = {.pupils = 1, .possible = possible};
    if (c->definition) {
      tally = muster_view_measure(&c->view, range, c->definition);
      if (!tally.pupils) continue;
    }
    sum->pupils++;
    sum->count[MUSTER_KIND_POSSIBLE] += (double)tally.possible;
    if (c->p->blind) continue;
    if (!c->definition) tally = muster_view_tally(&c->view, range);
    uint32_t marked = muster_view_count(&c->view, MUSTER_KIND_MARKED, range);
    sum->count[MUSTER_KIND_MARKED] += marked > possible ? (double)(marked - possible) : 0; /* that do not count */
    sum->count[MUSTER_KIND_APPROVED] += (double)tally.approved;
    sum->count[MUSTER_KIND_MISSING] += (double)muster_view_count(&c->view, MUSTER_KIND_MISSING, range);
    sum->count[MUSTER_KIND_ABSENT] += (double)muster_tally_absent(&tally);
    sum->count[MUSTER_KIND_ATTENDED] += (double)(tally.present + tally.approved);
    sum->count[MUSTER_KIND_AUTHORISED] += (double)tally.authorised;
    sum->count[MUSTER_KIND_UNAUTHORISED] += (double)tally.unauthorised;
    sum->count[MUSTER_KIND_ILLNESS] += (double)tally.illness;
    sum->count[MUSTER_KIND_LATE] += (double)tally.late;
    sum->persistent += (double)tally.persistent;
    sum->severe += (double)tally.severe;
  }
}

/* ---- rows ---- */

static bool room_for_row(cutting *c) {
  muster_study_data *d = c->p->d;
  if (c->n < c->capacity) return true;
  size_t more = c->capacity ? 2 * c->capacity : 4096;
  void *grown;
#define ROOM(at)                                                         \
  if (!(grown = muster_realloc((at), more, sizeof *(at)))) return false; \
  (at) = grown
  ROOM(d->unit);
  ROOM(d->time);
  ROOM(d->cohort);
  ROOM(d->possible);
  for (size_t k = 0; k < d->n_outcomes; k++) {
    ROOM(d->y[k]);
    ROOM(d->weight[k]);
  }
  for (size_t k = 0; k < d->n_placebos; k++) {
    ROOM(d->placebo[k].count);
  }
#undef ROOM
  c->capacity = more;
  return true;
}

static double value_of(const register_outcome *outcome, const period_sum *sum) {
  if (outcome->kind == -1) return sum->persistent / sum->pupils;
  if (outcome->kind == -2) return sum->severe / sum->pupils;
  double count = sum->count[outcome->kind];
  return outcome->rate ? count / sum->count[MUSTER_KIND_POSSIBLE] : count;
}

/* First treated time of a start, and the place of a period that is only partly treated. */
static double cohort_of(cutting *c, muster_date start, size_t *partial) {
  const muster_study_data *d = c->p->d;
  bool drop = muster_part_choice(c->p->panel, "partial") == 1;
  *partial = SIZE_MAX;
  if (start == MUSTER_NO_DATE) return NAN;
  size_t k = 0;
  while (k < d->n_periods && d->period[k].to < start) k++;
  if (k < d->n_periods && d->period[k].from < start && k > 0) {
    c->p->d->units_partial++;
    if (drop) *partial = k++;
  }
  return k < d->n_periods ? d->period[k].time : NAN;
}

static muster_status put_rows(cutting *c, uint32_t unit, muster_error *err) {
  muster_study_data *d = c->p->d;
  size_t partial, first = c->n;
  double cohort = cohort_of(c, c->start[unit], &partial);
  for (size_t k = 0; k < d->n_periods; k++) {
    const period_sum *sum = &c->sums[k];
    d->rows_read++;
    if (sum->count[MUSTER_KIND_POSSIBLE] <= 0 || k == partial) {
      d->rows_left_out += k == partial;
      continue;
    }
    if (!room_for_row(c)) return muster_fail_memory(err);
    d->unit[c->n] = unit;
    d->time[c->n] = d->period[k].time;
    d->cohort[c->n] = cohort;
    d->possible[c->n] = sum->count[MUSTER_KIND_POSSIBLE];
    for (size_t o = 0; o < d->n_outcomes; o++) {
      const register_outcome *outcome = c->outcome[o];
      d->y[o][c->n] = c->p->blind ? 0 : value_of(outcome, sum);
      d->weight[o][c->n] = c->none || !outcome->rate ? 1
                           : outcome->kind < 0       ? sum->pupils
                                                     : sum->count[MUSTER_KIND_POSSIBLE];
    }
    for (size_t m = 0; m < d->n_placebos; m++) {
      double count = sum->count[code_mix[m].kind];
      if (code_mix[m].kind == MUSTER_KIND_AUTHORISED) count -= sum->count[MUSTER_KIND_ILLNESS];
      d->placebo[m].count[c->n] = (uint32_t)count;
    }
    c->n++;
  }
  if (c->n > first && cohort == d->period[0].time) d->units_always++;
  return MUSTER_OK;
}

/* ---- who is in ---- */

static muster_status choose_pupils(cutting *c, muster_error *err) {
  const register_panel *p = c->p;
  size_t n = p->reg->pupil_count;
  const muster_given *where = muster_part_given(p->panel, "where"), *fit = muster_part_given(p->panel, "eligible");
  muster_text *texts = muster_alloc(n + 1, sizeof *texts);
  if (!texts) return muster_fail_memory(err);
  memset(c->in, 1, n);
  muster_status status = MUSTER_OK;
  register_panel of_pupils = *p;
  of_pupils.schools = false;
  for (size_t f = 0; status == MUSTER_OK && where && f < where->count; f++) {
    status = register_texts(&of_pupils, "where", where->items[f].name, texts, err);
    for (size_t i = 0; status == MUSTER_OK && i < n; i++)
      c->in[i] = c->in[i] && muster_study_passes(texts[i], &where->items[f]);
  }
  muster_free(texts);
  if (status != MUSTER_OK || !fit) return status;
  const muster_given *least = register_entry(fit, "at_least"), *most = register_entry(fit, "at_most");
  muster_range range =
      muster_range_of(register_entry_date(fit, "from", p->from), register_entry_date(fit, "to", p->to));
  for (uint32_t i = 0; i < n; i++) {
    if (!c->in[i]) continue;
    muster_view_set(&c->view, i, p->to);
    double possible = muster_view_count(&c->view, MUSTER_KIND_POSSIBLE, range),
           absent = muster_view_count(&c->view, MUSTER_KIND_ABSENT, range);
    /* shares are compared as counts, so that exactly a tenth is a tenth */
    c->in[i] = possible > 0 && (!least || absent >= least->number * possible - 1e-9) &&
               (!most || absent <= most->number * possible + 1e-9);
  }
  return MUSTER_OK;
}

static muster_status cut(cutting *c, muster_error *err) {
  const register_panel *p = c->p;
  size_t units = p->schools ? p->reg->school_count : p->reg->pupil_count;
  for (uint32_t unit = 0; unit < units; unit++) {
    memset(c->sums, 0, p->d->n_periods * sizeof *c->sums);
    if (!p->schools && c->in[unit]) add_pupil(c, unit);
    for (uint32_t i = 0; p->schools && i < p->reg->schools[unit].count; i++) {
      uint32_t pupil = p->reg->by_school[p->reg->schools[unit].first + i];
      if (c->in[pupil]) add_pupil(c, pupil);
    }
    bool any = false;
    for (size_t k = 0; k < p->d->n_periods; k++) any = any || c->sums[k].pupils > 0;
    if (any) MUSTER_TRY(put_rows(c, unit, err));
  }
  if (c->n) return MUSTER_OK;
  muster_fail(err, MUSTER_DATA, "nobody is left in the panel");
  muster_error_todo(err, "look at where, eligible, from and to of the panel");
  return MUSTER_DATA;
}

/* ---- columns of units ---- */

muster_status register_texts(const register_panel *p, const char *key, const char *name, muster_text *texts,
                             muster_error *err) {
  const muster_register *reg = p->reg;
  size_t units = p->schools ? reg->school_count : reg->pupil_count;
  bool school = strcmp(name, "school") == 0 || (p->schools && strcmp(name, "unit_id") == 0),
       pupil = strcmp(name, "pupil") == 0;
  const muster_attribute *own = p->schools ? NULL : muster_attribute_find(&reg->pupil_attributes, name),
                         *theirs = muster_attribute_find(&reg->school_attributes, name);
  if (!school && !(pupil && !p->schools) && !own && !theirs) {
    muster_fail(err, MUSTER_DATA, "%s: there is no attribute \"%.60s\"", key, name);
    const char *names[128];
    size_t n = 0;
    names[n++] = "school";
    for (size_t i = 0; !p->schools && i < reg->pupil_attributes.count && n < 127; i++)
      names[n++] = reg->pupil_attributes.columns[i].name;
    for (size_t i = 0; i < reg->school_attributes.count && n < 127; i++)
      names[n++] = reg->school_attributes.columns[i].name;
    names[n] = NULL;
    const char *near = muster_nearest(name, names);
    if (near) muster_error_todo(err, "did you mean \"%s\"?", near);
    return MUSTER_DATA;
  }
  for (uint32_t u = 0; u < units; u++) {
    uint32_t at = p->schools ? u : reg->pupils[u].school;
    if (school)
      texts[u] = muster_school_id(reg, at);
    else if (pupil)
      texts[u] = muster_pupil_id(reg, u);
    else if (own)
      texts[u] = muster_attribute_value(reg, own, u);
    else
      texts[u] = muster_attribute_value(reg, theirs, at);
  }
  return MUSTER_OK;
}

/* Texts of units as texts of rows. */
static muster_status row_texts(const register_panel *p, const char *key, const char *name, muster_text *units,
                               muster_text *rows, muster_error *err) {
  MUSTER_TRY(register_texts(p, key, name, units, err));
  for (size_t i = 0; i < p->d->n; i++) rows[i] = units[p->d->unit[i]];
  return MUSTER_OK;
}

static muster_status number_column(const register_panel *p, const char *key, const char *name, muster_text *units,
                                   muster_text *rows, uint32_t **out, muster_error *err) {
  size_t distinct;
  *out = muster_alloc(p->d->n, sizeof **out);
  if (!*out) return muster_fail_memory(err);
  MUSTER_TRY(row_texts(p, key, name, units, rows, err));
  size_t empty = 0;
  for (size_t i = 0; i < p->d->n; i++) empty += rows[i].n == 0;
  if (empty) { /* they are not one cluster */
    muster_fail(err, MUSTER_DATA, "%s: %zu of %zu rows have no \"%.60s\"", key, empty, p->d->n, name);
    muster_error_todo(err, "give it to every %s, or keep those without it out by where",
                      p->schools ? "school" : "pupil");
    return MUSTER_DATA;
  }
  return muster_number_texts(rows, p->d->n, *out, &distinct, err);
}

static muster_status covariate(const register_panel *p, const char *name, const muster_text *rows, muster_error *err) {
  double *column;
  MUSTER_TRY(muster_study_covariate(p->d, name, &column, err));
  for (size_t i = 0; i < p->d->n; i++) {
    if (!rows[i].n)
      column[i] = NAN;
    else if (muster_text_number(rows[i], &column[i]))
      continue;
    else if (muster_text_is_true(rows[i]) || muster_text_is_false(rows[i]))
      column[i] = muster_text_is_true(rows[i]);
    else {
      muster_fail(err, MUSTER_DATA, "covariates: \"%s\" is no number in some rows (such as \"%.*s\")", name,
                  rows[i].n > 40 ? 40 : (int)rows[i].n, rows[i].at);
      muster_error_todo(err, "name it in factors = { \"%s\" }", name);
      return MUSTER_DATA;
    }
  }
  return MUSTER_OK;
}

typedef struct grouping_reader {
  const register_panel *p;
  muster_text *units, *rows;
} grouping_reader;

static muster_status read_grouping(void *with, const char *name, muster_error *err) {
  grouping_reader *r = with;
  MUSTER_TRY(row_texts(r->p, "by", name, r->units, r->rows, err));
  return muster_study_grouping_add(r->p->d, name, r->rows, err);
}

muster_status register_columns(register_panel *p, muster_error *err) {
  muster_study_data *d = p->d;
  size_t units = p->schools ? p->reg->school_count : p->reg->pupil_count;
  const muster_given *plain = muster_part_given(p->panel, "covariates"),
                     *factors = muster_part_given(p->panel, "factors");
  const char *cluster = muster_part_text(p->panel, "cluster"), *stratum = muster_part_text(p->panel, "stratum");
  muster_text *of_units = muster_alloc(units + 1, sizeof *of_units), *rows = muster_alloc(d->n + 1, sizeof *rows);
  muster_status status = of_units && rows ? MUSTER_OK : muster_fail_memory(err);
  bool own = cluster && strcmp(cluster, p->schools ? "school" : "pupil") == 0;
  if (status == MUSTER_OK && cluster && !own)
    status = number_column(p, "cluster", cluster, of_units, rows, &d->cluster, err);
  if (status == MUSTER_OK && stratum) status = number_column(p, "stratum", stratum, of_units, rows, &d->stratum, err);
  for (size_t k = 0; status == MUSTER_OK && plain && k < plain->count; k++) {
    status = row_texts(p, "covariates", plain->items[k].text, of_units, rows, err);
    if (status == MUSTER_OK) status = covariate(p, plain->items[k].text, rows, err);
  }
  for (size_t k = 0; status == MUSTER_OK && factors && k < factors->count; k++) {
    status = row_texts(p, "factors", factors->items[k].text, of_units, rows, err);
    if (status == MUSTER_OK) status = muster_study_factor(d, factors->items[k].text, rows, err);
  }
  if (status == MUSTER_OK)
    status = muster_study_names(p->study, "by", read_grouping, &(grouping_reader){p, of_units, rows}, err);
  muster_free(of_units);
  muster_free(rows);
  d->cluster_name = cluster ? muster_arena_copy(&d->arena, cluster, strlen(cluster)) : "";
  if (status == MUSTER_OK && !d->cluster_name) status = muster_fail_memory(err);
  return status;
}

/* ---- the whole ---- */

static muster_status read_choices(register_panel *p, cutting *c, muster_error *err) {
  const char *unit = muster_part_text(p->panel, "unit"), *weight = muster_part_text(p->panel, "weight"),
             *definition = muster_part_text(p->panel, "definition"), *text;
  if (unit && strcmp(unit, "pupil") != 0 && strcmp(unit, "school") != 0) {
    muster_fail(err, MUSTER_PACK, "panel: the units of a register are no \"%.60s\"", unit);
    muster_error_expected(err, "unit = \"pupil\" or unit = \"school\"");
    return MUSTER_PACK;
  }
  if (weight && strcmp(weight, "possible") != 0 && strcmp(weight, "none") != 0) {
    muster_fail(err, MUSTER_PACK, "panel: weight is \"%.60s\"", weight);
    muster_error_expected(err, "weight = \"possible\" (rates are pooled over sessions) or weight = \"none\"");
    return MUSTER_PACK;
  }
  if (definition && !(c->definition = muster_definition_find(definition))) {
    muster_fail(err, MUSTER_PACK, "panel: there is no definition \"%.60s\"", definition);
    muster_error_todo(err, "muster measure --help names them");
    return MUSTER_PACK;
  }
  p->schools = unit && strcmp(unit, "school") == 0;
  c->none = weight && strcmp(weight, "none") == 0;
  p->from = p->reg->first_mark;
  p->to = p->reg->last_mark;
  if ((text = muster_part_text(p->panel, "from")) && !muster_date_parse(muster_text_of(text), &p->from))
    return muster_fail(err, MUSTER_DEFECT, "an unchecked date");
  if ((text = muster_part_text(p->panel, "to")) && !muster_date_parse(muster_text_of(text), &p->to))
    return muster_fail(err, MUSTER_DEFECT, "an unchecked date");
  if (p->reg->first_mark == MUSTER_NO_DATE) {
    muster_fail(err, MUSTER_DATA, "the data has no marks to make a panel of");
    muster_error_todo(
        err, "for statistics without pupils give csv = \"counts.csv\", outcome = \"absent\", per = \"possible\"");
    return MUSTER_DATA;
  }
  p->d->unit_noun = p->schools ? "schools" : "pupils";
  return MUSTER_OK;
}

static muster_status source_of(register_panel *p, muster_error *err) {
  char first[MUSTER_DATE_TEXT], last[MUSTER_DATE_TEXT];
  muster_study_data *d = p->d;
  d->source = muster_arena_printf(&d->arena, "school registers, %s to %s%s%s", muster_date_format(p->from, first),
                                  muster_date_format(p->to, last), p->reg->presence_implied ? "; presence implied" : "",
                                  p->reg->calendar_given ? "" : "; calendar inferred");
  return d->source ? MUSTER_OK : muster_fail_memory(err);
}

/* Schools may be named; pupils never are. */
static muster_status name_schools(register_panel *p, muster_error *err) {
  muster_study_data *d = p->d;
  size_t n = p->reg->school_count;
  if (!p->schools) return MUSTER_OK;
  d->unit_name = muster_arena_alloc(&d->arena, n * sizeof *d->unit_name);
  if (!d->unit_name) return muster_fail_memory(err);
  for (uint32_t s = 0; s < n; s++) {
    muster_text name = muster_school_name(p->reg, s);
    if (!(d->unit_name[s] = muster_arena_copy(&d->arena, name.at, name.n))) return muster_fail_memory(err);
  }
  d->n_unit_names = n;
  return MUSTER_OK;
}

static muster_status read_all(register_panel *p, cutting *c, muster_error *err) {
  muster_study_data *d = p->d;
  MUSTER_TRY(read_choices(p, c, err));
  MUSTER_TRY(source_of(p, err));
  MUSTER_TRY(name_schools(p, err));
  MUSTER_TRY(register_periods(p, err));
  MUSTER_TRY(muster_study_outcomes(p->study, 1, d, err));
  size_t units = p->schools ? p->reg->school_count : p->reg->pupil_count;
  c->outcome = muster_arena_alloc(&d->arena, d->n_outcomes * sizeof *c->outcome);
  c->start = muster_alloc(units + 1, sizeof *c->start);
  c->in = muster_alloc(p->reg->pupil_count + 1, 1);
  c->sums = muster_alloc(d->n_periods, sizeof *c->sums);
  if (!c->outcome || !c->start || !c->in || !c->sums) return muster_fail_memory(err);
  for (size_t k = 0; k < d->n_outcomes; k++) {
    MUSTER_TRY(find_outcome(d->outcome[k], &c->outcome[k], err));
    d->rate[k] = c->outcome[k]->rate;
    d->threshold[k] = c->outcome[k]->kind < 0;
  }
  for (size_t k = 0; k < CODE_MIX && !p->blind; k++) {
    muster_study_placebo *placebo;
    MUSTER_TRY(muster_study_placebo_add(d, code_mix[k].name, code_mix[k].words, &placebo, err));
    placebo->part = code_mix[k].part;
    placebo->outside = code_mix[k].outside;
  }
  MUSTER_TRY(register_starts(p, c->start, err));
  MUSTER_TRY(muster_view_open(&c->view, p->reg, NULL, 0, err));
  MUSTER_TRY(choose_pupils(c, err));
  MUSTER_TRY(cut(c, err));
  d->n = c->n;
  d->from_register = true;
  MUSTER_TRY(register_columns(p, err));
  MUSTER_TRY(muster_register_digest(p->reg, 1, d->digest, err));
  muster_study_blind_digest(d);
  return MUSTER_OK;
}

muster_status muster_study_read_register(const muster_study *study, const muster_register *reg, bool blind,
                                         muster_study_data *data, muster_error *err) {
  *data = (muster_study_data){0};
  register_panel p = {.study = study, .panel = &study->panel, .reg = reg, .d = data, .blind = blind};
  cutting c = {.p = &p};
  const char *every = muster_part_text(p.panel, "every");
  bool totals = (every && strcmp(every, "period") == 0) || (reg->first_mark == MUSTER_NO_DATE && reg->total_count);
  muster_status status = totals ? register_totals(&p, err) : read_all(&p, &c, err);
  muster_view_close(&c.view);
  muster_free(c.start);
  muster_free(c.in);
  muster_free(c.sums);
  if (status != MUSTER_OK) muster_study_data_free(data);
  return status;
}
