/* Which cells of a table of counts must be hidden.
 *
 * Rows and columns are lines: the cells of a line add up to its last. Read as a graph, rows and columns are its nodes
 * and hidden cells its edges. A hidden cell can be worked out exactly when its edge is a bridge, for only then does
 * some set of lines hold it and no other hidden cell; and several can be, when what is hidden of a line adds up to less
 * than the rule allows to show. (A. G. de Waal and L. Willenborg, Elements of Statistical Disclosure Control, 2001,
 * ch. 4.) */
#include <string.h>

#include "muster/register/suppress.h"

typedef struct table {
  const uint64_t *counts;
  size_t rows, columns;
  const muster_small_rule *rule;
  uint8_t *hidden;
} table;

enum { SHOWN, SMALL, SECOND };

static bool is_small(const muster_small_rule *rule, uint64_t count) {
  return count == 0 ? rule->zeros_too && rule->least > 0 : count < rule->least;
}

/* A line: `n` cells from `first`, `step` apart; the last is the total. */
typedef struct line {
  size_t first, step, n;
} line;

static line row_line(const table *t, size_t r) { return (line){r * t->columns, 1, t->columns}; }
static line column_line(const table *t, size_t c) { return (line){c, t->columns, t->rows}; }

/* Hides one more cell of a line: the smallest that is something, else a zero, else the total. False when all are
 * hidden. */
static bool hide_one(table *t, line l) {
  size_t best = SIZE_MAX;
  for (size_t i = 0; i + 1 < l.n; i++) {
    size_t at = l.first + i * l.step;
    if (t->hidden[at]) continue;
    bool better = best == SIZE_MAX || (t->counts[best] == 0 && t->counts[at] > 0) ||
                  (t->counts[at] > 0 && t->counts[at] < t->counts[best]);
    if (better) best = at;
  }
  size_t total = l.first + (l.n - 1) * l.step;
  if (best == SIZE_MAX && !t->hidden[total]) best = total;
  if (best == SIZE_MAX) return false;
  t->hidden[best] = SECOND;
  return true;
}

/* Is what a line hides, its total being shown, too little to hide anything. */
static bool hides_too_little(const table *t, line l) {
  uint64_t sum = 0;
  size_t hidden = 0;
  for (size_t i = 0; i + 1 < l.n; i++) {
    size_t at = l.first + i * l.step;
    hidden += t->hidden[at] != SHOWN;
    sum += t->hidden[at] ? t->counts[at] : 0;
  }
  return hidden > 0 && !t->hidden[l.first + (l.n - 1) * l.step] && (hidden == 1 || sum < t->rule->least);
}

static bool protect_lines(table *t) {
  bool changed = false;
  for (size_t r = 0; t->columns > 1 && r < t->rows; r++)
    while (hides_too_little(t, row_line(t, r)) && hide_one(t, row_line(t, r))) changed = true;
  for (size_t c = 0; t->rows > 1 && c < t->columns; c++)
    while (hides_too_little(t, column_line(t, c)) && hide_one(t, column_line(t, c))) changed = true;
  return changed;
}

/* ---- bridges: R. E. Tarjan (1974), A note on finding the bridges of a graph; without recursion ---- */

typedef struct walk {
  uint32_t *found, *low, *next, *from; /* of each node; rows first, then columns */
  uint32_t *stack;
} walk;

static size_t cell_of(const table *t, size_t a, size_t b) {
  return a < t->rows ? a * t->columns + (b - t->rows) : b * t->columns + (a - t->rows);
}

/* The node's next neighbour over a hidden cell, or MUSTER_NONE. */
static uint32_t step(const table *t, walk *w, uint32_t node) {
  bool is_row = node < t->rows;
  uint32_t n = (uint32_t)(is_row ? t->columns : t->rows);
  while (w->next[node] < n) {
    uint32_t other = w->next[node]++ + (is_row ? (uint32_t)t->rows : 0);
    if (t->hidden[cell_of(t, node, other)]) return other;
  }
  return MUSTER_NONE;
}

/* Goes through the nodes that hang together with `root`. @return the first bridge's cell, or SIZE_MAX */
static size_t bridge_from(const table *t, walk *w, uint32_t root, uint32_t *clock) {
  size_t depth = 0;
  w->stack[depth++] = root;
  w->found[root] = w->low[root] = ++*clock;
  w->from[root] = MUSTER_NONE;
  while (depth) {
    uint32_t node = w->stack[depth - 1], other = step(t, w, node);
    if (other == MUSTER_NONE) {
      depth--;
      uint32_t parent = w->from[node];
      if (parent == MUSTER_NONE) continue;
      if (w->low[node] < w->low[parent]) w->low[parent] = w->low[node];
      if (w->low[node] > w->found[parent]) return cell_of(t, node, parent);
    } else if (!w->found[other]) {
      w->from[other] = node;
      w->found[other] = w->low[other] = ++*clock;
      w->stack[depth++] = other;
    } else if (other != w->from[node] && w->found[other] < w->low[node]) {
      w->low[node] = w->found[other];
    }
  }
  return SIZE_MAX;
}

static size_t find_bridge(const table *t, walk *w) {
  size_t nodes = t->rows + t->columns, bridge = SIZE_MAX;
  memset(w->found, 0, nodes * sizeof *w->found);
  memset(w->next, 0, nodes * sizeof *w->next);
  uint32_t clock = 0;
  for (uint32_t node = 0; node < nodes && bridge == SIZE_MAX; node++)
    if (!w->found[node]) bridge = bridge_from(t, w, node, &clock);
  return bridge;
}

static muster_status break_bridges(table *t, muster_error *err) {
  size_t nodes = t->rows + t->columns;
  uint32_t *room = muster_alloc(5 * nodes, sizeof *room);
  if (!room) return muster_fail_memory(err);
  walk w = {room, room + nodes, room + 2 * nodes, room + 3 * nodes, room + 4 * nodes};
  for (size_t cell; (cell = find_bridge(t, &w)) != SIZE_MAX;) {
    bool more = hide_one(t, row_line(t, cell / t->columns)) || hide_one(t, column_line(t, cell % t->columns));
    if (!more) break;
    while (protect_lines(t)) continue;
  }
  muster_free(room);
  return MUSTER_OK;
}

muster_status muster_suppress(const uint64_t *counts, size_t rows, size_t columns, const muster_small_rule *rule,
                              uint8_t *hidden, muster_error *err) {
  table t = {counts, rows, columns, rule, hidden};
  for (size_t i = 0; i < rows * columns; i++)
    if (!hidden[i] && is_small(rule, counts[i])) hidden[i] = SMALL;
  if (rule->without_second || rule->least == 0) return MUSTER_OK;
  while (protect_lines(&t)) continue;
  /* With one line only, what its cells hide is all there is to protect. */
  return rows > 1 && columns > 1 ? break_bridges(&t, err) : MUSTER_OK;
}

muster_status muster_suppress_some(const uint64_t *counts, const uint64_t *pupils, const uint8_t *without, size_t rows,
                                   size_t columns, const muster_small_rule *rule, uint8_t *hidden, muster_error *err) {
  for (size_t i = 0; i < rows * columns; i++) {
    uint64_t others = pupils[i] - counts[i];
    bool all_but_few = others > 0 && others < rule->least;
    hidden[i] = counts[i] == 0 ? 0 : without[i] ? without[i] : all_but_few;
  }
  return muster_suppress(counts, rows, columns, rule, hidden, err);
}
