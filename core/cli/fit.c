/* Preconditions of packs, before their rules are asked. */
#include "fit.h"

#include <string.h>

#include "muster/script/applies.h"
#include "terminal.h"

static muster_status refuse(const muster_manifest *m, const muster_fitting *fit, muster_error *err) {
  if (fit->lacks)
    muster_fail(err, MUSTER_PACK, "%s does not apply to this data, which lacks %s", m->name, fit->lacks);
  else
    muster_fail(err, MUSTER_PACK, "%s does not apply to %s: %s", m->name,
                fit->schools == 1 ? "the school" : "any of the schools", fit->why);
  muster_error_expected(err, "what applies = { ... } in its pack.lua asks for");
  muster_error_todo(err, "leave the pack out, or use it all the same with --allow-unfit");
  return MUSTER_PACK;
}

/* A misspelt attribute would find nothing, and say nothing. */
static void note_groups(const muster_pack *pack, const muster_register *reg) {
  size_t n;
  const muster_rule_info *rules = muster_pack_rules(pack, &n);
  for (size_t i = 0; i < n; i++) {
    const char *by = rules[i].by, *names[64];
    if (!by || rules[i].disabled || muster_attribute_find(&reg->pupil_attributes, by)) continue;
    size_t known = 0;
    for (size_t k = 0; k < reg->pupil_attributes.count && known < 63; k++)
      names[known++] = reg->pupil_attributes.columns[k].name;
    names[known] = NULL;
    const char *near = muster_nearest(by, names);
    cli_note("%s/%s is about groups by %s, which the pupils of this data do not have%s%s%s",
             muster_pack_manifest(pack)->name, rules[i].id, by, near ? "; did the pack mean " : ": it finds nothing",
             near ? near : "", near ? "?" : "");
  }
}

static void note_fit(const muster_manifest *m, const muster_fitting *fit, bool anywhere) {
  if (anywhere && !muster_fits(fit))
    cli_note("%s is used where it is not meant to be: %s%s", m->name, fit->lacks ? "the data lacks " : "",
             fit->lacks ? fit->lacks : fit->why);
  else if (fit->why)
    cli_note("%s %s %zu of %zu schools: %s", m->name, anywhere ? "is not meant for" : "passes over",
             fit->schools - fit->fitting, fit->schools, fit->why);
  if (fit->unsaid) cli_note("%s is meant for %s, which the data does not say of its schools", m->name, fit->unsaid);
}

/* Data that a pack needs and has not got is refused; schools that it is not for are passed over, unless no pack is for
 * any of them. */
static muster_status fit_all(const cli_call *call, cli_packs *packs, const muster_register *reg, muster_date as_of,
                             muster_arena *arena, muster_error *err) {
  bool anywhere = cli_flag(call, "allow-unfit"), some = anywhere;
  muster_fitting fits[CLI_MOST_PACKS];
  for (size_t i = 0; i < packs->count; i++) {
    MUSTER_TRY(muster_pack_fit(packs->packs[i], reg, as_of, arena, &fits[i], err));
    packs->fitting[i] = fits[i].fitting;
    some = some || muster_fits(&fits[i]);
    if (fits[i].lacks && !anywhere) return refuse(muster_pack_manifest(packs->packs[i]), &fits[i], err);
  }
  if (!some) return refuse(muster_pack_manifest(packs->packs[0]), &fits[0], err);
  for (size_t i = 0; i < packs->count; i++) {
    note_fit(muster_pack_manifest(packs->packs[i]), &fits[i], anywhere);
    note_groups(packs->packs[i], reg);
  }
  return MUSTER_OK;
}

muster_status cli_packs_fit(const cli_call *call, cli_packs *packs, const muster_register *reg, muster_date as_of,
                            muster_error *err) {
  muster_arena arena = {0};
  muster_status status = fit_all(call, packs, reg, as_of, &arena, err);
  muster_arena_free(&arena);
  return status;
}

muster_status cli_pack_note_fit(const muster_pack *pack, const muster_register *reg, muster_date as_of,
                                muster_error *err) {
  muster_arena arena = {0};
  muster_fitting fit;
  muster_status status = muster_pack_fit(pack, reg, as_of, &arena, &fit, err);
  const muster_manifest *m = muster_pack_manifest(pack);
  if (status == MUSTER_OK && fit.lacks)
    cli_note("%s %s needs data that is not here: %s", m->name, m->version, fit.lacks);
  if (status == MUSTER_OK) note_fit(m, &fit, false);
  muster_arena_free(&arena);
  return status;
}

muster_status cli_rules_make(const cli_call *call, const cli_packs *packs, const muster_register *reg,
                             muster_ruleset **set, muster_error *err) {
  MUSTER_TRY(muster_ruleset_make(packs->packs, packs->count, &reg->codes, set, err));
  if (cli_flag(call, "allow-unfit")) muster_ruleset_apply_anywhere(*set);
  return MUSTER_OK;
}
