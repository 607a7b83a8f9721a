/* Training of scales over all layers, and the place of every value. */
#include "axis.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

span_channels axis_channels(const view *v, bool vertical) {
  muster_chart_mark mark = v->layer->mark;
  bool has_y = view_has(v, MUSTER_CHANNEL_Y), has_x = view_has(v, MUSTER_CHANNEL_X);
  span_channels s = {.count = 0};
  if (v->layer->at == MUSTER_AT_RIGHT && !vertical) return s;
  muster_channel own = vertical ? MUSTER_CHANNEL_Y : MUSTER_CHANNEL_X;
  bool lying = !has_x && has_y; /* lo and hi lie along the other axis than the one that is bound */
  if (mark == MUSTER_MARK_STRIP) {
    if (vertical) s.channel[s.count++] = MUSTER_CHANNEL_ROW;
    return s;
  }
  s.channel[s.count++] = own;
  if (mark == MUSTER_MARK_RIBBON && vertical)
    s.channel[s.count++] = MUSTER_CHANNEL_LO, s.channel[s.count++] = MUSTER_CHANNEL_HI;
  if (mark == MUSTER_MARK_INTERVAL && lying != vertical)
    s.channel[s.count++] = MUSTER_CHANNEL_LO, s.channel[s.count++] = MUSTER_CHANNEL_HI;
  if (mark == MUSTER_MARK_LINK && !vertical)
    s.channel[s.count++] = MUSTER_CHANNEL_FROM, s.channel[s.count++] = MUSTER_CHANNEL_TO;
  if (mark == MUSTER_MARK_BAR && lying != vertical && v->layer->stack == MUSTER_STACK_NONE)
    s.channel[s.count++] = MUSTER_CHANNEL_VALUE;
  if (mark == MUSTER_MARK_BAND && vertical) s.channel[s.count++] = MUSTER_CHANNEL_Y2;
  return s;
}

/* What tells a name from others: where names stand in groups ("Aut 1" of two years), the group as well. */
enum { KEY_TEXT = 512 };

static muster_text key_of(const axis *a, const view *v, muster_channel channel, size_t row, char key[KEY_TEXT]) {
  const char *name = view_text(v, channel, row);
  const muster_chart_column *group = name && a->spec->group ? frame_column(v->data, a->spec->group) : NULL;
  if (!group || !group->texts || !group->texts[row]) return muster_text_of(name);
  int n = snprintf(key, KEY_TEXT, "%s\x1F%s", name, group->texts[row]);
  return (muster_text){key, n < 0 ? 0 : n < KEY_TEXT ? (size_t)n : KEY_TEXT - 1};
}

static bool trains(const view *v, bool vertical) {
  const muster_chart_layer *layer = v->layer;
  switch (layer->mark) {
    case MUSTER_MARK_BAND: return vertical; /* holidays do not stretch the time shown */
    case MUSTER_MARK_TEXT: return layer->at == MUSTER_AT_PLOT || (layer->at == MUSTER_AT_END && vertical);
    default: return true;
  }
}

/* Dates that muster knows, and numbers that steps can be counted in; others cannot be drawn. */
static bool drawable(const axis *a, double v) {
  if (a->kind == AXIS_NUMBER) return fabs(v) < 1e15;
  return v >= -25567 && v <= 84005; /* 1900 to 2199 */
}

static void widen(axis *a, double v) {
  if (!drawable(a, v)) return; /* and NaN */
  if (!a->used || v < a->lo) a->lo = v;
  if (!a->used || v > a->hi) a->hi = v;
  a->used = true;
}

/* Stacked bars reach to the sum of their positive and of their negative values, name by name. */
static bool widen_stacks(axis *a, const view *v, bool vertical) {
  muster_channel along = vertical ? MUSTER_CHANNEL_X : MUSTER_CHANNEL_Y;
  muster_map keys = {0};
  double *sums = muster_alloc(2 * (v->rows + 1), sizeof *sums);
  bool good = sums != NULL;
  for (size_t r = 0; good && r < v->rows; r++) {
    char number[40];
    const char *key = view_text(v, along, r);
    if (!key) {
      snprintf(number, sizeof number, "%.17g", view_number(v, along, r));
      key = number;
    }
    uint32_t k = muster_map_add(&keys, muster_text_of(key), NULL);
    if (k == MUSTER_NONE) good = false;
    double value = view_number(v, MUSTER_CHANNEL_VALUE, r);
    if (good && drawable(a, value)) sums[2 * k + (value < 0)] += value;
  }
  for (size_t k = 0; good && k < 2 * keys.count; k++) widen(a, sums[k]);
  muster_map_free(&keys);
  muster_free(sums);
  return good;
}

typedef struct sortable {
  double key;
  uint32_t number;
} sortable;

