/* How fast a store is written and read, and how large it is, for a register of any size.
 * Build and run: cmake --build build --target store_bench && build/tests/store_bench [pupils] [schools]
 * The figures in docs/store.md were printed by this program. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "muster/store.h"

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static uint64_t random_state = 20250901;
static uint32_t draw(uint32_t n) {
  random_state = random_state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)((random_state >> 33) % n);
}

static void check(muster_status status, const muster_error *err) {
  if (status == MUSTER_OK) return;
  char text[1200];
  muster_error_format(err, text, sizeof text);
  fprintf(stderr, "%s\n", text);
  exit(muster_status_exit(status));
}

/* Spells of absence at about 7% of sessions, single late marks, a few activities; 190 days from 1 September. */
static muster_register *make(uint32_t pupils, uint32_t schools, int days, int today) {
  muster_error err;
  muster_register *reg = muster_register_new();
  muster_date first = muster_date_of(2025, 9, 1);
  static const char *const years[] = {"7", "8", "9", "10", "11"};
  static const char *const absent[] = {"I", "I", "I", "O", "N", "M", "G", "C"};
  for (uint32_t s = 0; s < schools; s++) {
    char id[32];
    snprintf(id, sizeof id, "%u", 100000 + s);
    if (muster_register_school(reg, muster_text_of(id), NULL) == MUSTER_NONE) exit(70);
  }
  uint64_t done = 0;
  for (uint32_t p = 0; p < pupils; p++) {
    char id[32], group[8];
    uint32_t pupil, year = draw(5);
    snprintf(id, sizeof id, "A%012u", p * 7 + 1000);
    snprintf(group, sizeof group, "%s%c", years[year], 'A' + draw(8));
    check(muster_register_enrol(reg, muster_text_of(id), (uint32_t)((uint64_t)p * schools / pupils), MUSTER_NO_DATE,
                                MUSTER_NO_DATE, &pupil, &err),
          &err);
    bool good =
        muster_register_set(reg, &reg->pupil_attributes, "year_group", pupil, muster_text_of(years[year])) &&
        muster_register_set(reg, &reg->pupil_attributes, "group", pupil, muster_text_of(group)) &&
        muster_register_set(reg, &reg->pupil_attributes, "sex", pupil, muster_text_of(draw(2) ? "F" : "M")) &&
        muster_register_set(reg, &reg->pupil_attributes, "fsm", pupil, muster_text_of(draw(4) ? "false" : "true")) &&
        muster_register_set(reg, &reg->pupil_attributes, "sen", pupil, muster_text_of(draw(6) ? "N" : "K")) &&
        muster_register_set(reg, &reg->pupil_attributes, "eal", pupil, muster_text_of(draw(5) ? "false" : "true")) &&
        muster_register_set(reg, &reg->pupil_attributes, "ethnicity", pupil, muster_text_of(draw(3) ? "WBRI" : "APKN"));
    if (!good) exit(70);
    int left = 0;
    const char *spell = "I";
    uint8_t *row = NULL;
    for (int d = 0, date = 0; d < days; date++) {
      int weekday = muster_date_weekday(first + date), week = date / 7;
      if (weekday > 4 || week == 7 || week == 16 || week == 17 || week == 24 || week == 31 || week == 32) continue;
      d++;
      muster_place place;
      check(muster_register_place(reg, first + date, &place, &err), &err);
      if (!row && !(row = muster_register_row(reg, pupil, place.year))) exit(70);
      for (int half = 0; half < 2; half++) {
        if (left == 0 && draw(48) == 0) left = 1 + (int)draw(6), spell = absent[draw(8)];
        const char *code = left > 0 ? spell : draw(60) == 0 ? "L" : draw(120) == 0 ? "V" : half ? "\\" : "/";
        left -= left > 0;
        if (d > today) continue;
        row[place.offset + (uint32_t)half] = muster_codes_mark(&reg->codes, muster_text_of(code), first + date);
        done++;
      }
    }
  }
  check(muster_register_seal(reg, &err), &err);
  fprintf(stderr, "made %u pupils, %u schools, %llu marks\n", pupils, schools, (unsigned long long)done);
  return reg;
}

static double size_of(const char *path) {
  struct stat st;
  return stat(path, &st) == 0 ? (double)st.st_size : 0;
}

int main(int argc, char **argv) {
  uint32_t pupils = argc > 1 ? (uint32_t)atoi(argv[1]) : 50000, schools = argc > 2 ? (uint32_t)atoi(argv[2]) : 50;
  char folder[] = "/tmp/muster-bench-XXXXXX", path[64];
  if (!mkdtemp(folder)) return 5;
  snprintf(path, sizeof path, "%s/s.db", folder);
  muster_error err;
  muster_import_options options = {.on = muster_date_of(2026, 7, 20)};
  muster_import_report report;

  muster_register *reg = make(pupils, schools, 190, 190);
  double best_import = INFINITY, best_load = INFINITY, marks = 0;
  for (int round = 0; round < 5; round++) {
    unlink(path);
    double t = now();
    check(muster_store_import(path, reg, NULL, &options, &report, &err), &err);
    best_import = fmin(best_import, now() - t);
    marks = (double)report.marks_new;
    muster_register *back;
    t = now();
    check(muster_store_load(path, NULL, &back, &err), &err);
    best_load = fmin(best_load, now() - t);
    muster_register_free(back);
  }
  double t = now();
  check(muster_store_import(path, reg, NULL, &options, &report, &err), &err);
  double again = now() - t;
  double size = size_of(path);
  muster_register_free(reg);

  random_state = 20250901;
  muster_register *yesterday = make(pupils, schools, 190, 189);
  random_state = 20250901;
  muster_register *today = make(pupils, schools, 190, 190);
  unlink(path);
  check(muster_store_import(path, yesterday, NULL, &options, &report, &err), &err);
  t = now();
  check(muster_store_import(path, today, NULL, &options, &report, &err), &err);
  double daily = now() - t;
  muster_store_options then = muster_store_everything();
  then.known_import = 1;
  muster_register *back;
  t = now();
  check(muster_store_load(path, &then, &back, &err), &err);
  double earlier = now() - t;
  muster_register_free(back);
  muster_register_free(yesterday);
  muster_register_free(today);
  unlink(path);
  rmdir(folder);

  printf("pupils,%u\nschools,%u\nmarks,%.0f\n", pupils, schools, marks);
  printf("import_s,%.4f\nload_s,%.4f\nsame_again_s,%.4f\nnext_day_s,%.4f\nload_earlier_s,%.4f\n", best_import,
         best_load, again, daily, earlier);
  printf("bytes,%.0f\nbytes_a_mark,%.4f\nimport_marks_a_s,%.0f\nload_marks_a_s,%.0f\n", size, size / marks,
         marks / best_import, marks / best_load);
  return 0;
}
