/* muster/script.h - everything written in Lua: packs of rules, their tests, and data files in Lua's notation.
 * The room behind it is the only one that sees the interpreter. What a script may do is in docs/rules.md. */
#ifndef MUSTER_SCRIPT_H
#define MUSTER_SCRIPT_H

#include "muster/script/asked.h"
#include "muster/script/language.h"
#include "muster/script/limits.h"
#include "muster/script/pack.h"
#include "muster/script/source.h"
#include "muster/script/study.h"
#include "muster/script/tests.h"

#endif
