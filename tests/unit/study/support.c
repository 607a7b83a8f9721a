/* Studies and registers for tests. */
#include "support.h"

#include <math.h>
#include <string.h>

muster_study *study_new(void) {
  muster_study *study = muster_study_new("s", "");
  assert_non_null(study);
  return study;
}

muster_part *part_of(muster_study *study, const char *name) {
  muster_error err = {0};
  if (strcmp(name, "study") == 0) return &study->self;
  if (strcmp(name, "panel") == 0) {
    muster_part *part;
    if (!study->has_panel) assert_int_equal(muster_study_part(study, "panel", &part, &err), MUSTER_OK);
    return &study->panel;
  }
  for (size_t i = study->estimator_count; i-- > 0;)
    if (strcmp(study->estimators[i].form->name, name) == 0) return &study->estimators[i];
  fail_msg("no part %s", name);
  return NULL;
}

void use(muster_study *study, const char *estimator) {
  muster_error err = {0};
  muster_part *part;
  assert_int_equal(muster_study_part(study, estimator, &part, &err), MUSTER_OK);
}

void put(muster_study *study, const char *part, const char *key, const muster_given *value) {
  muster_error err = {0};
  if (muster_study_put(study, part_of(study, part), key, value, &err) != MUSTER_OK)
    fail_msg("%s.%s: %s", part, key, err.what);
}

void put_text(muster_study *study, const char *part, const char *key, const char *value) {
  put(study, part, key, &(muster_given){.kind = MUSTER_GIVEN_TEXT, .text = value});
}

void put_number(muster_study *study, const char *part, const char *key, double value) {
  put(study, part, key, &(muster_given){.kind = MUSTER_GIVEN_NUMBER, .number = value});
}

void put_flag(muster_study *study, const char *part, const char *key, bool value) {
  put(study, part, key, &(muster_given){.kind = MUSTER_GIVEN_FLAG, .flag = value});
}

void treated_by(muster_study *study, const char *kind) {
  muster_given entry = {.name = "kind", .kind = MUSTER_GIVEN_TEXT, .text = kind};
  put(study, "panel", "treated_from", &(muster_given){.kind = MUSTER_GIVEN_MAP, .items = &entry, .count = 1});
}

muster_date day(const char *iso) {
  muster_date date;
  assert_true(muster_date_parse(muster_text_of(iso), &date));
  return date;
}

muster_register *register_new(const char *first, int weeks) {
  muster_register *reg = muster_register_new();
  muster_error err = {0};
  assert_non_null(reg);
  muster_date monday = day(first);
  for (int w = 0; w < weeks; w++)
    for (int d = 0; d < 5; d++)
      assert_int_equal(muster_register_day(reg, MUSTER_NONE, monday + 7 * w + d, MUSTER_DAY_OPEN, &err), MUSTER_OK);
  return reg;
}

uint32_t pupil(muster_register *reg, const char *id, const char *school, const char *from, const char *marks) {
  muster_error err = {0};
  uint32_t at, number = muster_register_school(reg, muster_text_of(school), NULL);
  assert_int_equal(muster_register_enrol(reg, muster_text_of(id), number, MUSTER_NO_DATE, MUSTER_NO_DATE, &at, &err),
                   MUSTER_OK);
  muster_date date = day(from);
  for (size_t i = 0; marks[i]; i++) {
    muster_place place;
    muster_date today = date + (muster_date)(i / 10 * 7 + i % 10 / 2);
    assert_int_equal(muster_register_place(reg, today, &place, &err), MUSTER_OK);
    uint8_t *row = muster_register_row(reg, at, place.year);
    assert_non_null(row);
    if (marks[i] != ' ') row[place.offset + i % 2] = muster_codes_mark(&reg->codes, (muster_text){marks + i, 1}, today);
  }
  return at;
}

void intervention(muster_register *reg, muster_subject_kind kind, uint32_t subject, const char *name, const char *start,
                  const char *provider, double dose) {
  muster_intervention act = {
      .subject_kind = kind,
      .subject = subject,
      .kind = muster_map_add(&reg->texts, muster_text_of(name), NULL),
      .provider = provider ? muster_map_add(&reg->texts, muster_text_of(provider), NULL) : MUSTER_NONE,
      .start = start ? day(start) : MUSTER_NO_DATE,
      .end = MUSTER_NO_DATE,
      .dose = dose,
      .cost = NAN};
  assert_true(muster_register_intervention(reg, &act));
}

void seal(muster_register *reg) {
  muster_error err = {0};
  if (muster_register_seal(reg, &err) != MUSTER_OK) fail_msg("%s", err.what);
}
