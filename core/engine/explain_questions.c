/* Listening to a rule: its questions, the fraction it looked at, and the sessions that counted. */
#include <string.h>

#include "desk_private.h"
#include "explain_private.h"

enum { MOST_QUESTIONS = 64 };

typedef struct listening {
  muster_asker *asker;
  const muster_subject *subject;
  muster_arena *arena;
  muster_explain_question *questions;
  size_t count;
  uint64_t *counted; /* sessions of the pupil's view that counted in a question */
  uint64_t *looked;  /* that a question only showed to the rule, which may have used them or not */
  muster_explained *out;
  bool rate, failed;
} listening;

static const char *keep(listening *l, const char *text) {
  const char *copy = muster_arena_copy(l->arena, text, strlen(text));
  if (!copy) l->failed = true;
  return copy ? copy : "";
}

static bool heard(const listening *l, const char *method, const char *argument, const char *window) {
  for (size_t i = 0; i < l->count; i++) {
    const muster_explain_question *q = &l->questions[i];
    if (strcmp(q->method, method) == 0 && strcmp(q->argument, argument) == 0 && strcmp(q->window, window) == 0)
      return true;
  }
  return false;
}

static bool one_of(const char *word, const char *const *words) {
  for (size_t i = 0; words[i]; i++)
    if (strcmp(words[i], word) == 0) return true;
  return false;
}

/* The kind of session a question is about, or -1. */
static int kind_of_question(const muster_desk *desk, const char *method, const char *argument) {
  static const char *const of_absence[] = {"broken_weeks", "weeks", "persistent", "severe", NULL};
  if (one_of(method, of_absence)) return MUSTER_KIND_ABSENT;
  return desk->last_kind >= 0 ? desk->last_kind : muster_kind_of(argument);
}

/* Questions whose answer is a list or a table that the rule looks through. */
static bool only_shows(const char *method) {
  static const char *const methods[] = {"broken_weeks", "spells", "trend", "weekdays", "weeks", NULL};
  return one_of(method, methods);
}

/* Of a longest or current spell, only that spell. */
static muster_range range_of_spell(muster_view *view, const char *method, int kind, muster_range range) {
  bool longest = strcmp(method, "longest") == 0;
  if (!longest && strcmp(method, "current") != 0) return range;
  muster_spell spell = longest ? muster_view_longest(view, kind, range) : muster_view_current(view, kind, range);
  return spell.sessions ? (muster_range){spell.first, spell.last + 1} : (muster_range){0, 0};
}

static void note_sessions(listening *l, const char *method, int kind, muster_range range) {
  static const int too_many[] = {MUSTER_KIND_POSSIBLE, MUSTER_KIND_PRESENT, MUSTER_KIND_APPROVED, MUSTER_KIND_MARKED,
                                 MUSTER_KIND_ATTENDED};
  for (size_t i = 0; i < sizeof too_many / sizeof *too_many; i++)
    if (kind == too_many[i]) return;
  muster_view *view = muster_desk_view(l->asker->desk, l->subject);
  const uint64_t *bits = muster_view_bits(view, kind);
  uint64_t *into = only_shows(method) ? l->looked : l->counted;
  range = range_of_spell(view, method, kind, range);
  for (int32_t lane = 0; lane < view->weeks; lane++) {
    uint64_t in = muster_view_lane(bits, lane) & muster_lane_mask(view->first_week + lane, range);
    into[lane >> 2] |= in << (lane & 3) * MUSTER_LANE;
  }
}

/* The first rate is the fraction that decided; else the first count. */
static void note_fraction(listening *l, const char *method, int kind, const char *argument, const char *window_text,
                          uint32_t window) {
  static const char *const rates[] = {"rate", "persistent", "severe", NULL};
  bool rate = one_of(method, rates), known, possible_known;
  if (l->rate || (!rate && (l->out->has_fraction || strcmp(method, "count") != 0)) || kind < 0) return;
  muster_desk *desk = l->asker->desk;
  l->out->numerator = muster_desk_count(desk, l->subject, kind, window, &known);
  l->out->denominator = muster_desk_count(desk, l->subject, MUSTER_KIND_POSSIBLE, window, &possible_known);
  l->out->has_fraction = known && possible_known;
  l->out->fraction_of = argument[0] ? argument : "absent";
  l->out->fraction_window = window_text;
  l->rate = rate && l->out->has_fraction;
}

static void listen(void *context, const char *method, const char *argument, const char *window, const char *answer) {
  listening *l = context;
  muster_desk *desk = l->asker->desk;
  if (l->count == MOST_QUESTIONS || heard(l, method, argument, window)) return;
  int kind = kind_of_question(desk, method, argument);
  muster_explain_question *q = &l->questions[l->count++];
  *q = (muster_explain_question){keep(l, method), keep(l, argument), keep(l, window), keep(l, answer)};
  uint32_t number = MUSTER_WINDOW_OF_YEAR;
  if (window[0] && muster_desk_window(desk, muster_text_of(window), &number, NULL) != MUSTER_OK) return;
  if (kind >= 0 && l->counted) note_sessions(l, q->method, kind, muster_desk_range(desk, l->subject, number));
  note_fraction(l, method, kind, q->argument, q->window, number);
}

