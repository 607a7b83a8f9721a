/* Totals without pupils: by our own names, and the official statistics as they are published. */
#include <sys/stat.h>

#include "trial.h"

TRIAL(plain_counts) {
  trial_file(t, "counts.csv",
             "unit_id,period,possible,authorised,unauthorised,enrolments,persistent,severe,name,phase\n"
             "100,2018/19,1000,40,10,50,5,1,Hill,primary\n"
             "100,2017/18,1000,,10,50,,,Hill,primary\n"
             "200,2018/19,2000,0,0,60,0,0,Dale,\n");
  trial_load(t);
  trial_counts(t, "counts.csv", 3, 0, 0, 0);
  assert_int_equal(t->reg->total_count, 3);
  assert_int_equal(t->reg->totals[0].absent, 50);
  assert_int_equal(t->reg->totals[1].authorised, -1);
  assert_int_equal(t->reg->totals[1].absent, -1);
  assert_string_equal(muster_school_name(t->reg, t->reg->totals[2].school).at, "Dale");
  const muster_attribute *phase = muster_attribute_find(&t->reg->school_attributes, "phase");
  assert_string_equal(muster_attribute_value(t->reg, phase, 0).at, "primary");
}

TRIAL(numbers_that_cannot_be_meant) {
  trial_put(t, "counts", "missing", NULL, "c");
  trial_put(t, "counts", "missing", NULL, "z");
  trial_file(t, "counts.csv",
             "unit_id,period,possible,authorised,unauthorised,absent,enrolments,persistent,severe\n"
             "1,y,100,5,5,10,9,2,1\n"
             "1,y,100,5,5,10,9,2,1\n"
             "1,y,100,5,6,11,9,2,1\n"
             "2,y,100.5,5,5,10,,,\n"
             "2,y,\"1,000\",5,5,10,,,\n"
             "2,y,-5,5,5,10,,,\n"
             "2,y,100,60,50,110,,,\n"
             "2,y,100,5,5,11,,,\n"
             "2,y,100,,,101,,,\n"
             "2,y,100,5,5,10,9,10,\n"
             "2,y,100,5,5,10,9,2,3\n"
             "2,y,n/a,5,5,10,,,\n"
             ",y,100,5,5,10,,,\n"
             "2,,100,5,5,10,,,\n"
             "2,y,c,z,c,,,,\n");
  trial_load(t);
  trial_counts(t, "counts.csv", 2, 1, 0, 12);
  trial_rejects(t,
                "counts.csv:4:unit_id:1:the unit and period are there already and the rows differ: it is on line 2\n"
                "counts.csv:5:possible:100.5:not a whole number\n"
                "counts.csv:6:possible:1,000:not a whole number\n"
                "counts.csv:7:possible:-5:the number is negative\n"
                "counts.csv:8:possible:100:more sessions absent than possible\n"
                "counts.csv:9:absent:11:absent is not authorised + unauthorised\n"
                "counts.csv:10:absent:101:more sessions absent than possible\n"
                "counts.csv:11:persistent:10:more persistent absentees than enrolments\n"
                "counts.csv:12:severe:3:more severe than persistent absentees\n"
                "counts.csv:13:possible:n/a:not a whole number\n"
                "counts.csv:14:unit_id::the unit_id is empty\n"
                "counts.csv:15:period::the period is empty\n");
}

TRIAL(where_leaves_rows_out_and_says_how_many) {
  trial_put(t, "counts", "where", "level", "School");
  trial_put(t, "counts", "where", "level", "Academy");
  trial_put(t, "counts", "columns", "unit_id", "urn");
  trial_put(t, "counts", "attributes", NULL, NULL);
  trial_file(t, "counts.csv",
             "level,urn,period,possible,authorised,unauthorised,other\n"
             "National,,y,300,10,5,\nSchool,7,y,100,5,5,x\nAcademy,8,y,100,5,5,x\n school ,9,y,100,5,5,x\n");
  trial_load(t);
  trial_counts(t, "counts.csv", 2, 0, 0, 0);
  assert_int_equal(trial_account(t, "counts.csv")->left_out, 2);
  assert_int_equal(t->reg->school_attributes.count, 0);
  assert_true(trial_has_fact(t, "columns-ignored"));
}

TRIAL(a_column_of_our_name_can_be_put_aside) {
  trial_put(t, "counts", "columns", "enrolments", "-");
  trial_file(t, "counts.csv", "unit_id,period,possible,absent,enrolments\n1,y,100,5,12.5\n");
  trial_load(t);
  trial_counts(t, "counts.csv", 1, 0, 0, 0);
  assert_int_equal(t->reg->totals[0].enrolments, -1);
}

TRIAL(several_columns_make_one_key) {
  trial_put(t, "counts", "columns", "unit_id", "region");
  trial_put(t, "counts", "columns", "unit_id", "la");
  trial_put(t, "counts", "columns", "unit_id", "phase");
  trial_put(t, "counts", "columns", "period", "year");
  trial_put(t, "counts", "columns", "period", "week");
  trial_file(t, "counts.csv",
             "region,la,phase,year,week,possible,absent\nNorth,,Primary,2025,Week "
             "3,100,5\nNorth,Leeds,Primary,2025,Week 3,60,3\n");
  trial_load(t);
  trial_counts(t, "counts.csv", 2, 0, 0, 0);
  assert_string_equal(muster_school_id(t->reg, 0).at, "North / Primary");
  assert_string_equal(muster_school_id(t->reg, 1).at, "North / Leeds / Primary");
  assert_string_equal(muster_map_name(&t->reg->texts, t->reg->totals[0].period).at, "2025 / Week 3");
}

/* ---- the official files ---- */

