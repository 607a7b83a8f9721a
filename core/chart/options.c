/* Options by name: what a script writes, checked and put where it belongs. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "muster/chart/spec.h"
#include "words.h"

typedef enum option_kind {
  OPTION_CHANNEL,
  OPTION_NUMBER,
  OPTION_COUNT, /* size_t */
  OPTION_FLAG,
  OPTION_TEXT,
  OPTION_COLOUR,
  OPTION_SHAPE,
  OPTION_AT,
  OPTION_PLACE,
  OPTION_STACK,
  OPTION_TIME,
  OPTION_SCHEME,
  OPTION_KEY,
  OPTION_FORMAT,
  OPTION_DASH,
  OPTION_BREAKS,
  OPTION_INNER,
  OPTION_SORT
} option_kind;

typedef struct option_rule {
  const char *name;
  option_kind kind;
  size_t at; /* channel, or offset */
} option_rule;

static const char *const colour_names[] = {
#define XX(name, text, mark, ink) text,
    MUSTER_COLOUR_MAP(XX)
#undef XX
        NULL};
static const char *const shape_names[] = {
#define XX(name, text) text,
    MUSTER_SHAPE_MAP(XX)
#undef XX
        NULL};
static const char *const at_names[] = {
#define XX(name, text) text,
    MUSTER_AT_MAP(XX)
#undef XX
        NULL};
static const char *const place_names[] = {
#define XX(name, text) text,
    MUSTER_PLACE_MAP(XX)
#undef XX
        NULL};
static const char *const stack_names[] = {"none", "stack", "fill", "diverge", NULL};
static const char *const time_names[] = {"none", "calendar", "school", "weeks", NULL};
static const char *const scheme_names[] = {"amber", "blue", NULL};
static const char *const key_names[] = {"auto", "on", "off", NULL};

#define LAYER(field) offsetof(muster_chart_layer, field)

static const option_rule layer_options[] = {
#define XX(name, text) {text, OPTION_CHANNEL, MUSTER_CHANNEL_##name},
    MUSTER_CHANNEL_MAP(XX)
#undef XX
        {"colour", OPTION_COLOUR, LAYER(colour)},
    {"sub_colour", OPTION_COLOUR, LAYER(sub_colour)},
    {"shape", OPTION_SHAPE, LAYER(shape)},
    {"at", OPTION_AT, LAYER(at)},
    {"place", OPTION_PLACE, LAYER(place)},
    {"stack", OPTION_STACK, LAYER(stack)},
    {"gap", OPTION_FLAG, LAYER(gap)},
    {"points", OPTION_FLAG, LAYER(points)},
    {"letters", OPTION_FLAG, LAYER(letters)},
    {"avoid", OPTION_FLAG, LAYER(avoid)},
    {"leader", OPTION_FLAG, LAYER(leader)},
    {"bold", OPTION_FLAG, LAYER(bold)},
    {"outline", OPTION_FLAG, LAYER(outline)},
    {"dash", OPTION_DASH, 0},
    {"alpha", OPTION_NUMBER, LAYER(alpha)},
    {"width", OPTION_NUMBER, LAYER(width)},
    {"size", OPTION_NUMBER, LAYER(size)},
    {"level", OPTION_NUMBER, LAYER(level)},
    {"dy", OPTION_NUMBER, LAYER(dy)},
    {"limit", OPTION_NUMBER, LAYER(limit)},
    {"hollow", OPTION_NUMBER, LAYER(hollow)},
    {"max", OPTION_NUMBER, LAYER(max)},
    {"start", OPTION_NUMBER, LAYER(start)},
    {"stop", OPTION_NUMBER, LAYER(stop)},
    {"breaks", OPTION_BREAKS, 0},
    {"inner", OPTION_INNER, 0},
    {"name", OPTION_TEXT, LAYER(name)},
    {"header", OPTION_TEXT, LAYER(header)},
    {"format", OPTION_FORMAT, LAYER(format)},
    {"sort", OPTION_SORT, LAYER(sort)},
    {NULL, OPTION_FLAG, 0}};

