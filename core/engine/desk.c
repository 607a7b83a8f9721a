/* A desk: the as-of date, windows, the two views and the verdicts of one thread. The questions themselves are answered
 * in desk_count.c, desk_school.c, desk_totals.c and desk_acts.c. */
#include "desk_private.h"

#include <stdio.h>
#include <string.h>

static muster_status open_parts(muster_desk *desk, muster_error *err) {
  const muster_ruleset *set = desk->set;
  MUSTER_TRY(muster_view_open(&desk->view, desk->reg, set ? set->sets : NULL, set ? set->set_count : 0, err));
  for (size_t s = 0; s < desk->reg->school_count; s++)
    if (desk->reg->schools[s].count > desk->largest_school) desk->largest_school = desk->reg->schools[s].count;
  MUSTER_TRY(muster_desk_index_totals(desk, err));
  uint32_t year;
  return muster_desk_window(desk, MUSTER_TEXT("year"), &year, err);
}

muster_status muster_desk_open(muster_desk **desk, const muster_register *reg, const muster_ruleset *set,
                               muster_error *err) {
  muster_desk *made = muster_alloc(1, sizeof *made);
  *desk = NULL;
  if (!made) return muster_fail_memory(err);
  made->given = made->reg = reg;
  made->set = set;
  made->plan_start = MUSTER_NO_DATE;
  made->as_of = reg->last_mark;
  made->epoch = 1;
  made->wants_texts = true;
  made->last_kind = -1;
  muster_status status = open_parts(made, err);
  if (status == MUSTER_OK) {
    *desk = made;
  } else {
    muster_desk_close(made);
  }
  return status;
}

void muster_desk_close(muster_desk *desk) {
  if (!desk) return;
  muster_desk_suppose_nothing(desk);
  muster_desk_free_schools(desk);
  muster_desk_free_acts(desk);
  muster_desk_free_totals(desk);
  muster_desk_free_deck(desk);
  if (desk->pool_open) muster_view_close(&desk->pool);
  muster_view_close(&desk->view);
  muster_map_free(&desk->window_names);
  muster_free(desk->windows);
  muster_free(desk->ranges);
  muster_free(desk->weeks);
  muster_free(desk->verdicts);
  muster_arena_free(&desk->texts);
  muster_free(desk);
}

const muster_register *muster_desk_register(const muster_desk *desk) { return desk->reg; }

/* ---- the date ---- */

void muster_desk_set_as_of(muster_desk *desk, muster_date as_of) {
  if (as_of == desk->as_of) return;
  desk->as_of = as_of;
  desk->epoch++;
}

muster_date muster_desk_as_of(const muster_desk *desk) { return desk->as_of; }

void muster_desk_set_plan_start(muster_desk *desk, muster_date start) {
  if (start == desk->plan_start) return;
  desk->plan_start = start;
  desk->epoch++;
}

muster_date muster_desk_known(const muster_desk *desk) {
  return desk->supposed && desk->supposed->known < desk->as_of ? desk->supposed->known : desk->as_of;
}

/* ---- windows ---- */

static bool more_windows(muster_desk *desk) {
  size_t wanted = desk->window_capacity ? desk->window_capacity * 2 : 16;
  muster_window *windows = muster_realloc(desk->windows, wanted, sizeof *windows);
  if (windows) desk->windows = windows;
  muster_range_slot *ranges = muster_realloc(desk->ranges, wanted, sizeof *ranges);
  if (ranges) desk->ranges = ranges;
  if (!windows || !ranges) return false;
  desk->window_capacity = wanted;
  return true;
}

muster_status muster_desk_window(muster_desk *desk, muster_text text, uint32_t *window, muster_error *err) {
  *window = muster_map_find(&desk->window_names, text);
  if (*window != MUSTER_NONE) return MUSTER_OK;
  muster_window parsed;
  MUSTER_TRY(muster_window_parse(text, &parsed, err));
  if (desk->window_names.count == desk->window_capacity && !more_windows(desk)) return muster_fail_memory(err);
  *window = muster_map_add(&desk->window_names, text, NULL);
  if (*window == MUSTER_NONE) return muster_fail_memory(err);
  desk->windows[*window] = parsed;
  desk->ranges[*window] = (muster_range_slot){0};
  return MUSTER_OK;
}

muster_range muster_desk_school_range(muster_desk *desk, uint32_t school, uint32_t window) {
  muster_range_slot *slot = &desk->ranges[window];
  if (slot->epoch != desk->epoch || slot->school != school) {
    muster_range range = muster_window_range(desk->reg, school, &desk->windows[window], desk->as_of, desk->plan_start);
    *slot = (muster_range_slot){desk->epoch, school, range};
  }
  return slot->range;
}

muster_range muster_desk_range(muster_desk *desk, const muster_subject *s, uint32_t window) {
  return muster_desk_school_range(desk, s->school, window);
}

/* ---- views ---- */

muster_view *muster_desk_view(muster_desk *desk, const muster_subject *s) {
  if (s->kind != MUSTER_SUBJECT_PUPIL) return NULL;
  if (desk->view_epoch != desk->epoch || desk->view.pupil != s->pupil) {
    muster_desk_turn(desk, &desk->view, s->pupil);
    desk->view_epoch = desk->epoch;
  }
  return &desk->view;
}

