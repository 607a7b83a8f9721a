/* Rows of a script as a frame of columns. */
#ifndef SCRIPT_CHART_FRAME_H
#define SCRIPT_CHART_FRAME_H

#include <lua.h>

#include "muster/chart.h"

/** The text on top of a script, for a picture, copied to the arena. Raises for one of more than 2,000 bytes: laying out
 * a text takes time that no budget of the interpreter sees. [-0, +0, e] */
const char *chart_text(lua_State *L, muster_arena *arena);

/** The rows on top (a list of tables of texts, numbers, flags) as a frame of the arena. Columns are all names that any
 * row has, by name: dates as days, numbers and flags as numbers, all else as text. [-1, +0, e] */
const muster_chart_frame *chart_frame(lua_State *L, muster_arena *arena);

/** The same frame with a further text column: what the function at `function` says of each of `rows`. [-0, +0, e] */
const muster_chart_frame *chart_frame_with(lua_State *L, muster_arena *arena, const muster_chart_frame *frame, int rows,
                                           int function, const char *name);

/** A CSV file as a frame. */
muster_status chart_frame_csv(const char *path, muster_arena *arena, const muster_chart_frame **frame,
                              muster_error *err);

#endif
