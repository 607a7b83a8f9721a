/* Questions that look beyond one subject: places, gaps, numbers of pupils, similar ones. Counts of a school's pupils
 * are kept in columns for as long as the as-of date stands. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "desk_private.h"

/* ---- columns ---- */

static muster_column *find_column(muster_desk *desk, uint32_t school, int kind, uint32_t window) {
  for (size_t i = 0; i < desk->column_count; i++) {
    muster_column *c = &desk->columns[i];
    if (c->epoch == desk->epoch && c->school == school && c->kind == kind && c->window == window) return c;
  }
  return NULL;
}

static muster_column *spare_column(muster_desk *desk) {
  muster_column *c = &desk->columns[desk->next_column];
  if (!c->counts) c->counts = muster_alloc(desk->largest_school, sizeof *c->counts);
  if (!c->ranks) c->ranks = muster_alloc(desk->largest_school, sizeof *c->ranks);
  if (!c->counts || !c->ranks) return NULL;
  if (desk->next_column == desk->column_count) desk->column_count++;
  desk->next_column = (desk->next_column + 1) % MUSTER_MOST_COLUMNS;
  return c;
}

muster_column *muster_desk_column(muster_desk *desk, uint32_t school, int kind, uint32_t window) {
  muster_column *c = find_column(desk, school, kind, window);
  if (c) return c;
  c = spare_column(desk);
  if (!c) {
    desk->failed = true;
    return NULL;
  }
  c->epoch = 0;
  muster_range range = muster_desk_school_range(desk, school, window);
  const muster_school *at = &desk->reg->schools[school];
  for (uint32_t i = 0; i < at->count; i++) {
    muster_view *view = muster_desk_pool(desk, desk->reg->by_school[at->first + i]);
    if (!view) return NULL;
    c->counts[i] = muster_view_count(view, kind, range);
  }
  c->epoch = desk->epoch;
  c->school = school;
  c->window = window;
  c->kind = kind;
  c->has_ranks = false;
  return c;
}

void muster_desk_free_schools(muster_desk *desk) {
  for (size_t i = 0; i < MUSTER_MOST_COLUMNS; i++) {
    muster_free(desk->columns[i].counts);
    muster_free(desk->columns[i].ranks);
  }
  for (size_t i = 0; i < desk->school_column_count; i++) {
    muster_free(desk->school_columns[i].counts);
    muster_free(desk->school_columns[i].possible);
    muster_free(desk->school_columns[i].ranks);
  }
  muster_free(desk->school_columns);
  muster_free(desk->features);
}

/* ---- places by rate ---- */

typedef struct placed {
  uint64_t count, possible;
  uint32_t number;
} placed;

/* Highest rate first; equal rates by number. Rates are compared as fractions, without rounding. */
static int by_rate(const void *a, const void *b) {
  const placed *x = a, *y = b;
  uint64_t left = x->count * y->possible, right = y->count * x->possible;
  if (left != right) return left > right ? -1 : 1;
  return x->number < y->number ? -1 : x->number > y->number;
}

static void give_ranks(placed *items, size_t n, uint32_t *ranks) {
  qsort(items, n, sizeof *items, by_rate);
  uint32_t rank = 0;
  for (size_t i = 0; i < n; i++) {
    bool tie = i && items[i].count * items[i - 1].possible == items[i - 1].count * items[i].possible;
    if (!tie) rank = (uint32_t)i + 1;
    ranks[items[i].number] = rank;
  }
}

static bool rank_pupils(muster_desk *desk, uint32_t school, muster_column *column, const muster_column *possible) {
  const muster_school *at = &desk->reg->schools[school];
  placed *items = muster_alloc(at->count, sizeof *items);
  if (!items) return false;
  size_t n = 0;
  memset(column->ranks, 0, at->count * sizeof *column->ranks);
  for (uint32_t i = 0; i < at->count; i++) {
    const muster_pupil *pupil = &desk->reg->pupils[desk->reg->by_school[at->first + i]];
    if (possible->counts[i] && muster_on_roll(pupil, desk->as_of))
      items[n++] = (placed){column->counts[i], possible->counts[i], i};
  }
  give_ranks(items, n, column->ranks);
  column->ranked = (uint32_t)n;
  column->has_ranks = true;
  muster_free(items);
  return true;
}

