/* The transparency record, for people and for programs. */
#include "muster/pack/facts.h"

#include <string.h>

#include "tried_json.h"

static const char *const nothing[] = {NULL};

static const char *const *list_of(const char *const *list) { return list ? list : nothing; }

bool muster_fact_personal(const char *attribute) {
  static const char *const names[] = {"sex", "fsm", "sen", "eal", "ethnicity", "birth_date", NULL};
  for (size_t i = 0; names[i]; i++)
    if (strcmp(names[i], attribute) == 0) return true;
  return false;
}

/* ---- what all rules and plans read, taken together ---- */

enum { MOST_NAMES = 256 };

typedef struct names {
  const char *list[MOST_NAMES + 1]; /* sorted, without doubles, NULL-terminated */
  size_t count;
} names;

static void add_names(names *all, const char *const *more) {
  for (more = list_of(more); *more && all->count < MOST_NAMES; more++) {
    size_t place = 0;
    while (place < all->count && strcmp(all->list[place], *more) < 0) place++;
    if (place < all->count && strcmp(all->list[place], *more) == 0) continue;
    memmove(all->list + place + 1, all->list + place, (all->count - place) * sizeof *all->list);
    all->list[place] = *more;
    all->count++;
  }
}

typedef struct together {
  names methods, kinds, attributes, personal;
} together;

static void add_reads(together *t, const muster_fact_reads *reads) {
  add_names(&t->methods, reads->methods);
  add_names(&t->kinds, reads->kinds);
  add_names(&t->attributes, reads->attributes);
}

static void take_together(const muster_pack_facts *f, together *t) {
  *t = (together){.methods = {.count = 0}};
  for (size_t i = 0; i < f->rule_count; i++) add_reads(t, &f->rules[i].reads);
  for (size_t i = 0; i < f->plan_count; i++) add_reads(t, &f->plans[i].reads);
  for (size_t i = 0; i < t->attributes.count; i++) {
    const char *one[] = {t->attributes.list[i], NULL};
    if (muster_fact_personal(one[0])) add_names(&t->personal, one);
  }
}

/* Data beside the marks that a method stands for. */
static bool has(const names *n, const char *name) {
  for (size_t i = 0; i < n->count; i++)
    if (strcmp(n->list[i], name) == 0) return true;
  return false;
}

/* ---- for people ---- */

static void put_list(muster_buf *out, const char *const *list, const char *none) {
  list = list_of(list);
  if (!*list) muster_buf_puts(out, none);
  for (size_t i = 0; list[i]; i++) muster_buf_printf(out, "%s%s", i ? ", " : "", list[i]);
  muster_buf_putc(out, '\n');
}

/* A text in lines of at most 100 columns behind an indent. */
static void put_wrapped(muster_buf *out, const char *indent, const char *text) {
  enum { WIDTH = 100 };
  size_t column = strlen(indent);
  muster_buf_puts(out, indent);
  for (bool first = true; *text; first = false) {
    size_t n = strcspn(text, " \n\t");
    if (!first && column + 1 + n > WIDTH) {
      muster_buf_printf(out, "\n%s", indent);
      column = strlen(indent);
    } else if (!first) {
      muster_buf_putc(out, ' ');
      column++;
    }
    muster_buf_add(out, text, n);
    column += n;
    text += n;
    text += strspn(text, " \n\t");
  }
  muster_buf_putc(out, '\n');
}

static void put_heading(muster_buf *out, const char *text, bool colour) {
  muster_buf_printf(out, "\n%s%s%s\n", colour ? "\033[1m" : "", text, colour ? "\033[0m" : "");
}

static void put_params(muster_buf *out, const muster_fact_param *params, size_t n) {
  for (size_t i = 0; i < n; i++) {
    const muster_fact_param *p = &params[i];
    muster_buf_printf(out, "    %s = %s (%s%s%s)%s%s\n", p->name, p->value, p->kind, p->bounds[0] ? ", " : "",
                      p->bounds, p->doc[0] ? ": " : "", p->doc);
  }
}

