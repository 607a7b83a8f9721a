/* The tables beside the marks: their columns, their agreement with each other, and the truth file. */
#include <ctype.h>

#include "help.h"

typedef struct table {
  char *bytes, *rest, *fields[16];
  int columns;
} table;

static bool next_row(table *t) {
  char *line = strsep(&t->rest, "\n");
  if (!line || !*line) return false;
  int n = 0;
  while (n < 16 && (t->fields[n] = strsep(&line, ","))) n++;
  if (t->columns) assert_int_equal(n, t->columns);
  t->columns = n;
  return true;
}

static table open_table(const char *folder, const char *name, const char *header) {
  table t = {0};
  char path[160];
  size_t n;
  muster_error err;
  snprintf(path, sizeof path, "%s/%s", folder, name);
  assert_int_equal(muster_file_read(path, 1 << 26, &t.bytes, &n, &err), MUSTER_OK);
  assert_int_equal(t.bytes[n - 1], '\n');
  t.rest = t.bytes;
  const char *first = strsep(&t.rest, "\n");
  assert_string_equal(first, header);
  return t;
}

static char folder[64];
enum { SCHOOLS = 12, PUPILS = 2400 };

static int make(void **state) {
  (void)state;
  new_folder(folder);
  muster_synth_spec spec = spec_of(SCHOOLS, PUPILS, 31);
  muster_error err;
  if (muster_synth_effect_parse(MUSTER_TEXT("mentor:-1.5,cohorts=2"), &spec.effect, &err) != MUSTER_OK) return -1;
  return muster_synth_write(&spec, folder, 2, NULL, &err) == MUSTER_OK ? 0 : -1;
}

static int clear(void **state) {
  (void)state;
  remove_folder(folder);
  return 0;
}

static void schools_are_named_as_synthetic(void **state) {
  (void)state;
  table t = open_table(folder, "schools.csv", "school_id,name,phase,region,local_authority,trust");
  muster_map names = {0};
  size_t rows = 0;
  while (next_row(&t)) {
    bool added;
    assert_non_null(strstr(t.fields[1], "(synthetic)"));
    assert_int_not_equal(muster_map_add(&names, muster_text_of(t.fields[1]), &added), MUSTER_NONE);
    assert_true(added);
    assert_true(t.fields[3][0] && t.fields[4][0]);
    rows++;
  }
  assert_int_equal(rows, SCHOOLS);
  muster_map_free(&names);
  muster_free(t.bytes);
}

static void pupils_have_the_values_of_the_contract(void **state) {
  (void)state;
  table t = open_table(folder, "pupils.csv",
                       "pupil_id,school_id,year_group,group,sex,fsm,sen,eal,ethnicity,birth_date,start_date,end_date");
  size_t rows = 0, plans = 0, unknown = 0;
  while (next_row(&t)) {
    muster_date date;
    assert_true(t.fields[0][0] == 'P' && strlen(t.fields[0]) == 8);
    assert_true(strcmp(t.fields[5], "true") == 0 || strcmp(t.fields[5], "false") == 0 || !*t.fields[5]);
    assert_true(!*t.fields[6] || (strchr("NKE", t.fields[6][0]) && !t.fields[6][1]));
    assert_int_equal(!*t.fields[5], !*t.fields[6]);
    assert_true(strcmp(t.fields[7], "true") == 0 || strcmp(t.fields[7], "false") == 0);
    for (int k = 9; k < 12; k++)
      if (k == 9 || *t.fields[k]) assert_true(muster_date_parse(muster_text_of(t.fields[k]), &date));
    plans += t.fields[6][0] == 'E';
    unknown += !*t.fields[5];
    rows++;
  }
  assert_int_equal(rows, PUPILS);
  assert_in_range(plans, PUPILS / 50, PUPILS / 12);
  assert_in_range(unknown, 5, 60);
  muster_free(t.bytes);
}

