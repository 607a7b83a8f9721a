/* Where labels go: line ends by isotonic regression, points by trying places in a fixed order. No simulation: the same
 * data must give the same picture. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "layout.h"

static int by_height(const void *a, const void *b) {
  const end_label *l = a, *r = b;
  if (l->at < r->at) return -1;
  if (l->at > r->at) return 1;
  return (l->order > r->order) - (l->order < r->order);
}

void spread_labels(end_label *labels, size_t n, double top, double bottom) {
  double target[END_LABELS_MAX], mean[END_LABELS_MAX];
  size_t size[END_LABELS_MAX], blocks = 0;
  if (n == 0 || n > END_LABELS_MAX) return;
  qsort(labels, n, sizeof *labels, by_height);
  double stacked = 0, total = 0;
  for (size_t i = 0; i < n; i++) total += labels[i].height;
  for (size_t i = 0; i < n; i++) { /* where the first label would stand for this one to be in its place */
    target[i] = labels[i].at - stacked - labels[i].height / 2;
    stacked += labels[i].height;
    mean[blocks] = target[i];
    size[blocks++] = 1;
    while (blocks > 1 && mean[blocks - 2] > mean[blocks - 1]) {
      double sum = mean[blocks - 2] * (double)size[blocks - 2] + mean[blocks - 1] * (double)size[blocks - 1];
      size[blocks - 2] += size[blocks - 1];
      mean[blocks - 2] = sum / (double)size[blocks - 2];
      blocks--;
    }
  }
  double highest = bottom - total; /* bounds on an isotonic fit are met by clipping it */
  size_t i = 0;
  stacked = 0;
  for (size_t b = 0; b < blocks; b++) {
    double start = fmax(fmin(mean[b], highest), top);
    for (size_t k = 0; k < size[b]; k++, i++) {
      labels[i].y = start + stacked + labels[i].height / 2;
      stacked += labels[i].height;
    }
  }
}

static void add_box(layout *l, obstacle taken) {
  if (!MUSTER_GROW(l->boxes, l->box_capacity, l->box_count))
    l->failed = true;
  else
    l->boxes[l->box_count++] = taken;
}

void take_box(layout *l, double x, double y, double x2, double y2) { add_box(l, (obstacle){{x, y, x2, y2}, false}); }

void take_soft_box(layout *l, double x, double y, double x2, double y2) {
  add_box(l, (obstacle){{x, y, x2, y2}, true});
}

static bool hidden(const layout *l, double x, double y, double x2, double y2, bool hard_only) {
  for (size_t i = 0; i < l->box_count; i++) {
    const box *b = &l->boxes[i].at;
    if (hard_only && l->boxes[i].soft) continue;
    if (x < b->x2 && x2 > b->x && y < b->y2 && y2 > b->y) return true;
  }
  return false;
}

bool place_is_free(const layout *l, double x, double y, double x2, double y2) {
  return !hidden(l, x, y, x2, y2, false);
}

bool move_below(layout *l, const char *words) {
  if (l->theme.titled || l->moved_count == MOVED_MAX || !words) return false;
  l->moved[l->moved_count++] = words;
  return true;
}

/* Right, left, above, below, then the corners (after Imhof 1975); the same farther out for labels with a leader. */
bool place_label(layout *l, const box *within, double x, double y, double radius, double width, double height, bool far,
                 double *left, double *top, int *side) {
  static const signed char where[8][2] = {{1, 0}, {-1, 0}, {0, -1}, {0, 1}, {1, -1}, {1, 1}, {-1, -1}, {-1, 1}};
  int rings = far ? 3 : 1;
  for (int pass = 0; pass < 2 * rings; pass++) { /* hiding nothing at all; then, if need be, a piece of a line */
    int ring = pass % rings;
    double gap = radius + (ring ? ring * height * 1.3 : 3);
    for (int i = 0; i < 8; i++) {
      double dx = where[i][0], dy = where[i][1], slack = dx != 0 && dy != 0 ? 0.6 : 1;
      double x1 = x + dx * (gap * slack + width / 2) - width / 2, y1 = y + dy * (gap * slack + height / 2) - height / 2;
      if (x1 < within->x || y1 < within->y || x1 + width > within->x2 || y1 + height > within->y2) continue;
      if (hidden(l, x1, y1, x1 + width, y1 + height, pass >= rings)) continue;
      *left = x1, *top = y1, *side = ring * 8 + i;
      return true;
    }
  }
  return false;
}
