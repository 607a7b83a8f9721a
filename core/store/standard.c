/* Names of the standard attributes of pupils. */
#include "standard.h"

#include "muster/base.h"

const char *const muster_standard_names[MUSTER_STANDARD] = {"year_group", "group", "sex",      "fsm",
                                                            "sen",        "eal",   "ethnicity"};

int muster_standard_of(const char *name) {
  for (int i = 0; i < MUSTER_STANDARD; i++)
    if (muster_text_equal_nocase(muster_text_of(name), muster_text_of(muster_standard_names[i]))) return i;
  return -1;
}
