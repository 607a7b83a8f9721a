/* The tree of answers. */
#include "recall.h"

#include <string.h>

enum {
  MOST_EDGES = 1 << 15,   /* then the tree is begun anew */
  FIRST_SLOTS = 1 << 10,  /* a power of two */
  TRIED_ENOUGH = 20000,   /* asks after which a rule whose answers do not repeat is left alone */
  WEEKS_OF_AN_ANSWER = 4, /* of broken weeks, a half of a 64-bit number each */
};

typedef enum node_state { NODE_NEW, NODE_ASKS, NODE_FALSE, NODE_TRUE, NODE_LOST } node_state;

typedef struct recall_node {
  recall_question question;
  node_state state;
} node;

typedef struct recall_answer {
  uint64_t a, b;
} answer;

typedef struct recall_edge {
  answer by;
  uint32_t from, to; /* to = 0: an empty slot, for no edge leads to the first root */
} edge;

typedef struct recall_use {
  uint64_t tried, known;
} use;

/* ---- questions ---- */

static bool same_question(recall_question a, recall_question b) {
  return a.what == b.what && a.argument == b.argument && a.window == b.window;
}

static uint64_t bits_of(double number) {
  uint64_t bits;
  memcpy(&bits, &number, sizeof bits);
  return bits;
}

static answer spell_answer(const muster_spell *spell) {
  if (!spell->sessions) return (answer){0, 0};
  return (answer){spell->sessions | (uint64_t)spell->days << 32,
                  (uint32_t)spell->first | (uint64_t)(uint32_t)spell->last << 32};
}

static uint32_t lane_count(const uint64_t *bits, int32_t lane, uint16_t mask) {
  return (uint32_t)__builtin_popcount(muster_view_lane(bits, lane) & mask);
}

/* Each week and its counts; false when there are too many for an answer. */
static bool weeks_answer(muster_view *view, muster_range range, answer *out) {
  int32_t weeks[WEEKS_OF_AN_ANSWER];
  uint32_t n = muster_view_broken_weeks(view, range, weeks, WEEKS_OF_AN_ANSWER), packed[WEEKS_OF_AN_ANSWER] = {0};
  if (n > WEEKS_OF_AN_ANSWER) return false;
  const uint64_t *absent = muster_view_bits(view, MUSTER_KIND_ABSENT),
                 *attended = muster_view_bits(view, MUSTER_KIND_ATTENDED);
  for (uint32_t i = 0; i < n; i++) {
    uint16_t mask = muster_lane_mask(weeks[i], range);
    int32_t lane = weeks[i] - view->first_week;
    packed[i] = (uint32_t)(lane + 1) << 8 | lane_count(absent, lane, mask) << 4 | lane_count(attended, lane, mask);
  }
  *out = (answer){packed[0] | (uint64_t)packed[1] << 32, packed[2] | (uint64_t)packed[3] << 32};
  return true;
}

static bool ask(muster_desk *desk, const muster_subject *s, recall_question q, answer *out) {
  uint64_t yes, all;
  double number, possible;
  muster_spell spell;
  *out = (answer){0, 0};
  switch ((recall_what)q.what) {
    case RECALL_COUNT: out->a = muster_desk_count(desk, s, q.argument, q.window, NULL); return true;
    case RECALL_RATE:
      out->b = muster_desk_rate(desk, s, q.argument, q.window, &number);
      if (out->b) out->a = bits_of(number);
      return true;
    case RECALL_PERSISTENT:
      muster_desk_persistent(desk, s, q.window, &yes, &all);
      out->a = yes;
      return true;
    case RECALL_SEVERE:
      muster_desk_severe(desk, s, q.window, &yes, &all);
      out->a = yes;
      return true;
    case RECALL_PROJECTED:
      if (muster_desk_projected(desk, s, q.argument, &number, &possible))
        *out = (answer){bits_of(number), bits_of(possible)};
      return true;
    case RECALL_LONGEST:
      spell = muster_view_longest(muster_desk_view(desk, s), q.argument, muster_desk_range(desk, s, q.window));
      *out = spell_answer(&spell);
      return true;
    case RECALL_CURRENT:
      spell = muster_view_current(muster_desk_view(desk, s), q.argument, muster_desk_range(desk, s, q.window));
      *out = spell_answer(&spell);
      return true;
    case RECALL_BROKEN_WEEKS: return weeks_answer(muster_desk_view(desk, s), muster_desk_range(desk, s, q.window), out);
    case RECALL_COLUMN: {
      const muster_attribute *column = &muster_desk_register(desk)->pupil_attributes.columns[q.argument];
      out->a = s->pupil < column->capacity ? column->values[s->pupil] : MUSTER_NONE;
      return true;
    }
    case RECALL_AS_OF: out->a = (uint32_t)muster_desk_as_of(desk); return true;
  }
  return false;
}

/* ---- the tree ---- */

