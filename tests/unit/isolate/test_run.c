/* Parcels from a child: whole, in order, from any thread; forged ones are refused; the shelf answers as files do. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "muster/isolate.h"

typedef struct talk {
  int64_t sum, count;
  size_t longest;
  muster_post *post;
  const char *said;
  muster_arena arena;
  bool refuse;
} talk;

static const muster_cage cage = {.seconds = 20, .memory = 512 << 20, .threads = true};

static muster_status take(void *context, unsigned kind, muster_parcel *parcel, muster_error *err) {
  talk *t = context;
  if (t->refuse) return muster_fail(err, MUSTER_IO, "no room for it");
  if (kind == 2) {
    t->said = muster_parcel_line(parcel, &t->arena);
    return muster_parcel_done(parcel) ? MUSTER_OK : muster_fail(err, MUSTER_PACK, "not whole");
  }
  t->sum += muster_parcel_number(parcel);
  muster_text text = muster_parcel_text(parcel);
  t->longest = text.n > t->longest ? text.n : t->longest;
  t->count++;
  return muster_parcel_done(parcel) ? MUSTER_OK : muster_fail(err, MUSTER_PACK, "not whole");
}

static muster_status say(void *context, unsigned worker, size_t item, muster_error *err) {
  talk *t = context;
  (void)worker;
  static const char letters[10000];
  muster_buf out;
  muster_buf_init(&out, 1 << 20);
  muster_parcel_put_number(&out, (int64_t)item);
  muster_parcel_put_text(&out, (muster_text){letters, item * 10});
  muster_status status = muster_post_send(t->post, 1, &out, err);
  muster_buf_free(&out);
  return status;
}

static muster_status say_much(void *context, muster_post *post, muster_error *err) {
  talk *t = context;
  t->post = post;
  return muster_parallel(4, 1000, say, t, err);
}

static void parcels_arrive_whole_from_all_threads(void **state) {
  (void)state;
  talk t = {0};
  muster_error err = {0};
  muster_isolated_end end;
  assert_int_equal(muster_isolate_run(&(muster_isolated){cage, say_much, take, &t}, &end, &err), MUSTER_OK);
  assert_int_equal(t.count, 1000);
  assert_int_equal(t.sum, 999 * 1000 / 2);
  assert_int_equal(t.longest, 9990);
}

static muster_status fail_well(void *context, muster_post *post, muster_error *err) {
  (void)context;
  (void)post;
  muster_fail(err, MUSTER_DATA, "not so");
  muster_error_where(err, "there:%d", 3);
  muster_error_expected(err, "this");
  muster_error_todo(err, "that");
  return MUSTER_DATA;
}

static void an_error_comes_back_with_all_its_parts(void **state) {
  (void)state;
  talk t = {0};
  muster_error err = {0};
  muster_isolated_end end;
  assert_int_equal(muster_isolate_run(&(muster_isolated){cage, fail_well, take, &t}, &end, &err), MUSTER_DATA);
  assert_int_equal(end, MUSTER_ENDED);
  assert_int_equal(err.status, MUSTER_DATA);
  assert_string_equal(err.what, "not so");
  assert_string_equal(err.where, "there:3");
  assert_string_equal(err.expected, "this");
  assert_string_equal(err.todo, "that");
}

static void who_takes_may_refuse(void **state) {
  (void)state;
  talk t = {.refuse = true};
  muster_error err = {0};
  muster_isolated_end end;
  assert_int_equal(muster_isolate_run(&(muster_isolated){cage, say_much, take, &t}, &end, &err), MUSTER_IO);
  assert_string_equal(err.what, "no room for it");
}

static muster_status say_escape(void *context, muster_post *post, muster_error *err) {
  (void)context;
  muster_buf out;
  muster_buf_init(&out, 1 << 10);
  muster_parcel_put_words(&out, "a\033[2Jb\nc");
  return muster_post_send(post, 2, &out, err);
}

static void words_move_no_cursor(void **state) {
  (void)state;
  talk t = {0};
  muster_isolated_end end;
  assert_int_equal(muster_isolate_run(&(muster_isolated){cage, say_escape, take, &t}, &end, NULL), MUSTER_OK);
  assert_string_equal(t.said, "a [2Jb\nc");
  muster_arena_free(&t.arena);
}

/* What a child that was taken over might send. */
static muster_status stop_in_the_middle(void *context, muster_post *post, muster_error *err) {
  (void)context;
  muster_buf half;
  muster_buf_init(&half, 1 << 10);
  muster_parcel_put_number(&half, 1);
  muster_parcel_put_number(&half, INT64_MAX / 2); /* the length of a text that is not there */
  return muster_post_send(post, 1, &half, err);
}