/* What each mark takes, besides `name`. */
static const char *const mark_options[MUSTER_MARK_COUNT] = {
    [MUSTER_MARK_LINE] = "x y by group label sub strong gap dash width alpha colour points format size",
    [MUSTER_MARK_STEP] = "x y by group label sub strong gap dash width alpha colour format",
    [MUSTER_MARK_RIBBON] = "x lo hi by group gap alpha level colour",
    [MUSTER_MARK_DOT] = "x y by size shape label sub strong colour alpha format place dy sort",
    [MUSTER_MARK_BAR] = "x y value by stack at colour label format header limit width sort alpha strong",
    [MUSTER_MARK_CELL] = "x y fill by label sub strong breaks colour format width dy outline size",
    [MUSTER_MARK_INTERVAL] =
        "x y lo hi mid inner inner_lo inner_hi by hollow colour width label at alpha dy size format",
    [MUSTER_MARK_LINK] = "x y from to by sort colour width alpha dy",
    [MUSTER_MARK_RULE] = "x y label sub dash width colour at start stop place alpha bold",
    [MUSTER_MARK_BAND] = "x y x2 y2 label colour alpha place",
    [MUSTER_MARK_TEXT] =
        "x y by label sub strong avoid max at place colour sub_colour leader bold header format dy size",
    [MUSTER_MARK_STRIP] = "row session code by group letters sort sub strong",
};

#define X_AXIS(field) offsetof(muster_chart, x.field)
#define Y_AXIS(field) offsetof(muster_chart, y.field)
#define BOTH_AXES(name, kind, field) \
  {"x." name, kind, X_AXIS(field)}, { "y." name, kind, Y_AXIS(field) }

static const option_rule chart_options[] = {{"title", OPTION_TEXT, offsetof(muster_chart, title)},
                                            {"subtitle", OPTION_TEXT, offsetof(muster_chart, subtitle)},
                                            {"source", OPTION_TEXT, offsetof(muster_chart, source)},
                                            {"alt", OPTION_TEXT, offsetof(muster_chart, alt)},
                                            {"heading", OPTION_TEXT, offsetof(muster_chart, heading)},
                                            {"noun", OPTION_TEXT, offsetof(muster_chart, noun)},
                                            {"key", OPTION_KEY, offsetof(muster_chart, key)},
                                            {"page", OPTION_COUNT, offsetof(muster_chart, page)},
                                            {"row_height", OPTION_NUMBER, offsetof(muster_chart, row_height)},
                                            {"facet.row", OPTION_TEXT, offsetof(muster_chart, facet)},
                                            {"facet.sub", OPTION_TEXT, offsetof(muster_chart, facet_sub)},
                                            {"facet.columns", OPTION_COUNT, offsetof(muster_chart, facet_columns)},
                                            {"facet.ghost", OPTION_FLAG, offsetof(muster_chart, facet_ghost)},
                                            {"fill.scheme", OPTION_SCHEME, offsetof(muster_chart, scheme)},
                                            {"fill.unit", OPTION_TEXT, offsetof(muster_chart, fill_unit)},
                                            {"fill.label", OPTION_TEXT, offsetof(muster_chart, fill_label)},
                                            {"fill.missing", OPTION_TEXT, offsetof(muster_chart, fill_missing)},
                                            BOTH_AXES("label", OPTION_TEXT, label),
                                            BOTH_AXES("unit", OPTION_TEXT, unit),
                                            BOTH_AXES("note", OPTION_TEXT, note),
                                            BOTH_AXES("sub", OPTION_TEXT, sub),
                                            BOTH_AXES("strong", OPTION_TEXT, strong),
                                            BOTH_AXES("group", OPTION_TEXT, group),
                                            BOTH_AXES("space", OPTION_TEXT, space),
                                            BOTH_AXES("header", OPTION_TEXT, header),
                                            BOTH_AXES("time", OPTION_TIME, time),
                                            BOTH_AXES("from", OPTION_NUMBER, from),
                                            BOTH_AXES("to", OPTION_NUMBER, to),
                                            BOTH_AXES("decimals", OPTION_NUMBER, decimals),
                                            BOTH_AXES("integer", OPTION_FLAG, integer),
                                            BOTH_AXES("sign", OPTION_FLAG, sign),
                                            BOTH_AXES("top", OPTION_FLAG, top),
                                            BOTH_AXES("months", OPTION_FLAG, months),
                                            BOTH_AXES("hidden", OPTION_FLAG, hidden),
                                            BOTH_AXES("no_grid", OPTION_FLAG, no_grid),
                                            BOTH_AXES("left", OPTION_FLAG, left),
                                            BOTH_AXES("rows", OPTION_FLAG, rows),
                                            {NULL, OPTION_FLAG, 0}};

