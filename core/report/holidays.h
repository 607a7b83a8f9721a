/* School holidays of a register, as charts shade them. Internal to the report room. */
#ifndef REPORT_HOLIDAYS_H
#define REPORT_HOLIDAYS_H

#include "muster/chart/recipe.h"
#include "muster/register.h"

/** The days between half terms that lie wholly between two dates, at most `most` of them. @return how many */
size_t holidays_between(const muster_register *reg, muster_date first, muster_date last, muster_recipe_days *holidays,
                        size_t most);

#endif