muster_view *muster_desk_pool(muster_desk *desk, uint32_t pupil) {
  if (!desk->pool_open) {
    const muster_ruleset *set = desk->set;
    muster_status status =
        muster_view_open(&desk->pool, desk->reg, set ? set->sets : NULL, set ? set->set_count : 0, NULL);
    if (status != MUSTER_OK) {
      desk->failed = true;
      return NULL;
    }
    desk->pool_open = true;
    desk->pool_epoch = 0;
  }
  if (desk->pool_epoch != desk->epoch || desk->pool.pupil != pupil) {
    muster_desk_turn(desk, &desk->pool, pupil);
    desk->pool_epoch = desk->epoch;
  }
  return &desk->pool;
}

/* ---- verdicts ---- */

bool muster_desk_wants_texts(const muster_desk *desk) { return desk->wants_texts; }
void muster_desk_set_wants_texts(muster_desk *desk, bool wanted) { desk->wants_texts = wanted; }

static bool copy_text(muster_desk *desk, const char *text, const char **copy) {
  *copy = NULL;
  if (!text || !desk->wants_texts) return true;
  *copy = muster_arena_copy(&desk->texts, text, strlen(text));
  return *copy != NULL;
}

bool muster_desk_flag(muster_desk *desk, uint32_t rule, uint32_t subject, const char *message, const char *evidence) {
  if (!MUSTER_GROW(desk->verdicts, desk->verdict_capacity, desk->verdict_count)) return false;
  muster_verdict verdict = {rule, subject, NULL, NULL};
  if (!copy_text(desk, message, &verdict.message) || !copy_text(desk, evidence, &verdict.evidence)) return false;
  desk->verdicts[desk->verdict_count++] = verdict;
  return true;
}

const muster_verdict *muster_desk_verdicts(const muster_desk *desk, size_t *n) {
  *n = desk->verdict_count;
  return desk->verdicts;
}

void muster_desk_clear(muster_desk *desk) {
  desk->verdict_count = 0;
  muster_arena_free(&desk->texts);
}

bool muster_desk_failed(const muster_desk *desk) { return desk->failed; }

/* ---- subjects ---- */

muster_subject muster_subject_school(const muster_subject *s) {
  return (muster_subject){.kind = MUSTER_SUBJECT_SCHOOL, .school = s->school};
}

muster_text muster_subject_id(const muster_register *reg, const muster_subject *s) {
  switch (s->kind) {
    case MUSTER_SUBJECT_PUPIL: return muster_pupil_id(reg, s->pupil);
    case MUSTER_SUBJECT_GROUP: return muster_map_name(&reg->texts, s->group);
    case MUSTER_SUBJECT_SCHOOL: break;
  }
  return muster_school_id(reg, s->school);
}

bool muster_desk_belongs(const muster_desk *desk, const muster_subject *s, uint32_t pupil) {
  switch (s->kind) {
    case MUSTER_SUBJECT_PUPIL: return pupil == s->pupil;
    case MUSTER_SUBJECT_GROUP:
      return muster_attribute_number(&desk->reg->pupil_attributes.columns[s->by], pupil) == s->group;
    case MUSTER_SUBJECT_SCHOOL: break;
  }
  return true;
}

/* ---- the witness ---- */

void muster_desk_set_witness(muster_desk *desk, muster_desk_witness witness, void *context) {
  desk->witness = witness;
  desk->witness_context = context;
}

void muster_desk_set_asks_anew(muster_desk *desk, bool anew) { desk->asks_anew = anew; }
bool muster_desk_asks_anew(const muster_desk *desk) { return desk->asks_anew || desk->witness; }

/* "codes G N O U": each text once, in the order of the table. */
static void name_codes(const muster_desk *desk, int set, char *out, size_t size) {
  const muster_codes *codes = &desk->reg->codes;
  size_t n = (size_t)snprintf(out, size, "codes");
  for (size_t i = 0; i < codes->count && n + MUSTER_CODE_TEXT + 1 < size; i++) {
    bool again = false;
    for (size_t k = 0; k < i && !again; k++) again = strcmp(codes->codes[k].text, codes->codes[i].text) == 0;
    if (!desk->set->sets[set].member[i + 1] || again) continue;
    n += (size_t)snprintf(out + n, size - n, " %s", codes->codes[i].text);
  }
}

static void name_kind(const muster_desk *desk, char *out, size_t size) {
  out[0] = 0;
  if (desk->last_kind >= MUSTER_KIND_CODES) {
    name_codes(desk, desk->last_kind - MUSTER_KIND_CODES, out, size);
    return;
  }
  for (size_t i = 0; desk->last_kind >= 0 && muster_kind_names[i]; i++)
    if (muster_kind_of(muster_kind_names[i]) == desk->last_kind) snprintf(out, size, "%s", muster_kind_names[i]);
}

void muster_desk_tell(muster_desk *desk, const char *method, const char *argument, uint32_t window, const char *answer,
                      ...) {
  if (!desk->witness) return;
  char words[256], kind[128];
  va_list args;
  va_start(args, answer);
  vsnprintf(words, sizeof words, answer, args);
  va_end(args);
  if (!argument) {
    name_kind(desk, kind, sizeof kind);
    argument = kind;
  }
  desk->witness(desk->witness_context, method, argument, muster_map_name(&desk->window_names, window).at, words);
  desk->last_kind = -1;
}

void muster_desk_set_plans(muster_desk *desk, const struct muster_plan_memory *plans) { desk->plans = plans; }
