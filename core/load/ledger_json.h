/* Parts of JSON that the ledger and a check share. */
#ifndef MUSTER_LOAD_LEDGER_JSON_H
#define MUSTER_LOAD_LEDGER_JSON_H

#include <jansson.h>

#include "muster/load/ledger.h"

/** A new reference; NULL without memory. */
json_t *ledger_json(const muster_ledger *ledger);

static inline json_t *ledger_json_count(uint64_t n) { return json_integer((json_int_t)n); }

/** Writes a document and gives its reference back. `out` has failed when there is no memory or no document. */
void ledger_json_put(json_t *root, muster_buf *out);

#endif