static void a_forged_length_is_refused(void **state) {
  (void)state;
  talk t = {0};
  muster_error err = {0};
  muster_isolated_end end;
  assert_int_equal(muster_isolate_run(&(muster_isolated){cage, stop_in_the_middle, take, &t}, &end, &err), MUSTER_PACK);
  assert_string_equal(err.what, "not whole");
}

static muster_status leave_early(void *context, muster_post *post, muster_error *err) {
  (void)context;
  (void)post;
  (void)err;
  _exit(0);
}

static void leaving_without_a_word_is_no_success(void **state) {
  (void)state;
  talk t = {0};
  muster_isolated_end end;
  assert_int_equal(muster_isolate_run(&(muster_isolated){cage, leave_early, take, &t}, &end, NULL), MUSTER_PACK);
  assert_int_equal(end, MUSTER_ENDED_BY_FAULT);
}

/* A header of no kind, past all that the room would send itself; before the ending, or after it. */
static muster_status send_no_parcel(void *context, muster_post *post, muster_error *err) {
  (void)err;
  const int *fd = (const int *)(const void *)post; /* its first member */
  enum { HEADER = 9, ENDING = 5 * 8 };             /* a status and four texts that are not there */
  const char ending[HEADER + ENDING] = {(char)255, ENDING}, nothing[HEADER] = {0};
  bool after = ((const talk *)context)->sum;
  bool sent = !after || write(*fd, ending, sizeof ending) == sizeof ending;
  _exit(sent && write(*fd, nothing, sizeof nothing) == sizeof nothing ? 0 : 1);
}

static void what_cannot_be_read_is_a_fault(void **state) {
  (void)state;
  for (int after = 0; after < 2; after++) {
    talk t = {.sum = after};
    muster_error err = {0};
    muster_isolated_end end = MUSTER_ENDED;
    muster_isolated what = {cage, send_no_parcel, take, &t};
    assert_int_equal(muster_isolate_run(&what, &end, &err), MUSTER_PACK);
    assert_string_equal(err.what, "the process of the pack sent what cannot be read");
    assert_int_equal(end, MUSTER_ENDED_BY_FAULT);
  }
}

/* Where a program ignores the end of its children, the system waits for them. */
static void a_caller_may_ignore_its_children(void **state) {
  (void)state;
  talk t = {0};
  muster_isolated_end end;
  void (*before)(int) = signal(SIGCHLD, SIG_IGN);
  muster_status status = muster_isolate_run(&(muster_isolated){cage, say_escape, take, &t}, &end, NULL);
  signal(SIGCHLD, before);
  assert_int_equal(status, MUSTER_OK);
  muster_arena_free(&t.arena);
}

/* ---- the shelf ---- */

static void write_file(const char *path, const char *text) {
  assert_int_equal(muster_file_write(path, text, strlen(text), 0600, NULL), MUSTER_OK);
}

static const char *const inner[] = {"rules", "plans", NULL};

static void make_folder(char folder[64]) {
  strcpy(folder, "shelf-XXXXXX");
  assert_non_null(mkdtemp(folder));
  assert_int_equal(chdir(folder), 0);
  assert_int_equal(muster_folder_make("p/rules", NULL), MUSTER_OK);
  write_file("p/pack.lua", "pack");
  write_file("p/rules/b.lua", "b");
  write_file("p/rules/a.lua", "");
  write_file("p/rules/notes.txt", "notes");
  write_file("p/rules/large.lua", "0123456789");
  assert_int_equal(symlink("a.lua", "p/rules/link.lua"), 0);
}

static void remove_folder(const char *folder) {
  static const char *const names[] = {"p/pack.lua",        "p/rules/a.lua",     "p/rules/b.lua",
                                      "p/rules/notes.txt", "p/rules/large.lua", "p/rules/link.lua"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) unlink(names[i]);
  rmdir("p/rules");
  rmdir("p");
  assert_int_equal(chdir(".."), 0);
  rmdir(folder);
}

