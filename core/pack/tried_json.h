/* The record of a backtest as a JSON value, for other records it is part of. */
#ifndef PACK_TRIED_JSON_H
#define PACK_TRIED_JSON_H

#include <jansson.h>

#include "muster/pack/tried.h"

/** A new reference; NULL when there is no memory. */
json_t *tried_json(const muster_tried *tried);

#endif
