/* Which pictures, of whom, under which names. */
#include "pictures.h"

#include <string.h>
#include <unistd.h>

#include "muster/report/pictures.h"
#include "terminal.h"

enum { PUPILS_SHOWN = 26, WEEKS_SHOWN = 7 };

typedef struct album {
  const muster_register *reg;
  const muster_ruleset *set;
  const muster_run *run;
  muster_date as_of;
  const char *folder;
  muster_arena arena; /* of one picture */
} album;

static muster_status save(album *a, const muster_chart *chart, const char *name, muster_error *err) {
  muster_chart_output output = {.preset = MUSTER_PRESET_SLIDE, .format = MUSTER_FORMAT_PNG};
  const char *path = muster_arena_printf(&a->arena, "%s/charts/%s.png", a->folder, name);
  return path ? muster_chart_save(chart, &output, path, err) : muster_fail_memory(err);
}

/* A file name from an id: what is not a letter or digit becomes '-'. */
static const char *file_name(album *a, const char *what, uint32_t school, bool every) {
  if (!every) return what;
  char *name = muster_arena_printf(&a->arena, "%s-%s", what, muster_school_id(a->reg, school).at);
  for (char *at = name; at && *at; at++)
    if (!((*at >= '0' && *at <= '9') || (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z'))) *at = '-';
  return name;
}

static muster_status draw_register(album *a, uint32_t school, const char *subject, bool every, muster_error *err) {
  uint32_t pupils[PUPILS_SHOWN];
  size_t n;
  MUSTER_TRY(muster_pictured_pupils(a->reg, a->set, a->run, school, PUPILS_SHOWN, pupils, &n, err));
  if (!n) return MUSTER_OK;
  const char *title = muster_arena_printf(
      &a->arena, n == 1 ? "The pupil who most needs someone to look" : "The %zu pupils who most need someone to look",
      n);
  muster_chart chart;
  if (!title) return muster_fail_memory(err);
  muster_status status =
      muster_picture_register(&chart, a->reg, pupils, n, WEEKS_SHOWN, a->as_of, title, subject, &a->arena, err);
  if (status == MUSTER_OK) status = save(a, &chart, file_name(a, "register", school, every), err);
  muster_chart_free(&chart);
  return status;
}

static muster_status draw_cumulative(album *a, uint32_t school, const char *school_name, bool every,
                                     muster_error *err) {
  uint32_t *pupils = muster_arena_alloc(&a->arena, (a->reg->schools[school].count + 1) * sizeof *pupils);
  size_t n;
  muster_text year;
  if (!pupils) return muster_fail_memory(err);
  MUSTER_TRY(muster_pictured_year(a->reg, a->run, school, a->as_of, pupils, &n, &year, err));
  if (!n) return MUSTER_OK;
  const char *subject = year.n ? muster_arena_printf(&a->arena, "Year %s", year.at) : school_name;
  if (!subject) return muster_fail_memory(err);
  muster_chart chart;
  muster_status status = muster_picture_cumulative(&chart, a->reg, pupils, n, a->as_of, subject, &a->arena, err);
  if (status == MUSTER_OK) status = save(a, &chart, file_name(a, "cumulative", school, every), err);
  muster_chart_free(&chart);
  return status;
}

static muster_status draw_school(album *a, uint32_t school, bool every, muster_error *err) {
  const char *name = muster_school_name(a->reg, school).at;
  muster_status status = draw_register(a, school, name, every, err);
  if (status == MUSTER_OK) status = draw_cumulative(a, school, name, every, err);
  muster_arena_free(&a->arena);
  return status;
}

static muster_status draw_picture(const muster_chart_script *c, const muster_register *reg, muster_chart *chart,
                                  const char *subject, muster_arena *arena, muster_error *err) {
  int weeks = c->weeks ? (int)c->weeks : WEEKS_SHOWN;
  switch (c->picture) {
    case MUSTER_PICTURE_REGISTER:
      return muster_picture_register(chart, reg, c->who, c->who_count, weeks, c->as_of, c->title, subject, arena, err);
    case MUSTER_PICTURE_CUMULATIVE:
      return muster_picture_cumulative(chart, reg, c->who, c->who_count, c->as_of, subject, arena, err);
    case MUSTER_PICTURE_CALENDAR:
      return muster_picture_calendar(chart, reg, c->who, c->who_count, c->as_of, subject, arena, err);
    case MUSTER_PICTURE_FUNNEL: return muster_picture_funnel(chart, reg, c->who, c->who_count, c->as_of, arena, err);
    case MUSTER_PICTURE_BANDS: return muster_picture_bands(chart, reg, c->who, c->who_count, c->as_of, arena, err);
    case MUSTER_PICTURE_NONE: break;
  }
  return MUSTER_OK;
}

muster_status cli_script_chart(muster_chart_script *script, const muster_register *reg, muster_chart *picture,
                               muster_chart **chart, muster_arena *arena, muster_error *err) {
  *chart = &script->chart;
  if (script->picture == MUSTER_PICTURE_NONE) return MUSTER_OK;
  *chart = picture;
  const char *subject = script->school == MUSTER_NONE ? "all schools" : muster_school_name(reg, script->school).at;
  muster_status status = draw_picture(script, reg, picture, subject, arena, err);
  if (script->title) picture->title = script->title;
  if (script->subtitle) picture->subtitle = script->subtitle;
  if (script->source) picture->source = script->source;
  return status;
}

/* charts/NAME.lua of a pack becomes charts/NAME.png. */
static muster_status draw_pack(album *a, const muster_pack *pack, muster_error *err) {
  muster_status status = MUSTER_OK;
  for (size_t k = 0; status == MUSTER_OK && k < muster_pack_chart_count(pack); k++) {
    muster_chart_script script = {0};
    muster_chart picture, *chart;
    const char *name = NULL;
    muster_chart_init(&picture);
    status = muster_pack_chart(pack, k, a->reg, a->as_of, &script, &name, err);
    if (status == MUSTER_OK) status = cli_script_chart(&script, a->reg, &picture, &chart, &a->arena, err);
    if (status == MUSTER_OK) status = save(a, chart, name, err);
    muster_chart_free(&picture);
    muster_chart_script_free(&script);
    muster_arena_free(&a->arena);
  }
  return status;
}

static muster_status draw_schools(cli_call *call, album *a, bool every, muster_error *err) {
  uint32_t school = muster_pictured_school(a->reg, a->run);
  if (school == MUSTER_NONE) return MUSTER_OK;
  if (!every) return draw_school(a, school, false, err);
  for (uint32_t s = 0; s < a->reg->school_count; s++) {
    muster_progress_tell(&call->progress, "drawing", s, a->reg->school_count);
    MUSTER_TRY(draw_school(a, s, true, err));
  }
  return MUSTER_OK;
}

muster_status cli_pictures_choice(const cli_call *call, bool *none, bool *every, muster_error *err) {
  const char *which = cli_value(call, "charts");
  *every = which && strcmp(which, "schools") == 0;
  *none = which && strcmp(which, "none") == 0;
  if (!which || *every || *none || strcmp(which, "some") == 0) return MUSTER_OK;
  muster_fail(err, MUSTER_USAGE, "--charts: '%s' is not a choice", which);
  muster_error_expected(err, "some, schools or none");
  return MUSTER_USAGE;
}

muster_status cli_pictures_clear(const muster_register *reg, const char *folder, muster_error *err) {
  static const char *const names[] = {"register", "cumulative"};
  album a = {.reg = reg};
  bool enough = true;
  for (size_t k = 0; enough && k < sizeof names / sizeof *names; k++)
    for (uint32_t s = 0; enough && s <= reg->school_count; s++) {
      const char *name = file_name(&a, names[k], s, s < reg->school_count);
      const char *path = name ? muster_arena_printf(&a.arena, "%s/charts/%s.png", folder, name) : NULL;
      enough = path != NULL;
      if (path) unlink(path); /* most often there is none */
    }
  muster_arena_free(&a.arena);
  return enough ? MUSTER_OK : muster_fail_memory(err);
}

muster_status cli_pictures(cli_call *call, const cli_packs *packs, const muster_register *reg,
                           const muster_ruleset *set, const muster_run *run, muster_date as_of, const char *folder,
                           muster_error *err) {
  bool none, every;
  MUSTER_TRY(cli_pictures_choice(call, &none, &every, err));
  if (none) return MUSTER_OK;
  album a = {.reg = reg, .set = set, .run = run, .as_of = as_of, .folder = folder};
  const char *charts = muster_arena_printf(&a.arena, "%s/charts", folder);
  muster_status status = charts ? muster_folder_make(charts, err) : muster_fail_memory(err);
  muster_arena_free(&a.arena);
  if (status == MUSTER_OK) status = draw_schools(call, &a, every, err);
  for (size_t i = 0; status == MUSTER_OK && i < packs->count; i++) status = draw_pack(&a, packs->packs[i], err);
  return status;
}
