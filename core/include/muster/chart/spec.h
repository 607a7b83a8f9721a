/* muster/chart/spec.h - what a chart is: frames of data, layers of marks that bind columns to channels, scales.
 * A layer is drawn in the order it was added. Everything a script can write can be set by name, so that a table in a
 * script maps onto this one to one, and every wrong name is answered with the nearest right one. */
#ifndef MUSTER_CHART_SPEC_H
#define MUSTER_CHART_SPEC_H

#include "muster/base.h"

MUSTER_BEGIN_DECLS

/** A named column of `rows` values: numbers (NaN = missing; dates are muster_date values), or texts (NULL or "" =
 * missing). Exactly one of the two is set. */
typedef struct muster_chart_column {
  const char *name;
  const double *numbers;
  const char *const *texts;
} muster_chart_column;

typedef struct muster_chart_frame {
  const muster_chart_column *columns;
  size_t column_count, rows;
} muster_chart_frame;

/* name, what it draws */
#define MUSTER_MARK_MAP(XX) \
  XX(LINE, "line")          \
  XX(STEP, "step")          \
  XX(RIBBON, "ribbon")      \
  XX(DOT, "dot")            \
  XX(BAR, "bar")            \
  XX(CELL, "cell")          \
  XX(INTERVAL, "interval")  \
  XX(LINK, "link")          \
  XX(RULE, "rule")          \
  XX(BAND, "band")          \
  XX(TEXT, "text")          \
  XX(STRIP, "strip")

typedef enum muster_chart_mark {
#define XX(name, text) MUSTER_MARK_##name,
  MUSTER_MARK_MAP(XX)
#undef XX
      MUSTER_MARK_COUNT
} muster_chart_mark;

/* The channels: what a column (or a number) can stand for in a mark. */
#define MUSTER_CHANNEL_MAP(XX) \
  XX(X, "x")                   \
  XX(Y, "y")                   \
  XX(X2, "x2")                 \
  XX(Y2, "y2")                 \
  XX(LO, "lo")                 \
  XX(HI, "hi")                 \
  XX(INNER_LO, "inner_lo")     \
  XX(INNER_HI, "inner_hi")     \
  XX(MID, "mid")               \
  XX(FROM, "from")             \
  XX(TO, "to")                 \
  XX(VALUE, "value")           \
  XX(BY, "by")                 \
  XX(FILL, "fill")             \
  XX(LABEL, "label")           \
  XX(SUB, "sub")               \
  XX(STRONG, "strong")         \
  XX(ROW, "row")               \
  XX(SESSION, "session")       \
  XX(CODE, "code")             \
  XX(GROUP, "group")

typedef enum muster_channel {
#define XX(name, text) MUSTER_CHANNEL_##name,
  MUSTER_CHANNEL_MAP(XX)
#undef XX
      MUSTER_CHANNEL_COUNT
} muster_channel;

typedef enum muster_bind_kind { MUSTER_UNBOUND, MUSTER_BIND_NUMBER, MUSTER_BIND_NAME } muster_bind_kind;

/** A number, or the name of a column. For `label` and `sub` a name is a column when the data has one of that name, a
 * format when it holds a '%', and else the text itself. */
typedef struct muster_bind {
  muster_bind_kind kind;
  double number;
  const char *name;
} muster_bind;

/* Colours by role: name, mark colour, text colour. The palette of the Government Analysis Function, with text shades
 * of at least 4.5:1 on white. */
#define MUSTER_COLOUR_MAP(XX)                      \
  XX(NONE, "none", 0x00000000u, 0x0B0C0CFFu)       \
  XX(BASE, "base", 0x12436DFFu, 0x12436DFFu)       \
  XX(ACCENT, "accent", 0xF46A25FFu, 0xC74E02FFu)   \
  XX(GOOD, "good", 0x28A197FFu, 0x08837BFFu)       \
  XX(THIRD, "third", 0x801650FFu, 0x801650FFu)     \
  XX(FOURTH, "fourth", 0xA285D1FFu, 0x8467B0FFu)   \
  XX(DARK, "dark", 0x3D3D3DFFu, 0x3D3D3DFFu)       \
  XX(CONTEXT, "context", 0x8A949BFFu, 0x6F777BFFu) \
  XX(FOCUS, "focus", 0xBFBFBFFFu, 0x505A5FFFu)     \
  XX(INK, "ink", 0x0B0C0CFFu, 0x0B0C0CFFu)         \
  XX(QUIET, "quiet", 0x505A5FFFu, 0x505A5FFFu)     \
  XX(BAND1, "band1", 0x6B1F19FFu, 0x6B1F19FFu)     \
  XX(BAND2, "band2", 0xB04A1EFFu, 0xB04A1EFFu)     \
  XX(BAND3, "band3", 0xEFB27EFFu, 0x983C22FFu)     \
  XX(BAND4, "band4", 0xBFD2E4FFu, 0x12436DFFu)     \
  XX(BAND5, "band5", 0x3E6A91FFu, 0x12436DFFu)     \
  XX(ILLNESS, "illness", 0xF0B27AFFu, 0x983C22FFu)