static int by_key(const void *a, const void *b) {
  const sortable *l = a, *r = b;
  if (l->key < r->key) return -1;
  if (l->key > r->key) return 1;
  return (l->number > r->number) - (l->number < r->number);
}

static int by_value(const void *a, const void *b) {
  const double *l = a, *r = b;
  return (*l > *r) - (*l < *r);
}

static const view *sorting_view(const view *views, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (views[i].layer->sort || views[i].layer->sort_ascending) return &views[i];
  return NULL;
}

static double sort_key(const view *v, size_t row, bool vertical) {
  const char *sort = v->layer->sort;
  if (strcmp(sort, "diff") == 0)
    return view_number(v, MUSTER_CHANNEL_TO, row) - view_number(v, MUSTER_CHANNEL_FROM, row);
  muster_channel other = vertical ? MUSTER_CHANNEL_X : MUSTER_CHANNEL_Y;
  double value = view_number(v, view_has(v, MUSTER_CHANNEL_VALUE) ? MUSTER_CHANNEL_VALUE : other, row);
  return strcmp(sort, "up") == 0 ? value : -value;
}

/* Attendance of each row of a register strip: sessions attended of those that counted, by the code's class. */
static void strip_keys(const axis *a, const view *v, sortable *keys) {
  for (size_t k = 0; k < a->names; k++) keys[k].key = 0;
  double *possible = muster_alloc(2 * a->names, sizeof *possible), *attended = possible + a->names;
  if (!possible) return;
  for (size_t r = 0; r < v->rows; r++) {
    const char *name = view_text(v, MUSTER_CHANNEL_ROW, r), *by = view_text(v, MUSTER_CHANNEL_BY, r);
    uint32_t k = name ? muster_map_find(&a->map, muster_text_of(name)) : MUSTER_NONE;
    if (k == MUSTER_NONE || !by || strcmp(by, "not required") == 0) continue;
    possible[k]++;
    attended[k] += strcmp(by, "present") == 0 || strcmp(by, "late") == 0;
  }
  for (size_t k = 0; k < a->names; k++) keys[k].key = possible[k] > 0 ? attended[k] / possible[k] : 2;
  muster_free(possible);
}

static bool order_names(axis *a, const view *views, size_t count, bool vertical, muster_arena *arena) {
  sortable *keys = muster_arena_alloc(arena, (a->names + 1) * sizeof *keys);
  if (!keys) return false;
  for (uint32_t k = 0; k < a->names; k++) keys[k] = (sortable){k, k};
  const view *v = sorting_view(views, count);
  if (v && v->layer->mark == MUSTER_MARK_STRIP) {
    strip_keys(a, v, keys);
  } else if (v) {
    muster_channel own = vertical ? MUSTER_CHANNEL_Y : MUSTER_CHANNEL_X;
    for (size_t k = 0; k < a->names; k++) keys[k].key = INFINITY;
    for (size_t r = 0; r < v->rows; r++) {
      char text[KEY_TEXT];
      uint32_t k = muster_map_find(&a->map, key_of(a, v, own, r, text));
      double key = sort_key(v, r, vertical);
      if (k != MUSTER_NONE && key == key) keys[k].key = key;
    }
  }
  if (v) qsort(keys, a->names, sizeof *keys, by_key);
  for (uint32_t i = 0; i < a->names; i++) {
    a->rank[keys[i].number] = i;
    const char *name = muster_map_name(&a->map, keys[i].number).at;
    a->name[i] = a->spec->group ? muster_arena_copy(arena, name, strcspn(name, "\x1F")) : name;
    if (!a->name[i]) return false;
  }
  return true;
}

/* Second labels, groups and the like stand in the first row that has the name. */
static void take_labels(axis *a, const view *v, muster_channel channel) {
  const muster_chart_column *sub = frame_column(v->data, a->spec->sub),
                            *strong = frame_column(v->data, a->spec->strong);
  const muster_chart_column *group = frame_column(v->data, a->spec->group);
  const muster_chart_column *space = frame_column(v->data, a->spec->space);
  if (!sub && !strong && !group && !space) return;
  for (size_t r = v->rows; r-- > 0;) {
    char text[KEY_TEXT];
    uint32_t k = muster_map_find(&a->map, key_of(a, v, channel, r, text));
    if (k == MUSTER_NONE) continue;
    k = a->rank[k];
    if (sub && sub->texts) a->sub[k] = sub->texts[r];
    if (group && group->texts) a->group[k] = group->texts[r];
    if (strong && strong->numbers) a->strong[k] = strong->numbers[r] == strong->numbers[r] && strong->numbers[r] != 0;
    if (space && space->numbers) a->space[k] = space->numbers[r] == space->numbers[r] && space->numbers[r] != 0;
  }
}

