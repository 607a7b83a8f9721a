/* Interventions and responses. */
#include <math.h>

#include "trial.h"

#define MARKS "pupil_id,date,session,code\nann,2025-09-01,AM,/\n"

TRIAL(interventions) {
  trial_pupils(t);
  trial_file(t, "marks.csv", MARKS);
  trial_file(t, "interventions.csv",
             "subject_kind,subject_id,kind,start_date,end_date,provider,dose,cost\n"
             "pupil,ann,mentor,2025-09-08,2025-10-24,Hub,6,120.50\n"
             "School,S1,breakfast club,2025-09-01,,,,\n"
             "pupil,ann,mentor,2025-09-08,2025-10-24,Hub,6,120.50\n"
             "pupil,cat,mentor,2025-09-08,,,,\n"
             "class,ann,mentor,2025-09-08,,,,\n"
             "school,S9,mentor,2025-09-08,,,,\n"
             "pupil,bob,,2025-09-08,,,,\n"
             "pupil,bob,mentor,,,,,\n"
             "pupil,bob,mentor,2025-09-08,2025-09-01,,,\n"
             "pupil,bob,mentor,2025-09-08,,,six,\n");
  trial_load(t);
  trial_counts(t, "interventions.csv", 2, 1, 0, 7);
  trial_rejects(t,
                "interventions.csv:5:subject_id:cat:the pupil is unknown\n"
                "interventions.csv:6:subject_kind:class:not pupil or school\n"
                "interventions.csv:7:subject_id:S9:the school is unknown\n"
                "interventions.csv:8:kind::the kind is empty\n"
                "interventions.csv:9:start_date::the date is empty\n"
                "interventions.csv:10:end_date:2025-09-01:the intervention ends before it starts\n"
                "interventions.csv:11:dose:six:not a number\n");
  const muster_intervention *act = &t->reg->interventions[0];
  assert_int_equal(act->subject_kind, MUSTER_SUBJECT_PUPIL);
  assert_string_equal(muster_map_name(&t->reg->texts, act->kind).at, "mentor");
  assert_true(act->dose == 6 && act->cost == 120.5);
  assert_int_equal(act->end, trial_date("2025-10-24"));
  assert_true(isnan(t->reg->interventions[1].cost));
}

TRIAL(responses) {
  trial_pupils(t);
  trial_file(t, "marks.csv", MARKS);
  trial_put(t, "responses", "codes", "Agree", "4");
  trial_file(t, "responses.csv",
             "respondent,pupil_id,school_id,date,instrument,item,value\n"
             "r1,ann,S1,2025-09-01,belonging,q1,4\n"
             "r1,ann,S1,2025-09-01,belonging,q2,Agree\n"
             "r1,ann,S1,2025-09-01,belonging,q2,Agree\n"
             "p7,,S1,2025-09-01,parents,q1,\n"
             "r2,cat,,2025-09-01,belonging,q1,3\n"
             "r2,bob,S9,2025-09-01,belonging,q1,3\n"
             "r2,bob,S1,2025-09-01,,q1,3\n"
             "r2,bob,S1,2025-09-01,belonging,,3\n"
             "r2,bob,S1,soon,belonging,q1,3\n"
             "r2,bob,S1,2025-09-01,belonging,q1,maybe\n");
  trial_load(t);
  trial_counts(t, "responses.csv", 3, 1, 0, 6);
  trial_rejects(t,
                "responses.csv:6:pupil_id:cat:the pupil is unknown\n"
                "responses.csv:7:school_id:S9:the school is unknown\n"
                "responses.csv:8:instrument::the instrument is empty\n"
                "responses.csv:9:item::the item is empty\n"
                "responses.csv:10:date:soon:not a date\n"
                "responses.csv:11:value:maybe:not a number\n");
  assert_true(t->reg->responses[1].value == 4);
  assert_true(isnan(t->reg->responses[2].value));
  assert_int_equal(t->reg->responses[2].pupil, MUSTER_NONE);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(interventions), cmocka_unit_test(responses)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
