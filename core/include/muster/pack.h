/* muster/pack.h - the pack room: versions, sums, signatures, trust, and packs that are installed.
 * It sees a pack as a folder of files that may have come from anybody. What the files say is for the script room; this
 * one does not know Lua, and reads nothing of a pack but bytes. */
#ifndef MUSTER_PACK_H
#define MUSTER_PACK_H

#include "muster/pack/facts.h"
#include "muster/pack/home.h"
#include "muster/pack/install.h"
#include "muster/pack/key.h"
#include "muster/pack/provenance.h"
#include "muster/pack/signature.h"
#include "muster/pack/sums.h"
#include "muster/pack/tried.h"
#include "muster/pack/version.h"

#endif
