/* The register strip: one row a pupil, one cell a session, a gap between weeks. Being present is nearly invisible, so
 * that absence is the figure; every other cell has its letter, so that colour never speaks alone. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "layout.h"

static int by_number(const void *a, const void *b) {
  const double *l = a, *r = b;
  return (*l > *r) - (*l < *r);
}

static size_t find_session(const double *sessions, size_t n, double value) {
  size_t lo = 0, hi = n;
  while (lo < hi) {
    size_t mid = (lo + hi) / 2;
    if (sessions[mid] < value)
      lo = mid + 1;
    else
      hi = mid;
  }
  return lo < n && sessions[lo] == value ? lo : SIZE_MAX;
}

static double week_gap(const layout *l) { return 12 * l->theme.k; }

static double width_from(const strip_plan *s, size_t first, double cell, double gap) {
  double width = 0;
  for (size_t i = first; i < s->sessions; i++) width += cell + (i > first && s->starts[i] ? gap : 0);
  return width;
}

bool plan_strip(layout *l, double width) {
  strip_plan *s = &l->strip;
  const view *v = s->v;
  double *sessions = muster_arena_alloc(l->arena, (v->rows + 1) * sizeof *sessions);
  if (!sessions) return false;
  size_t n = 0;
  for (size_t r = 0; r < v->rows; r++) {
    double session = view_number(v, MUSTER_CHANNEL_SESSION, r);
    if (isfinite(session)) sessions[n++] = session;
  }
  qsort(sessions, n, sizeof *sessions, by_number);
  size_t kept = 0;
  for (size_t i = 0; i < n; i++)
    if (!kept || sessions[i] > sessions[kept - 1]) sessions[kept++] = sessions[i];
  s->sessions = kept;
  s->at = muster_arena_alloc(l->arena, (kept + 1) * sizeof *s->at);
  s->heading = muster_arena_alloc(l->arena, (kept + 1) * sizeof *s->heading);
  s->starts = muster_arena_alloc(l->arena, kept + 1);
  s->number = sessions;
  if (!s->at || !s->heading || !s->starts) return false;
  for (size_t r = 0; r < v->rows; r++) {
    size_t i = find_session(sessions, kept, view_number(v, MUSTER_CHANNEL_SESSION, r));
    if (i != SIZE_MAX && !s->heading[i]) s->heading[i] = view_text(v, MUSTER_CHANNEL_GROUP, r);
  }
  for (size_t i = 0; i < kept; i++)
    s->starts[i] = i == 0 || (s->heading[i] && (!s->heading[i - 1] || strcmp(s->heading[i], s->heading[i - 1]) != 0));
  double least = l->theme.cell, gap = week_gap(l), most = axis_pitch(&l->y) * 0.95;
  while (s->first + 1 < kept && width_from(s, s->first, least, gap) > width) { /* whole weeks leave, earliest first */
    s->first++;
    while (s->first + 1 < kept && !s->starts[s->first]) s->first++;
  }
  double gaps = width_from(s, s->first, 0, gap), count = (double)(kept - s->first);
  s->cell = count > 0 ? fmin(fmax((width - gaps) / count, 1), fmax(most, 15.1 * l->theme.k)) : 0;
  double at = 0;
  for (size_t i = s->first; i < kept; i++) {
    if (i > s->first && s->starts[i]) at += gap;
    s->at[i] = at;
    at += s->cell;
  }
  s->width = at;
  l->sessions_hidden = s->first;
  return true;
}

void draw_strip(layout *l, const panel *p) {
  const theme *t = &l->theme;
  const strip_plan *s = &l->strip;
  const view *v = s->v;
  double pitch = axis_pitch(&p->y), half = pitch * 0.415, gap = s->cell > 8 ? 1.2 : 0.6;
  double size = fmin(fmax(t->cell, s->cell * 0.9), fmin(half * 1.5, t->label));
  pen_style outline = {.width = 1, .rgba = 0xB6BDC3FFu, .closed = true};
  draw_group(l->list, "register");
  for (size_t r = 0; r < v->rows; r++) {
    const char *code = view_text(v, MUSTER_CHANNEL_CODE, r), *by = view_text(v, MUSTER_CHANNEL_BY, r);
    uint32_t k = axis_index(&p->y, view_text(v, MUSTER_CHANNEL_ROW, r));
    size_t session = find_session(s->number, s->sessions, view_number(v, MUSTER_CHANNEL_SESSION, r));
    if (!code || k == MUSTER_NONE || session == SIZE_MAX || session < s->first) continue;
    double y = axis_at(&p->y, p->y.centre[k]), x = p->plot.x + s->at[session];
    bool present = by && strcmp(by, "present") == 0, none = by && strcmp(by, "not required") == 0;
    uint32_t rgba = by ? row_colour(l, v, r) : CLOSED;
    if (none) {
      draw_move(l->list, x + 0.5, y - half + 0.5);
      draw_line(l->list, x + s->cell - gap - 0.5, y - half + 0.5);
      draw_line(l->list, x + s->cell - gap - 0.5, y + half - 0.5);
      draw_line(l->list, x + 0.5, y + half - 0.5);
      draw_stroke(l->list, MUSTER_PART_MARK, &outline);
    } else {
      draw_rect(l->list, MUSTER_PART_MARK, x, y - half, x + s->cell - gap, y + half, rgba);
    }
    if (!v->layer->letters || present || s->cell < 7) continue;
    text_style letter = {.size = (float)size, .weight = 600, .rgba = text_on(rgba), .anchor = MUSTER_ANCHOR_MIDDLE};
    put_line(l, MUSTER_PART_LABEL, x + (s->cell - gap) / 2, y + mid_line(size), code, &letter);
  }
  draw_endgroup(l->list);
}
