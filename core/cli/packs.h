/* PACK as commands take it: a folder or an installed pack; one or more of them, tailored, made into one set of rules.
 */
#ifndef MUSTER_CLI_PACKS_H
#define MUSTER_CLI_PACKS_H

#include "data.h"
#include "muster/pack.h"
#include "muster/script.h"

enum { CLI_MOST_PACKS = 16 };

typedef struct cli_packs {
  muster_pack *packs[CLI_MOST_PACKS];
  muster_opened opened[CLI_MOST_PACKS]; /* of each: where it came from; without a name when it is a folder */
  size_t fitting[CLI_MOST_PACKS];       /* schools that each applies to; see fit.h */
  size_t count;
  muster_code codes[MUSTER_MOST_CODES]; /* local codes of all packs */
  size_t code_count;
} cli_packs;

/** The folder of installed packs: --packs, else the environment's MUSTER_PACKS, else "packs". */
const char *cli_packs_home(const cli_call *call);

/** Finds what a PACK argument names: a folder as it is, else an installed pack as NAME or NAME@VERSION, whose bytes and
 * signature are looked at again, else a pack that came with an installed muster, as NAME. Free `opened` with
 * muster_opened_free.
 * @retval MUSTER_PACK  it was changed, or nobody trusted vouches for it, and --allow-unsigned was not given */
muster_status cli_pack_find(const cli_call *call, const char *text, muster_opened *opened, muster_error *err);

/** The same for a name that another pack requires: always an installed one. */
muster_status cli_pack_find_installed(const cli_call *call, const char *text, muster_opened *opened, muster_error *err);

/** Loads a pack that was found, with the overlay it was installed with when it is `tailored`. Frees `opened` when that
 * fails. */
muster_status cli_pack_load(const muster_limits *limits, bool tailored, muster_opened *opened, muster_pack **pack,
                            muster_error *err);

/** Loads PACK and every --also, and the installed packs they require, with --limit-*, --params and --set. Says on
 * stderr what nobody trusted vouches for. Close with cli_packs_close, also after a failure. */
muster_status cli_packs_open(cli_call *call, const char *path, cli_packs *packs, muster_error *err);

/** The same for a pack's own tests: as it was written, without the overlay it was installed with or what it requires.
 */
muster_status cli_packs_open_as_written(cli_call *call, const char *path, cli_packs *packs, muster_error *err);
void cli_packs_close(cli_packs *packs);

/** How the i-th pack is signed, in words: "unsigned" for a folder that was not installed. */
const char *cli_pack_signature(const cli_packs *packs, size_t i);

/** The limits that the call asks for. */
muster_status cli_limits(const cli_call *call, muster_limits *limits, muster_error *err);

#define CLI_PACKS_OPTION \
  { "packs", "DIR", "where packs are installed (default: $MUSTER_PACKS, else packs)" }
#define CLI_UNSIGNED_OPTION \
  { "allow-unsigned", NULL, "use a pack that nobody trusted vouches for, and say so in what is written" }
#define CLI_RULE_LIMITS                                                                        \
  {"limit-instructions", "N", "instructions a rule may use on one subject (default 1000000)"}, \
      {"limit-memory", "MIB", "memory a thread's interpreter may use (default 64)"}, {         \
    "limit-time", "SECONDS", "time one call of a rule may take (default 5)"                    \
  }
#define CLI_PACK_TAILORING                                                                 \
  {"params", "FILE", "overlay that tailors the pack: parameters, disabled rules, levels"}, \
      {"set", "RULE.PARAM=VALUE", "one parameter for this run; may be repeated"}, CLI_RULE_LIMITS
#define CLI_PACK_OPTIONS                                                                                   \
  CLI_PACKS_OPTION, CLI_UNSIGNED_OPTION, {"allow-unfit", NULL, "use a pack also where it does not apply"}, \
      {"also", "PACK", "a further pack to run beside it; may be repeated"}, CLI_PACK_TAILORING

#endif
