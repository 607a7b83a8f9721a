/* Fonts: which files, how wide a text is. Widths come from the font's own units, unhinted, so that they do not depend
 * on the scale of the picture: one layout serves every backend. */
#ifndef MUSTER_CHART_FONT_H
#define MUSTER_CHART_FONT_H

#include <ft2build.h>
#include FT_FREETYPE_H

#include "muster/base.h"

enum { FACE_REGULAR, FACE_STRONG, FACE_WIDE_REGULAR, FACE_WIDE_STRONG, FACES, FONT_PATH = 512 };

/** Open Sans for most, DejaVu Sans ("wide") for texts with letters that Open Sans lacks. A face may be NULL; when the
 * regular one is, texts are measured and drawn with the built-in letters of the picture library. */
typedef struct font_set {
  FT_Library library;
  FT_Face face[FACES];
  char path[FACES][FONT_PATH];
} font_set;

/** @param folder  see muster_chart_output */
MUSTER_CHECK muster_status fonts_open(font_set *fonts, const char *folder, muster_error *err);
void fonts_close(font_set *fonts);

/** Reads the usual fonts into memory, from where fonts_open takes them from then on. */
MUSTER_CHECK muster_status fonts_hold(muster_error *err);

/** Face for a text in a weight: FACES when the built-in letters must do. */
int fonts_face(const font_set *fonts, muster_text text, int weight);

/** Width in logical pixels at `size`. */
double fonts_width(const font_set *fonts, muster_text text, double size, int weight);

/** Next code point of a UTF-8 text, which is shortened by it; U+FFFD for a bad byte. */
uint32_t text_next(muster_text *text);

#endif