typedef enum muster_colour {
#define XX(name, text, mark, ink) MUSTER_COLOUR_##name,
  MUSTER_COLOUR_MAP(XX)
#undef XX
      MUSTER_COLOUR_COUNT
} muster_colour;

/* tick is an upright stroke; bar a lying one */
#define MUSTER_SHAPE_MAP(XX) \
  XX(CIRCLE, "circle")       \
  XX(RING, "ring")           \
  XX(UP, "up")               \
  XX(DOWN, "down")           \
  XX(SQUARE, "square")       \
  XX(TICK, "tick")

typedef enum muster_shape {
#define XX(name, text) MUSTER_SHAPE_##name,
  MUSTER_SHAPE_MAP(XX)
#undef XX
      MUSTER_SHAPE_COUNT
} muster_shape;

/* Where a layer goes: in the plot; a column right of it (bar, text); the label gutter at the line ends (text, rule,
 * interval); above or below the plot; a corner of it. */
#define MUSTER_AT_MAP(XX)        \
  XX(PLOT, "plot")               \
  XX(RIGHT, "right")             \
  XX(END, "end")                 \
  XX(TOP, "top")                 \
  XX(BELOW, "below")             \
  XX(TOP_LEFT, "top left")       \
  XX(TOP_RIGHT, "top right")     \
  XX(BOTTOM_LEFT, "bottom left") \
  XX(BOTTOM_RIGHT, "bottom right")

typedef enum muster_at {
#define XX(name, text) MUSTER_AT_##name,
  MUSTER_AT_MAP(XX)
#undef XX
      MUSTER_AT_COUNT
} muster_at;

/* Side of its point on which a text stands. */
#define MUSTER_PLACE_MAP(XX) \
  XX(AUTO, "auto")           \
  XX(RIGHT, "right")         \
  XX(LEFT, "left")           \
  XX(ABOVE, "above")         \
  XX(BELOW, "below")         \
  XX(CENTRE, "centre")

typedef enum muster_side {
#define XX(name, text) MUSTER_PLACE_##name,
  MUSTER_PLACE_MAP(XX)
#undef XX
      MUSTER_PLACE_COUNT
} muster_side;

typedef enum muster_stack { MUSTER_STACK_NONE, MUSTER_STACK_ON, MUSTER_STACK_FILL, MUSTER_STACK_DIVERGE } muster_stack;

typedef enum muster_time {
  MUSTER_TIME_NONE,
  MUSTER_TIME_CALENDAR, /* every day has its place; holidays are gaps */
  MUSTER_TIME_SCHOOL,   /* days of the data one after another; holidays are thin gaps */
  MUSTER_TIME_WEEKS     /* one column a week, for calendars of cells */
} muster_time;

typedef enum muster_scheme { MUSTER_SCHEME_AMBER, MUSTER_SCHEME_BLUE } muster_scheme;

typedef enum muster_key { MUSTER_KEY_AUTO, MUSTER_KEY_ON, MUSTER_KEY_OFF } muster_key;

enum { MUSTER_BREAKS_MAX = 12, MUSTER_LAYERS_MAX = 64, MUSTER_NAMED_MAX = 32, MUSTER_CHART_COLUMNS_MAX = 64 };

/** One layer. Numbers left out are NaN; made by muster_chart_add, so that they start so. */
typedef struct muster_chart_layer {
  muster_chart_mark mark;
  const muster_chart_frame *data; /* NULL: the chart's */
  muster_bind bind[MUSTER_CHANNEL_COUNT];
  muster_colour colour, sub_colour;
  muster_shape shape;
  muster_at at;
  muster_side place;
  muster_stack stack;
  bool gap;     /* line, step, ribbon: break where time is missing, as over a holiday */
  bool end;     /* line, step: name and last value at the end of each line */
  bool points;  /* line: a dot at every point */
  bool letters; /* strip: letters in the cells */
  bool avoid;   /* text: place so that nothing is hidden, drop what does not fit and say so */
  bool leader;  /* text: may stand apart from its point, joined by a line */
  bool bold;
  bool outline; /* cell: outline the cells whose `strong` is not 0 */
  bool hidden_key;
  bool sort_ascending; /* strip: rows by attendance, lowest first */
  double dash[4];
  size_t dash_count;
  double alpha, width, size, level, dy, limit, hollow, max, start, stop;
  double breaks[MUSTER_BREAKS_MAX];
  size_t break_count;
  const char *name;   /* in the key */
  const char *header; /* over a column at the right */
  const char *format; /* of values, such as "%.1f%%" */
  const char *sort;   /* link, dot, bar: order of the categories by "diff", "value", "up" or "down" */
} muster_chart_layer;

