/* muster/base.h - the ground floor: status and error, memory, text, dates, maps, files, threads. */
#ifndef MUSTER_BASE_H
#define MUSTER_BASE_H

#include "muster/base/date.h"
#include "muster/base/file.h"
#include "muster/base/map.h"
#include "muster/base/memory.h"
#include "muster/base/parallel.h"
#include "muster/base/status.h"
#include "muster/base/text.h"

#endif
