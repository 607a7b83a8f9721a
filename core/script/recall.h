/* Verdicts that are known from the answers.
 *
 * A rule keeps nothing from one call to the next (settle.h sees to that), so what it says follows from the answers it
 * gets: the same answers, the same next question, in the end the same verdict. What calls have shown is kept as a tree
 * of questions and answers; where it leads to a verdict, the questions are asked here and the interpreter is not
 * entered. Few answers differ from pupil to pupil and week to week, so most verdicts are known.
 *
 * Only questions in the list below, about the pupil the rule was called with, are kept; a call that asks anything else
 * is made each time. Without memory there is simply no tree. */
#ifndef SCRIPT_RECALL_H
#define SCRIPT_RECALL_H

#include "muster/engine.h"

typedef enum recall_what {
  RECALL_COUNT,
  RECALL_RATE,
  RECALL_PERSISTENT,
  RECALL_SEVERE,
  RECALL_PROJECTED,
  RECALL_LONGEST,
  RECALL_CURRENT,
  RECALL_BROKEN_WEEKS,
  RECALL_COLUMN, /* the argument is a column of pupils.csv */
  RECALL_AS_OF
} recall_what;

typedef struct recall_question {
  uint16_t what, argument; /* the argument is a kind of session unless it says otherwise */
  uint32_t window;
} recall_question;

typedef enum recall_verdict {
  RECALL_UNKNOWN,
  RECALL_FALSE,
  RECALL_TRUE, /* and evidence beside it, which a call gives */
  RECALL_PLAIN /* true, and nothing beside it: not from the tree */
} recall_verdict;

typedef struct recall {
  muster_desk *desk;
  struct recall_node *nodes; /* the first are the roots, one a rule */
  struct recall_edge *edges; /* open addressing: from a node by an answer to a node */
  struct recall_use *uses;   /* one a rule */
  size_t rules, node_count, node_capacity, slots;
  /* the call that is being made */
  muster_subject subject;
  uint32_t at;
  bool keeping; /* questions are noted */
  bool open;    /* a question has been asked that nobody noted yet */
  bool lost;    /* one was asked that is not kept */
} recall;

/** Makes a tree for rules 0 .. n-1. Free with recall_close; false when there is no memory, and nothing is kept. */
bool recall_open(recall *r, muster_desk *desk, size_t rules);
void recall_close(recall *r);

/** What the rule will say of a pupil, or RECALL_UNKNOWN; then the call is to be made, and what it asks is noted. */
recall_verdict recall_ask(recall *r, uint32_t rule, const muster_subject *pupil);

/** Is a call being noted. */
static inline bool recall_keeping(const recall *r) { return r->keeping; }

/** The call reads something of a subject. */
static inline void recall_touch(recall *r) {
  r->lost |= r->open;
  r->open = true;
}

/** What it reads is this. */
void recall_note(recall *r, const muster_subject *s, recall_question question);

/** The call has ended with this verdict; without one (it failed). */
void recall_end(recall *r, bool truth);
static inline void recall_stop(recall *r) { r->keeping = false; }

#endif
