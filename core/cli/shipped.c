/* Finding the packs that ship from where the program is, so that an installed tree can be moved. */
#include "shipped.h"

#include <string.h>
#include <unistd.h>

const char *cli_shipped_packs(muster_arena *arena) {
  char program[4096];
  ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
  if (n <= 0) return NULL;
  program[n] = '\0';
  for (int up = 0; up < 2; up++) { /* the program's name, then bin */
    char *slash = strrchr(program, '/');
    if (!slash) return NULL;
    *slash = '\0';
  }
  const char *folder = muster_arena_printf(arena, "%s/" MUSTER_DATADIR "/rules", program);
  return folder && muster_is_folder(folder) ? folder : NULL;
}

const char *cli_shipped_pack(const char *name, muster_arena *arena) {
  const char *packs = cli_shipped_packs(arena), *folder = packs ? muster_path_join(arena, packs, name) : NULL;
  return folder && muster_is_folder(folder) ? folder : NULL;
}