/* The edge from a node by an answer, or the empty slot where it would be. */
static edge *find(const recall *r, uint32_t from, const answer *by) {
  uint64_t h = (by->a + from) * 0xD6E8FEB86659FD93ull;
  h = (h ^ h >> 32 ^ by->b) * 0xD6E8FEB86659FD93ull;
  for (size_t i = (h ^ h >> 32) & (r->slots - 1);; i = (i + 1) & (r->slots - 1)) {
    edge *e = &r->edges[i];
    if (!e->to || (e->from == from && e->by.a == by->a && e->by.b == by->b)) return e;
  }
}

static void begin_anew(recall *r) {
  memset(r->edges, 0, r->slots * sizeof *r->edges);
  memset(r->nodes, 0, r->rules * sizeof *r->nodes);
  r->node_count = r->rules;
}

static bool more_slots(recall *r) {
  recall grown = *r;
  grown.slots *= 2;
  grown.edges = muster_alloc(grown.slots, sizeof *grown.edges);
  if (!grown.edges) return false;
  for (size_t i = 0; i < r->slots; i++)
    if (r->edges[i].to) *find(&grown, r->edges[i].from, &r->edges[i].by) = r->edges[i];
  muster_free(r->edges);
  *r = grown;
  return true;
}

bool recall_open(recall *r, muster_desk *desk, size_t rules) {
  *r = (recall){.desk = desk, .rules = rules, .slots = FIRST_SLOTS, .node_capacity = rules + FIRST_SLOTS};
  r->nodes = muster_alloc(r->node_capacity, sizeof *r->nodes);
  r->edges = muster_alloc(r->slots, sizeof *r->edges);
  r->uses = muster_alloc(rules, sizeof *r->uses);
  r->node_count = rules;
  if (r->nodes && r->edges && r->uses) return true;
  recall_close(r);
  return false;
}

void recall_close(recall *r) {
  muster_free(r->nodes);
  muster_free(r->edges);
  muster_free(r->uses);
  *r = (recall){0};
}

/* Where an answer leads; a node of its own when nobody has been there. 0 = there is no room. */
static uint32_t follow(recall *r, uint32_t from, const answer *by) {
  edge *e = find(r, from, by);
  if (e->to) return e->to;
  size_t edges = r->node_count - r->rules; /* every node but the roots has one edge to it */
  if (edges >= MOST_EDGES) {
    begin_anew(r);
    return 0;
  }
  if (2 * (edges + 1) > r->slots && !more_slots(r)) return 0;
  if (!MUSTER_GROW(r->nodes, r->node_capacity, r->node_count)) return 0;
  uint32_t to = (uint32_t)r->node_count++;
  r->nodes[to] = (node){.state = NODE_NEW};
  *find(r, from, by) = (edge){*by, from, to};
  return to;
}

/* ---- calls ---- */

static recall_verdict walk(const recall *r, uint32_t at, const muster_subject *pupil) {
  for (;;) {
    const node *here = &r->nodes[at];
    if (here->state == NODE_FALSE) return RECALL_FALSE;
    if (here->state == NODE_TRUE) return RECALL_TRUE;
    answer by;
    if (here->state != NODE_ASKS || !ask(r->desk, pupil, here->question, &by)) return RECALL_UNKNOWN;
    at = find(r, at, &by)->to;
    if (!at) return RECALL_UNKNOWN;
  }
}

recall_verdict recall_ask(recall *r, uint32_t rule, const muster_subject *pupil) {
  r->keeping = false;
  if (!r->nodes) return RECALL_UNKNOWN;
  use *u = &r->uses[rule];
  if (u->tried >= TRIED_ENOUGH && 2 * u->known < u->tried) return RECALL_UNKNOWN;
  u->tried++;
  recall_verdict verdict = walk(r, rule, pupil);
  if (verdict != RECALL_UNKNOWN) {
    u->known++;
    return verdict;
  }
  r->subject = *pupil;
  r->at = rule;
  r->keeping = true;
  r->open = r->lost = false;
  return RECALL_UNKNOWN;
}

void recall_note(recall *r, const muster_subject *s, recall_question question) {
  answer by;
  r->open = false;
  if (!r->keeping || r->lost) return;
  node *here = &r->nodes[r->at];
  bool fits = here->state == NODE_NEW || (here->state == NODE_ASKS && same_question(here->question, question));
  r->lost = !fits || !muster_same_subject(s, &r->subject) || !ask(r->desk, s, question, &by);
  if (r->lost) return;
  here->question = question;
  here->state = NODE_ASKS;
  r->at = follow(r, r->at, &by);
  r->keeping = r->at != 0;
}

void recall_end(recall *r, bool truth) {
  if (!r->keeping) return;
  r->keeping = false;
  node *here = &r->nodes[r->at];
  if (here->state != NODE_NEW) return;
  here->state = r->lost || r->open ? NODE_LOST : truth ? NODE_TRUE : NODE_FALSE;
}