static void put_rule(muster_buf *out, const muster_fact_rule *r) {
  muster_buf_printf(out, "  %s: %s\n", r->id, r->title);
  if (r->doc[0]) put_wrapped(out, "    ", r->doc);
  muster_buf_printf(out, "    about a %s; level %s; plan %s\n", r->scope, r->level, r->plan[0] ? r->plan : "none");
  muster_buf_puts(out, "    rests on:\n");
  put_wrapped(out, "      ", r->authority[0] ? r->authority : "not said");
  muster_buf_puts(out, "    reads: ");
  names all = {.count = 0};
  add_names(&all, r->reads.kinds);
  add_names(&all, r->reads.attributes);
  put_list(out, all.list, "nothing that its text shows");
  put_params(out, r->params, r->param_count);
  muster_buf_printf(out, "    tests: %zu cases%s\n", r->cases,
                    r->covered ? ", firing, silent and at every boundary" : ", not covered on all sides");
}

static void put_pairs(muster_buf *out, const char *what, const muster_fact_pair *pairs, size_t n) {
  for (size_t i = 0; i < n; i++) muster_buf_printf(out, "%-12s%s %s\n", i ? "" : what, pairs[i].name, pairs[i].value);
}

static void put_data(muster_buf *out, const together *t) {
  muster_buf_puts(out, "  sessions:   ");
  put_list(out, t->kinds.list, "none that the text of the rules shows");
  muster_buf_puts(out, "  attributes: ");
  put_list(out, t->attributes.list, "none");
  muster_buf_puts(out, "  personal characteristics: ");
  put_list(out, t->personal.list, "none are read");
  if (has(&t->methods, "had")) muster_buf_puts(out, "  interventions: which ones a pupil or school had\n");
  if (has(&t->methods, "responses")) muster_buf_puts(out, "  surveys: answers of pupils and parents\n");
  muster_buf_puts(out, "  asked of the engine: ");
  put_list(out, t->methods.list, "nothing");
}

void muster_facts_human(const muster_pack_facts *f, bool colour, muster_buf *out) {
  together t;
  take_together(f, &t);
  muster_buf_printf(out, "%s %s\n", f->name, f->version);
  if (f->about[0]) put_wrapped(out, "", f->about);
  muster_buf_printf(out, "%-12s", "authors");
  put_list(out, f->authors, "not said");
  muster_buf_printf(out, "%-12s%s\n%-12s%s\n%-12s%s\n", "licence", f->licence, "signature", f->signature, "digest",
                    f->digest);
  put_pairs(out, "needs", f->needs, f->need_count);
  put_pairs(out, "applies to", f->applies, f->apply_count);
  if (f->cases)
    muster_buf_printf(out, "%-12s%zu of %zu cases pass\n", "tests", f->cases - f->failed, f->cases);
  else
    muster_buf_printf(out, "%-12snone\n", "tests");
  put_heading(out, "Data it reads", colour);
  put_data(out, &t);
  if (f->param_count) {
    put_heading(out, "Parameters of the whole pack", colour);
    put_params(out, f->params, f->param_count);
  }
  put_heading(out, "Rules and their thresholds", colour);
  for (size_t i = 0; i < f->rule_count; i++) put_rule(out, &f->rules[i]);
  put_heading(out, "Backtest", colour);
  if (f->tried_tailored)
    muster_buf_puts(out, "  of the pack as it is written, without the overlay that is in force here\n");
  if (f->tried)
    muster_tried_human(f->tried, f->tried_stale, out);
  else
    muster_buf_puts(out, "  none is recorded\n");
  put_heading(out, "Backtest on your own data", colour);
  if (f->here)
    muster_tried_human(f->here, false, out);
  else
    muster_buf_puts(out, "  name it: muster pack info PACK DATA\n");
  if (f->plan_count) put_heading(out, "Plans", colour);
  for (size_t i = 0; i < f->plan_count; i++)
    muster_buf_printf(out, "  %s: %s, %zu steps\n", f->plans[i].id, f->plans[i].title, f->plans[i].steps);
}

