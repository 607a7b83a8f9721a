/* PACK as commands take it: one or more packs, tailored, made into one set of rules. */
#ifndef MUSTER_CLI_PACKS_H
#define MUSTER_CLI_PACKS_H

#include "data.h"
#include "muster/script.h"

enum { CLI_MOST_PACKS = 16 };

typedef struct cli_packs {
  muster_pack *packs[CLI_MOST_PACKS];
  size_t count;
  muster_code codes[MUSTER_MOST_CODES]; /* local codes of all packs */
  size_t code_count;
} cli_packs;

/** Loads PACK and every --also, with --limit-*, --params and --set. Close with cli_packs_close, also after a failure.
 */
muster_status cli_packs_open(cli_call *call, const char *path, cli_packs *packs, muster_error *err);
void cli_packs_close(cli_packs *packs);

/** How a pack is signed, in words: "unsigned" for a folder that was not installed. Static. */
const char *cli_pack_signature(const muster_pack *pack);

/** The limits that the call asks for. */
muster_status cli_limits(const cli_call *call, muster_limits *limits, muster_error *err);

#define CLI_PACK_OPTIONS                                                                       \
  {"also", "PACK", "a further pack; may be repeated"},                                         \
      {"params", "FILE", "overlay that tailors the pack: parameters, disabled rules, levels"}, \
      {"set", "RULE.PARAM=VALUE", "one parameter for this run; may be repeated"},              \
      {"limit-instructions", "N", "instructions a rule may use on one subject"},               \
      {"limit-memory", "MIB", "memory a thread's interpreter may use"}, {                      \
    "limit-time", "SECONDS", "time one call of a rule may take"                                \
  }

#endif