static bool rank_pupil(muster_desk *desk, const muster_subject *s, int kind, uint32_t window, uint32_t *rank,
                       uint32_t *of) {
  const muster_column *possible = muster_desk_column(desk, s->school, MUSTER_KIND_POSSIBLE, window);
  muster_column *column = possible ? muster_desk_column(desk, s->school, kind, window) : NULL;
  if (column && !column->has_ranks && !rank_pupils(desk, s->school, column, possible)) column = NULL;
  if (!column) {
    desk->failed = true;
    return false;
  }
  *rank = column->ranks[muster_place_in_school(desk->reg, s->school, s->pupil)];
  *of = column->ranked;
  return *rank > 0;
}

/* Groups are placed among the groups that the same attribute makes at the school. */
static bool rank_group(muster_desk *desk, const muster_subject *s, int kind, uint32_t window, uint32_t *rank,
                       uint32_t *of) {
  const muster_column *possible = muster_desk_column(desk, s->school, MUSTER_KIND_POSSIBLE, window);
  const muster_column *column = possible ? muster_desk_column(desk, s->school, kind, window) : NULL;
  const muster_school *at = &desk->reg->schools[s->school];
  placed *groups = column ? muster_alloc(at->count, sizeof *groups) : NULL;
  if (!groups) {
    desk->failed = true;
    return false;
  }
  size_t n = 0, own = SIZE_MAX;
  for (uint32_t i = 0; i < at->count; i++) {
    uint32_t pupil = desk->reg->by_school[at->first + i];
    uint32_t value = muster_attribute_number(&desk->reg->pupil_attributes.columns[s->by], pupil);
    if (value == MUSTER_NONE) continue;
    size_t g = 0;
    while (g < n && groups[g].number != value) g++;
    if (g == n) groups[n++] = (placed){.number = value};
    groups[g].count += column->counts[i];
    groups[g].possible += possible->counts[i];
  }
  for (size_t g = 0; g < n; g++)
    if (groups[g].number == s->group) own = g;
  *rank = 1;
  *of = 0;
  bool has = own != SIZE_MAX && groups[own].possible > 0;
  for (size_t g = 0; has && g < n; g++) {
    *of += groups[g].possible > 0;
    *rank += groups[g].count * groups[own].possible > groups[own].count * groups[g].possible;
  }
  muster_free(groups);
  return has;
}

/* ---- the same over schools ---- */

static muster_school_column *find_school_column(muster_desk *desk, int kind, uint32_t window) {
  for (size_t i = 0; i < desk->school_column_count; i++) {
    muster_school_column *c = &desk->school_columns[i];
    if (c->kind == kind && c->window == window) return c;
  }
  if (!MUSTER_GROW(desk->school_columns, desk->school_column_capacity, desk->school_column_count)) return NULL;
  muster_school_column *c = &desk->school_columns[desk->school_column_count];
  size_t n = desk->reg->school_count;
  *c = (muster_school_column){.window = window, .kind = kind};
  c->counts = muster_alloc(n, sizeof *c->counts);
  c->possible = muster_alloc(n, sizeof *c->possible);
  c->ranks = muster_alloc(n, sizeof *c->ranks);
  desk->school_column_count++;
  return c;
}

