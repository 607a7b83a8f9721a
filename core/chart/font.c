/* Finding and measuring fonts. */
#include "font.h"

#include <string.h>

#include FT_TRUETYPE_TABLES_H

static const char *const folders[] = {"/usr/share/fonts/truetype/open-sans",
                                      "/usr/share/fonts/open-sans",
                                      "/usr/share/fonts/TTF",
                                      "/usr/local/share/fonts",
                                      "/usr/share/fonts/truetype/dejavu",
                                      "/usr/share/fonts/dejavu-sans-fonts",
                                      "/usr/share/fonts/dejavu",
                                      NULL};

static const char *const files[FACES][3] = {{"OpenSans-Regular.ttf", NULL},
                                            {"OpenSans-Semibold.ttf", "OpenSans-SemiBold.ttf", NULL},
                                            {"DejaVuSans.ttf", NULL},
                                            {"DejaVuSans-Bold.ttf", NULL}};

static bool find_in(const char *folder, const char *const *names, char out[FONT_PATH]) {
  for (; *names; names++) {
    int n = snprintf(out, FONT_PATH, "%s/%s", folder, *names);
    if (n > 0 && n < FONT_PATH && muster_is_file(out)) return true;
  }
  return false;
}

static bool find(const char *folder, int face, char out[FONT_PATH]) {
  if (folder) return find_in(folder, files[face], out);
  for (const char *const *f = folders; *f; f++)
    if (find_in(*f, files[face], out)) return true;
  return false;
}

/* Fonts that are held as bytes; an empty path is one that is not there. */
static struct {
  bool all;
  struct {
    char path[FONT_PATH], *bytes;
    size_t n;
  } face[FACES];
} held;

muster_status fonts_hold(muster_error *err) {
  enum { LARGEST = 64 << 20 };
  if (held.all) return MUSTER_OK;
  for (int i = 0; i < FACES; i++) {
    if (!find(NULL, i, held.face[i].path)) held.face[i].path[0] = '\0';
    if (held.face[i].path[0] && !held.face[i].bytes)
      MUSTER_TRY(muster_file_read(held.face[i].path, LARGEST, &held.face[i].bytes, &held.face[i].n, err));
  }
  held.all = true;
  return MUSTER_OK;
}

static void open_held(font_set *fonts) {
  for (int i = 0; i < FACES; i++) {
    if (!held.face[i].path[0]) continue;
    memcpy(fonts->path[i], held.face[i].path, FONT_PATH);
    if (FT_New_Memory_Face(fonts->library, (const FT_Byte *)held.face[i].bytes, (FT_Long)held.face[i].n, 0,
                           &fonts->face[i]))
      fonts->face[i] = NULL;
  }
}

muster_status fonts_open(font_set *fonts, const char *folder, muster_error *err) {
  memset(fonts, 0, sizeof *fonts);
  if (FT_Init_FreeType(&fonts->library)) return muster_fail_memory(err);
  if (folder && !*folder) return MUSTER_OK;
  if (!folder && held.all) return open_held(fonts), MUSTER_OK;
  for (int i = 0; i < FACES; i++)
    if (find(folder, i, fonts->path[i]) && FT_New_Face(fonts->library, fonts->path[i], 0, &fonts->face[i]))
      fonts->face[i] = NULL;
  return MUSTER_OK;
}

void fonts_close(font_set *fonts) {
  if (fonts->library) FT_Done_FreeType(fonts->library); /* and its faces */
  memset(fonts, 0, sizeof *fonts);
}

uint32_t text_next(muster_text *text) {
  const unsigned char *s = (const unsigned char *)text->at;
  uint32_t c = s[0];
  size_t n = c < 0x80 ? 1 : c >= 0xC2 && c <= 0xDF ? 2 : (c & 0xF0) == 0xE0 ? 3 : c >= 0xF0 && c <= 0xF4 ? 4 : 0;
  if (n == 0 || n > text->n) {
    text->at++, text->n--;
    return 0xFFFD;
  }
  if (n > 1) c &= 0x7Fu >> n;
  for (size_t i = 1; i < n; i++) c = c << 6 | (s[i] & 0x3Fu);
  text->at += n, text->n -= n;
  return c;
}

static bool has_all(FT_Face face, muster_text text) {
  if (!face) return false;
  while (text.n)
    if (!FT_Get_Char_Index(face, text_next(&text))) return false;
  return true;
}

int fonts_face(const font_set *fonts, muster_text text, int weight) {
  int own = weight >= 600 ? FACE_STRONG : FACE_REGULAR, wide = weight >= 600 ? FACE_WIDE_STRONG : FACE_WIDE_REGULAR;
  if (has_all(fonts->face[own], text)) return own;
  if (has_all(fonts->face[wide], text)) return wide;
  const int order[] = {own, wide, FACE_REGULAR, FACE_WIDE_REGULAR};
  for (size_t i = 0; i < sizeof order / sizeof *order; i++)
    if (fonts->face[order[i]]) return order[i];
  return FACES;
}

double fonts_width(const font_set *fonts, muster_text text, double size, int weight) {
  int number = fonts_face(fonts, text, weight);
  if (number == FACES) { /* built-in letters: 9 by 15 each */
    size_t letters = 0;
    while (text.n) text_next(&text), letters++;
    return (double)letters * size * 9 / 15;
  }
  FT_Face face = fonts->face[number];
  FT_UInt before = 0;
  long sum = 0;
  while (text.n) {
    FT_UInt glyph = FT_Get_Char_Index(face, text_next(&text));
    FT_Fixed advance = 0;
    if (!FT_Load_Glyph(face, glyph, FT_LOAD_NO_SCALE | FT_LOAD_NO_BITMAP)) advance = face->glyph->metrics.horiAdvance;
    FT_Vector kern = {0, 0};
    if (before && FT_HAS_KERNING(face) && !FT_Get_Kerning(face, before, glyph, FT_KERNING_UNSCALED, &kern))
      sum += kern.x;
    sum += advance;
    before = glyph;
  }
  return (double)sum * size / (double)face->units_per_EM;
}