static const char *kind_of(const muster_chart_value *value) {
  static const char *const names[] = {"a number", "a text", "true or false", "a list"};
  return names[value->kind];
}

static muster_status wrong_kind(const char *what, const char *option, const char *expected,
                                const muster_chart_value *value, muster_error *err) {
  muster_status status = muster_fail(err, MUSTER_PACK, "%s: '%s' is %s", what, option, kind_of(value));
  muster_error_expected(err, "%s", expected);
  return status;
}

static muster_status wrong_name(const char *what, const char *option, const char *name, const char *const *names,
                                muster_error *err) {
  const char *near = muster_nearest(name, names);
  muster_status status =
      near ? muster_fail(err, MUSTER_PACK, "%s: unknown %s '%s', did you mean '%s'?", what, option, name, near)
           : muster_fail(err, MUSTER_PACK, "%s: unknown %s '%s'", what, option, name);
  char list[200] = "";
  size_t n = 0;
  for (; *names && n < sizeof list - 24; names++)
    n += (size_t)snprintf(list + n, sizeof list - n, "%s%s", n ? ", " : "", *names);
  muster_error_expected(err, "one of %s", list);
  return status;
}

static muster_status set_choice(const char *what, const char *option, const char *const *names,
                                const muster_chart_value *value, int *out, muster_error *err) {
  if (value->kind == MUSTER_VALUE_FLAG && names == key_names) {
    *out = value->flag ? MUSTER_KEY_ON : MUSTER_KEY_OFF;
    return MUSTER_OK;
  }
  if (value->kind != MUSTER_VALUE_TEXT) return wrong_kind(what, option, "a name", value, err);
  for (int i = 0; names[i]; i++)
    if (strcmp(names[i], value->text) == 0) {
      *out = i;
      return MUSTER_OK;
    }
  return wrong_name(what, option, value->text, names, err);
}

static muster_status set_numbers(const char *what, const char *option, const muster_chart_value *value, double *out,
                                 size_t least, size_t most, size_t *count, muster_error *err) {
  if (value->kind != MUSTER_VALUE_LIST) return wrong_kind(what, option, "a list of numbers", value, err);
  bool good = value->count >= least && value->count <= most;
  for (size_t i = 0; good && i < value->count; i++) {
    good = value->items[i].kind == MUSTER_VALUE_NUMBER && isfinite(value->items[i].number);
    out[i] = value->items[i].number;
  }
  *count = good ? value->count : 0;
  if (good) return MUSTER_OK;
  muster_status status =
      muster_fail(err, MUSTER_PACK, "%s: '%s' is not a list of %zu to %zu numbers", what, option, least, most);
  return status;
}

static muster_status set_bind(muster_bind *bind, const char *what, const char *option, const muster_chart_value *value,
                              muster_error *err) {
  if (value->kind == MUSTER_VALUE_NUMBER && !isnan(value->number)) {
    *bind = (muster_bind){MUSTER_BIND_NUMBER, value->number, NULL};
  } else if (value->kind == MUSTER_VALUE_TEXT && value->text && *value->text) {
    *bind = (muster_bind){MUSTER_BIND_NAME, 0, value->text};
  } else {
    return wrong_kind(what, option, "the name of a column, or a number", value, err);
  }
  return MUSTER_OK;
}

/* x = {from, to} binds a channel and its far end; `second` is MUSTER_CHANNEL_COUNT where there is no such pair. */
static muster_status set_pair(muster_chart_layer *layer, muster_channel first, muster_channel second, const char *what,
                              const char *option, const muster_chart_value *value, muster_error *err) {
  if (value->count != 2 || second == MUSTER_CHANNEL_COUNT)
    return wrong_kind(what, option, second == MUSTER_CHANNEL_COUNT ? "the name of a column, or a number" : "two values",
                      value, err);
  MUSTER_TRY(set_bind(&layer->bind[first], what, option, &value->items[0], err));
  return set_bind(&layer->bind[second], what, option, &value->items[1], err);
}