static void the_shelf_answers_as_files_do(void **state) {
  (void)state;
  char folder[64], *bytes;
  make_folder(folder);
  muster_shelf shelf = {0};
  assert_int_equal(muster_shelf_folder(&shelf, "p", inner, ".lua", 8, NULL), MUSTER_OK);
  assert_int_equal(muster_shelf_file(&shelf, "none.lua", 8, NULL), MUSTER_OK);
  remove_folder(folder);
  muster_arena arena = {0};
  const char **names;
  size_t n;
  assert_int_equal(muster_shelf_list(&shelf, "p/rules", ".lua", &arena, &names, &n, NULL), MUSTER_OK);
  assert_int_equal(n, 4);
  assert_string_equal(names[0], "a.lua");
  assert_string_equal(names[3], "link.lua");
  assert_int_equal(muster_shelf_list(&shelf, "p", ".lua", &arena, &names, &n, NULL), MUSTER_OK);
  assert_int_equal(n, 1);
  assert_true(muster_shelf_is_folder(&shelf, "p/rules"));
  assert_false(muster_shelf_is_folder(&shelf, "p/plans"));
  assert_false(muster_shelf_is_folder(&shelf, "p/rules/a.lua"));
  assert_true(muster_shelf_is_file(&shelf, "p/rules/a.lua"));
  assert_true(muster_shelf_is_link(&shelf, "p/rules/link.lua"));
  assert_int_equal(muster_shelf_read(&shelf, "p/rules/b.lua", 100, &bytes, &n, NULL), MUSTER_OK);
  assert_string_equal(bytes, "b");
  muster_free(bytes);
  muster_error err = {0};
  assert_int_equal(muster_shelf_read(&shelf, "p/rules/large.lua", 100, &bytes, &n, &err), MUSTER_DATA);
  assert_int_equal(muster_shelf_read(&shelf, "none.lua", 100, &bytes, &n, &err), MUSTER_IO);
  assert_int_equal(muster_shelf_read(&shelf, "/etc/passwd", 100000, &bytes, &n, &err), MUSTER_IO);
  assert_int_equal(muster_shelf_read(&shelf, "p/../p/pack.lua", 100, &bytes, &n, &err), MUSTER_IO);
  muster_arena_free(&arena);
  muster_shelf_free(&shelf);
}

static void no_memory_for_the_shelf(void **state) {
  (void)state;
  char folder[64];
  make_folder(folder);
  for (long nth = 1; nth < 200; nth++) {
    muster_shelf shelf = {0};
    muster_alloc_fail_at(nth);
    muster_status status = muster_shelf_folder(&shelf, "p", inner, ".lua", 8, NULL);
    muster_alloc_fail_at(0);
    muster_shelf_free(&shelf);
    if (status == MUSTER_OK) {
      assert_true(nth > 5);
      break;
    }
    assert_int_equal(status, MUSTER_MEMORY);
  }
  remove_folder(folder);
}

int main(void) {
  const struct CMUnitTest shelf[] = {
      cmocka_unit_test(the_shelf_answers_as_files_do),
      cmocka_unit_test(no_memory_for_the_shelf),
  };
  int failed = cmocka_run_group_tests_name("shelf", shelf, NULL, NULL);
  muster_error err = {0};
  if (muster_cage_possible(&err) != MUSTER_OK) {
    print_message("SKIPPED: %s\n", err.what);
    return failed;
  }
  const struct CMUnitTest runs[] = {
      cmocka_unit_test(parcels_arrive_whole_from_all_threads),
      cmocka_unit_test(an_error_comes_back_with_all_its_parts),
      cmocka_unit_test(who_takes_may_refuse),
      cmocka_unit_test(words_move_no_cursor),
      cmocka_unit_test(a_forged_length_is_refused),
      cmocka_unit_test(leaving_without_a_word_is_no_success),
      cmocka_unit_test(what_cannot_be_read_is_a_fault),
      cmocka_unit_test(a_caller_may_ignore_its_children),
  };
  return failed + cmocka_run_group_tests_name("runs", runs, NULL, NULL);
}
