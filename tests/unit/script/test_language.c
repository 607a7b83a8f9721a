/* The names of the rule language: the list that was agreed, the stubs for editors, the reference page. */
#include "support.h"

static char *file_text(const char *path) {
  char full[512], *bytes;
  size_t n;
  muster_error err;
  snprintf(full, sizeof full, "%s/%s", MUSTER_SOURCE, path);
  assert_int_equal(muster_file_read(full, 1 << 20, &bytes, &n, &err), MUSTER_OK);
  return bytes;
}

static void names_of(muster_arena *arena, const char ***names, size_t *n) {
  muster_error err;
  assert_int_equal(muster_language_names(arena, names, n, &err), MUSTER_OK);
}

/* Nothing can be reached that is not on the list: a new name is a decision, and an attack file. */
static void exactly_these(void **state) {
  (void)state;
  muster_arena arena = {0};
  const char **names;
  size_t n;
  names_of(&arena, &names, &n);
  muster_buf all;
  muster_buf_init(&all, 1 << 16);
  for (size_t i = 0; i < n; i++) muster_buf_printf(&all, "%s\n", names[i]);
  char *golden = file_text("tests/unit/script/language.txt");
  assert_string_equal(all.at, golden);
  muster_free(golden);
  muster_buf_free(&all);
  muster_arena_free(&arena);
}

/* How a name is written in the stubs. */
static void stub_of(const char *name, char *out, size_t size) {
  char kind[32], rest[96], scope[32], member[64];
  assert_int_equal(sscanf(name, "%31s %95[^\n]", kind, rest), 2);
  bool member_of = sscanf(rest, "%31[a-z][.:]%63s", scope, member) == 2;
  if (!member_of) member_of = sscanf(rest, "%31[^.:]%*1[.:]%63s", scope, member) == 2;
  if (strcmp(kind, "attribute") == 0)
    snprintf(out, size, "--- @field %s", member);
  else if (strcmp(kind, "method") == 0)
    snprintf(out, size, "function %c%s:%s(", scope[0] - 32, scope + 1, member);
  else if (strcmp(kind, "function") == 0 || strcmp(kind, "constructor") == 0 || strcmp(kind, "layer") == 0)
    snprintf(out, size, "function %s(", rest);
  else
    snprintf(out, size, "%s = ", rest);
}

static void stubs_say_the_same(void **state) {
  (void)state;
  muster_arena arena = {0};
  const char **names;
  size_t n, missing = 0, functions = 0;
  names_of(&arena, &names, &n);
  char *stubs = file_text("lua/meta/muster.lua"), *charts = file_text("lua/meta/charts.lua");
  for (size_t i = 0; i < n; i++) {
    if (strncmp(names[i], "function text value", 19) == 0) continue; /* string's own, on a value */
    char stub[160];
    stub_of(names[i], stub, sizeof stub);
    bool layer = strncmp(names[i], "layer ", 6) == 0;
    functions += !layer && strncmp(stub, "function ", 9) == 0;
    if (strstr(layer ? charts : stubs, stub)) continue;
    print_error("lua/meta does not have %s (%s)\n", names[i], stub);
    missing++;
  }
  assert_int_equal(missing, 0);
  size_t declared = 0;
  for (const char *at = stubs; (at = strstr(at, "\nfunction ")); at++) declared++;
  assert_int_equal(declared, functions); /* and nothing that is not there */
  muster_free(stubs);
  muster_free(charts);
  muster_arena_free(&arena);
}

static void reference_names_all(void **state) {
  (void)state;
  muster_arena arena = {0};
  const char **names;
  size_t n, missing = 0;
  names_of(&arena, &names, &n);
  char *page = file_text("docs/rules.md");
  for (size_t i = 0; i < n; i++) {
    const char *name = strrchr(names[i], ' ') + 1;
    const char *tail = strpbrk(name, ".:");
    if (strstr(page, tail ? tail + 1 : name)) continue;
    print_error("docs/rules.md does not speak of %s\n", names[i]);
    missing++;
  }
  assert_int_equal(missing, 0);
  muster_free(page);
  muster_arena_free(&arena);
}

static void the_interpreter_says_what_it_is(void **state) {
  (void)state;
  assert_int_equal(strncmp(muster_script_version(), "Lua 5.4", 7), 0);
  muster_script_faults faults = muster_script_self_test();
  assert_int_equal(faults.comparison_as_index || faults.constant_after_many,
                   strchr(muster_script_version(), '(') != NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(exactly_these),
      cmocka_unit_test(stubs_say_the_same),
      cmocka_unit_test(reference_names_all),
      cmocka_unit_test(the_interpreter_says_what_it_is),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