static muster_status set_channel(muster_chart_layer *layer, muster_channel channel, const char *what,
                                 const char *option, const muster_chart_value *value, muster_error *err) {
  bool ends = layer->mark == MUSTER_MARK_LINE || layer->mark == MUSTER_MARK_STEP;
  if (channel == MUSTER_CHANNEL_LABEL && ends && value->kind == MUSTER_VALUE_TEXT && strcmp(value->text, "end") == 0) {
    layer->end = true;
    return MUSTER_OK;
  }
  if (value->kind == MUSTER_VALUE_LIST) {
    muster_channel second = layer->mark != MUSTER_MARK_BAND ? MUSTER_CHANNEL_COUNT
                            : channel == MUSTER_CHANNEL_X   ? MUSTER_CHANNEL_X2
                            : channel == MUSTER_CHANNEL_Y   ? MUSTER_CHANNEL_Y2
                                                            : MUSTER_CHANNEL_COUNT;
    return set_pair(layer, channel, second, what, option, value, err);
  }
  return set_bind(&layer->bind[channel], what, option, value, err);
}

static muster_status set_dash(muster_chart_layer *layer, const char *what, const muster_chart_value *value,
                              muster_error *err) {
  if (value->kind == MUSTER_VALUE_FLAG) {
    layer->dash_count = value->flag ? 2 : 0;
    layer->dash[0] = 9, layer->dash[1] = 6;
    return MUSTER_OK;
  }
  MUSTER_TRY(set_numbers(what, "dash", value, layer->dash, 2, 4, &layer->dash_count, err));
  bool good = layer->dash_count != 3;
  for (size_t i = 0; i < layer->dash_count; i++) good = good && layer->dash[i] >= 0.5 && layer->dash[i] <= 200;
  if (good) return MUSTER_OK;
  layer->dash_count = 0;
  muster_status status = muster_fail(err, MUSTER_PACK, "%s: 'dash' cannot be drawn", what);
  muster_error_expected(err, "true, or two or four lengths of 0.5 to 200");
  return status;
}

static muster_status set_breaks(muster_chart_layer *layer, const char *what, const muster_chart_value *value,
                                muster_error *err) {
  MUSTER_TRY(set_numbers(what, "breaks", value, layer->breaks, 2, MUSTER_BREAKS_MAX, &layer->break_count, err));
  for (size_t i = 1; i < layer->break_count; i++)
    if (!(layer->breaks[i] > layer->breaks[i - 1])) {
      layer->break_count = 0;
      return muster_fail(err, MUSTER_PACK, "%s: 'breaks' do not rise", what);
    }
  return MUSTER_OK;
}

static muster_status set_option(void *base, const option_rule *option, const char *what,
                                const muster_chart_value *value, muster_error *err) {
  static const struct {
    option_kind kind;
    const char *const *names;
  } choices[] = {{OPTION_COLOUR, colour_names}, {OPTION_SHAPE, shape_names}, {OPTION_AT, at_names},
                 {OPTION_PLACE, place_names},   {OPTION_STACK, stack_names}, {OPTION_TIME, time_names},
                 {OPTION_SCHEME, scheme_names}, {OPTION_KEY, key_names}};
  char *field = (char *)base + option->at;
  for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
    if (choices[i].kind != option->kind) continue;
    int chosen;
    MUSTER_TRY(set_choice(what, option->name, choices[i].names, value, &chosen, err));
    memcpy(field, &chosen, sizeof chosen); /* each of these is an enumeration of the size of int */
    return MUSTER_OK;
  }
  switch (option->kind) {
    case OPTION_NUMBER:
      if (value->kind != MUSTER_VALUE_NUMBER || isnan(value->number))
        return wrong_kind(what, option->name, "a number", value, err);
      memcpy(field, &value->number, sizeof value->number);
      return MUSTER_OK;
    case OPTION_COUNT: {
      if (value->kind != MUSTER_VALUE_NUMBER || !(value->number >= 0 && value->number <= 10000))
        return wrong_kind(what, option->name, "a count of 0 to 10000", value, err);
      size_t count = (size_t)value->number;
      memcpy(field, &count, sizeof count);
      return MUSTER_OK;
    }
    case OPTION_FLAG: {
      bool flag = value->kind == MUSTER_VALUE_FLAG ? value->flag : true;
      bool term = strcmp(option->name, "gap") == 0 && value->kind == MUSTER_VALUE_TEXT && !strcmp(value->text, "term");
      if (value->kind != MUSTER_VALUE_FLAG && !term) return wrong_kind(what, option->name, "true or false", value, err);
      memcpy(field, &flag, sizeof flag);
      return MUSTER_OK;
    }
    default:
      if (value->kind != MUSTER_VALUE_TEXT || !value->text) return wrong_kind(what, option->name, "a text", value, err);
      if (option->kind == OPTION_FORMAT && !format_ok(value->text)) {
        muster_status status = muster_fail(err, MUSTER_PACK, "%s: '%s' is not a format", what, value->text);
        muster_error_expected(err, "one of %%d, %%.1f, %%+.1f or %%s, and %%%% for a percent sign");
        return status;
      }
      memcpy(field, &value->text, sizeof value->text);
      return MUSTER_OK;
  }
}

