/* Decisions on speed, each beside what it was chosen over: nanoseconds of processor time and the ratio.
 *
 * One school of 1,000 pupils with a year of marks. The ways are taken in turn, round after round; the median of the
 * rounds is printed. What counts are the ratios. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../core/register/derive.h"
#include "bench.h"
#include "muster/script.h"

enum { PUPILS = 1000, ROUNDS = 9, WEEKS = 53 };

static muster_register *reg;
static muster_view view;
static uint64_t *kept; /* bitmaps of every pupil */
static muster_desk *desk;
static const muster_ruleset *set;
static void *state; /* the evaluator */
static muster_subject subjects[PUPILS];
static volatile uint64_t sink;

/* ---- a year of marks into bitmaps: one go is all pupils ---- */

static uint16_t room[8][WEEKS];
static uint16_t *const lanes[8] = {room[0], room[1], room[2], room[3], room[4], room[5], room[6], room[7]};

static void derive_by_vectors(void) {
  for (uint32_t p = 0; p < PUPILS; p++)
    muster__derive_weeks(reg->years[0].rows[p], WEEKS, reg->codes.categories, lanes);
  sink += room[0][9];
}

static void derive_portably(void) {
  for (uint32_t p = 0; p < PUPILS; p++)
    muster__derive_weeks_portable(reg->years[0].rows[p], WEEKS, reg->codes.categories, lanes);
  sink += room[0][9];
}

/* What counts without bitmaps would be: every mark looked at for each question. */
static void walk_marks(void) {
  for (uint32_t p = 0; p < PUPILS; p++) {
    const uint8_t *row = reg->years[0].rows[p];
    uint64_t counts[8] = {0};
    for (int i = 0; i < WEEKS * MUSTER_LANE; i++)
      for (int k = 0; k < 8; k++) counts[k] += reg->codes.categories[row[i]] >> k & 1;
    for (int k = 0; k < 8; k++) sink += counts[k];
  }
}

/* ---- population counts of a year, eight bitmaps a pupil ---- */

static inline uint64_t count_words(const uint64_t *bits, size_t n) {
  uint64_t count = 0;
  for (size_t i = 0; i < n; i++) count += (uint64_t)__builtin_popcountll(bits[i]);
  return count;
}

static void count_everywhere(void) {
  for (size_t p = 0; p < PUPILS; p++) sink += count_words(kept + p * view.all_words, 8 * view.words);
}

#if defined(__x86_64__) && defined(__GNUC__)
__attribute__((target("popcnt"))) static void count_by_instruction(void) {
  for (size_t p = 0; p < PUPILS; p++) {
    const uint64_t *bits = kept + p * view.all_words;
    uint64_t count = 0;
    for (size_t i = 0; i < 8 * view.words; i++) count += (uint64_t)__builtin_popcountll(bits[i]);
    sink += count;
  }
}
#else
static void count_by_instruction(void) { count_everywhere(); }
#endif

/* ---- a pupil on another date: one count ---- */

static muster_range half_year(void) { return muster_range_of(muster_date_of(2025, 9, 1), muster_date_of(2026, 2, 13)); }

static void derive_again(void) {
  for (uint32_t p = 0; p < PUPILS; p++) {
    muster_view_set(&view, p, muster_date_of(2026, 2, 13));
    sink += muster_view_count(&view, MUSTER_KIND_ABSENT, half_year());
  }
}

static void cut_what_is_kept(void) {
  for (uint32_t p = 0; p < PUPILS; p++) {
    muster_view_cut(&view, p, muster_date_of(2026, 2, 13), kept + p * view.all_words);
    sink += muster_view_count(&view, MUSTER_KIND_ABSENT, half_year());
  }
}

/* ---- windows ---- */

static void parse_each_time(void) {
  for (int i = 0; i < PUPILS; i++) {
    muster_window window;
    must(muster_window_parse(MUSTER_TEXT("last 6 school weeks"), &window, NULL), NULL);
    muster_range range = muster_window_range(reg, 0, &window, muster_date_of(2026, 5, 20), MUSTER_NO_DATE);
    sink += (uint64_t)range.begin;
  }
}

static void know_by_number(void) {
  uint32_t window;
  must(muster_desk_window(desk, MUSTER_TEXT("last 6 school weeks"), &window, NULL), NULL);
  for (int i = 0; i < PUPILS; i++) sink += (uint64_t)muster_desk_range(desk, &subjects[i], window).begin;
}

/* ---- a rule ---- */

static void ask(size_t block, uint32_t rule, bool anew) {
  muster_error err;
  muster_desk_set_asks_anew(desk, anew);
  for (size_t at = 0; at < PUPILS; at += block) {
    size_t n = PUPILS - at < block ? PUPILS - at : block;
    muster_desk_clear(desk);
    must(set->class_->evaluate(state, subjects + at, n, &rule, 1, &err), &err);
  }
}

static void empty_each_alone(void) { ask(1, 0, true); }
static void empty_in_blocks(void) { ask(256, 0, true); }
static void call_the_rule(void) { ask(256, 1, true); }
static void know_the_verdict(void) { ask(256, 1, false); }

/* ---- */

typedef struct way {
  const char *name;
  void (*go)(void); /* once for each of the pupils */
  int passes;
  double rounds[ROUNDS];
} way;

