/* Any bytes as source.lua: never a crash, never beyond the limits, and what is refused has a place and a reason. */
#include <stdlib.h>

#include "muster/script/source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  muster_source *source;
  muster_error err = {0};
  muster_status status = muster_script_source_text("source.lua", (muster_text){(const char *)data, n}, &source, &err);
  if (status == MUSTER_OK)
    muster_source_free(source);
  else if (source || status != MUSTER_DATA || !err.what[0] || !err.where[0])
    abort();
  return 0;
}
