/* Every attack of tests/sandbox ends as its first line says. */
#include <ctype.h>
#include <time.h>

#include "support.h"

static char *read_text(const char *path) {
  char *bytes;
  size_t n;
  muster_error err;
  assert_int_equal(muster_file_read(path, 1 << 20, &bytes, &n, &err), MUSTER_OK);
  return bytes;
}

/* "budget", "refused" or "nil", and what the error has to say. */
static void expectation(const char *text, char kind[16], char words[128]) {
  char line[160];
  snprintf(line, sizeof line, "%.*s", (int)strcspn(text, "\n"), text);
  assert_int_equal(strncmp(line, "-- expect: ", 11), 0);
  words[0] = '\0';
  assert_true(sscanf(line + 11, "%15s %127[^\n]", kind, words) >= 1);
}

/* Is the pupil ann named. */
static bool names_pupil(const char *text) {
  for (const char *at = text; (at = strstr(at, "ann")); at++) {
    bool inside = (at > text && isalnum((unsigned char)at[-1])) || isalnum((unsigned char)at[3]);
    if (!inside) return true;
  }
  return false;
}

/* Nothing that an error quotes reaches a terminal as more than text. */
static bool is_plain(const char *text) {
  for (muster_text left = muster_text_of(text); left.n; left.at++, left.n--)
    if (muster_text_control(left)) return false;
  return true;
}

/* A library that does what it should: there in every pack, for attacks on it. */
#define INNOCENT "return { twice = function(n) return 2 * n end, list = { 1, 2 } }\n"

/* Calls what an attack in lib/ returns. */
#define USE                                                                                                         \
  "local it = require \"%s\"\nreturn rule { id = \"use\", title = \"a use\", scope = \"pupil\", level = \"info\", " \
  "message = \"got through\",\n  when = function(pupil, p) return it.attack(pupil, p) end }\n"

/* `room` is where the file is put in the pack: "rules" or "lib". */
static bool attack(const char *path, const char *room, const char *name) {
  char *text = read_text(path), kind[16], words[128], inside[128], use[512], shown[1200];
  expectation(text, kind, words);
  bench_pack b;
  pack_begin(&b);
  b.reg = small_register();
  snprintf(inside, sizeof inside, "%s/%s", room, name);
  snprintf(use, sizeof use, "%.*s", (int)(strlen(name) - 4), name);
  pack_write(&b, "lib/innocent.lua", INNOCENT);
  pack_write(&b, inside, text);
  if (strcmp(room, "lib") == 0) {
    char rule[1024];
    snprintf(rule, sizeof rule, USE, use);
    pack_write(&b, "rules/use.lua", rule);
  }
  muster_free(text);
  muster_run run = {0};
  clock_t before = clock();
  muster_limits limits = {.instructions = 1000000, .memory = (size_t)32 << 20, .seconds = 2};
  muster_status status = muster_pack_load(b.folder, &limits, &b.pack, &b.err);
  if (status == MUSTER_OK) status = muster_ruleset_make(&b.pack, 1, &b.reg->codes, &b.set, &b.err);
  if (status == MUSTER_OK) status = pack_run(&b, muster_date_of(2025, 10, 10), &run);
  double seconds = (double)(clock() - before) / CLOCKS_PER_SEC;
  muster_error_format(&b.err, shown, sizeof shown);
  bool over = status == MUSTER_PACK && strstr(b.err.what, "used more than it may");
  bool good = strcmp(kind, "budget") == 0    ? over
              : strcmp(kind, "refused") == 0 ? status == MUSTER_PACK && !over
                                             : status == MUSTER_OK && run.finding_count == 0;
  if (status != MUSTER_OK)
    good = good && strstr(shown, words) && b.err.where[0] && !names_pupil(shown) && is_plain(shown);
  if (seconds > 4) good = false;
  if (!good)
    print_error("%s/%s: expected %s %s, got %d after %.1f s: %s\n", room, name, kind, words, status, seconds, shown);
  if (status == MUSTER_OK) muster_run_free(&run);
  pack_end(&b);
  return good;
}

static void try_all(const char *folder, const char *room, size_t least) {
  muster_arena arena = {0};
  muster_error err;
  const char **names;
  size_t n, failed = 0;
  assert_int_equal(muster_folder_list(folder, ".lua", &arena, &names, &n, &err), MUSTER_OK);
  assert_true(n > least);
  for (size_t i = 0; i < n; i++) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, names[i]);
    if (!attack(path, room, names[i])) failed++;
  }
  muster_arena_free(&arena);
  assert_int_equal(failed, 0);
}

