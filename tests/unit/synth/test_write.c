/* Folders: the same bytes for any number of threads, every layout the same marks, and failures that leave nothing. */
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "help.h"

static const char *const files[] = {"marks.csv",    "absences.csv",  "pupils.csv",        "schools.csv",
                                    "calendar.csv", "responses.csv", "interventions.csv", "terms.csv",
                                    "source.lua",   "README.txt",    "truth.json"};
enum { FILES = sizeof files / sizeof *files };

static void digests(const muster_synth_spec *spec, unsigned jobs, char (*out)[MUSTER_DIGEST_TEXT]) {
  char folder[64];
  new_folder(folder);
  write_spec(spec, folder, jobs);
  for (int k = 0; k < FILES; k++) digest_of(folder, files[k], out[k]);
  remove_folder(folder);
}

static void any_number_of_threads_writes_the_same_bytes(void **state) {
  (void)state;
  for (int layout = MUSTER_SYNTH_LONG; layout <= MUSTER_SYNTH_ABSENCES; layout++) {
    muster_synth_spec spec = spec_of(23, 1500, 7);
    spec.layout = (muster_synth_layout)layout;
    muster_error err;
    assert_int_equal(muster_synth_effect_parse(MUSTER_TEXT("mentor:-1,cohorts=2"), &spec.effect, &err), MUSTER_OK);
    char one[FILES][MUSTER_DIGEST_TEXT], many[FILES][MUSTER_DIGEST_TEXT], other[FILES][MUSTER_DIGEST_TEXT];
    digests(&spec, 1, one);
    for (unsigned jobs = 2; jobs <= 64; jobs *= 4) {
      digests(&spec, jobs, many);
      for (int k = 0; k < FILES; k++) assert_string_equal(one[k], many[k]);
    }
    spec.seed = 8;
    digests(&spec, 2, other);
    int marks = layout == MUSTER_SYNTH_ABSENCES;
    assert_string_not_equal(one[marks], other[marks]);
    assert_string_not_equal(one[2], other[2]);
    assert_string_equal(one[1 - marks], "-");
  }
}

/* The marks of a folder, as code by pupil, date and session; present marks too. */
static size_t read_marks(const char *folder, const char *name, muster_synth_layout layout, muster_map *marks) {
  char path[160], *bytes, *line, *rest;
  size_t n;
  muster_error err;
  snprintf(path, sizeof path, "%s/%s", folder, name);
  assert_int_equal(muster_file_read(path, 1 << 28, &bytes, &n, &err), MUSTER_OK);
  rest = bytes;
  assert_non_null(strsep(&rest, "\n"));
  while ((line = strsep(&rest, "\n")) && *line) {
    char key[64];
    const char *id = strsep(&line, ",");
    muster_date date;
    assert_true(muster_date_parse(muster_text_of(strsep(&line, ",")), &date));
    if (layout == MUSTER_SYNTH_WEEK) {
      for (int s = 0; s < 10; s++) {
        const char *code = strsep(&line, ",");
        char day[MUSTER_DATE_TEXT];
        snprintf(key, sizeof key, "%s,%s,%s,%s", id, muster_date_format(date + s / 2, day), s & 1 ? "PM" : "AM", code);
        if (*code) assert_int_not_equal(muster_map_add(marks, muster_text_of(key), NULL), MUSTER_NONE);
      }
    } else {
      char day[MUSTER_DATE_TEXT];
      snprintf(key, sizeof key, "%s,%s,%s", id, muster_date_format(date, day), line);
      assert_int_not_equal(muster_map_add(marks, muster_text_of(key), NULL), MUSTER_NONE);
    }
  }
  muster_free(bytes);
  return marks->count;
}

static size_t folder_marks(muster_synth_layout layout, muster_map *marks) {
  muster_synth_spec spec = spec_of(3, 90, 12);
  spec.layout = layout;
  char folder[64];
  new_folder(folder);
  write_spec(&spec, folder, 2);
  size_t n = read_marks(folder, layout == MUSTER_SYNTH_ABSENCES ? "absences.csv" : "marks.csv", layout, marks);
  remove_folder(folder);
  return n;
}

static void week_and_absences_hold_the_marks_of_long(void **state) {
  (void)state;
  muster_map rows = {0}, weeks = {0}, absences = {0};
  assert_true(folder_marks(MUSTER_SYNTH_LONG, &rows) > 80 * 300);
  assert_int_equal(folder_marks(MUSTER_SYNTH_WEEK, &weeks), rows.count);
  assert_true(folder_marks(MUSTER_SYNTH_ABSENCES, &absences) < rows.count / 4);
  size_t away = 0;
  for (uint32_t i = 0; i < rows.count; i++) {
    muster_text row = muster_map_name(&rows, i);
    assert_int_not_equal(muster_map_find(&weeks, row), MUSTER_NONE);
    char last = row.at[row.n - 1], first = row.at[row.n - 2] == ',' ? last : row.at[row.n - 2];
    bool attends = strchr("/\\LBKPVW", first) != NULL;
    away += !attends;
    assert_int_equal(muster_map_find(&absences, row) != MUSTER_NONE, !attends);
  }
  assert_int_equal(absences.count, away);
  muster_map_free(&rows);
  muster_map_free(&weeks);
  muster_map_free(&absences);
}

