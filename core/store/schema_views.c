/* Step 3 of the schema: views in long form, for people. */
#include "schema_steps.h"

const char muster_schema_views[] =
    "CREATE VIEW import AS SELECT import, date(imported_on * 86400, 'unixepoch') AS imported_on, version, rows_read, "
    "accepted, duplicate, superseded, rejected, marks_new, marks_changed FROM import_row;";
