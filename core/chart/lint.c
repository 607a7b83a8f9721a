/* Faults of a picture that a program can see. Each of these was once in a draft. */
#include <math.h>
#include <string.h>

#include "theme.h"
#include "view.h"

static void tell(muster_faults *faults, bool warning, const char *format, const char *text, double number) {
  if (faults->count == 200) return;
  if (!MUSTER_GROW(faults->items, faults->capacity, faults->count)) {
    faults->failed = true;
    return;
  }
  muster_fault *fault = &faults->items[faults->count++];
  fault->warning = warning;
  char cut[64];
  snprintf(cut, sizeof cut, "%.56s", text ? text : "");
  size_t n = 0;
  for (const char *f = format; *f && n + 1 < sizeof fault->text; f++) {
    if (f[0] == '%' && f[1] == 's') {
      n += (size_t)snprintf(fault->text + n, sizeof fault->text - n, "%s", cut);
      f++;
    } else if (f[0] == '%' && f[1] == 'g') {
      n += (size_t)snprintf(fault->text + n, sizeof fault->text - n, number == floor(number) ? "%.0f" : "%.2f", number);
      f++;
    } else {
      fault->text[n++] = *f;
    }
    if (n >= sizeof fault->text) n = sizeof fault->text - 1;
  }
  fault->text[n] = '\0';
}

void muster_faults_free(muster_faults *faults) {
  muster_free(faults->items);
  *faults = (muster_faults){0};
}

typedef struct bounds {
  double x, y, x2, y2;
} bounds;

static bounds of_text(const muster_draw *op) {
  double share = op->anchor == MUSTER_ANCHOR_START ? 0 : op->anchor == MUSTER_ANCHOR_END ? 1 : 0.5;
  double x = (double)op->x - share * (double)op->advance, size = (double)op->size;
  return (bounds){x, (double)op->y - size * 0.74, x + (double)op->advance, (double)op->y + size * 0.2};
}

static bool overlap(bounds a, bounds b, double slack) {
  return a.x + slack < b.x2 && a.x2 - slack > b.x && a.y + slack < b.y2 && a.y2 - slack > b.y;
}

static bounds of_points(const muster_list *list, const muster_draw *op) {
  bounds b = {INFINITY, INFINITY, -INFINITY, -INFINITY};
  for (uint32_t i = 0; i < op->points; i++) {
    const muster_point *p = &list->points[op->point + i];
    b.x = fmin(b.x, (double)p->x), b.x2 = fmax(b.x2, (double)p->x);
    b.y = fmin(b.y, (double)p->y), b.y2 = fmax(b.y2, (double)p->y);
  }
  return b;
}

static bool covers(const muster_list *list, const muster_draw *op, double x, double y) { /* even-odd is enough here */
  if (op->kind == MUSTER_DRAW_CIRCLE) return hypot(x - (double)op->x, y - (double)op->y) < (double)op->size;
  if (op->kind != MUSTER_DRAW_FILL || op->points > 512) return false;
  bool in = false;
  for (uint32_t i = 0, j = op->points - 1; i < op->points; j = i++) {
    const muster_point *a = &list->points[op->point + i], *b = &list->points[op->point + j];
    if (((double)a->y > y) != ((double)b->y > y) &&
        x < (double)(b->x - a->x) * (y - (double)a->y) / (double)(b->y - a->y) + (double)a->x)
      in = !in;
  }
  return in;
}

static uint32_t ground_at(const muster_list *list, size_t before, double x, double y) {
  uint32_t ground = WHITE;
  for (size_t i = 0; i < before; i++)
    if (covers(list, &list->ops[i], x, y)) ground = mixed(ground, list->ops[i].rgba);
  return ground;
}

/* A straight line of the data (an interval, a rule, a link) through letters that have no halo. */
static bool struck_through(const muster_list *list, size_t text, bounds b) {
  for (size_t i = 0; i < list->count; i++) {
    const muster_draw *op = &list->ops[i];
    if (i == text || op->kind != MUSTER_DRAW_STROKE || op->part != MUSTER_PART_MARK || op->points != 2 || op->closed)
      continue;
    bounds line = of_points(list, op); /* of no height, or of no width */
    double half = (double)op->width / 2;
    if (overlap(b, (bounds){line.x - half, line.y - half, line.x2 + half, line.y2 + half}, 0.5)) return true;
  }
  return false;
}

static void check_text(const muster_list *list, size_t i, double least, muster_faults *faults) {
  const muster_draw *op = &list->ops[i];
  const char *text = muster_list_text(list, op);
  bounds b = of_text(op);
  if (b.x < -0.6 || b.y < -1 || b.x2 > (double)list->width + 0.6 || b.y2 > (double)list->height + 0.6)
    tell(faults, false, "text outside the canvas: '%s'", text, 0);
  bool letter = strlen(text) <= 2;
  if ((double)op->size < least - 0.01 && !(letter && (double)op->size >= 12))
    tell(faults, false, "text of %g px is too small: '%s'", text, (double)op->size);
  if (strcmp(text, "-0") == 0 || strcmp(text,
                                        "\xE2\x88\x92"
                                        "0") == 0)
    tell(faults, false, "a tick says -0", "", 0);
  bool halo = (op->edge & 0xFF) && op->width > 0;
  uint32_t ground = halo ? op->edge : ground_at(list, i, (b.x + b.x2) / 2, (b.y + b.y2) / 2);
  double seen = contrast(ground, mixed(ground, op->rgba));
  if (seen < 4.43) /* ink or white on the worst ground */
    tell(faults, false, "contrast of %g is below 4.5: '%s'", text, seen);
  if (!halo && op->part == MUSTER_PART_LABEL && struck_through(list, i, b))
    tell(faults, false, "a line through the text '%s'", text, 0);
  for (size_t k = 0; k < i; k++) {
    if (list->ops[k].kind != MUSTER_DRAW_TEXT) continue;
    if (overlap(b, of_text(&list->ops[k]), 1)) {
      tell(faults, false, "text over text: '%s'", text, 0);
      tell(faults, false, "  under it: '%s'", muster_list_text(list, &list->ops[k]), 0);
      return;
    }
  }
}