/** One axis. Columns named here are of the first layer that uses the axis. */
typedef struct muster_chart_scale {
  const char *label, *unit, *note;
  const char *sub, *strong, *group, *space; /* columns: second label, bold label, group of labels, space before */
  const char *header;                       /* over the labels of categories */
  muster_time time;
  double from, to, decimals;
  bool integer, sign, top, months, hidden, no_grid, left, rows;
} muster_chart_scale;

typedef struct muster_chart_named {
  const char *name;
  int value;
} muster_chart_named;

typedef struct muster_chart {
  const char *title, *subtitle, *source, *alt, *heading;
  const char *noun; /* what the alt text calls the chart, such as "Funnel plot" */
  const muster_chart_frame *data;
  const muster_chart_frame *table; /* the data table beside the picture; NULL: data, else that of the first layer */
  muster_chart_layer *layers[MUSTER_LAYERS_MAX];
  size_t layer_count;
  muster_chart_scale x, y;
  muster_scheme scheme;
  const char *fill_unit, *fill_label, *fill_missing;
  muster_chart_named colours[MUSTER_NAMED_MAX];
  size_t colour_count;
  muster_chart_named shapes[MUSTER_NAMED_MAX];
  size_t shape_count;
  const char *facet, *facet_sub; /* columns: one panel a value, and a second heading for it */
  size_t facet_columns;          /* 0: by the number of panels */
  bool facet_ghost;              /* all other panels' lines, thin and grey, behind each */
  muster_key key;
  size_t page; /* of rows, when they do not all fit: 0 and 1 are the first */
  double row_height;
  const struct muster_chart *beside; /* a second plot right of this one, under the same title */
  muster_arena arena;
  bool failed; /* no memory while it was built, or too many layers */
} muster_chart;

/** An empty chart. Release with muster_chart_free. */
void muster_chart_init(muster_chart *chart);
void muster_chart_free(muster_chart *chart);

/** Adds a layer; its numbers are unset. Owned by the chart. Never NULL: without memory it is a spare layer, and the
 * chart has failed. */
muster_chart_layer *muster_chart_add(muster_chart *chart, muster_chart_mark mark);

/** Binding a column, a number; for C callers. Names are borrowed. */
void muster_chart_bind(muster_chart_layer *layer, muster_channel channel, const char *column);
void muster_chart_bind_number(muster_chart_layer *layer, muster_channel channel, double number);

/** Says which colour, which shape a value of `by` has. */
void muster_chart_colour(muster_chart *chart, const char *value, muster_colour colour);
void muster_chart_shape(muster_chart *chart, const char *value, muster_shape shape);

/** A frame of `rows` rows owned by the chart, with numeric columns `numbers` and text columns `texts` (names separated
 * by blanks). The columns are zeroed; fill them through muster_chart_numbers and muster_chart_texts.
 * @return NULL when there is no memory; the chart has failed */
muster_chart_frame *muster_chart_frame_new(muster_chart *chart, size_t rows, const char *numbers, const char *texts);
double *muster_chart_numbers(muster_chart_frame *frame, const char *name);
const char **muster_chart_texts(muster_chart_frame *frame, const char *name);

/** A value as a script writes it. */
typedef struct muster_chart_value {
  enum { MUSTER_VALUE_NUMBER, MUSTER_VALUE_TEXT, MUSTER_VALUE_FLAG, MUSTER_VALUE_LIST } kind;
  double number;
  const char *text; /* borrowed: must live as long as the chart */
  bool flag;
  const struct muster_chart_value *items;
  size_t count;
} muster_chart_value;

/** Sets an option of the chart ("title", "x.unit", "colour.Disadvantaged", "facet.row") or of a layer ("y", "dash").
 * @retval MUSTER_PACK  unknown option (the nearest is named), or a value of the wrong kind or range */
MUSTER_CHECK muster_status muster_chart_set(muster_chart *chart, const char *option, const muster_chart_value *value,
                                            muster_error *err);
MUSTER_CHECK muster_status muster_chart_layer_set(muster_chart_layer *layer, const char *option,
                                                  const muster_chart_value *value, muster_error *err);

/** Mark of a name, MUSTER_MARK_COUNT when there is none; name of a mark. */
muster_chart_mark muster_chart_mark_of(const char *name);
const char *muster_chart_mark_name(muster_chart_mark mark);

/** Checks that every layer has what its mark needs and that every column named exists and is of the right kind.
 * @retval MUSTER_PACK  the chart is wrong: which layer, which channel, which columns there are */
MUSTER_CHECK muster_status muster_chart_check(const muster_chart *chart, muster_error *err);

MUSTER_END_DECLS
#endif
