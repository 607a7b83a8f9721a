/* Folders, files and keys for the tests of the pack room. */
#include "support.h"

void new_folder(char out[64]) {
  snprintf(out, 64, "/tmp/muster-pack-XXXXXX");
  assert_non_null(mkdtemp(out));
}

int shell(const char *fmt, ...) {
  char command[2048];
  va_list args;
  va_start(args, fmt);
  vsnprintf(command, sizeof command, fmt, args);
  va_end(args);
  int status = system(command);
  return status < 0 ? -1 : status >> 8;
}

void remove_folder(const char *folder) {
  assert_true(strncmp(folder, "/tmp/muster-pack-", 17) == 0);
  assert_int_equal(shell("chmod -R u+rwx '%s' && rm -rf '%s'", folder, folder), 0);
}

const char *in(const char *folder, const char *name) {
  static char paths[4][512];
  static int next;
  char *path = paths[next++ % 4];
  snprintf(path, sizeof paths[0], "%s/%s", folder, name);
  return path;
}

void put(const char *folder, const char *name, const char *text) {
  char path[512];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  char *slash = strrchr(path, '/');
  *slash = '\0';
  assert_int_equal(muster_folder_make(path, NULL), MUSTER_OK);
  *slash = '/';
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
  assert_int_equal(fclose(file), 0);
}

void get(const char *folder, const char *name, char *out, size_t size) {
  FILE *file = fopen(in(folder, name), "rb");
  assert_non_null(file);
  out[fread(out, 1, size - 1, file)] = '\0';
  fclose(file);
}

bool is_there(const char *folder, const char *name) {
  struct stat st;
  return lstat(in(folder, name), &st) == 0;
}

void new_pack(char out[64]) {
  new_folder(out);
  put(out, "pack.lua", "return pack { name = \"sample\" }\n");
  put(out, "rules/one.lua", "one\n");
  put(out, "rules/two.lua", "two\n");
}

bool has_tool(const char *name) {
  if (shell("command -v %s >/dev/null 2>&1", name) == 0) return true;
  printf("SKIPPED: %s is not installed\n", name);
  return false;
}

/* Keys are random; the ids are not, so that texts with them in can be compared. */
muster_secret_key a_key(unsigned char number) {
  static muster_secret_key made[8];
  static bool there[8];
  assert_true(number < 8);
  if (!there[number]) {
    assert_int_equal(muster_key_make(&made[number], NULL), MUSTER_OK);
    memset(made[number].public_key.id, number + 1, MUSTER_KEY_ID);
    there[number] = true;
  }
  return made[number];
}

void trust(const char *packs, const muster_secret_key *key, const char *name) {
  char path[512];
  snprintf(path, sizeof path, "%s/trusted", packs);
  assert_int_equal(muster_folder_make(path, NULL), MUSTER_OK);
  snprintf(path, sizeof path, "%s/trusted/%s.pub", packs, name);
  assert_int_equal(muster_public_key_write(&key->public_key, path, NULL), MUSTER_OK);
}