static muster_school_column *school_column(muster_desk *desk, int kind, uint32_t window) {
  muster_school_column *c = find_school_column(desk, kind, window);
  if (!c || !c->counts || !c->possible || !c->ranks) return NULL;
  if (c->epoch == desk->epoch) return c;
  size_t schools = desk->reg->school_count, n = 0;
  placed *items = muster_alloc(schools, sizeof *items);
  if (!items) return NULL;
  for (uint32_t i = 0; i < schools; i++) {
    muster_subject s = {.kind = MUSTER_SUBJECT_SCHOOL, .school = i};
    bool known, possible_known;
    c->possible[i] = muster_desk_count(desk, &s, MUSTER_KIND_POSSIBLE, window, &possible_known);
    c->counts[i] = muster_desk_count(desk, &s, kind, window, &known);
    c->ranks[i] = 0;
    if (known && possible_known && c->possible[i]) items[n++] = (placed){c->counts[i], c->possible[i], i};
  }
  give_ranks(items, n, c->ranks);
  muster_free(items);
  c->ranked = (uint32_t)n;
  c->epoch = desk->epoch;
  return c;
}

bool muster_desk_rank(muster_desk *desk, const muster_subject *s, int kind, uint32_t window, uint32_t *rank,
                      uint32_t *of) {
  desk->last_kind = kind;
  if (s->kind == MUSTER_SUBJECT_PUPIL) return rank_pupil(desk, s, kind, window, rank, of);
  if (s->kind == MUSTER_SUBJECT_GROUP) return rank_group(desk, s, kind, window, rank, of);
  const muster_school_column *c = school_column(desk, kind, window);
  if (!c) {
    desk->failed = true;
    return false;
  }
  *rank = c->ranks[s->school];
  *of = c->ranked;
  return *rank > 0;
}

/* ---- yes and no in attributes ---- */

/* SEN columns say what kind of support there is (K, E); any kind is a yes, and N is none. */
static int yes_or_no(const char *attribute, muster_text value) {
  if (!value.n) return -1;
  if (muster_text_is_true(value)) return 1;
  if (muster_text_is_false(value) || muster_text_equal_nocase(value, MUSTER_TEXT("none"))) return 0;
  return muster_text_equal_nocase(muster_text_of(attribute), MUSTER_TEXT("sen")) ? 1 : -1;
}

bool muster_desk_gap(muster_desk *desk, const muster_subject *s, const char *attribute, uint32_t window, double *gap) {
  const muster_register *reg = desk->reg;
  const muster_attribute *column = muster_attribute_find(&reg->pupil_attributes, attribute);
  if (!column || s->kind == MUSTER_SUBJECT_PUPIL || muster_desk_from_totals(desk, s)) return false;
  const muster_column *possible = muster_desk_column(desk, s->school, MUSTER_KIND_POSSIBLE, window);
  const muster_column *absent = possible ? muster_desk_column(desk, s->school, MUSTER_KIND_ABSENT, window) : NULL;
  if (!absent) return false;
  uint64_t sums[2][2] = {{0, 0}, {0, 0}}; /* no and yes; absent and possible */
  const muster_school *school = &reg->schools[s->school];
  for (uint32_t i = 0; i < school->count; i++) {
    uint32_t pupil = reg->by_school[school->first + i];
    int yes =
        muster_desk_belongs(desk, s, pupil) ? yes_or_no(attribute, muster_attribute_value(reg, column, pupil)) : -1;
    if (yes < 0) continue;
    sums[yes][0] += absent->counts[i];
    sums[yes][1] += possible->counts[i];
  }
  if (!sums[0][1] || !sums[1][1]) return false;
  *gap = (double)sums[1][0] / (double)sums[1][1] - (double)sums[0][0] / (double)sums[0][1];
  return true;
}

static bool value_matches(muster_text value, const char *wanted) {
  muster_text w = muster_text_of(wanted);
  if (muster_text_equal_nocase(w, MUSTER_TEXT("true"))) return muster_text_is_true(value);
  if (muster_text_equal_nocase(w, MUSTER_TEXT("false"))) return muster_text_is_false(value);
  return muster_text_equal_nocase(value, w);
}