static void strips_hold_the_marks_of_long(void **state) {
  (void)state;
  muster_synth_spec spec = spec_of(3, 90, 12);
  spec.layout = MUSTER_SYNTH_STRIP;
  char folder[64], path[160], *bytes;
  size_t n;
  muster_error err;
  muster_map rows = {0};
  new_folder(folder);
  write_spec(&spec, folder, 1);
  folder_marks(MUSTER_SYNTH_LONG, &rows);
  muster_synth_plan *plan;
  muster_synth_school school = {0};
  assert_int_equal(muster_synth_plan_make(&spec, &plan, &err), MUSTER_OK);
  snprintf(path, sizeof path, "%s/marks.csv", folder);
  assert_int_equal(muster_file_read(path, 1 << 24, &bytes, &n, &err), MUSTER_OK);
  char *rest = bytes;
  assert_string_equal(strsep(&rest, "\n"), "pupil_id,start_date,marks");
  size_t marks = 0;
  for (size_t k = 0; k < 3; k++) {
    assert_int_equal(muster_synth_school_make(plan, k, &school, &err), MUSTER_OK);
    for (size_t i = 0; i < school.pupil_count; i++) {
      const muster_synth_pupil *p = &school.pupils[i];
      char *line = strsep(&rest, "\n"), day[MUSTER_DATE_TEXT];
      assert_string_equal(strsep(&line, ","), p->id);
      assert_string_equal(strsep(&line, ","), muster_date_format(school.open_days[p->first_session / 2], day));
      assert_int_equal(strlen(line), p->end_session - p->first_session);
      for (unsigned s = p->first_session; s < p->end_session; s++, marks++)
        assert_int_equal(line[s - p->first_session], muster_synth_code_letter(school.marks[i * school.sessions + s]));
    }
  }
  assert_int_equal(marks, rows.count);
  muster_synth_school_free(&school);
  muster_synth_plan_free(plan);
  muster_free(bytes);
  muster_map_free(&rows);
  remove_folder(folder);
}

static void other_data_is_never_written_over(void **state) {
  (void)state;
  char folder[64], path[160], digest[MUSTER_DIGEST_TEXT], again[MUSTER_DIGEST_TEXT];
  muster_error err = {0};
  new_folder(folder);
  snprintf(path, sizeof path, "%s/pupils.csv", folder);
  assert_int_equal(muster_file_write(path, "pupil_id\nA\n", 11, 0644, &err), MUSTER_OK);
  digest_of(folder, "pupils.csv", digest);
  muster_synth_spec spec = spec_of(2, 20, 1);
  assert_int_equal(muster_synth_write(&spec, folder, 1, NULL, &err), MUSTER_USAGE);
  assert_non_null(strstr(err.where, "pupils.csv"));
  digest_of(folder, "pupils.csv", again);
  assert_string_equal(digest, again);
  digest_of(folder, "marks.csv", again);
  assert_string_equal(again, "-");
  snprintf(path, sizeof path, "%s/truth.json", folder);
  assert_int_equal(muster_file_write(path, "{}", 2, 0644, &err), MUSTER_OK);
  assert_int_equal(muster_synth_write(&spec, folder, 1, NULL, &err), MUSTER_USAGE);
  remove_folder(folder);
}

static void our_own_folder_is_made_anew_without_leftovers(void **state) {
  (void)state;
  char folder[64], digest[MUSTER_DIGEST_TEXT];
  muster_error err;
  new_folder(folder);
  muster_synth_spec spec = spec_of(2, 40, 1);
  spec.layout = MUSTER_SYNTH_ABSENCES;
  assert_int_equal(muster_synth_effect_parse(MUSTER_TEXT("letters:-1"), &spec.effect, &err), MUSTER_OK);
  write_spec(&spec, folder, 1);
  digest_of(folder, "interventions.csv", digest);
  assert_string_not_equal(digest, "-");
  spec = spec_of(2, 40, 1);
  spec.responses = false;
  write_spec(&spec, folder, 1);
  static const char *const gone[] = {"interventions.csv", "absences.csv", "responses.csv", "marks.csv.part"};
  for (int k = 0; k < 4; k++) {
    digest_of(folder, gone[k], digest);
    assert_string_equal(digest, "-");
  }
  remove_folder(folder);
}

