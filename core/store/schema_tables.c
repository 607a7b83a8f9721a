/* Steps 1 and 2 of the schema: the tables and their indexes. Dates are days since 1970-01-01, years the year of the
 * September; the views of the next step show both as people write them. docs/store.md explains the packed columns. */
#include "schema.h"
#include "schema_steps.h"

/* What is known is in the _row tables; what an import replaced stays: as a closed period (known_from, known_to: from
 * the import that brought it up to, not including, the import that replaced it) in small tables, and in the _before
 * tables as what the large ones held until import known_to. */
const char muster_schema_tables[] =
    "CREATE TABLE meta_row (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"

    "CREATE TABLE import_row ("
    " import INTEGER PRIMARY KEY, imported_on INTEGER NOT NULL, version TEXT NOT NULL, flags INTEGER NOT NULL,"
    " rows_read INTEGER NOT NULL, accepted INTEGER NOT NULL, duplicate INTEGER NOT NULL, superseded INTEGER NOT NULL,"
    " rejected INTEGER NOT NULL, marks_new INTEGER NOT NULL, marks_changed INTEGER NOT NULL,"
    " CHECK (rows_read = accepted + duplicate + superseded + rejected)) STRICT;"

    "CREATE TABLE import_file ("
    " import INTEGER NOT NULL REFERENCES import_row, position INTEGER NOT NULL, name TEXT NOT NULL,"
    " digest TEXT NOT NULL, bytes INTEGER NOT NULL, rows_read INTEGER NOT NULL, accepted INTEGER NOT NULL,"
    " duplicate INTEGER NOT NULL, superseded INTEGER NOT NULL, rejected INTEGER NOT NULL,"
    " PRIMARY KEY (import, position)) STRICT, WITHOUT ROWID;"

    "CREATE TABLE code_row ("
    " byte BLOB PRIMARY KEY CHECK (length(byte) = 1), code TEXT NOT NULL, categories INTEGER NOT NULL,"
    " valid_from INTEGER, valid_to INTEGER, meaning TEXT NOT NULL) STRICT, WITHOUT ROWID;"

    "CREATE TABLE attribute_row ("
    " attribute INTEGER PRIMARY KEY, subject TEXT NOT NULL CHECK (subject IN ('pupil', 'school')), name TEXT NOT NULL,"
    " UNIQUE (subject, name)) STRICT;"

    "CREATE TABLE school_row ("
    " school INTEGER PRIMARY KEY, school_id TEXT NOT NULL UNIQUE,"
    " known_from INTEGER NOT NULL REFERENCES import_row) STRICT;"

    "CREATE TABLE school_fact ("
    " school INTEGER NOT NULL REFERENCES school_row, attribute INTEGER NOT NULL REFERENCES attribute_row,"
    " known_from INTEGER NOT NULL REFERENCES import_row, known_to INTEGER REFERENCES import_row, value TEXT NOT NULL,"
    " PRIMARY KEY (school, attribute, known_from)) STRICT, WITHOUT ROWID;"

    "CREATE TABLE profile_row ("
    " profile INTEGER PRIMARY KEY, year_group TEXT NOT NULL, \"group\" TEXT NOT NULL, sex TEXT NOT NULL,"
    " fsm TEXT NOT NULL, sen TEXT NOT NULL, eal TEXT NOT NULL, ethnicity TEXT NOT NULL,"
    " UNIQUE (year_group, \"group\", sex, fsm, sen, eal, ethnicity)) STRICT;"

    "CREATE TABLE enrolment_row ("
    " enrolment INTEGER PRIMARY KEY, pupil_id TEXT NOT NULL, school INTEGER NOT NULL REFERENCES school_row,"
    " known_from INTEGER NOT NULL REFERENCES import_row, start_date INTEGER, end_date INTEGER, birth_date INTEGER,"
    " profile INTEGER NOT NULL REFERENCES profile_row) STRICT;"

    "CREATE TABLE enrolment_before ("
    " enrolment INTEGER NOT NULL REFERENCES enrolment_row, known_to INTEGER NOT NULL REFERENCES import_row,"
    " start_date INTEGER, end_date INTEGER, birth_date INTEGER, profile INTEGER NOT NULL REFERENCES profile_row,"
    " PRIMARY KEY (enrolment, known_to)) STRICT, WITHOUT ROWID;"

    "CREATE TABLE pupil_fact ("
    " enrolment INTEGER NOT NULL REFERENCES enrolment_row, attribute INTEGER NOT NULL REFERENCES attribute_row,"
    " known_from INTEGER NOT NULL REFERENCES import_row, known_to INTEGER REFERENCES import_row, value TEXT NOT NULL,"
    " PRIMARY KEY (enrolment, attribute, known_from)) STRICT, WITHOUT ROWID;"

    "CREATE TABLE school_year_row ("
    " school_year INTEGER PRIMARY KEY, school INTEGER NOT NULL REFERENCES school_row, year INTEGER NOT NULL,"
    " sessions BLOB NOT NULL, usual BLOB NOT NULL, UNIQUE (school, year),"
    " CHECK (length(sessions) = 2 * length(usual))) STRICT;"

    "CREATE TABLE mark_row ("
    " school_year INTEGER NOT NULL REFERENCES school_year_row, enrolment INTEGER NOT NULL REFERENCES enrolment_row,"
    " runs BLOB, plain BLOB, PRIMARY KEY (school_year, enrolment),"
    " CHECK ((runs IS NULL) <> (plain IS NULL))) STRICT, WITHOUT ROWID;"

    "CREATE TABLE arrival_row ("
    " school_year INTEGER NOT NULL REFERENCES school_year_row, import INTEGER NOT NULL REFERENCES import_row,"
    " runs BLOB NOT NULL, PRIMARY KEY (school_year, import)) STRICT, WITHOUT ROWID;"

    "CREATE TABLE mark_before ("
    " school_year INTEGER NOT NULL, enrolment INTEGER NOT NULL, known_to INTEGER NOT NULL REFERENCES import_row,"
    " runs BLOB NOT NULL, PRIMARY KEY (school_year, enrolment, known_to),"
    " FOREIGN KEY (school_year, enrolment) REFERENCES mark_row) STRICT, WITHOUT ROWID;"

    "CREATE TABLE mark_superseded ("
    " school_year INTEGER NOT NULL, enrolment INTEGER NOT NULL, slot INTEGER NOT NULL, import INTEGER NOT NULL,"
    " position INTEGER NOT NULL, byte BLOB NOT NULL REFERENCES code_row, by_byte BLOB NOT NULL REFERENCES code_row,"
    " PRIMARY KEY (school_year, enrolment, slot, import, position),"
    " FOREIGN KEY (school_year, enrolment) REFERENCES mark_row) STRICT, WITHOUT ROWID;"

    "CREATE TABLE calendar_row ("
    " school INTEGER NOT NULL REFERENCES school_row, year INTEGER NOT NULL,"
    " known_from INTEGER NOT NULL REFERENCES import_row, known_to INTEGER REFERENCES import_row, weeks BLOB NOT NULL,"
    " PRIMARY KEY (school, year, known_from)) STRICT, WITHOUT ROWID;"

    "CREATE TABLE half_term_row ("
    " start_date INTEGER NOT NULL, known_from INTEGER NOT NULL REFERENCES import_row,"
    " known_to INTEGER REFERENCES import_row, end_date INTEGER NOT NULL, year INTEGER NOT NULL,"
    " half_term INTEGER NOT NULL, term INTEGER NOT NULL, PRIMARY KEY (start_date, known_from)) STRICT, WITHOUT ROWID;"

    "CREATE TABLE total_row ("
    " total INTEGER PRIMARY KEY, school INTEGER NOT NULL REFERENCES school_row, period TEXT NOT NULL,"
    " known_from INTEGER NOT NULL REFERENCES import_row, known_to INTEGER REFERENCES import_row,"
    " possible INTEGER, authorised INTEGER, unauthorised INTEGER, absent INTEGER, enrolments INTEGER,"
    " persistent INTEGER, severe INTEGER) STRICT;"

    "CREATE TABLE intervention_row ("
    " intervention INTEGER PRIMARY KEY, pupil INTEGER REFERENCES enrolment_row, school INTEGER REFERENCES school_row,"
    " known_from INTEGER NOT NULL REFERENCES import_row, known_to INTEGER REFERENCES import_row,"
    " kind TEXT, provider TEXT, start_date INTEGER, end_date INTEGER, dose REAL, cost REAL,"
    " CHECK ((pupil IS NULL) <> (school IS NULL))) STRICT;"

    "CREATE TABLE response_row ("
    " response INTEGER PRIMARY KEY, pupil INTEGER REFERENCES enrolment_row, school INTEGER REFERENCES school_row,"
    " known_from INTEGER NOT NULL REFERENCES import_row, known_to INTEGER REFERENCES import_row,"
    " respondent TEXT, instrument TEXT, item TEXT, date INTEGER, value REAL) STRICT;"

    "CREATE TABLE run_row ("
    " run INTEGER PRIMARY KEY, as_of INTEGER NOT NULL, packs TEXT NOT NULL, import INTEGER REFERENCES import_row,"
    " run_json TEXT, UNIQUE (as_of, packs)) STRICT;"

    "CREATE TABLE finding_row ("
    " run INTEGER NOT NULL REFERENCES run_row, position INTEGER NOT NULL, rule TEXT NOT NULL, scope TEXT NOT NULL,"
    " subject TEXT NOT NULL, school TEXT NOT NULL, level TEXT NOT NULL, since INTEGER, message TEXT NOT NULL,"
    " evidence TEXT NOT NULL, PRIMARY KEY (run, position)) STRICT, WITHOUT ROWID;"

    "CREATE TABLE plan_row ("
    " number INTEGER PRIMARY KEY, plan TEXT NOT NULL, rule TEXT NOT NULL, scope TEXT NOT NULL, subject TEXT NOT NULL,"
    " school TEXT NOT NULL, start_date INTEGER NOT NULL,"
    " UNIQUE (subject, plan, rule, scope, school, start_date)) STRICT;"

    "CREATE TABLE step_row ("
    " number INTEGER NOT NULL REFERENCES plan_row, position INTEGER NOT NULL, step TEXT NOT NULL,"
    " action TEXT NOT NULL, owner TEXT NOT NULL, due INTEGER, status INTEGER NOT NULL CHECK (status BETWEEN 0 AND 3),"
    " done_on INTEGER, PRIMARY KEY (number, position), UNIQUE (number, step)) STRICT, WITHOUT ROWID;";

const char muster_schema_indexes[] =
    "CREATE INDEX enrolment_of_pupil ON enrolment_row (pupil_id);"
    "CREATE INDEX enrolment_of_school ON enrolment_row (school);"
    "CREATE INDEX total_of_school ON total_row (school);"
    "CREATE INDEX intervention_of_subject ON intervention_row (pupil, school);"
    "CREATE INDEX response_of_subject ON response_row (pupil, school, date);";

const char *const muster_schema_steps[MUSTER_STORE_VERSION] = {muster_schema_tables, muster_schema_indexes,
                                                               muster_schema_views};