static bool has_word(const char *words, const char *word) {
  size_t n = strlen(word);
  for (const char *at = words; (at = strstr(at, word)) != NULL; at += n)
    if ((at == words || at[-1] == ' ') && (at[n] == ' ' || at[n] == '\0')) return true;
  return false;
}

muster_status muster_chart_layer_set(muster_chart_layer *layer, const char *option, const muster_chart_value *value,
                                     muster_error *err) {
  const char *what = muster_chart_mark_name(layer->mark), *names[64];
  const char *allowed = mark_options[layer->mark];
  size_t count = 0;
  for (size_t i = 0; layer_options[i].name; i++) {
    bool takes = has_word(allowed, layer_options[i].name) || strcmp(layer_options[i].name, "name") == 0;
    if (!takes) continue;
    names[count++] = layer_options[i].name;
    if (strcmp(layer_options[i].name, option) != 0) continue;
    switch (layer_options[i].kind) {
      case OPTION_CHANNEL: return set_channel(layer, (muster_channel)layer_options[i].at, what, option, value, err);
      case OPTION_DASH: return set_dash(layer, what, value, err);
      case OPTION_BREAKS: return set_breaks(layer, what, value, err);
      case OPTION_INNER:
        if (value->kind != MUSTER_VALUE_LIST) return wrong_kind(what, option, "{lo, hi}", value, err);
        return set_pair(layer, MUSTER_CHANNEL_INNER_LO, MUSTER_CHANNEL_INNER_HI, what, option, value, err);
      case OPTION_SORT:
        if (layer->mark == MUSTER_MARK_STRIP) {
          if (value->kind != MUSTER_VALUE_TEXT || strcmp(value->text, "attendance") != 0)
            return wrong_kind(what, option, "\"attendance\", or no sort: the order of the data", value, err);
          layer->sort_ascending = true;
          return MUSTER_OK;
        }
        if (value->kind == MUSTER_VALUE_TEXT) {
          static const char *const orders[] = {"diff", "value", "up", "down", NULL};
          int chosen;
          MUSTER_TRY(set_choice(what, "sort", orders, value, &chosen, err));
          layer->sort = orders[chosen];
          return MUSTER_OK;
        }
        return wrong_kind(what, option, "\"diff\", \"value\", \"up\" or \"down\"", value, err);
      default: return set_option(layer, &layer_options[i], what, value, err);
    }
  }
  names[count] = NULL;
  return wrong_name(what, "option", option, names, err);
}

muster_status muster_chart_set(muster_chart *chart, const char *name, const muster_chart_value *value,
                               muster_error *err) {
  bool colour = strncmp(name, "colour.", 7) == 0, shape = strncmp(name, "shape.", 6) == 0;
  if (colour || shape) {
    int chosen;
    MUSTER_TRY(
        set_choice("chart", colour ? "colour" : "shape", colour ? colour_names : shape_names, value, &chosen, err));
    if (colour)
      muster_chart_colour(chart, name + 7, (muster_colour)chosen);
    else
      muster_chart_shape(chart, name + 6, (muster_shape)chosen);
    if (!chart->failed) return MUSTER_OK;
    return muster_fail(err, MUSTER_PACK, "chart: more than %d %s", MUSTER_NAMED_MAX, colour ? "colours" : "shapes");
  }
  if (strcmp(name, "colour") == 0 && value->kind == MUSTER_VALUE_TEXT && strcmp(value->text, "register") == 0)
    return MUSTER_OK; /* the classes of register codes have their colours anyway */
  if (strcmp(name, "x.at") == 0) {
    static const char *const sides[] = {"bottom", "top", NULL};
    int side;
    MUSTER_TRY(set_choice("chart", "x.at", sides, value, &side, err));
    chart->x.top = side == 1;
    return MUSTER_OK;
  }
  const char *names[96];
  size_t count = 0;
  for (const option_rule *o = chart_options; o->name; o++) {
    if (strcmp(o->name, name) == 0) return set_option(chart, o, "chart", value, err);
    names[count++] = o->name;
  }
  names[count] = NULL;
  return wrong_name("chart", "option", name, names, err);
}