/* ---- for programs ---- */

static json_t *list_json(const char *const *list) {
  json_t *array = json_array();
  for (list = list_of(list); *list; list++) json_array_append_new(array, json_string(*list));
  return array;
}

static json_t *params_json(const muster_fact_param *params, size_t n) {
  json_t *array = json_array();
  for (size_t i = 0; i < n; i++)
    json_array_append_new(array, json_pack("{s:s, s:s, s:s, s:s, s:s}", "name", params[i].name, "kind", params[i].kind,
                                           "value", params[i].value, "bounds", params[i].bounds, "doc", params[i].doc));
  return array;
}

static json_t *pairs_json(const muster_fact_pair *pairs, size_t n) {
  json_t *object = json_object();
  for (size_t i = 0; i < n; i++) json_object_set_new(object, pairs[i].name, json_string(pairs[i].value));
  return object;
}

static json_t *reads_json(const muster_fact_reads *reads) {
  return json_pack("{s:o, s:o, s:o}", "methods", list_json(reads->methods), "sessions", list_json(reads->kinds),
                   "attributes", list_json(reads->attributes));
}

static json_t *rule_json(const muster_fact_rule *r) {
  return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:I, s:b}", "id", r->id, "title", r->title, "scope",
                   r->scope, "level", r->level, "doc", r->doc, "authority", r->authority, "plan", r->plan, "reads",
                   reads_json(&r->reads), "params", params_json(r->params, r->param_count), "cases",
                   (json_int_t)r->cases, "covered", (int)r->covered);
}

static json_t *plan_json(const muster_fact_plan *p) {
  return json_pack("{s:s, s:s, s:I, s:o}", "id", p->id, "title", p->title, "steps", (json_int_t)p->steps, "reads",
                   reads_json(&p->reads));
}

static int add_bytes(const char *bytes, size_t n, void *out) {
  muster_buf_add(out, bytes, n);
  return ((muster_buf *)out)->failed ? -1 : 0;
}

void muster_facts_json(const muster_pack_facts *f, muster_buf *out) {
  together t;
  take_together(f, &t);
  json_t *rules = json_array(), *plans = json_array();
  for (size_t i = 0; i < f->rule_count; i++) json_array_append_new(rules, rule_json(&f->rules[i]));
  for (size_t i = 0; i < f->plan_count; i++) json_array_append_new(plans, plan_json(&f->plans[i]));
  muster_fact_reads all = {t.methods.list, t.kinds.list, t.attributes.list};
  json_t *root = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:{s:I, s:I}}",
                           "name", f->name, "version", f->version, "licence", f->licence, "about", f->about, "digest",
                           f->digest, "signature", f->signature, "authors", list_json(f->authors), "requires",
                           pairs_json(f->needs, f->need_count), "applies", pairs_json(f->applies, f->apply_count),
                           "reads", reads_json(&all), "personal_characteristics", list_json(t.personal.list), "params",
                           params_json(f->params, f->param_count), "rules", rules, "plans", plans, "tests", "cases",
                           (json_int_t)f->cases, "failed", (json_int_t)f->failed);
  if (root)
    json_object_set_new(root, "backtest",
                        f->tried ? json_pack("{s:b, s:b, s:o}", "stale", (int)f->tried_stale, "without_overlay",
                                             (int)f->tried_tailored, "record", tried_json(f->tried))
                                 : json_null());
  if (root) json_object_set_new(root, "backtest_here", f->here ? tried_json(f->here) : json_null());
  bool good = root && json_dump_callback(root, add_bytes, out, JSON_INDENT(2) | JSON_SORT_KEYS) == 0;
  json_decref(root);
  if (good)
    muster_buf_putc(out, '\n');
  else
    muster_buf_free(out), out->failed = true;
}
