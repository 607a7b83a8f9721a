/* muster/report/findings.h - what a run found, as sheets. */
#ifndef MUSTER_REPORT_FINDINGS_H
#define MUSTER_REPORT_FINDINGS_H

#include "muster/engine.h"
#include "muster/report/sheet.h"

MUSTER_BEGIN_DECLS

/** rule,scope,subject,school,level,since,as_of,message,evidence; NULL when there is no memory.
 * @param csv  the sheet streams there (muster_sheet_stream); NULL = it is collected */
muster_sheet *muster_findings_sheet(const muster_register *reg, const muster_ruleset *set, const muster_run *run,
                                    muster_buf *csv);

/** plan,rule,subject,school,step,action,owner,due,status; likewise. */
muster_sheet *muster_plans_sheet(const muster_register *reg, const muster_ruleset *set, const muster_run *run,
                                 muster_buf *csv);

/** rule,title,level,findings,schools: one line a rule, also those without findings. NULL when there is no memory. */
muster_sheet *muster_rules_sheet(const muster_register *reg, const muster_ruleset *set, const muster_run *run);

/** "pupil", "group", "school". */
const char *muster_scope_text(muster_subject_kind kind);

MUSTER_END_DECLS
#endif
