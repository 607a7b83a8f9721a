/* Sizes by preset, colours, contrast. Ramps are of equal steps in OKLab lightness, checked under colour blindness. */
#include "theme.h"

#include <math.h>
#include <string.h>

theme theme_of(muster_preset preset) {
  static const theme slide = {.width = 1600,
                              .height = 900,
                              .title = 36,
                              .subtitle = 23,
                              .label = 21,
                              .axis = 20,
                              .note = 19,
                              .source = 17,
                              .small = 16,
                              .cell = 14,
                              .line = 3.6,
                              .thin = 1.1,
                              .grid = 1.25,
                              .zero = 2,
                              .axis_line = 2,
                              .dot = 8.5,
                              .halo = 3.2,
                              .tick = 8,
                              .pad_left = 60,
                              .pad_right = 60,
                              .pad_top = 69,
                              .pad_bottom = 28,
                              .row = 48,
                              .row_most = 92,
                              .row_least = 20,
                              .plot_height = 590,
                              .k = 1,
                              .titled = true};
  static const theme report = {.width = 960,
                               .title = 19,
                               .subtitle = 15,
                               .label = 16,
                               .axis = 15,
                               .note = 14.5,
                               .source = 13.5,
                               .small = 13.5,
                               .cell = 12,
                               .line = 2.6,
                               .thin = 1,
                               .grid = 1,
                               .zero = 1.5,
                               .axis_line = 1.5,
                               .dot = 5.2,
                               .halo = 2.5,
                               .tick = 6,
                               .pad_left = 2,
                               .pad_right = 10,
                               .pad_top = 14,
                               .pad_bottom = 8,
                               .row = 31,
                               .row_most = 46,
                               .row_least = 19,
                               .plot_height = 380,
                               .k = 0.68};
  if (preset == MUSTER_PRESET_SLIDE) return slide;
  theme t = report;
  if (preset == MUSTER_PRESET_NARROW) t.width = 440, t.plot_height = 310, t.dot = 4.4;
  return t;
}

bool muster_preset_of(const char *name, muster_preset *out) {
  static const char *const names[] = {"report", "slide", "narrow"};
  for (int i = 0; i < 3; i++)
    if (strcmp(names[i], name) == 0) return *out = (muster_preset)i, true;
  return false;
}

bool muster_format_of(const char *name, muster_format *out) {
  static const char *const names[] = {"png", "svg", "csv"};
  for (int i = 0; i < 3; i++)
    if (strcmp(names[i], name) == 0) return *out = (muster_format)i, true;
  return false;
}

static const uint32_t marks[] = {
#define XX(name, text, mark, ink) mark,
    MUSTER_COLOUR_MAP(XX)
#undef XX
};
static const uint32_t inks[] = {
#define XX(name, text, mark, ink) ink,
    MUSTER_COLOUR_MAP(XX)
#undef XX
};

uint32_t role_colour(muster_colour colour) { return marks[colour < MUSTER_COLOUR_COUNT ? colour : 0]; }
uint32_t role_text(muster_colour colour) { return inks[colour < MUSTER_COLOUR_COUNT ? colour : 0]; }

uint32_t scheme_step(muster_scheme scheme, size_t step) {
  static const uint32_t steps[][SCHEME_STEPS] = {
      {0xFCF0E0FFu, 0xEFC094FFu, 0xE48C4CFFu, 0xC65D24FFu, 0x983C22FFu, 0x6B1F19FFu},
      {0xE5F2FBFFu, 0xA9CFE9FFu, 0x6EABD8FFu, 0x4285BCFFu, 0x266195FFu, 0x093E6FFFu}};
  return steps[scheme == MUSTER_SCHEME_BLUE][step < SCHEME_STEPS ? step : SCHEME_STEPS - 1];
}

bool class_colour(const char *name, uint32_t *rgba) {
  static const struct {
    const char *name;
    uint32_t rgba;
  } classes[] = {{"present", 0xE3EAF1FFu},    {"late", 0x9DB7CEFFu},         {"illness", 0xF0B27AFFu},
                 {"authorised", 0xA285D1FFu}, {"unauthorised", 0x801650FFu}, {"suspended", 0x0B0C0CFFu},
                 {"not required", WHITE}};
  for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
    if (strcmp(classes[i].name, name) == 0) return *rgba = classes[i].rgba, true;
  return false;
}

static double linear(unsigned v) {
  double c = v / 255.0;
  return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static double luminance(uint32_t c) {
  return 0.2126 * linear(c >> 24) + 0.7152 * linear(c >> 16 & 255) + 0.0722 * linear(c >> 8 & 255);
}

double contrast(uint32_t a, uint32_t b) {
  double la = luminance(a), lb = luminance(b);
  return la > lb ? (la + 0.05) / (lb + 0.05) : (lb + 0.05) / (la + 0.05);
}

uint32_t text_on(uint32_t fill) { return contrast(fill, INK) >= contrast(fill, WHITE) ? INK : WHITE; }

uint32_t mixed(uint32_t ground, uint32_t over) {
  unsigned a = over & 255;
  uint32_t out = 255;
  for (int shift = 8; shift <= 24; shift += 8) {
    unsigned g = ground >> shift & 255, o = over >> shift & 255;
    out |= (uint32_t)((g * (255 - a) + o * a + 127) / 255) << shift;
  }
  return out;
}
