/* Packs in a folder of their own, small registers, and rules run over them. */
#ifndef TESTS_SCRIPT_SUPPORT_H
#define TESTS_SCRIPT_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "muster/script/language.h"
#include "muster/script/source.h"
#include "muster/script/tests.h"

typedef struct bench_pack {
  char folder[64];
  muster_pack *pack;
  muster_ruleset *set;
  muster_register *reg;
  muster_error err;
} bench_pack;

#define MANIFEST "return pack { name = \"trial\", version = \"1.0.0\", api = 1, licence = \"CC0\" }\n"

static inline void pack_write(const bench_pack *b, const char *path, const char *text) {
  char full[256], folder[256];
  muster_error err;
  snprintf(full, sizeof full, "%s/%s", b->folder, path);
  snprintf(folder, sizeof folder, "%s", full);
  *strrchr(folder, '/') = '\0';
  assert_int_equal(muster_folder_make(folder, &err), MUSTER_OK);
  assert_int_equal(muster_file_write(full, text, strlen(text), 0644, &err), MUSTER_OK);
}

static inline void pack_begin(bench_pack *b) {
  *b = (bench_pack){.folder = "/tmp/muster-script-XXXXXX"};
  assert_non_null(mkdtemp(b->folder));
  pack_write(b, "pack.lua", MANIFEST);
}

static inline void pack_end(bench_pack *b) {
  char command[128];
  muster_ruleset_free(b->set);
  muster_pack_free(b->pack);
  muster_register_free(b->reg);
  snprintf(command, sizeof command, "rm -r '%s'", b->folder);
  assert_int_equal(system(command), 0);
}

static inline muster_status pack_open(bench_pack *b) {
  muster_status status = muster_pack_load(b->folder, NULL, &b->pack, &b->err);
  if (status == MUSTER_OK) status = muster_ruleset_make(&b->pack, 1, b->reg ? &b->reg->codes : NULL, &b->set, &b->err);
  return status;
}

/* A rule of pupils with this body; `more` is further keys. */
static inline void pack_rule(const bench_pack *b, const char *id, const char *more, const char *body) {
  char path[128], text[8192];
  snprintf(path, sizeof path, "rules/%s.lua", id);
  snprintf(text, sizeof text,
           "return rule {\n  id = \"%s\", title = \"a trial\", level = \"info\",\n  %s,\n  when = function(pupil, "
           "p)\n%s\n  end,\n}\n",
           id, more, body);
  pack_write(b, path, text);
}

/* A school from Monday 1 September to Friday 24 October 2025 with the pupils ann, ben, cat. */
static inline muster_register *small_register(void) {
  static const char *const pupils[][5] = {
      {"ann", "8", "true", "K", "(/\\)*3 II/\\ OO/\\/\\/\\/\\ (/\\)*10 /\\/\\/\\/\\GG L\\/\\/\\/\\/\\"},
      {"ben", "R", "false", "N", "(/\\)*30"},
      {"cat", "8", "", "", "/\\/\\/\\/\\/\\ /\\/\\/\\II II I*8"}};
  muster_register *reg = muster_register_new();
  muster_error err;
  assert_non_null(reg);
  uint32_t school = muster_register_school(reg, MUSTER_TEXT("100234"), NULL);
  assert_true(muster_register_set(reg, &reg->school_attributes, "phase", school, MUSTER_TEXT("Secondary")));
  muster_date from = muster_date_of(2025, 9, 1), to = muster_date_of(2025, 10, 24);
  for (muster_date d = from; d <= to; d++)
    if (muster_date_weekday(d) < 5)
      assert_int_equal(muster_register_day(reg, MUSTER_NONE, d, MUSTER_DAY_OPEN, &err), MUSTER_OK);
  for (size_t i = 0; i < sizeof pupils / sizeof *pupils; i++) {
    static const char *const names[] = {"year_group", "fsm", "sen"};
    uint32_t pupil;
    assert_int_equal(
        muster_register_enrol(reg, muster_text_of(pupils[i][0]), school, MUSTER_NO_DATE, MUSTER_NO_DATE, &pupil, &err),
        MUSTER_OK);
    for (int a = 0; a < 3; a++)
      assert_true(muster_register_set(reg, &reg->pupil_attributes, names[a], pupil, muster_text_of(pupils[i][1 + a])));
    assert_true(muster_register_set(reg, &reg->pupil_attributes, "score", pupil, muster_text_of(i ? "2.5" : "007")));
    muster_typed_mark marks[400];
    size_t n, k = 0;
    assert_int_equal(muster_marks_parse(muster_text_of(pupils[i][4]), marks, 400, &n, &err), MUSTER_OK);
    for (muster_date d = from; d <= to && k < n; d++) {
      if (muster_date_weekday(d) >= 5) continue;
      muster_place place;
      assert_int_equal(muster_register_place(reg, d, &place, &err), MUSTER_OK);
      for (uint32_t s = 0; s < 2; s++, k++)
        muster_register_row(reg, pupil, place.year)[place.offset + s] =
            muster_codes_mark(&reg->codes, muster_text_of(marks[k].code), d);
    }
  }
  uint32_t kind = muster_map_add(&reg->texts, MUSTER_TEXT("mentor"), NULL);
  assert_true(muster_register_intervention(reg, &(muster_intervention){.subject_kind = MUSTER_SUBJECT_PUPIL,
                                                                       .subject = 0,
                                                                       .kind = kind,
                                                                       .provider = MUSTER_NONE,
                                                                       .start = muster_date_of(2025, 9, 15),
                                                                       .end = MUSTER_NO_DATE,
                                                                       .dose = 2,
                                                                       .cost = 0}));
  uint32_t words[2] = {muster_map_add(&reg->texts, MUSTER_TEXT("pulse"), NULL),
                       muster_map_add(&reg->texts, MUSTER_TEXT("belonging"), NULL)};
  for (int i = 0; i < 2; i++)
    assert_true(muster_register_response(reg, &(muster_response){.respondent = words[0],
                                                                 .instrument = words[0],
                                                                 .item = words[1],
                                                                 .pupil = 0,
                                                                 .school = MUSTER_NONE,
                                                                 .date = muster_date_of(2025, 9, 10 + i),
                                                                 .value = 3 + i}));
  assert_int_equal(muster_register_seal(reg, &err), MUSTER_OK);
  return reg;
}

static inline muster_status pack_run(bench_pack *b, muster_date as_of, muster_run *run) {
  muster_run_options options = {.as_of = as_of, .jobs = 1};
  return muster_run_rules(b->reg, b->set, &options, run, &b->err);
}

static inline void show(const muster_error *err) {
  char text[1200];
  muster_error_format(err, text, sizeof text);
  print_error("%s\n", text);
}

#endif
