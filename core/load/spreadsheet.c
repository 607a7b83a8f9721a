/* What spreadsheets do to identifiers on the way: leading zeros go, long numbers become 1.23E+11. */
#include <string.h>

#include "reading.h"

enum { LONGEST_NUMBER = 16 }; /* digits of an identifier that a spreadsheet may have taken for a number */

static bool digit(char c) { return c >= '0' && c <= '9'; }

bool muster_is_shortened(muster_text id) {
  size_t i = 0, exponent;
  while (i < id.n && (digit(id.at[i]) || id.at[i] == '.')) i++;
  if (i == 0 || i + 2 >= id.n || !digit(id.at[0]) || (id.at[i] | 0x20) != 'e' || id.at[i + 1] != '+') return false;
  for (exponent = i + 2; exponent < id.n && digit(id.at[exponent]); exponent++) continue;
  return exponent == id.n;
}

const char *muster_unknown_pupil(const muster_register *reg, muster_text id) {
  static const char unknown[] = "the pupil is unknown";
  muster_text bare = id;
  while (bare.n > 1 && bare.at[0] == '0') bare.at++, bare.n--;
  for (size_t i = 0; i < bare.n; i++)
    if (!digit(bare.at[i])) return unknown;
  if (bare.n == 0 || bare.n > LONGEST_NUMBER) return unknown;
  char padded[LONGEST_NUMBER];
  memset(padded, '0', sizeof padded);
  memcpy(padded + sizeof padded - bare.n, bare.at, bare.n);
  for (size_t n = bare.n; n <= sizeof padded; n++)
    if (muster_map_find(&reg->pupil_ids, (muster_text){padded + sizeof padded - n, n}) != MUSTER_NONE)
      return "the pupil is unknown, but for leading zeros: a spreadsheet drops them from a column of numbers";
  return unknown;
}