static void check_marks(const muster_list *list, muster_faults *faults) {
  for (size_t i = 0; i < list->count; i++) {
    const muster_draw *op = &list->ops[i];
    if (op->part != MUSTER_PART_MARK && op->part != MUSTER_PART_BAND) continue;
    bounds b = op->kind == MUSTER_DRAW_CIRCLE ? (bounds){(double)(op->x - op->size), (double)(op->y - op->size),
                                                         (double)(op->x + op->size), (double)(op->y + op->size)}
                                              : of_points(list, op);
    if (op->points == 0 && op->kind != MUSTER_DRAW_CIRCLE) continue;
    bool clipped = false;
    for (size_t k = i; k-- > 0 && !clipped && list->ops[k].kind != MUSTER_DRAW_GROUP;)
      clipped = list->ops[k].kind == MUSTER_DRAW_CLIP;
    if (clipped) continue;
    if (b.x < -1 || b.y < -1 || b.x2 > (double)list->width + 1 || b.y2 > (double)list->height + 1) {
      tell(faults, false, "a mark leaves the canvas", "", 0);
      return;
    }
  }
}

static size_t words_in(const char *text) {
  size_t n = 0;
  for (const char *p = text; p && *p; p++) n += *p != ' ' && (p == text || p[-1] == ' ');
  return n;
}

/* A gap in a line is seen; a dot or bar that is missing is not. */
static void check_rows(const view *v, size_t number, muster_faults *faults) {
  size_t missing = 0;
  static const muster_channel channels[] = {MUSTER_CHANNEL_X, MUSTER_CHANNEL_Y, MUSTER_CHANNEL_VALUE};
  for (size_t r = 0; r < v->rows; r++) {
    bool whole = true;
    for (size_t c = 0; c < 3; c++)
      if (view_has(v, channels[c]) && !view_is_text(v, channels[c]) && isnan(view_number(v, channels[c], r)))
        whole = false;
    missing += !whole;
  }
  char layer[40];
  snprintf(layer, sizeof layer, "layer %zu (%s)", number, muster_chart_mark_name(v->layer->mark));
  if (missing) tell(faults, true, "%s: %g rows have no value and are not drawn", layer, (double)missing);
}

static void check_spec(const muster_chart *chart, muster_faults *faults) {
  muster_buf plain;
  muster_buf_init(&plain, 1 << 16);
  if (chart->title) muster_chart_plain(chart->title, &plain);
  size_t words = plain.at ? words_in(plain.at) : 0;
  muster_buf_free(&plain);
  if (words == 0) tell(faults, true, "no title", "", 0);
  if (words > 15) tell(faults, true, "title of %g words is longer than 15", "", (double)words);
  if (!chart->source) tell(faults, true, "no source", "", 0);
  bool measured =
      chart->y.unit || chart->x.unit || chart->fill_unit || chart->y.label || chart->x.label || chart->subtitle;
  if (!measured) tell(faults, true, "no unit, and no words that say what is measured", "", 0);
  muster_map values = {0};
  for (size_t i = 0; i < chart->layer_count; i++) {
    view v = view_of(chart, chart->layers[i]);
    for (size_t r = 0; v.layer->mark != MUSTER_MARK_STRIP && view_is_text(&v, MUSTER_CHANNEL_BY) && r < v.rows; r++)
      if (view_text(&v, MUSTER_CHANNEL_BY, r) &&
          muster_map_add(&values, muster_text_of(view_text(&v, MUSTER_CHANNEL_BY, r)), NULL) == MUSTER_NONE)
        faults->failed = true;
    if (v.layer->mark == MUSTER_MARK_DOT || v.layer->mark == MUSTER_MARK_BAR) check_rows(&v, i + 1, faults);
    if (v.layer->mark != MUSTER_MARK_BAR || v.layer->at == MUSTER_AT_RIGHT) continue;
    const muster_chart_scale *scale = view_has(&v, MUSTER_CHANNEL_X) ? &chart->y : &chart->x;
    if (scale->from > 0 || scale->to < 0) tell(faults, false, "bars do not start at zero", "", 0);
  }
  size_t plain_values = 0;
  for (uint32_t k = 0; k < values.count; k++) {
    bool named = false;
    for (size_t c = 0; c < chart->colour_count; c++)
      named = named || strcmp(chart->colours[c].name, muster_map_name(&values, k).at) == 0;
    plain_values += !named;
  }
  if (plain_values > 4) tell(faults, true, "%g colours are more than four", "", (double)plain_values);
  muster_map_free(&values);
}

void muster_chart_lint(const muster_chart *chart, const muster_list *list, muster_preset preset,
                       muster_faults *faults) {
  double least = preset == MUSTER_PRESET_SLIDE ? 14 : 13;
  for (size_t i = 0; i < list->count; i++)
    if (list->ops[i].kind == MUSTER_DRAW_TEXT) check_text(list, i, least, faults);
  check_marks(list, faults);
  if (!list->alt || strlen(list->alt) < 20)
    tell(faults, false, "no description for those who do not see the picture", "", 0);
  if (chart) check_spec(chart, faults);
}
