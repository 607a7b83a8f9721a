/* Which rows belong together, and which colour and shape they have. */
#include <string.h>

#include "layout.h"

static int named(const muster_chart_named *list, size_t count, const char *name) {
  for (size_t i = 0; i < count; i++)
    if (strcmp(list[i].name, name) == 0) return list[i].value;
  return -1;
}

/* The first two, three or four values of `by` take the palette in the order that keeps neighbours apart. */
static muster_colour automatic(const layout *l, const char *value) {
  static const muster_colour two[] = {MUSTER_COLOUR_BASE, MUSTER_COLOUR_ACCENT};
  static const muster_colour four[] = {MUSTER_COLOUR_BASE, MUSTER_COLOUR_GOOD, MUSTER_COLOUR_THIRD,
                                       MUSTER_COLOUR_ACCENT};
  uint32_t k = muster_map_find(&l->by, muster_text_of(value));
  if (k == MUSTER_NONE || k >= 4) return MUSTER_COLOUR_CONTEXT;
  return l->by.count <= 2 ? two[k] : four[k];
}

muster_colour row_role(const layout *l, const view *v, size_t row) {
  const char *by = view_text(v, MUSTER_CHANNEL_BY, row);
  int own = by ? named(l->chart->colours, l->chart->colour_count, by) : -1;
  if (own >= 0) return (muster_colour)own;
  if (v->layer->colour != MUSTER_COLOUR_NONE) return v->layer->colour;
  return by ? automatic(l, by) : MUSTER_COLOUR_BASE;
}

uint32_t row_colour(const layout *l, const view *v, size_t row) {
  const char *by = view_text(v, MUSTER_CHANNEL_BY, row);
  uint32_t rgba;
  if (by && named(l->chart->colours, l->chart->colour_count, by) < 0 && class_colour(by, &rgba)) return rgba;
  return role_colour(row_role(l, v, row));
}

uint32_t row_text_colour(const layout *l, const view *v, size_t row) { return role_text(row_role(l, v, row)); }

muster_shape row_shape(const layout *l, const view *v, size_t row) {
  const char *by = view_text(v, MUSTER_CHANNEL_BY, row);
  int own = by ? named(l->chart->shapes, l->chart->shape_count, by) : -1;
  return own >= 0 ? (muster_shape)own : v->layer->shape;
}

bool row_in(const panel *p, const view *v, size_t row) {
  if (!p->facet || !v->facet || !v->facet->texts) return true;
  const char *own = v->facet->texts[row];
  return own && strcmp(own, p->facet) == 0;
}

bool series_of(layout *l, const panel *p, const view *v, series *out) {
  *out = (series){0};
  muster_channel channel = view_is_text(v, MUSTER_CHANNEL_GROUP) ? MUSTER_CHANNEL_GROUP : MUSTER_CHANNEL_BY;
  uint32_t *number = muster_alloc(v->rows, sizeof *number);
  muster_map names = {0};
  bool good = number != NULL;
  size_t kept = 0;
  for (size_t r = 0; good && r < v->rows; r++) {
    number[r] = MUSTER_NONE;
    if (!row_in(p, v, r)) continue;
    const char *name = view_text(v, channel, r);
    number[r] = muster_map_add(&names, muster_text_of(name), NULL);
    good = number[r] != MUSTER_NONE;
    kept++;
  }
  if (good) {
    out->count = names.count;
    out->rows = muster_arena_alloc(l->arena, (kept + 1) * sizeof *out->rows);
    out->starts = muster_arena_alloc(l->arena, (names.count + 2) * sizeof *out->starts);
    good = out->rows && out->starts;
  }
  if (good) { /* a counting sort; starts[k + 1] runs ahead while rows are dealt */
    for (size_t r = 0; r < v->rows; r++)
      if (number[r] != MUSTER_NONE && number[r] + 2 <= names.count) out->starts[number[r] + 2]++;
    for (size_t k = 2; k <= names.count; k++) out->starts[k] += out->starts[k - 1];
    for (uint32_t r = 0; r < v->rows; r++)
      if (number[r] != MUSTER_NONE) out->rows[out->starts[number[r] + 1]++] = r;
  }
  muster_map_free(&names);
  muster_free(number);
  if (!good) l->failed = true;
  return good;
}
