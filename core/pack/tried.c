/* backtest.json: written from plain data, read with suspicion. */
#include "muster/pack/tried.h"

#include <math.h>
#include <string.h>

#include "tried_json.h"

/* ---- writing ---- */

/* Six decimals: more than is meant, and the same everywhere. */
static json_t *real(double value) { return isfinite(value) ? json_real(round(value * 1e6) / 1e6) : json_null(); }

static json_t *share_json(const muster_tried_share *s) {
  return json_pack("{s:o, s:o, s:o}", "value", real(s->value), "low", real(s->low), "high", real(s->high));
}

static json_t *score_json(const muster_tried_score *s) {
  return json_pack("{s:I, s:I, s:I, s:I, s:o, s:o}", "cases", (json_int_t)s->cases, "positives",
                   (json_int_t)s->positives, "flagged", (json_int_t)s->flagged, "hits", (json_int_t)s->hits,
                   "precision", share_json(&s->precision), "recall", share_json(&s->recall));
}

static json_t *line_json(const muster_tried_line *l) {
  json_t *line = json_pack("{s:s, s:I, s:o, s:I}", "rule", l->name, "findings", (json_int_t)l->findings, "new_per_tick",
                           real(l->mean), "most_per_tick", (json_int_t)l->most);
  if (!line || !l->scored) return line;
  json_t *groups = json_array();
  for (size_t i = 0; i < l->group_count; i++)
    json_array_append_new(groups, json_pack("{s:s, s:s, s:o}", "attribute", l->groups[i].attribute, "value",
                                            l->groups[i].value, "score", score_json(&l->groups[i].score)));
  json_object_set_new(line, "score", score_json(&l->score));
  json_object_set_new(line, "lead",
                      json_pack("{s:o, s:o, s:o, s:I}", "q25", real(l->lead_q25), "median", real(l->lead_median), "q75",
                                real(l->lead_q75), "late", (json_int_t)l->late));
  json_object_set_new(line, "alone", json_integer(l->alone));
  json_object_set_new(line, "alone_hits", json_integer(l->alone_hits));
  json_object_set_new(line, "groups", groups);
  return line;
}

static int add_bytes(const char *bytes, size_t n, void *out) {
  muster_buf_add(out, bytes, n);
  return ((muster_buf *)out)->failed ? -1 : 0;
}

json_t *tried_json(const muster_tried *t) {
  json_t *lines = json_array();
  for (size_t i = 0; i < t->line_count; i++) json_array_append_new(lines, line_json(&t->lines[i]));
  return json_pack("{s:i, s:s, s:s, s:s, s:{s:s, s:s, s:I, s:I}, s:s, s:s, s:s, s:s, s:I, s:o}", "format", 1, "pack",
                   t->pack, "version", t->version, "rules_digest", t->rules, "data", "is", t->data, "register",
                   t->data_digest, "pupils", (json_int_t)t->pupils, "schools", (json_int_t)t->schools, "from", t->from,
                   "to", t->to, "every", t->every, "outcome", t->outcome, "ticks", (json_int_t)t->ticks, "rules",
                   lines);
}

void muster_tried_json(const muster_tried *t, muster_buf *out) {
  json_t *root = tried_json(t);
  bool good =
      root && json_dump_callback(root, add_bytes, out, JSON_INDENT(1) | JSON_SORT_KEYS | JSON_REAL_PRECISION(9)) == 0;
  json_decref(root);
  if (!good) out->failed = true;
  muster_buf_putc(out, '\n');
}

/* ---- for people ---- */

static void put_share(muster_buf *out, const muster_tried_share *s) {
  if (isfinite(s->value))
    muster_buf_printf(out, "  %5.1f%% (%.0f-%.0f)%*s", 100 * s->value, 100 * s->low, 100 * s->high,
                      (100 * s->low < 9.5) + (100 * s->high < 99.5), "");
  else
    muster_buf_printf(out, "  %-15s", "");
}

