/* One chart on its way to a display list. What every step of the layout shares. */
#ifndef MUSTER_CHART_LAYOUT_H
#define MUSTER_CHART_LAYOUT_H

#include "axis.h"
#include "draw.h"
#include "font.h"
#include "theme.h"
#include "words.h"

typedef struct box {
  double x, y, x2, y2;
} box;

typedef struct obstacle {
  box at;
  bool soft; /* a line: a label with a halo may cross it if it must */
} obstacle;

/** Text that stands in the gutter right of the plot, at the height of what it names. */
typedef struct end_label {
  double at, y; /* where it wants to be, where it is (middle) */
  const char *text, *sub;
  uint32_t rgba;
  int weight;
  double height;
  size_t order;
  const view *v; /* and row: what it names */
  size_t row;
} end_label;

enum { END_LABELS_MAX = 40, SIDE_COLUMNS_MAX = 8, KEY_MAX = 16, MOVED_MAX = 4 };

/** A column of texts or bars right of the plot. */
typedef struct side_column {
  size_t layer;
  double x, width, label_width; /* label_width: of the values beside bars */
  double most;                  /* value of a whole bar */
  bool right_aligned;
} side_column;

typedef struct key_entry {
  const char *label;
  uint32_t rgba, edge;
  enum { KEY_SWATCH, KEY_LINE, KEY_DOT } kind;
  muster_shape shape;
  const muster_chart_layer *layer;
} key_entry;

typedef struct panel {
  const char *facet, *sub; /* value of the facet column, or NULL */
  bool first_column, last_row;
  axis x, y;
  box plot;
} panel;

/** Sessions of a register strip: where each stands in the plot. */
typedef struct strip_plan {
  const view *v;          /* NULL: there is no strip */
  size_t first, sessions; /* the first shown; all */
  double cell;
  const double *number; /* of each session, rising */
  double *at;           /* left edge of each session, from the left of the plot */
  const char **heading;
  bool *starts; /* a group */
  double width;
} strip_plan;

typedef struct layout {
  const muster_chart *chart;
  muster_list *list;
  const font_set *fonts;
  theme theme;
  muster_preset preset;
  muster_arena *arena;
  view views[MUSTER_LAYERS_MAX];
  size_t view_count;
  box frame; /* of this chart; half the canvas where two stand side by side */
  axis x, y;
  muster_map by; /* values of `by`, for colours */
  side_column columns[SIDE_COLUMNS_MAX];
  size_t column_count;
  end_label ends[END_LABELS_MAX];
  size_t end_count, ends_over; /* over: more than are kept */
  double end_width;
  bool has_bracket, ends_in_key;
  double least_top, least_bottom; /* room that a second plot beside wants kept, too */
  strip_plan strip;
  key_entry key[KEY_MAX];
  size_t key_count;
  obstacle *boxes; /* taken: labels keep clear of them */
  size_t box_count, box_capacity;
  bool avoids;    /* some label wants to know what is taken */
  size_t dropped; /* labels for which there was no room */
  size_t rows_hidden, sessions_hidden, columns_hidden;
  const char *moved[MOVED_MAX]; /* words that stand under the plot, for want of room in it */
  size_t moved_count;
  bool failed; /* no memory */
} layout;

/* text.c */
double width_of(const layout *l, const char *text, double size, int weight);
/** One line; `x` is its start, middle or end by `type->anchor`. */
void put_line(layout *l, muster_draw_part part, double x, double y, const char *text, const text_style *type);
/** Lines of at most `width`, broken at blanks. @return number of lines; draws only when `draw` */
size_t put_wrapped(layout *l, muster_draw_part part, double x, double y, double width, double leading, const char *text,
                   const text_style *type, bool draw);
/** Text with {role:...} markup. @return number of lines */
size_t put_rich(layout *l, muster_draw_part part, double x, double y, double width, double leading, const char *text,
                const text_style *type, bool draw);