uint64_t muster_desk_pupils(muster_desk *desk, const muster_subject *s, const char *const *names,
                            const char *const *values, size_t n) {
  const muster_register *reg = desk->reg;
  if (muster_desk_from_totals(desk, s)) {
    muster_total total;
    bool has = !n && muster_desk_total(desk, s->school, MUSTER_WINDOW_OF_YEAR, &total) && total.enrolments > 0;
    return has ? (uint64_t)total.enrolments : 0;
  }
  const muster_school *school = &reg->schools[s->school];
  uint64_t found = 0;
  for (uint32_t i = 0; i < school->count; i++) {
    uint32_t pupil = reg->by_school[school->first + i];
    bool matches = muster_on_roll(&reg->pupils[pupil], desk->as_of) && muster_desk_belongs(desk, s, pupil);
    for (size_t k = 0; matches && k < n; k++) {
      const muster_attribute *column = muster_attribute_find(&reg->pupil_attributes, names[k]);
      matches = value_matches(muster_attribute_value(reg, column, pupil), values[k]);
    }
    found += matches;
  }
  return found;
}

/* ---- similar ones ---- */

typedef struct near_one {
  double distance;
  uint32_t number;
} near_one;

/* Keeps the 20 nearest, in order; of equals the one that came first. */
static size_t keep_near(near_one *kept, size_t n, near_one one) {
  enum { MOST = 20 };
  if (n == MOST && one.distance >= kept[n - 1].distance) return n;
  size_t at = n < MOST ? n++ : n - 1;
  for (; at && kept[at - 1].distance > one.distance; at--) kept[at] = kept[at - 1];
  kept[at] = one;
  return n;
}

static const char *const shares[MUSTER_FEATURES - 1] = {"fsm", "sen", "eal"};

/* Pupils on roll, and the shares of them with free school meals, special needs, another first language. From the
 * pupils, else from totals and the school's own attributes of those names. NaN where nothing is known. */
static void school_features(muster_desk *desk, uint32_t school, double *f) {
  const muster_register *reg = desk->reg;
  const muster_school *at = &reg->schools[school];
  muster_subject s = {.kind = MUSTER_SUBJECT_SCHOOL, .school = school};
  f[0] = (double)muster_desk_pupils(desk, &s, NULL, NULL, 0);
  for (int k = 0; k < MUSTER_FEATURES - 1; k++) {
    const muster_attribute *column = muster_attribute_find(&reg->pupil_attributes, shares[k]);
    uint64_t yes = 0, all = 0;
    for (uint32_t i = 0; column && i < at->count; i++) {
      uint32_t pupil = reg->by_school[at->first + i];
      int is = muster_on_roll(&reg->pupils[pupil], desk->as_of)
                   ? yes_or_no(shares[k], muster_attribute_value(reg, column, pupil))
                   : -1;
      yes += is == 1;
      all += is >= 0;
    }
    f[k + 1] = all ? (double)yes / (double)all : NAN;
    const muster_attribute *own = muster_attribute_find(&reg->school_attributes, shares[k]);
    double number;
    if (!all && own && muster_text_number(muster_attribute_value(reg, own, school), &number)) f[k + 1] = number;
  }
}

/* Standardises each feature over the schools that have it; a school without one stands at the mean. */
static void standardise(double *f, size_t schools) {
  for (int k = 0; k < MUSTER_FEATURES; k++) {
    double sum = 0, squares = 0;
    size_t n = 0;
    for (size_t i = 0; i < schools; i++) {
      if (isnan(f[i * MUSTER_FEATURES + (size_t)k])) continue;
      sum += f[i * MUSTER_FEATURES + (size_t)k];
      n++;
    }
    double mean = n ? sum / (double)n : 0;
    for (size_t i = 0; i < schools; i++) {
      double d = f[i * MUSTER_FEATURES + (size_t)k] - mean;
      if (!isnan(d)) squares += d * d;
    }
    double spread = n > 1 ? sqrt(squares / (double)(n - 1)) : 0;
    for (size_t i = 0; i < schools; i++) {
      double *at = &f[i * MUSTER_FEATURES + (size_t)k];
      *at = isnan(*at) || spread <= 0 ? 0 : (*at - mean) / spread;
    }
  }
}