static bool train_names(axis *a, const view *views, size_t count, bool vertical, muster_arena *arena) {
  for (size_t i = 0; i < count; i++) {
    if (views[i].layer->mark == MUSTER_MARK_RULE || views[i].layer->mark == MUSTER_MARK_BAND) continue;
    span_channels s = axis_channels(&views[i], vertical);
    for (size_t c = 0; c < s.count; c++) {
      if (!view_is_text(&views[i], s.channel[c])) continue;
      for (size_t r = 0; r < views[i].rows; r++) {
        char text[KEY_TEXT];
        muster_text key = key_of(a, &views[i], s.channel[c], r, text);
        if (key.n && muster_map_add(&a->map, key, NULL) == MUSTER_NONE) return false;
      }
    }
  }
  size_t n = a->names = a->map.count;
  a->name = muster_arena_alloc(arena, (n + 1) * sizeof *a->name);
  a->sub = muster_arena_alloc(arena, (n + 1) * sizeof *a->sub);
  a->group = muster_arena_alloc(arena, (n + 1) * sizeof *a->group);
  a->strong = muster_arena_alloc(arena, n + 1);
  a->space = muster_arena_alloc(arena, n + 1);
  a->centre = muster_arena_alloc(arena, (n + 1) * sizeof *a->centre);
  a->rank = muster_arena_alloc(arena, (n + 1) * sizeof *a->rank);
  if (!a->name || !a->sub || !a->group || !a->strong || !a->space || !a->centre || !a->rank) return false;
  if (!order_names(a, views, count, vertical, arena)) return false;
  for (size_t i = count; i-- > 0;) {
    span_channels s = axis_channels(&views[i], vertical);
    for (size_t c = 0; c < s.count; c++)
      if (view_is_text(&views[i], s.channel[c])) take_labels(a, &views[i], s.channel[c]);
  }
  axis_page(a, 0, n);
  return true;
}

static bool each_value(axis *a, const view *v, bool vertical, double *values, size_t *n) {
  span_channels s = axis_channels(v, vertical);
  for (size_t c = 0; c < s.count; c++) {
    if (!view_has(v, s.channel[c]) || view_is_text(v, s.channel[c])) continue;
    for (size_t r = 0; r < v->rows; r++) {
      double value = view_number(v, s.channel[c], r);
      widen(a, value);
      if (values && drawable(a, value)) values[(*n)++] = value;
    }
  }
  bool lying = !view_has(v, MUSTER_CHANNEL_X) && view_has(v, MUSTER_CHANNEL_Y);
  if (v->layer->mark != MUSTER_MARK_BAR || lying == vertical || v->layer->at == MUSTER_AT_RIGHT) return true;
  a->zero_based = true;
  if (v->layer->stack == MUSTER_STACK_FILL) widen(a, 1);
  return v->layer->stack == MUSTER_STACK_NONE || v->layer->stack == MUSTER_STACK_FILL || widen_stacks(a, v, vertical);
}

double term_gap(const double *days, size_t n) {
  double least = INFINITY;
  for (size_t i = 1; i < n; i++)
    if (days[i] > days[i - 1] && days[i] - days[i - 1] < least) least = days[i] - days[i - 1];
  return least * 1.6 > 4.5 ? least * 1.6 : 4.5;
}

static size_t distinct(double *values, size_t n) {
  qsort(values, n, sizeof *values, by_value);
  size_t kept = 0;
  for (size_t i = 0; i < n; i++)
    if (kept == 0 || values[i] > values[kept - 1]) values[kept++] = values[i];
  return kept;
}

static bool train_values(axis *a, const view *views, size_t count, bool vertical, muster_arena *arena) {
  bool keep = !vertical;
  size_t room = 1, n = 0;
  for (size_t i = 0; keep && i < count; i++) room += 4 * views[i].rows;
  double *values = keep ? muster_alloc(room, sizeof *values) : NULL;
  if (keep && !values) return false;
  bool good = true;
  for (size_t i = 0; good && i < count; i++)
    if (trains(&views[i], vertical)) {
      muster_chart_mark mark = views[i].layer->mark;
      if (!vertical && (mark == MUSTER_MARK_LINE || mark == MUSTER_MARK_STEP)) a->continuous = true;
      bool measures = keep && views[i].layer->mark != MUSTER_MARK_RULE && views[i].layer->mark != MUSTER_MARK_TEXT;
      good = each_value(a, &views[i], vertical, measures ? values : NULL, &n);
    }
  if (good && keep) {
    n = distinct(values, n);
    for (size_t i = 1; i < n; i++)
      if (a->step == 0 || values[i] - values[i - 1] < a->step) a->step = values[i] - values[i - 1];
    if (a->kind == AXIS_SCHOOL && n) {
      a->days = muster_arena_alloc(arena, n * sizeof *a->days);
      a->places = muster_arena_alloc(arena, n * sizeof *a->places);
      good = a->days && a->places;
      double gap = term_gap(values, n), place = 0;
      for (size_t i = 0; good && i < n; i++) {
        if (i) place += values[i] - values[i - 1] > gap ? 1.8 : 1;
        a->days[i] = values[i];
        a->places[i] = place;
      }
      a->day_count = n;
    }
  }
  muster_free(values);
  return good;
}