static bool official(trial *t, const char *name) {
  const char *shared = getenv("MUSTER_SHARED");
  char path[512], link[160];
  snprintf(path, sizeof path, "%s/data/dfe/%s", shared ? shared : MUSTER_SOURCE "/../shared", name);
  if (access(path, R_OK) != 0) {
    printf("SKIPPED: %s is not there\n", name);
    return false;
  }
  snprintf(link, sizeof link, "%s/%s", t->folder, name);
  assert_int_equal(symlink(path, link), 0);
  snprintf(t->names[t->name_count++], sizeof t->names[0], "%s", name);
  trial_put(t, "counts", "file", NULL, name);
  static const char *const marks[] = {":", "c", "z", "x", ".", "low"};
  for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) trial_put(t, "counts", "missing", NULL, marks[i]);
  return true;
}

typedef struct sums {
  int64_t possible, absent, enrolments, persistent;
} sums;

static sums sum_of(const trial *t) {
  sums s = {0};
  for (size_t i = 0; i < t->reg->total_count; i++) {
    const muster_total *total = &t->reg->totals[i];
    if (total->possible >= 0) s.possible += total->possible;
    if (total->absent >= 0) s.absent += total->absent;
    if (total->enrolments >= 0) s.enrolments += total->enrolments;
    if (total->persistent >= 0) s.persistent += total->persistent;
  }
  return s;
}

TRIAL(the_official_statistics_of_schools_2018_19) {
  if (!official(t, "absence_3term_2018-19.csv")) return;
  static const char *const columns[][2] = {{"unit_id", "urn"},
                                           {"period", "time_period"},
                                           {"possible", "sess_possible"},
                                           {"authorised", "sess_authorised"},
                                           {"unauthorised", "sess_unauthorised"},
                                           {"absent", "sess_overall"},
                                           {"enrolments", "enrolments"},
                                           {"persistent", "enrolments_pa_10_exact"},
                                           {"local_authority", "la_name"},
                                           {"region", "region_name"},
                                           {"phase", "school_type"}};
  for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
    trial_put(t, "counts", "columns", columns[i][0], columns[i][1]);
  trial_put(t, "counts", "where", "geographic_level", "School");
  trial_put(t, "counts", "attributes", NULL, NULL);
  trial_load_once(t);
  trial_counts(t, "absence_3term_2018-19.csv", 21214, 0, 0, 0);
  assert_int_equal(trial_account(t, "absence_3term_2018-19.csv")->left_out, 21861 - 21214);
  sums s = sum_of(t);
  assert_int_equal(s.possible, 2522300237);
  assert_int_equal(s.absent, 119207289);
  assert_int_equal(s.enrolments, 7105958);
  assert_int_equal(s.persistent, 771863);
  assert_non_null(muster_attribute_find(&t->reg->school_attributes, "local_authority"));
}

TRIAL(the_official_statistics_by_term_2016_17) {
  if (!official(t, "absence_by_term_2016-17.csv")) return;
  static const char *const columns[][2] = {{"unit_id", "la_name"},
                                           {"unit_id", "school_type"},
                                           {"period", "time_period"},
                                           {"period", "term"},
                                           {"possible", "sess_possible"},
                                           {"authorised", "sess_authorised"},
                                           {"unauthorised", "sess_unauthorised"},
                                           {"absent", "sess_overall"}};
  for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
    trial_put(t, "counts", "columns", columns[i][0], columns[i][1]);
  trial_put(t, "counts", "where", "geographic_level", "Local authority");
  trial_put(t, "counts", "where", "term", "Autumn term");
  trial_put(t, "counts", "where", "time_period", "201617");
  trial_put(t, "counts", "where", "school_type", "State-funded primary");
  trial_put(t, "counts", "attributes", NULL, NULL);
  trial_load_once(t);
  assert_int_equal(t->status, MUSTER_OK);
  assert_int_equal(trial_account(t, "absence_by_term_2016-17.csv")->counts.rejected, 0);
  sums s = sum_of(t); /* the national row of the autumn term, primary */
  assert_int_equal(s.possible, 519660210);
  assert_int_equal(s.absent, 20162208);
}

TRIAL(the_weekly_statistics_of_regions) {
  if (!official(t, "weekly_attendance_2025-11-20.csv")) return;
  static const char *const columns[][2] = {
      {"unit_id", "region_name"},           {"unit_id", "la_name"},
      {"unit_id", "education_phase"},       {"period", "time_period"},
      {"period", "time_identifier"},        {"possible", "possible_sessions"},
      {"authorised", "authorised_absence"}, {"unauthorised", "unauthorised_absence"},
      {"absent", "overall_absence"},        {"enrolments", "total_enrolments"}};
  for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
    trial_put(t, "counts", "columns", columns[i][0], columns[i][1]);
  trial_put(t, "counts", "where", "geographic_level", "Regional");
  trial_put(t, "counts", "attributes", NULL, NULL);
  trial_load_once(t);
  assert_int_equal(t->status, MUSTER_OK);
  assert_int_equal(trial_account(t, "weekly_attendance_2025-11-20.csv")->counts.rejected, 0);
  assert_int_equal(t->reg->total_count, 288); /* nine regions, four phases, eight weeks */
  assert_int_equal(t->reg->school_count, 36);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(plain_counts),
      cmocka_unit_test(numbers_that_cannot_be_meant),
      cmocka_unit_test(where_leaves_rows_out_and_says_how_many),
      cmocka_unit_test(a_column_of_our_name_can_be_put_aside),
      cmocka_unit_test(several_columns_make_one_key),
      cmocka_unit_test(the_official_statistics_of_schools_2018_19),
      cmocka_unit_test(the_official_statistics_by_term_2016_17),
      cmocka_unit_test(the_weekly_statistics_of_regions),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