static void a_folder_that_cannot_be_written_is_an_error(void **state) {
  (void)state;
  muster_synth_spec spec = spec_of(2, 20, 1);
  muster_error err = {0};
  assert_int_equal(muster_synth_write(&spec, "/proc/no/such/folder", 2, NULL, &err), MUSTER_IO);
  assert_true(err.where[0] != '\0');
  char folder[64], path[160];
  new_folder(folder);
  snprintf(path, sizeof path, "%s/taken", folder);
  assert_int_equal(muster_file_write(path, "x", 1, 0644, &err), MUSTER_OK);
  assert_int_equal(muster_synth_write(&spec, path, 2, NULL, &err), MUSTER_IO);
  snprintf(path, sizeof path, "%s/marks.csv.part", folder); /* a folder where a file should go */
  assert_int_equal(mkdir(path, 0777), 0);
  assert_int_equal(muster_synth_write(&spec, folder, 2, NULL, &err), MUSTER_IO);
  assert_non_null(strstr(err.where, "marks.csv"));
  assert_int_equal(rmdir(path), 0);
  remove_folder(folder);
}

static void a_full_disk_leaves_the_old_folder_whole(void **state) {
  (void)state;
  char folder[64], before[FILES][MUSTER_DIGEST_TEXT], after[MUSTER_DIGEST_TEXT];
  muster_error err;
  new_folder(folder);
  muster_synth_spec spec = spec_of(4, 200, 1);
  write_spec(&spec, folder, 1);
  for (int k = 0; k < FILES; k++) digest_of(folder, files[k], before[k]);
  struct rlimit old, small;
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
  void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
  spec.seed = 2;
  for (unsigned jobs = 1; jobs <= 4; jobs += 3)
    for (rlim_t limit = 100; limit < 2000000; limit *= 7) {
      small = (struct rlimit){limit, old.rlim_max};
      assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
      muster_status status = muster_synth_write(&spec, folder, jobs, NULL, &err);
      assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
      assert_int_equal(status, MUSTER_IO);
      for (int k = 0; k < FILES; k++) {
        digest_of(folder, files[k], after);
        assert_string_equal(after, before[k]);
      }
      digest_of(folder, "marks.csv.part", after);
      assert_string_equal(after, "-");
    }
  signal(SIGXFSZ, handler);
  remove_folder(folder);
}

static void every_failed_allocation_is_reported(void **state) {
  (void)state;
  char folder[64], digest[MUSTER_DIGEST_TEXT];
  new_folder(folder);
  muster_synth_spec spec = spec_of(3, 60, 1);
  muster_error err;
  assert_int_equal(muster_synth_effect_parse(MUSTER_TEXT("mentor:-1"), &spec.effect, &err), MUSTER_OK);
  long n = 1;
  for (;; n++) {
    muster_alloc_fail_at(n);
    muster_status status = muster_synth_write(&spec, folder, n & 1 ? 1 : 2, NULL, &err);
    muster_alloc_fail_at(0);
    if (status == MUSTER_OK) break;
    assert_int_equal(status, MUSTER_MEMORY);
    digest_of(folder, "truth.json", digest);
    assert_string_equal(digest, "-");
    assert_true(n < 2000);
  }
  assert_true(n > 20);
  remove_folder(folder);
}

typedef struct told {
  uint64_t last, calls;
} told;

static void tell(void *context, const char *what, uint64_t done, uint64_t total) {
  told *t = context;
  assert_string_equal(what, "pupils");
  assert_int_equal(total, 300);
  assert_true(done > t->last && done <= total);
  t->last = done;
  t->calls++;
}

static void progress_counts_pupils(void **state) {
  (void)state;
  char folder[64];
  new_folder(folder);
  muster_synth_spec spec = spec_of(6, 300, 1);
  muster_error err;
  told t = {0};
  muster_progress progress = {tell, &t};
  assert_int_equal(muster_synth_write(&spec, folder, 3, &progress, &err), MUSTER_OK);
  assert_int_equal(t.last, 300);
  assert_int_equal(t.calls, 6);
  remove_folder(folder);
}

static void the_smallest_folder_is_whole(void **state) {
  (void)state;
  char folder[64], digest[MUSTER_DIGEST_TEXT];
  new_folder(folder);
  muster_synth_spec spec = spec_of(1, 1, 1);
  write_spec(&spec, folder, 8);
  static const char *const always[] = {"marks.csv", "pupils.csv",    "schools.csv", "calendar.csv",
                                       "terms.csv", "responses.csv", "README.txt",  "truth.json"};
  for (int k = 0; k < 8; k++) {
    digest_of(folder, always[k], digest);
    assert_string_not_equal(digest, "-");
  }
  remove_folder(folder);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(any_number_of_threads_writes_the_same_bytes),
      cmocka_unit_test(week_and_absences_hold_the_marks_of_long),
      cmocka_unit_test(strips_hold_the_marks_of_long),
      cmocka_unit_test(other_data_is_never_written_over),
      cmocka_unit_test(our_own_folder_is_made_anew_without_leftovers),
      cmocka_unit_test(a_folder_that_cannot_be_written_is_an_error),
      cmocka_unit_test(a_full_disk_leaves_the_old_folder_whole),
      cmocka_unit_test(every_failed_allocation_is_reported),
      cmocka_unit_test(progress_counts_pupils),
      cmocka_unit_test(the_smallest_folder_is_whole),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