static void gallery(void **state) {
  (void)state;
  try_all(MUSTER_SOURCE "/tests/sandbox", "rules", 140);
  try_all(MUSTER_SOURCE "/tests/sandbox/lib", "lib", 25);
}

static muster_status load_bytes(const char *bytes, size_t n, muster_error *err) {
  bench_pack b;
  char path[128];
  pack_begin(&b);
  pack_write(&b, "rules/x.lua", "");
  snprintf(path, sizeof path, "%s/rules/x.lua", b.folder);
  assert_int_equal(muster_file_write(path, bytes, n, 0644, err), MUSTER_OK);
  muster_status status = muster_pack_load(b.folder, NULL, &b.pack, err);
  pack_end(&b);
  return status;
}

static void compiled_code_is_not_run(void **state) {
  (void)state;
  muster_error err;
  assert_int_equal(load_bytes("\x1bLua\x54", 5, &err), MUSTER_PACK);
  assert_non_null(strstr(err.what, "compiled code"));
}

static void a_file_has_a_size(void **state) {
  (void)state;
  muster_error err;
  size_t n = MUSTER_SCRIPT_BYTES + 1;
  char *bytes = malloc(n);
  memset(bytes, ' ', n);
  assert_int_equal(load_bytes(bytes, n, &err), MUSTER_PACK);
  assert_non_null(strstr(err.what, "larger than"));
  free(bytes);
}

/* The compiler takes quadratic time for chains of "or"; the size of a file bounds it. */
static void a_long_chain_compiles_in_time(void **state) {
  (void)state;
  muster_error err;
  muster_buf text;
  muster_buf_init(&text, 1 << 17);
  muster_buf_puts(&text, "local a return ");
  while (text.n < MUSTER_SCRIPT_BYTES - 8) muster_buf_puts(&text, "a or ");
  muster_buf_puts(&text, "a");
  clock_t before = clock();
  assert_int_equal(load_bytes(text.at, text.n, &err), MUSTER_PACK);
  assert_true((double)(clock() - before) / CLOCKS_PER_SEC < 5);
  muster_buf_free(&text);
}

static void a_link_is_not_followed(void **state) {
  (void)state;
  bench_pack b;
  char path[128];
  pack_begin(&b);
  pack_write(&b, "rules/x.lua", "");
  snprintf(path, sizeof path, "%s/rules/y.lua", b.folder);
  assert_int_equal(symlink("/etc/passwd", path), 0);
  assert_int_equal(muster_pack_load(b.folder, NULL, &b.pack, &b.err), MUSTER_PACK);
  assert_null(strstr(b.err.what, "root"));
  pack_end(&b);
}

/* The same limit breaks at the same place every time, whatever ran before. */
static void instructions_decide_the_same_way(void **state) {
  (void)state;
  bench_pack b;
  pack_begin(&b);
  b.reg = small_register();
  pack_rule(&b, "near", "scope = \"pupil\", message = \"\", params = { n = integer { 1, min = 1, max = 1000000 } }",
            "    local s = 0\n    for i = 1, p.n do s = s + pupil:count(\"absent\") end\n    return s > 100000000");
  long low = 1, high = 1000000;
  while (high - low > 1) { /* the largest number of rounds that stays within the limit */
    long middle = (low + high) / 2;
    char setting[64];
    snprintf(setting, sizeof setting, "near.n=%ld", middle);
    muster_pack_free(b.pack);
    b.pack = NULL;
    assert_int_equal(muster_pack_load(b.folder, NULL, &b.pack, &b.err), MUSTER_OK);
    assert_int_equal(muster_pack_set(b.pack, setting, &b.err), MUSTER_OK);
    muster_ruleset_free(b.set);
    b.set = NULL;
    assert_int_equal(muster_ruleset_make(&b.pack, 1, NULL, &b.set, &b.err), MUSTER_OK);
    muster_status first = MUSTER_OK;
    for (int again = 0; again < 3; again++) {
      muster_run run = {0};
      muster_status status = pack_run(&b, muster_date_of(2025, 10, 10), &run);
      if (status == MUSTER_OK) muster_run_free(&run);
      if (again == 0) first = status;
      assert_int_equal(status, first);
    }
    if (first == MUSTER_OK)
      low = middle;
    else
      high = middle;
  }
  assert_true(low > 10000 && low < 400000);
  pack_end(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(gallery),
      cmocka_unit_test(compiled_code_is_not_run),
      cmocka_unit_test(a_file_has_a_size),
      cmocka_unit_test(a_long_chain_compiles_in_time),
      cmocka_unit_test(a_link_is_not_followed),
      cmocka_unit_test(instructions_decide_the_same_way),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
