/* A loaded pack from the inside. */
#ifndef SCRIPT_PACK_PRIVATE_H
#define SCRIPT_PACK_PRIVATE_H

#include "describe.h"
#include "muster/script/pack.h"

/** What of a rule only the engine needs. The full ids are made with the ruleset. */
typedef struct pack_rule {
  script_file file;
  const char *by, *inhibits;
  muster_lasting for_, hold, rearm;
  muster_date silence;
} pack_rule;

enum { MUSTER_PACK_LIBRARIES = 64 };

struct muster_pack {
  muster_arena arena;
  muster_limits limits;
  const char *folder;
  muster_manifest manifest;
  muster_codes codes; /* national, and the pack's own: for checks of parameters */
  muster_rule_info *infos;
  pack_rule *rules;
  size_t rule_count;
  muster_plan *plans;
  script_file *plan_files;
  size_t plan_count;
  script_file *libraries;
  size_t library_count;
  script_file *charts;
  size_t chart_count;
  script_file manifest_file;
  const char **test_files; /* paths within the pack */
  size_t test_file_count;
  const char **files; /* that make up its behaviour */
  size_t file_count;
  char digest[MUSTER_DIGEST_TEXT];
};

/** Reads the parameters of the table "params" at `table`. [-0, +0, e] */
muster_param *pack_params_read(lua_State *L, int table, muster_arena *arena, size_t *n);

/** Checks a text against a parameter's kind and bounds. */
MUSTER_CHECK muster_status pack_param_check(const muster_pack *pack, const muster_param *param, const char *value,
                                            muster_error *err);

/** Pushes the value of a parameter as a rule sees it. [-0, +1, m] */
void pack_param_push(lua_State *L, const muster_param *param);

/** Rule of that id, with or without the pack's name before it; MUSTER_NONE. */
uint32_t pack_rule_find(const muster_pack *pack, const char *id);

/** "review" -> MUSTER_REVIEW; -1. */
int pack_level_of(const char *text);

#endif
