/* Two definitions over the same registers. */
#include "muster/engine/compare.h"

#include <stdio.h>

static bool differ(const muster_tally *a, const muster_tally *b) {
  return a->pupils != b->pupils || a->persistent != b->persistent || a->severe != b->severe;
}

static bool moved(const muster_view *view) {
  const muster_register *reg = view->reg;
  uint32_t first = reg->first_enrolment[reg->pupils[view->pupil].id];
  return reg->pupils[first].next != MUSTER_NONE;
}

/* The first thing in which the two definitions treat this enrolment differently. */
static void explain(muster_view *view, muster_range range, const muster_definition *first,
                    const muster_definition *second, muster_difference *d) {
  const char *not_first = muster_view_left_out(view, range, first),
             *not_second = muster_view_left_out(view, range, second);
  const muster_definition *strict = first->strictly_more ? first : second;
  uint64_t absent = muster_tally_absent(&d->first), possible = d->first.possible;
  if (not_first && !not_second)
    snprintf(d->reason, sizeof d->reason, "not counted by %s: %s", first->id, not_first);
  else if (not_second && !not_first)
    snprintf(d->reason, sizeof d->reason, "not counted by %s: %s", second->id, not_second);
  else if (d->first.possible != d->second.possible && first->missing_is_present != second->missing_is_present)
    snprintf(d->reason, sizeof d->reason, "%s counts a session without a mark as present",
             (first->missing_is_present ? first : second)->id);
  else if (d->first.possible != d->second.possible)
    snprintf(d->reason, sizeof d->reason, "%s leaves out half term 6 of Year 11",
             (first->year_11_without_half_term_6 ? first : second)->id);
  else if (first->strictly_more != second->strictly_more &&
           first->persistent_parts * absent == first->persistent_of * possible)
    snprintf(d->reason, sizeof d->reason, "exactly at the line, which %s does not count", strict->id);
  else if (first->late_weight != second->late_weight)
    snprintf(d->reason, sizeof d->reason, "%s counts a late mark as part of an absence",
             (first->late_weight ? first : second)->id);
  else if (first->pupils_not_enrolments != second->pupils_not_enrolments && moved(view))
    snprintf(d->reason, sizeof d->reason, "%s puts the pupil's enrolments together",
             (first->pupils_not_enrolments ? first : second)->id);
  else
    snprintf(d->reason, sizeof d->reason, "severe is 1 in %u by %s and 1 in %u by %s", first->severe_parts, first->id,
             second->severe_parts, second->id);
}

static muster_status compare_pupil(muster_view *view, muster_range range, const muster_definition *first,
                                   const muster_definition *second, muster_comparison *out, muster_error *err) {
  muster_difference d = {.pupil = view->pupil};
  d.first = muster_view_measure(view, range, first);
  d.second = muster_view_measure(view, range, second);
  muster_tally_add(&out->first, &d.first);
  muster_tally_add(&out->second, &d.second);
  if (!differ(&d.first, &d.second)) return MUSTER_OK;
  if (!MUSTER_GROW(out->rows, out->capacity, out->count)) return muster_fail_memory(err);
  explain(view, range, first, second, &d);
  out->rows[out->count++] = d;
  return MUSTER_OK;
}

muster_status muster_compare(const muster_register *reg, const char *period, muster_date as_of,
                             const muster_definition *first, const muster_definition *second, muster_comparison *out,
                             muster_error *err) {
  *out = (muster_comparison){0};
  muster_window window;
  muster_view view;
  if (muster_window_parse(muster_text_of(period), &window, err) != MUSTER_OK)
    return err ? (err->status = MUSTER_USAGE) : MUSTER_USAGE;
  muster_status status = muster_view_open(&view, reg, NULL, 0, err);
  for (uint32_t p = 0; status == MUSTER_OK && p < reg->pupil_count; p++) {
    muster_view_set(&view, p, as_of);
    muster_range range = muster_window_range(reg, reg->pupils[p].school, &window, as_of, MUSTER_NO_DATE);
    status = compare_pupil(&view, range, first, second, out, err);
  }
  muster_view_close(&view);
  if (status != MUSTER_OK) muster_comparison_free(out);
  return status;
}

void muster_comparison_free(muster_comparison *comparison) {
  muster_free(comparison->rows);
  *comparison = (muster_comparison){0};
}
