/* muster/engine.h - rules over subjects at a date: runs, lifecycles, plans, explanations, backtests. No Lua here. */
#ifndef MUSTER_ENGINE_H
#define MUSTER_ENGINE_H

#include "muster/engine/backtest.h"
#include "muster/engine/desk.h"
#include "muster/engine/explain.h"
#include "muster/engine/lifecycle.h"
#include "muster/engine/measures.h"
#include "muster/engine/plan.h"
#include "muster/engine/rule.h"
#include "muster/engine/run.h"
#include "muster/engine/sweep.h"

#endif