static bool have_features(muster_desk *desk) {
  size_t schools = desk->reg->school_count;
  if (desk->features_epoch == desk->epoch) return true;
  if (!desk->features) desk->features = muster_alloc(schools * MUSTER_FEATURES, sizeof *desk->features);
  if (!desk->features) return false;
  for (uint32_t i = 0; i < schools; i++) school_features(desk, i, desk->features + (size_t)i * MUSTER_FEATURES);
  standardise(desk->features, schools);
  desk->features_epoch = desk->epoch;
  return true;
}

static size_t similar_schools(muster_desk *desk, uint32_t school, near_one *kept) {
  if (!have_features(desk)) {
    desk->failed = true;
    return 0;
  }
  const muster_attribute *phase = muster_attribute_find(&desk->reg->school_attributes, "phase");
  const double *own = desk->features + (size_t)school * MUSTER_FEATURES;
  size_t n = 0;
  for (uint32_t i = 0; i < desk->reg->school_count; i++) {
    if (i == school || muster_attribute_number(phase, i) != muster_attribute_number(phase, school)) continue;
    double distance = 0;
    for (size_t k = 0; k < MUSTER_FEATURES; k++) {
      double d = desk->features[(size_t)i * MUSTER_FEATURES + k] - own[k];
      distance += d * d;
    }
    n = keep_near(kept, n, (near_one){distance, i});
  }
  return n;
}

static size_t similar_pupils(muster_desk *desk, const muster_subject *s, near_one *kept) {
  const muster_register *reg = desk->reg;
  const muster_column *possible = muster_desk_column(desk, s->school, MUSTER_KIND_POSSIBLE, MUSTER_WINDOW_OF_YEAR);
  const muster_column *absent =
      possible ? muster_desk_column(desk, s->school, MUSTER_KIND_ABSENT, MUSTER_WINDOW_OF_YEAR) : NULL;
  uint32_t own = muster_place_in_school(reg, s->school, s->pupil);
  if (!absent || !possible->counts[own]) return 0;
  const muster_attribute *year = muster_attribute_find(&reg->pupil_attributes, "year_group");
  double rate = (double)absent->counts[own] / possible->counts[own];
  const muster_school *school = &reg->schools[s->school];
  size_t n = 0;
  for (uint32_t i = 0; i < school->count; i++) {
    uint32_t pupil = reg->by_school[school->first + i];
    if (i == own || !possible->counts[i] || !muster_on_roll(&reg->pupils[pupil], desk->as_of)) continue;
    if (muster_attribute_number(year, pupil) != muster_attribute_number(year, s->pupil)) continue;
    n = keep_near(kept, n, (near_one){fabs((double)absent->counts[i] / possible->counts[i] - rate), pupil});
  }
  return n;
}

size_t muster_desk_similar(muster_desk *desk, const muster_subject *s, muster_subject out[20]) {
  near_one kept[20];
  size_t n = 0;
  if (s->kind == MUSTER_SUBJECT_SCHOOL) n = similar_schools(desk, s->school, kept);
  if (s->kind == MUSTER_SUBJECT_PUPIL) n = similar_pupils(desk, s, kept);
  for (size_t i = 0; i < n; i++) {
    out[i] = (muster_subject){.kind = s->kind, .school = s->school};
    if (s->kind == MUSTER_SUBJECT_PUPIL) {
      out[i].pupil = kept[i].number;
    } else {
      out[i].school = kept[i].number;
    }
  }
  return n;
}
