/* muster/script/pack.h - a pack of rules: a folder of Lua files, what it says of itself, and how it is tailored.
 *
 *   pack.lua          the manifest
 *   rules/NAME.lua    one rule each; NAME_test.lua beside it: its tests
 *   plans/NAME.lua    one plan each
 *   charts/NAME.lua   one chart each
 *   lib/NAME.lua      code that the others require
 *   tests/NAME.lua    more tests
 *
 * Loading reads every file, runs its description once under limits and checks it whole. Overlays and settings are then
 * applied in the order given. A ruleset is made from one or more packs at the end and does not change any more. */
#ifndef MUSTER_SCRIPT_PACK_H
#define MUSTER_SCRIPT_PACK_H

#include "muster/engine.h"
#include "muster/script/limits.h"

MUSTER_BEGIN_DECLS

typedef enum muster_param_kind {
  MUSTER_PARAM_INTEGER,
  MUSTER_PARAM_NUMBER,
  MUSTER_PARAM_RATE, /* a number from 0 to 1 */
  MUSTER_PARAM_STRING,
  MUSTER_PARAM_CHOICE,
  MUSTER_PARAM_BOOLEAN,
  MUSTER_PARAM_CODES, /* attendance codes; text as codes"..." takes it */
  MUSTER_PARAM_WINDOW
} muster_param_kind;

/** "integer", "number", ... */
const char *muster_param_kind_text(muster_param_kind kind);

/** A parameter of a rule, or of the whole pack. Values of all kinds are text here, as --set takes them. */
typedef struct muster_param {
  const char *name, *doc;
  muster_param_kind kind;
  double min, max;            /* NaN = no bound */
  const char *const *choices; /* NULL-terminated, for a choice; else NULL */
  const char *default_value, *value;
  bool changed; /* by an overlay or a setting */
} muster_param;

/** What a pack says of a rule, and what of it is in force. Numbered as the pack's files are, by name. */
typedef struct muster_rule_info {
  const char *id;   /* without the pack: "broken-weeks" */
  const char *file; /* within the pack: "rules/broken-weeks.lua" */
  const char *doc;  /* the comment of three dashes at the top of the file, or "" */
  const char *title, *message;
  const char *authority; /* what it rests on, or "" */
  muster_subject_kind scope;
  const char *by;                /* attribute that makes the groups, or NULL */
  muster_level level, own_level; /* in force; as the pack has it */
  bool disabled;
  const char *plan;     /* or NULL */
  const char *inhibits; /* another rule, or NULL */
  muster_lasting for_, hold, rearm;
  const muster_param *params; /* by name */
  size_t param_count;
} muster_rule_info;

/** Another pack that one needs: a name and a range of versions, as "^1.2". */
typedef struct muster_requirement {
  const char *pack, *versions;
} muster_requirement;

/** A word of `applies`: where a pack is meant to be used. See muster/script/applies.h. */
typedef struct muster_condition {
  const char *name;
  const char *const *values; /* NULL-terminated */
} muster_condition;

/** pack.lua. Texts that were not given are "". */
typedef struct muster_manifest {
  const char *name, *version, *licence, *about;
  int api;
  const char *const *authors; /* NULL-terminated */
  const muster_requirement *requires;
  size_t requirement_count;
  const muster_condition *applies;
  size_t condition_count;
  const muster_code *codes; /* local codes, to be added to the register's before data is read */
  size_t code_count;
  const muster_param *params; /* seen by every rule of the pack that has none of that name */
  size_t param_count;
} muster_manifest;

typedef struct muster_pack muster_pack;

/** Loads a folder.
 * @param limits  NULL = the default
 * @retval MUSTER_IO    the folder or a file of it cannot be read
 * @retval MUSTER_PACK  something in it is wrong: file, line, rule, what, and what to write instead
 * @retval MUSTER_MEMORY */
MUSTER_CHECK muster_status muster_pack_load(const char *folder, const muster_limits *limits, muster_pack **pack,
                                            muster_error *err);
void muster_pack_free(muster_pack *pack);

/** What is in it; everything is owned by the pack and shows the overlays and settings applied so far. */
const muster_manifest *muster_pack_manifest(const muster_pack *pack);
const muster_rule_info *muster_pack_rules(const muster_pack *pack, size_t *n);
const muster_plan *muster_pack_plans(const muster_pack *pack, size_t *n);
const char *muster_pack_folder(const muster_pack *pack);

/** Files of the pack that make up its behaviour, sorted by bytes, as paths within it. */
const char *const *muster_pack_files(const muster_pack *pack, size_t *n);

/** SHA-256 over the names and contents of those files. */
const char *muster_pack_digest(const muster_pack *pack);

/** SHA-256 over what its verdicts depend on, with the overlays and settings applied so far: code of rules, plans and
 * lib/ without comments and layout; values of parameters; disabled and silenced rules; name, `requires`, `applies` and
 * local codes of the manifest. Not over charts, tests, the version, nor over texts for people (`about`, titles,
 * messages, authorities, `doc`), levels and bounds. */
MUSTER_CHECK muster_status muster_pack_verdicts(const muster_pack *pack, char digest[MUSTER_DIGEST_TEXT],
                                                muster_error *err);

/** Applies an overlay file:
 *
 *   return overlay {
 *     params  = { ["broken-weeks.weeks"] = 3 },      -- "rule.param", or "pack.param" for a parameter of the pack
 *     disable = { "severe-absence" },
 *     level   = { ["broken-weeks"] = "urgent" },     -- raised, never lowered
 *     silence = { ["broken-weeks"] = "2025-10-24" }, -- reports nothing up to that day
 *   }
 *
 * Rules are named as in the pack, or in full as "pack/rule". With several packs at once a rule of another pack is
 * passed over when it is named in full.
 * @retval MUSTER_PACK  an unknown rule or parameter (the nearest is named), or a value out of the pack's own bounds;
 *                      nothing was applied */
MUSTER_CHECK muster_status muster_pack_overlay(muster_pack *pack, const char *path, muster_error *err);

/** Applies one setting, "rule.param=value". @retval MUSTER_USAGE  not of that form, unknown, or out of bounds */
MUSTER_CHECK muster_status muster_pack_set(muster_pack *pack, const char *setting, muster_error *err);

/** The parameter of that name, "rule.param" or "pack.param"; NULL when there is none. */
const muster_param *muster_pack_param(const muster_pack *pack, const char *name);

/** Makes the rules and plans of packs into one set, in the order of the packs and their files. The packs must outlive
 * it and not be changed while it lives.
 * @param codes  the code table of the data (the register's); NULL = the national codes and the packs' own
 * @retval MUSTER_PACK  a plan that is not there, a code unknown to the table, two packs of one name */
MUSTER_CHECK muster_status muster_ruleset_make(muster_pack *const *packs, size_t n, const muster_codes *codes,
                                               muster_ruleset **set, muster_error *err);
void muster_ruleset_free(muster_ruleset *set);

/** Which pack a rule of such a set came from, and what that pack says of it. */
const muster_pack *muster_ruleset_pack(const muster_ruleset *set, uint32_t rule);
const muster_rule_info *muster_ruleset_info(const muster_ruleset *set, uint32_t rule);

MUSTER_END_DECLS
#endif
