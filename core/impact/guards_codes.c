/* Guards on what marks were given for: kinds that moved with the treatment though nothing should have moved them. */
#include <math.h>

#include "guard.h"

static const double LEVEL = 0.05, CLEAR = 0.001;

static muster_status untouched(const muster_code_move *move, double effect, muster_warnings *list, muster_error *err) {
  bool large = move->p < CLEAR && fabs(move->estimate) >= fabs(effect) / 2; /* false where the effect is not known */
  return muster_warn(list, err, MUSTER_GUARD_code_mix, large ? MUSTER_SEVERITY_SEVERE : MUSTER_SEVERITY_CAUTION,
                     "%.80s moved with the treatment by %+.2f points (p %.2g)", move->name, 100 * move->estimate,
                     move->p);
}

muster_status muster_guard_code_mix(const muster_code_move *moves, size_t n, double effect, muster_warnings *list,
                                    muster_error *err) {
  const muster_code_move *rose = NULL, *fell = NULL;
  for (size_t i = 0; i < n; i++) {
    const muster_code_move *move = &moves[i];
    if (!(move->p < LEVEL)) continue;
    if (!move->part) {
      MUSTER_TRY(untouched(move, effect, list, err));
    } else if (move->estimate > 0) {
      if (!rose || move->estimate > rose->estimate) rose = move;
    } else if (!fell || move->estimate < fell->estimate) {
      fell = move;
    }
  }
  if (!rose || !fell) return MUSTER_OK;
  return muster_warn(list, err, MUSTER_GUARD_code_mix, MUSTER_SEVERITY_CAUTION,
                     "%.80s rose by %.2f points (p %.2g) while %.80s fell by %.2f (p %.2g)", rose->name,
                     100 * rose->estimate, rose->p, fell->name, -100 * fell->estimate, fell->p);
}
