/* Words for what a rule is. */
#include "muster/engine/rule.h"

const char *muster_level_text(muster_level level) {
  static const char *const texts[] = {"info", "watch", "review", "urgent"};
  return texts[level];
}