/** `text` cut to `width` with an ellipsis. */
const char *fitted(layout *l, const char *text, double width, double size, int weight);
/** What a label (or sub) channel says of a row: a column, a format of `value`, or the text itself; NULL when nothing.
 */
const char *label_of(layout *l, const view *v, muster_channel channel, size_t row, double value);
const char *value_text(layout *l, const axis *a, const char *format, double value, bool unit);

/* series.c: colours and series */
/** Colour of a row's mark, of its text. */
uint32_t row_colour(const layout *l, const view *v, size_t row);
uint32_t row_text_colour(const layout *l, const view *v, size_t row);
muster_colour row_role(const layout *l, const view *v, size_t row);
muster_shape row_shape(const layout *l, const view *v, size_t row);
bool row_in(const panel *p, const view *v, size_t row);

/** Rows of a layer in a panel, series by series. */
typedef struct series {
  uint32_t *rows;
  size_t *starts; /* count + 1 of them */
  size_t count;
} series;
MUSTER_CHECK bool series_of(layout *l, const panel *p, const view *v, series *out);

/* place.c */
/** Middle positions nearest to where each label wants to be with none over another, all between `top` and `bottom`:
 * isotonic regression by pooling adjacent violators. Sorts the labels. */
void spread_labels(end_label *labels, size_t n, double top, double bottom);
void take_box(layout *l, double x, double y, double x2, double y2);
void take_soft_box(layout *l, double x, double y, double x2, double y2);
/** Is nothing there that a label would hide. */
bool place_is_free(const layout *l, double x, double y, double x2, double y2);
/** Words that have no room in the plot stand under it, where the canvas can grow. False where it cannot. */
bool move_below(layout *l, const char *words);
/** Tries places around a point; takes the first that hides nothing. */
bool place_label(layout *l, const box *within, double x, double y, double radius, double width, double height, bool far,
                 double *left, double *top, int *side);

/* chrome.c: what stands around the plots */
double chrome_header(layout *l);                           /* title, subtitle, key; returns where plots may begin */
double chrome_source(layout *l, double bottom, bool draw); /* returns where it begins */
void collect_key(layout *l);
/** Says what had to be left out, each sentence after a blank. */
void put_hidden(const layout *l, muster_buf *out);

/* axes.c */
double axes_top(const layout *l);
double axes_bottom(const layout *l);
double axes_left(const layout *l);
void draw_grid(layout *l, panel *p);
void draw_axes(layout *l, panel *p);

/* gutter.c: labels at line ends, columns at the right */
void collect_ends(layout *l);
void place_ends(layout *l, const panel *p);
void collect_columns(layout *l);
double columns_width(const layout *l);
void place_columns(layout *l, const panel *p);
void draw_columns(layout *l, const panel *p);

/* marks */
void draw_lines(layout *l, const panel *p, const view *v);
void draw_ribbon(layout *l, const panel *p, const view *v);
void draw_dots(layout *l, const panel *p, const view *v);
void draw_bars(layout *l, const panel *p, const view *v);
void draw_bar_labels(layout *l, const panel *p, const view *v);
void draw_cells(layout *l, const panel *p, const view *v);
void draw_intervals(layout *l, const panel *p, const view *v);
void draw_links(layout *l, const panel *p, const view *v);
void draw_rules(layout *l, const panel *p, const view *v);
void draw_bands(layout *l, const panel *p, const view *v);
void draw_band_labels(layout *l, const panel *p, const view *v);
void draw_rule_labels(layout *l, const panel *p, const view *v);
void draw_dot_labels(layout *l, const panel *p, const view *v);
void draw_texts(layout *l, const panel *p, const view *v);
bool plan_strip(layout *l, double width);
void draw_strip(layout *l, const panel *p);
void draw_months(layout *l, const panel *p);

/** Baseline offset that centres letters of a size on a line. */
double mid_line(double size);

#endif
