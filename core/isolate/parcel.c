/* Numbers and texts in a row. */
#include "muster/isolate/parcel.h"

#include <string.h>

void muster_parcel_put_number(muster_buf *out, int64_t number) {
  muster_buf_add(out, (const char *)&number, sizeof number);
}

void muster_parcel_put_text(muster_buf *out, muster_text text) {
  muster_parcel_put_number(out, (int64_t)text.n);
  muster_buf_add(out, text.at, text.n);
}

void muster_parcel_put_words(muster_buf *out, const char *terminated) {
  muster_parcel_put_number(out, terminated != NULL);
  if (terminated) muster_parcel_put_text(out, muster_text_of(terminated));
}

static const char *take(muster_parcel *p, size_t n) {
  if (p->broken || n > p->rest.n) {
    p->broken = true;
    return NULL;
  }
  const char *at = p->rest.at;
  p->rest.at += n;
  p->rest.n -= n;
  return at;
}

int64_t muster_parcel_number(muster_parcel *parcel) {
  int64_t number = 0;
  const char *at = take(parcel, sizeof number);
  if (at) memcpy(&number, at, sizeof number);
  return number;
}

int64_t muster_parcel_number_within(muster_parcel *parcel, int64_t least, int64_t most) {
  int64_t number = muster_parcel_number(parcel);
  if (number >= least && number <= most) return number;
  parcel->broken = true;
  return least;
}

muster_text muster_parcel_text(muster_parcel *parcel) {
  int64_t n = muster_parcel_number_within(parcel, 0, INT64_MAX / 2);
  const char *at = take(parcel, (size_t)n);
  return at ? (muster_text){at, (size_t)n} : (muster_text){"", 0};
}

static char *copy_words(muster_parcel *parcel, muster_arena *arena) {
  if (!muster_parcel_number_within(parcel, 0, 1)) return NULL;
  muster_text text = muster_parcel_text(parcel);
  char *copy = parcel->broken ? NULL : muster_arena_copy(arena, text.at, text.n);
  if (!copy) {
    parcel->broken = true;
    return NULL;
  }
  return copy;
}

const char *muster_parcel_words(muster_parcel *parcel, muster_arena *arena) { return copy_words(parcel, arena); }

const char *muster_parcel_line(muster_parcel *parcel, muster_arena *arena) {
  char *copy = copy_words(parcel, arena);
  for (char *at = copy; at && *at; at++)
    if (((unsigned char)*at < ' ' && *at != '\n' && *at != '\t') || *at == 0x7f) *at = ' ';
  return copy;
}

bool muster_parcel_done(const muster_parcel *parcel) { return !parcel->broken && parcel->rest.n == 0; }
