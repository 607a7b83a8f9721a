/* A set of rules and plans made from packs, and a thread's evaluator of it. */
#ifndef SCRIPT_RULESET_H
#define SCRIPT_RULESET_H

#include "pack_private.h"
#include "subject.h"

typedef struct ruleset_rule {
  uint32_t pack, number; /* in packs, and in the pack's rules */
} ruleset_rule;

typedef struct ruleset {
  muster_ruleset base; /* first */
  muster_arena arena;
  muster_pack *const *packs;
  size_t pack_count;
  ruleset_rule *rules, *plans;
  const char **set_texts; /* of the code sets, NULL-terminated */
  muster_limits limits;
  bool anywhere;        /* packs are asked of schools that they do not apply to as well */
  bool strict_messages; /* a placeholder without a value is an error: in tests */
} ruleset;

extern const muster_ruleset_class evaluate_class;

#endif
