/* muster/script/chart.h - charts written as scripts: `chart { data = ..., line { ... } }`, and the two that are drawn
 * from registers. See docs/charts.md. */
#ifndef MUSTER_SCRIPT_CHART_H
#define MUSTER_SCRIPT_CHART_H

#include "muster/chart.h"
#include "muster/script/pack.h"

MUSTER_BEGIN_DECLS

typedef enum muster_chart_picture {
  MUSTER_PICTURE_NONE,       /* `chart` holds it all */
  MUSTER_PICTURE_REGISTER,   /* register strip of `pupils` pupils over `weeks` school weeks */
  MUSTER_PICTURE_CUMULATIVE, /* cumulative absence of pupils against the line of persistent absence */
  MUSTER_PICTURE_CALENDAR,   /* absence on every day of the school year */
  MUSTER_PICTURE_FUNNEL,     /* schools by their share of persistently absent pupils */
  MUSTER_PICTURE_BANDS       /* schools by the attendance bands of their pupils */
} muster_chart_picture;

/** A chart as a script has it. Everything is owned by it. */
typedef struct muster_chart_script {
  muster_chart_picture picture;
  muster_chart chart; /* without a picture; filled and checked */
  muster_preset preset;
  bool preset_given;
  muster_date as_of; /* of the script, or as it was given */
  /* of a picture: who is shown, and its words; NULL and 0 = not said */
  uint32_t school; /* MUSTER_NONE = not said */
  const uint32_t
      *who; /* enrolments of that school (or all) on roll that the script's `where` is true of; most absent first */
  size_t who_count;
  size_t weeks;
  const char *title, *subtitle, *source;
  muster_arena arena;
} muster_chart_script;

/** Reads a script and makes its chart from a register. Zero-initialise; free with muster_chart_script_free, also after
 * a failure.
 * @param folder  where csv "file" is looked for (never above it); NULL = files are refused
 * @param as_of   the date functions of the script ask at, unless the script names one
 * @retval MUSTER_IO    the script cannot be read
 * @retval MUSTER_PACK  the script is wrong: file, line, option, and the nearest right one */
MUSTER_CHECK muster_status muster_script_chart(const char *path, const char *folder, const muster_register *reg,
                                               muster_date as_of, const muster_limits *limits, muster_chart_script *out,
                                               muster_error *err);

/** The same for the `k`-th chart of a pack, which may read no files. `name` gets its file's name without folder and
 * ending. */
size_t muster_pack_chart_count(const muster_pack *pack);
MUSTER_CHECK muster_status muster_pack_chart(const muster_pack *pack, size_t k, const muster_register *reg,
                                             muster_date as_of, muster_chart_script *out, const char **name,
                                             muster_error *err);

void muster_chart_script_free(muster_chart_script *chart);

MUSTER_END_DECLS
#endif
