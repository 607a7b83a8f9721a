/* muster/register.h - codes, calendars, marks and measures: the heart of the engine. Pure C, no input or output. */
#ifndef MUSTER_REGISTER_H
#define MUSTER_REGISTER_H

#include "muster/register/calendar.h"
#include "muster/register/codes.h"
#include "muster/register/digest.h"
#include "muster/register/measure.h"
#include "muster/register/register.h"
#include "muster/register/suppress.h"
#include "muster/register/window.h"

#endif