uint8_t muster_mark_at(const muster_register *reg, uint32_t pupil, muster_session s) {
  int year = muster_row_year(muster_session_date(s));
  for (size_t y = 0; y < reg->year_count; y++) {
    if (reg->years[y].year != year) continue;
    const uint8_t *row = reg->years[y].rows[pupil];
    return row ? row[s - reg->years[y].first_week * MUSTER_LANE] : 0;
  }
  return 0;
}

static muster_status list_sessions(listening *l, muster_error *err) {
  const muster_register *reg = l->asker->reg;
  const muster_view *view = muster_desk_view(l->asker->desk, l->subject);
  size_t n = 0;
  for (size_t i = 0; i < view->words; i++) n += (size_t)__builtin_popcountll(l->counted[i]);
  muster_explain_session *sessions = muster_arena_alloc(l->arena, (n + 1) * sizeof *sessions);
  if (!sessions) return muster_fail_memory(err);
  l->out->sessions = sessions;
  for (int64_t i = 0; i < (int64_t)view->words * 64; i++) {
    if (!(l->counted[i >> 6] >> (i & 63) & 1)) continue;
    muster_session s = (muster_session)(view->first_week * MUSTER_LANE + i);
    uint8_t mark = muster_mark_at(reg, l->subject->pupil, s);
    muster_explain_session *session = &sessions[l->out->session_count++];
    *session = (muster_explain_session){muster_session_date(s), s & 1, mark ? reg->codes.codes[mark - 1].text : "",
                                        reg->codes.categories[mark]};
  }
  return MUSTER_OK;
}

/* What was only looked at, and made no difference to a flag, is left out; the rest counts. */
static muster_status find_cause(listening *l, muster_date as_of, muster_error *err) {
  muster_view *view = muster_desk_view(l->asker->desk, l->subject);
  size_t words = view->words;
  int32_t first_week = view->first_week, weeks = (int32_t)words * 4;
  uint16_t *lanes = muster_arena_alloc(l->arena, ((size_t)weeks + 1) * sizeof *lanes);
  if (!lanes) return muster_fail_memory(err);
  for (int32_t w = 0; w < weeks; w++)
    lanes[w] = (uint16_t)((l->looked[w >> 2] & ~l->counted[w >> 2]) >> (w & 3) * MUSTER_LANE);
  if (l->out->flagged)
    MUSTER_TRY(
        muster_explain_cause(l->asker, l->subject, as_of, l->out->rule, first_week, lanes, weeks, l->arena, err));
  for (int32_t w = 0; w < weeks; w++) l->counted[w >> 2] |= (uint64_t)lanes[w] << (w & 3) * MUSTER_LANE;
  return MUSTER_OK;
}

static muster_status take_texts(void *context, size_t subject, const muster_verdict *verdict, muster_error *err) {
  listening *l = context;
  (void)subject;
  (void)err;
  l->out->message = keep(l, verdict->message ? verdict->message : "");
  l->out->evidence = keep(l, verdict->evidence ? verdict->evidence : "{}");
  return MUSTER_OK;
}

muster_status muster_explain_questions(muster_asker *asker, const muster_subject *subject, muster_date as_of,
                                       muster_explained *out, muster_arena *arena, muster_error *err) {
  listening l = {.asker = asker, .subject = subject, .arena = arena, .out = out};
  bool pupil = subject->kind == MUSTER_SUBJECT_PUPIL;
  out->message = out->evidence = "";
  l.questions = muster_arena_alloc(arena, MOST_QUESTIONS * sizeof *l.questions);
  muster_desk_set_as_of(asker->desk, as_of);
  if (pupil) l.counted = muster_arena_alloc(arena, (asker->desk->view.words + 1) * sizeof *l.counted);
  if (pupil) l.looked = muster_arena_alloc(arena, (asker->desk->view.words + 1) * sizeof *l.looked);
  if (!l.questions || (pupil && (!l.counted || !l.looked))) return muster_fail_memory(err);
  muster_desk_set_witness(asker->desk, listen, &l);
  muster_status status = muster_ask(asker, as_of, subject, 1, &out->rule, 1, take_texts, &l, err);
  muster_desk_set_witness(asker->desk, NULL, NULL);
  if (status != MUSTER_OK) return status;
  if (l.failed) return muster_fail_memory(err);
  out->questions = l.questions;
  out->question_count = l.count;
  if (!pupil) return MUSTER_OK;
  MUSTER_TRY(find_cause(&l, as_of, err));
  return list_sessions(&l, err);
}