static void put_groups(muster_buf *out, const muster_tried_line *l) {
  const char *attribute = "";
  for (size_t i = 0; i < l->group_count; i++) {
    const muster_tried_group *g = &l->groups[i];
    bool first = strcmp(g->attribute, attribute) != 0;
    if (first) muster_buf_printf(out, "%s      by %s: ", i ? "\n" : "", attribute = g->attribute);
    muster_buf_printf(out, "%s%s ", first ? "" : ", ", g->value);
    if (isfinite(g->score.precision.value))
      muster_buf_printf(out, "%.0f%%", 100 * g->score.precision.value);
    else
      muster_buf_puts(out, "-");
    if (isfinite(g->score.recall.value)) muster_buf_printf(out, " / %.0f%%", 100 * g->score.recall.value);
  }
  if (l->group_count) muster_buf_putc(out, '\n');
}

void muster_tried_human(const muster_tried *t, bool stale, muster_buf *out) {
  if (stale) muster_buf_printf(out, "  STALE: made with other rules than these, of %s %s\n", t->pack, t->version);
  muster_buf_printf(out, "  on %s: %lld pupils in %lld school%s\n  %s to %s, every %s; outcome: %s\n", t->data,
                    (long long)t->pupils, (long long)t->schools, t->schools == 1 ? "" : "s", t->from, t->to, t->every,
                    t->outcome);
  muster_buf_printf(out, "  %-28s  new a %s  precision (95%%)  recall (95%%)    lead, school days\n", "", t->every);
  for (size_t i = 0; i < t->line_count; i++) {
    const muster_tried_line *l = &t->lines[i];
    muster_buf_printf(out, "  %-28s  %10.1f", l->name, l->mean);
    if (l->scored) {
      put_share(out, &l->score.precision);
      put_share(out, &l->score.recall);
      if (isfinite(l->lead_median)) muster_buf_printf(out, "  %8.1f", l->lead_median);
    }
    muster_buf_putc(out, '\n');
    put_groups(out, l);
  }
  muster_buf_puts(out, "  by group: precision / recall; groups with a count below 10, and what would give it away, are not recorded\n");
}

/* ---- reading ---- */

typedef struct reading {
  muster_arena *arena;
  bool wrong, failed;
} reading;

/* A text of a record that came from somebody else: it is shown on terminals. */
static const char *text(reading *r, const json_t *object, const char *key) {
  const json_t *value = json_object_get(object, key);
  if (!json_is_string(value) || json_string_length(value) > MUSTER_TRIED_TEXT) {
    r->wrong = true;
    return "";
  }
  char *copy = muster_arena_copy(r->arena, json_string_value(value), json_string_length(value));
  r->failed = r->failed || !copy;
  if (copy) muster_text_tame(copy);
  return copy ? copy : "";
}

static int64_t whole(reading *r, const json_t *object, const char *key) {
  const json_t *value = json_object_get(object, key);
  r->wrong = r->wrong || !json_is_integer(value) || json_integer_value(value) < 0;
  return json_integer_value(value);
}

static double number(reading *r, const json_t *object, const char *key) {
  const json_t *value = json_object_get(object, key);
  r->wrong = r->wrong || !(json_is_null(value) || json_is_number(value));
  return json_is_number(value) ? json_number_value(value) : NAN;
}

static muster_tried_share share(reading *r, const json_t *object, const char *key) {
  const json_t *s = json_object_get(object, key);
  return (muster_tried_share){number(r, s, "value"), number(r, s, "low"), number(r, s, "high")};
}

static muster_tried_score score(reading *r, const json_t *s) {
  return (muster_tried_score){whole(r, s, "cases"), whole(r, s, "positives"), whole(r, s, "flagged"),
                              whole(r, s, "hits"),  share(r, s, "precision"), share(r, s, "recall")};
}