bool axis_train(axis *a, const muster_chart *chart, const view *views, size_t count, bool vertical,
                muster_arena *arena) {
  *a = (axis){.spec = vertical ? &chart->y : &chart->x, .vertical = vertical};
  for (size_t i = 0; i < count; i++) {
    if (views[i].layer->mark == MUSTER_MARK_RULE || views[i].layer->mark == MUSTER_MARK_BAND) continue;
    span_channels s = axis_channels(&views[i], vertical);
    for (size_t c = 0; c < s.count; c++)
      if (view_is_text(&views[i], s.channel[c])) a->kind = AXIS_NAMES;
  }
  if (a->kind == AXIS_NAMES) {
    a->used = true;
    return train_names(a, views, count, vertical, arena);
  }
  static const axis_kind kinds[] = {AXIS_NUMBER, AXIS_DATE, AXIS_SCHOOL, AXIS_WEEKS};
  a->kind = kinds[a->spec->time];
  return train_values(a, views, count, vertical, arena);
}

void axis_free(axis *a) { muster_map_free(&a->map); }

void axis_page(axis *a, size_t first, size_t shown) {
  a->first = first < a->names ? first : 0;
  a->shown = a->names - a->first < shown ? a->names - a->first : shown;
  double at = 0;
  for (size_t i = 0; i < a->shown; i++) {
    if (i && a->space[a->first + i]) at += 0.35;
    a->centre[a->first + i] = at + 0.5;
    at += 1;
  }
  a->pitches = at > 0 ? at : 1;
  a->lo = 0;
  a->hi = a->pitches;
}

double axis_pitch(const axis *a) {
  double length = fabs(a->to - a->from);
  if (a->kind == AXIS_NAMES) return length / a->pitches;
  double span = a->hi - a->lo;
  if (!(span > 0)) return length;
  if (a->kind == AXIS_WEEKS) return length / span * 7;
  return length / span * (a->step > 0 ? a->step : 1);
}

static double school_place(const axis *a, double day) {
  size_t lo = 0, hi = a->day_count;
  if (hi == 0) return 0;
  while (hi - lo > 1) {
    size_t mid = (lo + hi) / 2;
    if (a->days[mid] <= day)
      lo = mid;
    else
      hi = mid;
  }
  if (lo + 1 >= a->day_count || day <= a->days[0])
    return a->places[lo] + (day > a->days[lo] ? 0.5 : day < a->days[lo] ? -0.5 : 0);
  return a->places[lo] + (a->places[lo + 1] - a->places[lo]) * (day - a->days[lo]) / (a->days[lo + 1] - a->days[lo]);
}

double axis_at(const axis *a, double value) {
  if (isnan(value)) return NAN;
  if (isinf(value)) return value > 0 ? a->to : a->from;
  double lo = a->lo, hi = a->hi;
  if (a->kind == AXIS_NAMES) return a->from + (a->to - a->from) * (value - lo) / (hi - lo);
  if (a->kind == AXIS_SCHOOL)
    value = school_place(a, value), lo = school_place(a, lo) - 0.5, hi = school_place(a, hi) + 0.5;
  if (!(hi > lo)) return (a->from + a->to) / 2;
  return a->from + (a->to - a->from) * ((value - lo) / (hi - lo));
}

static uint32_t shown_at(const axis *a, muster_text key) {
  uint32_t k = key.n ? muster_map_find(&a->map, key) : MUSTER_NONE;
  if (k == MUSTER_NONE) return k;
  k = a->rank[k];
  return k >= a->first && k < a->first + a->shown ? k : MUSTER_NONE;
}

uint32_t axis_index(const axis *a, const char *name) { return shown_at(a, muster_text_of(name)); }

double axis_place(const axis *a, const view *v, muster_channel channel, size_t row) {
  if (a->kind != AXIS_NAMES) {
    double value = view_number(v, channel, row);
    return drawable(a, value) ? axis_at(a, value) : NAN;
  }
  if (!view_is_text(v, channel)) { /* a number among names: 1 is the first of them */
    double n = view_number(v, channel, row);
    return isnan(n) ? NAN : axis_at(a, n - 0.5);
  }
  char text[KEY_TEXT];
  uint32_t k = shown_at(a, key_of(a, v, channel, row, text));
  return k == MUSTER_NONE ? NAN : axis_at(a, a->centre[k]);
}