static void the_calendar_names_every_school_and_weekday_of_term(void **state) {
  (void)state;
  table t = open_table(folder, "calendar.csv", "school_id,date,kind");
  muster_map schools = {0};
  size_t open = 0, inset = 0, closed = 0;
  while (next_row(&t)) {
    assert_int_not_equal(muster_map_add(&schools, muster_text_of(t.fields[0]), NULL), MUSTER_NONE);
    open += strcmp(t.fields[2], "open") == 0;
    inset += strcmp(t.fields[2], "inset") == 0;
    closed += strcmp(t.fields[2], "closed") == 0;
  }
  assert_int_equal(schools.count, SCHOOLS);
  assert_int_equal(open, SCHOOLS * 189);
  assert_int_equal(inset, SCHOOLS * 5);
  assert_int_equal(closed, SCHOOLS * 2); /* the early May bank holiday and a closure */
  muster_map_free(&schools);
  muster_free(t.bytes);
  t = open_table(folder, "terms.csv", "name,half_term,start,end");
  size_t rows = 0;
  while (next_row(&t)) rows++;
  assert_int_equal(rows, MUSTER_SYNTH_HALF_TERMS);
  muster_free(t.bytes);
}

static void the_survey_falls_with_absence(void **state) {
  (void)state;
  muster_synth_spec spec = spec_of(SCHOOLS, PUPILS, 31);
  muster_synth_plan *plan;
  muster_synth_school school = {0};
  muster_error err;
  muster_map away = {0}, others = {0};
  assert_int_equal(muster_synth_plan_make(&spec, &plan, &err), MUSTER_OK);
  for (size_t k = 0; k < SCHOOLS; k++) {
    assert_int_equal(muster_synth_school_make(plan, k, &school, &err), MUSTER_OK);
    for (size_t i = 0; i < school.pupil_count; i++) {
      const muster_synth_pupil *p = &school.pupils[i];
      muster_map *map = p->absent * 100u >= p->possible * 15u ? &away
                        : p->absent * 100u < p->possible * 5u ? &others
                                                              : NULL;
      if (map) assert_int_not_equal(muster_map_add(map, muster_text_of(p->id), NULL), MUSTER_NONE);
    }
  }
  table t = open_table(folder, "responses.csv", "respondent,pupil_id,school_id,date,instrument,item,value");
  double sum[2] = {0}, n[2] = {0};
  while (next_row(&t)) {
    assert_string_equal(t.fields[0], "pupil");
    assert_string_equal(t.fields[4], "belonging");
    assert_true(isdigit((unsigned char)t.fields[6][0]) && atoi(t.fields[6]) >= 1 && atoi(t.fields[6]) <= 5);
    bool is_away = muster_map_find(&away, muster_text_of(t.fields[1])) != MUSTER_NONE;
    if (!is_away && muster_map_find(&others, muster_text_of(t.fields[1])) == MUSTER_NONE) continue;
    sum[is_away] += atoi(t.fields[6]);
    n[is_away]++;
  }
  assert_true(n[0] > 1000 && n[1] > 200);
  double gap = sum[0] / n[0] - sum[1] / n[1];
  assert_true(gap > 0.25 && gap < 1.2);
  muster_free(t.bytes);
  muster_map_free(&away);
  muster_map_free(&others);
  muster_synth_school_free(&school);
  muster_synth_plan_free(plan);
}

static void interventions_and_truth_agree(void **state) {
  (void)state;
  table t =
      open_table(folder, "interventions.csv", "subject_kind,subject_id,kind,start_date,end_date,provider,dose,cost");
  size_t rows = 0;
  while (next_row(&t)) {
    assert_string_equal(t.fields[0], "pupil");
    assert_string_equal(t.fields[2], "mentor");
    rows++;
  }
  assert_true(rows > 100);
  muster_free(t.bytes);
  char path[160], expected[64], *bytes;
  size_t n;
  muster_error err;
  snprintf(path, sizeof path, "%s/truth.json", folder);
  assert_int_equal(muster_file_read(path, 1 << 20, &bytes, &n, &err), MUSTER_OK);
  snprintf(expected, sizeof expected, "\"pupils\": %zu,", rows);
  assert_non_null(strstr(bytes, expected));
  assert_non_null(strstr(bytes, "\"synthetic\": true"));
  assert_non_null(strstr(bytes, "\"size_points\": -1.5,"));
  assert_non_null(strstr(bytes, "\"effect_points\": -1."));
  muster_free(bytes);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(schools_are_named_as_synthetic),
      cmocka_unit_test(pupils_have_the_values_of_the_contract),
      cmocka_unit_test(the_calendar_names_every_school_and_weekday_of_term),
      cmocka_unit_test(the_survey_falls_with_absence),
      cmocka_unit_test(interventions_and_truth_agree),
  };
  return cmocka_run_group_tests(tests, make, clear);
}