static void read_groups(reading *r, const json_t *list, muster_tried_line *line) {
  size_t n = json_array_size(list);
  muster_tried_group *groups = muster_arena_alloc(r->arena, (n + 1) * sizeof *groups);
  r->wrong = r->wrong || !json_is_array(list);
  r->failed = r->failed || !groups;
  for (size_t i = 0; groups && i < n; i++) {
    const json_t *g = json_array_get(list, i);
    groups[i] =
        (muster_tried_group){text(r, g, "attribute"), text(r, g, "value"), score(r, json_object_get(g, "score"))};
  }
  line->groups = groups;
  line->group_count = groups ? n : 0;
}

static void read_line(reading *r, const json_t *l, muster_tried_line *line) {
  const json_t *scored = json_object_get(l, "score"), *lead = json_object_get(l, "lead");
  *line = (muster_tried_line){.name = text(r, l, "rule"),
                              .findings = whole(r, l, "findings"),
                              .mean = number(r, l, "new_per_tick"),
                              .most = whole(r, l, "most_per_tick"),
                              .scored = scored != NULL};
  if (!scored) return;
  line->score = score(r, scored);
  line->lead_q25 = number(r, lead, "q25");
  line->lead_median = number(r, lead, "median");
  line->lead_q75 = number(r, lead, "q75");
  line->late = whole(r, lead, "late");
  line->alone = whole(r, l, "alone");
  line->alone_hits = whole(r, l, "alone_hits");
  read_groups(r, json_object_get(l, "groups"), line);
}

static void read_record(reading *r, const json_t *root, muster_tried *t) {
  const json_t *data = json_object_get(root, "data"), *lines = json_object_get(root, "rules");
  size_t n = json_array_size(lines);
  *t = (muster_tried){.pack = text(r, root, "pack"),
                      .version = text(r, root, "version"),
                      .rules = text(r, root, "rules_digest"),
                      .data = text(r, data, "is"),
                      .data_digest = text(r, data, "register"),
                      .from = text(r, root, "from"),
                      .to = text(r, root, "to"),
                      .every = text(r, root, "every"),
                      .outcome = text(r, root, "outcome"),
                      .ticks = whole(r, root, "ticks"),
                      .pupils = whole(r, data, "pupils"),
                      .schools = whole(r, data, "schools")};
  muster_tried_line *all = muster_arena_alloc(r->arena, (n + 1) * sizeof *all);
  r->wrong = r->wrong || whole(r, root, "format") != 1 || !json_is_array(lines);
  r->failed = r->failed || !all;
  for (size_t i = 0; all && i < n; i++) read_line(r, json_array_get(lines, i), &all[i]);
  t->lines = all;
  t->line_count = all ? n : 0;
}

static muster_status no_record(const char *path, const char *what, muster_error *err) {
  muster_fail(err, MUSTER_PACK, "%s", what);
  muster_error_where(err, "%s", path);
  muster_error_todo(err, "make it anew: muster backtest PACK DATA --out DIR --record \"what the data is\"");
  return MUSTER_PACK;
}

muster_status muster_tried_read(const char *folder, muster_arena *arena, muster_tried *tried, bool *found,
                                muster_error *err) {
  char *bytes;
  size_t n;
  *tried = (muster_tried){0};
  const char *path = muster_path_join(arena, folder, MUSTER_TRIED_FILE);
  if (!path) return muster_fail_memory(err);
  *found = muster_is_file(path) || muster_is_link(path);
  if (!*found) return MUSTER_OK;
  if (muster_is_link(path)) return no_record(path, "is a link, and what it leads to is not part of the pack", err);
  muster_status status = muster_file_read(path, MUSTER_TRIED_BYTES, &bytes, &n, err);
  if (status == MUSTER_DATA) return no_record(path, "is larger than a record of a backtest can be", err);
  MUSTER_TRY(status);
  json_t *root = json_loadb(bytes, n, JSON_REJECT_DUPLICATES, NULL);
  muster_free(bytes);
  reading r = {.arena = arena};
  if (root) read_record(&r, root, tried);
  bool none = !root;
  json_decref(root);
  if (r.failed) return muster_fail_memory(err);
  return none || r.wrong ? no_record(path, "is no record of a backtest", err) : MUSTER_OK;
}