static way ways[] = {
    {"a year into bitmaps: vectors", derive_by_vectors, 20, {0}},
    {"  portable", derive_portably, 20, {0}},
    {"  no bitmaps, marks walked", walk_marks, 4, {0}},
    {"counting 8 bitmaps: instruction", count_by_instruction, 50, {0}},
    {"  portable", count_everywhere, 50, {0}},
    {"another date: kept bitmaps, cut", cut_what_is_kept, 50, {0}},
    {"  derived again", derive_again, 20, {0}},
    {"a window: known by number", know_by_number, 50, {0}},
    {"  parsed each time", parse_each_time, 20, {0}},
    {"an empty rule: in blocks", empty_in_blocks, 20, {0}},
    {"  a protected call each", empty_each_alone, 10, {0}},
    {"three questions: known verdict", know_the_verdict, 20, {0}},
    {"  the rule called", call_the_rule, 10, {0}},
};
enum { WAYS = sizeof ways / sizeof *ways };

static void make_register(void) {
  static const char *const codes[] = {"/", "/", "/", "/", "/", "/", "/", "I", "O", "L"};
  muster_error err;
  reg = muster_register_new();
  if (!reg) abort();
  uint32_t school = muster_register_school(reg, MUSTER_TEXT("1"), NULL), random = 1;
  for (uint32_t i = 0; i < PUPILS; i++) {
    char id[16];
    uint32_t pupil;
    snprintf(id, sizeof id, "P%05u", i);
    must(muster_register_enrol(reg, muster_text_of(id), school, MUSTER_NO_DATE, MUSTER_NO_DATE, &pupil, &err), &err);
    subjects[i] = (muster_subject){.kind = MUSTER_SUBJECT_PUPIL, .pupil = pupil};
    for (muster_date d = muster_date_of(2025, 9, 1); d < muster_date_of(2026, 7, 18); d++) {
      if (muster_date_weekday(d) > 4) continue;
      muster_place place;
      must(muster_register_place(reg, d, &place, &err), &err);
      for (uint32_t s = 0; s < 2; s++) {
        random = random * 1664525 + 1013904223;
        muster_register_row(reg, pupil, place.year)[place.offset + s] =
            muster_codes_mark(&reg->codes, muster_text_of(codes[(random >> 20) % 10]), d);
      }
    }
  }
  must(muster_register_seal(reg, &err), &err);
}

static void write_rule(const char *folder, const char *id, const char *body) {
  char path[128], text[512];
  muster_error err;
  snprintf(path, sizeof path, "%s/rules/%s.lua", folder, id);
  snprintf(text, sizeof text,
           "return rule { id = \"%s\", title = \"t\", scope = \"pupil\", level = \"info\", message = \"m\",\n"
           "when = function(pupil, p) %s end }",
           id, body);
  must(muster_file_write(path, text, strlen(text), 0644, &err), &err);
}

static void make_rules(void) {
  char folder[] = "/tmp/muster-bench-XXXXXX", path[64], command[64];
  muster_error err;
  if (!mkdtemp(folder)) exit(1);
  snprintf(path, sizeof path, "%s/rules", folder);
  must(muster_folder_make(path, &err), &err);
  snprintf(path, sizeof path, "%s/pack.lua", folder);
  const char *manifest = "return pack { name = \"cost\", version = \"1.0.0\", api = 1, licence = \"CC0\" }";
  must(muster_file_write(path, manifest, strlen(manifest), 0644, &err), &err);
  write_rule(folder, "a", "return nil");
  write_rule(folder, "b",
             "local n, of, u = pupil:count(\"absent\"), pupil:count(\"possible\"), pupil:count(\"late\", \"this "
             "half-term\") return 2 * n >= of and u > 3");
  muster_pack *pack;
  muster_ruleset *made;
  must(muster_pack_load(folder, NULL, &pack, &err), &err);
  must(muster_ruleset_make(&pack, 1, &reg->codes, &made, &err), &err);
  must(muster_desk_open(&desk, reg, made, &err), &err);
  muster_desk_set_as_of(desk, muster_date_of(2026, 5, 20));
  muster_desk_keep(desk, 0);
  must(made->class_->open(made, desk, &state, &err), &err);
  set = made;
  snprintf(command, sizeof command, "rm -r %s", folder);
  if (system(command) != 0) exit(1);
}

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

int main(void) {
  muster_error err;
  make_register();
  must(muster_view_open(&view, reg, NULL, 0, &err), &err);
  kept = calloc(PUPILS * view.all_words, sizeof *kept);
  if (!kept) return 1;
  for (uint32_t p = 0; p < PUPILS; p++) muster_view_keep(&view, p, kept + p * view.all_words);
  make_rules();
  for (int r = 0; r < ROUNDS; r++) {
    for (int k = 0; k < WAYS; k++) {
      double before = seconds();
      for (int i = 0; i < ways[k].passes; i++) ways[k].go();
      ways[k].rounds[r] = (seconds() - before) * 1e9 / ways[k].passes / PUPILS;
    }
  }
  double chosen = 0;
  for (int k = 0; k < WAYS; k++) {
    qsort(ways[k].rounds, ROUNDS, sizeof *ways[k].rounds, by_size);
    double ns = ways[k].rounds[ROUNDS / 2];
    bool first = ways[k].name[0] != ' ';
    if (first) chosen = ns;
    printf("%-34s %9.1f ns", ways[k].name, ns);
    printf(first ? "\n" : "  %5.1f x\n", ns / chosen);
  }
  return 0;
}
