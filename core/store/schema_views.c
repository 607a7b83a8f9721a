/* Step 3 of the schema: views in long form, for people with any SQLite tool. They need no extension: packed rows are
 * taken apart in SQL. With the extension of docs/sql.md loaded, the same names answer much faster. */
#include "schema_steps.h"

/* The bytes 0 to 255: SQL has no function for the number of a byte, but knows where in these it stands. */
#define ALL_BYTES                                                      \
  "x'000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F" \
  "202122232425262728292A2B2C2D2E2F303132333435363738393A3B3C3D3E3F"   \
  "404142434445464748494A4B4C4D4E4F505152535455565758595A5B5C5D5E5F"   \
  "606162636465666768696A6B6C6D6E6F707172737475767778797A7B7C7D7E7F"   \
  "808182838485868788898A8B8C8D8E8F909192939495969798999A9B9C9D9E9F"   \
  "A0A1A2A3A4A5A6A7A8A9AAABACADAEAFB0B1B2B3B4B5B6B7B8B9BABBBCBDBEBF"   \
  "C0C1C2C3C4C5C6C7C8C9CACBCCCDCECFD0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF"   \
  "E0E1E2E3E4E5E6E7E8E9EAEBECEDEEEFF0F1F2F3F4F5F6F7F8F9FAFBFCFDFEFF'"

#define BYTE(blob, at) "(instr(b.bytes, substr(" blob ", " at ", 1)) - 1)"
#define PAIR(blob, at) "(256 * " BYTE(blob, at) " + " BYTE(blob, at " + 1") ")"
#define DATE(days) "date(86400 * " days ", 'unixepoch')"
/* The date of a slot: years begin on the Monday on or before 1 August. */
#define SLOT_DATE(year, day) "date(" year " || '-08-01', '-6 days', 'weekday 1', " day " || ' days')"

/* A row's marks as stretches of places: even ones are as usual, odd ones are runs. Stretch k of the row's runs. */
#define RUN(k) "4 * (" k " / 2)"
#define STRETCH_FROM                                                                           \
  "CASE WHEN m.runs IS NULL OR k.slot = 0 THEN 0 WHEN k.slot % 2 THEN " PAIR(                  \
      "m.runs", RUN("k.slot") " + 1") " ELSE " PAIR("m.runs",                                  \
                                                    RUN("k.slot") " - 3") " + " BYTE("m.runs", \
                                                                                     RUN("k.slot") " - 1") " END"
#define STRETCH_END \
  "CASE WHEN m.runs IS NULL THEN length(y.usual) WHEN k.slot % 2 THEN " PAIR("m.runs", RUN("k.slot") " + 1") " + " BYTE( \
      "m.runs", RUN("k.slot") " + 3") " WHEN " RUN("k.slot") " < length(m.runs) THEN " PAIR("m.runs", RUN("k.slot") " + 1") \
  " ELSE length(y.usual) END"

#define COUNTS_OF(c)                                                                                               \
  c ".categories & 1 AS possible, " c ".categories >> 1 & 1 AS present, " c ".categories >> 2 & 1 AS approved, " c \
    ".categories >> 3 & 1 AS authorised, " c ".categories >> 4 & 1 AS unauthorised, (" c                           \
    ".categories & 24) > 0 AS absent, " c ".categories >> 5 & 1 AS late, " c ".categories >> 6 & 1 AS illness"

const char muster_schema_views[] =
    "CREATE TABLE slot_row (slot INTEGER PRIMARY KEY, day INTEGER NOT NULL, session TEXT NOT NULL) STRICT;"
    "INSERT INTO slot_row WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 847) "
    "SELECT i, i / 16 * 7 + i % 16 / 2, CASE i % 2 WHEN 0 THEN 'AM' ELSE 'PM' END FROM n;"

    "CREATE VIEW byte_list AS SELECT " ALL_BYTES " AS bytes;"

    "CREATE VIEW import AS SELECT import, " DATE("imported_on") " AS imported_on, version, rows_read, accepted, "
    "duplicate, superseded, rejected, marks_new, marks_changed FROM import_row;"

    "CREATE VIEW code AS SELECT code, " DATE("valid_from") " AS valid_from, " DATE("valid_to") " AS valid_to, meaning, "
    COUNTS_OF("c") " FROM code_row c;"

    "CREATE VIEW school AS SELECT s.school_id, (SELECT f.value FROM school_fact f JOIN attribute_row a USING (attribute) "
    "WHERE f.school = s.school AND f.known_to IS NULL AND a.name = 'name') AS name, (SELECT json_group_object(a.name, "
    "f.value) FROM school_fact f JOIN attribute_row a USING (attribute) WHERE f.school = s.school AND f.known_to IS NULL "
    "AND a.name <> 'name') AS attributes FROM school_row s;"

    "CREATE VIEW pupil AS SELECT e.pupil_id, s.school_id, " DATE("e.start_date") " AS start_date, " DATE("e.end_date")
    " AS end_date, CASE WHEN (SELECT value FROM meta_row WHERE name = 'pseudonyms') = '' THEN " DATE("e.birth_date")
    " ELSE substr(" DATE("e.birth_date") ", 1, 7) END AS birth_date, nullif(g.year_group, '') AS year_group, nullif(g.\"group\", '') AS \"group\", "
    "nullif(g.sex, '') AS sex, nullif(g.fsm, '') AS fsm, nullif(g.sen, '') AS sen, nullif(g.eal, '') AS eal, "
    "nullif(g.ethnicity, '') AS ethnicity, (SELECT json_group_object(a.name, f.value) FROM pupil_fact f JOIN attribute_row a USING "
    "(attribute) WHERE f.enrolment = e.enrolment AND f.known_to IS NULL) AS attributes FROM enrolment_row e JOIN "
    "profile_row g USING (profile) JOIN school_row s USING (school);"

    "CREATE VIEW mark AS SELECT e.pupil_id, s.school_id, y.year, " SLOT_DATE("y.year", "z.day") " AS date, z.session, "
    "c.code, " COUNTS_OF("c") " FROM enrolment_row e JOIN school_row s ON s.school = e.school JOIN school_year_row y ON "
    "y.school = e.school JOIN mark_row m ON m.school_year = y.school_year AND m.enrolment = e.enrolment CROSS JOIN "
    "byte_list b CROSS JOIN slot_row k ON k.slot <= coalesce(2 * (length(m.runs) / 4), 0) CROSS JOIN slot_row p ON "
    "p.slot >= " STRETCH_FROM " AND p.slot < " STRETCH_END " CROSS JOIN slot_row z ON z.slot = "
    PAIR("y.sessions", "2 * p.slot + 1") " CROSS JOIN code_row c ON c.byte = CASE WHEN m.runs IS NULL THEN "
    "substr(m.plain, p.slot + 1, 1) WHEN k.slot % 2 THEN substr(m.runs, " RUN("k.slot") " + 4, 1) ELSE "
    "substr(y.usual, p.slot + 1, 1) END;"

    "CREATE VIEW measure_year AS SELECT pupil_id, school_id, year, sum(possible) AS possible, sum(present) AS present, "
    "sum(approved) AS approved, sum(authorised) AS authorised, sum(unauthorised) AS unauthorised, sum(absent) AS absent, "
    "sum(late) AS late, round(1.0 * sum(absent) / nullif(sum(possible), 0), 6) AS absence_rate, sum(possible) > 0 AND "
    "10 * sum(absent) >= sum(possible) AS persistent, sum(possible) > 0 AND 2 * sum(absent) >= sum(possible) AS severe "
    "FROM mark GROUP BY pupil_id, school_id, year;"

    "CREATE VIEW session AS SELECT s.school_id, y.year, " SLOT_DATE("y.year", "z.day") " AS date, z.session, c.code AS "
    "usual_code FROM school_row s JOIN school_year_row y ON y.school = s.school CROSS JOIN byte_list b CROSS JOIN "
    "slot_row p ON p.slot < length(y.usual) CROSS JOIN slot_row z ON z.slot = " PAIR("y.sessions", "2 * p.slot + 1")
    " CROSS JOIN code_row c ON c.byte = substr(y.usual, p.slot + 1, 1);"

    /* Runs of the history speak of slots, and only of those that are sessions of the school. */
    "CREATE VIEW history AS SELECT e.pupil_id, s.school_id, " SLOT_DATE("y.year", "z.day") " AS date, z.session, c.code, "
    "h.known_to AS until_import, " DATE("i.imported_on") " AS until_date, 'replaced' AS what FROM mark_before h JOIN "
    "school_year_row y USING (school_year) JOIN enrolment_row e USING (enrolment) JOIN school_row s ON s.school = "
    "y.school JOIN import_row i ON i.import = h.known_to CROSS JOIN byte_list b CROSS JOIN slot_row k ON k.slot < "
    "length(h.runs) / 4 CROSS JOIN slot_row z ON z.slot >= " PAIR("h.runs", "4 * k.slot + 1") " AND z.slot < "
    PAIR("h.runs", "4 * k.slot + 1") " + " BYTE("h.runs", "4 * k.slot + 3") " LEFT JOIN code_row c ON c.byte = "
    "substr(h.runs, 4 * k.slot + 4, 1) WHERE EXISTS (SELECT 1 FROM slot_row p WHERE p.slot < length(y.usual) AND "
    PAIR("y.sessions", "2 * p.slot + 1") " = z.slot) UNION ALL SELECT e.pupil_id, s.school_id, "
    SLOT_DATE("y.year", "z.day") ", z.session, c.code, x.import, " DATE("i.imported_on") ", 'superseded' FROM "
    "mark_superseded x JOIN school_year_row y USING (school_year) JOIN enrolment_row e USING (enrolment) JOIN school_row "
    "s ON s.school = y.school JOIN import_row i ON i.import = x.import JOIN slot_row z ON z.slot = x.slot JOIN code_row c "
    "ON c.byte = x.byte;"

    "CREATE VIEW calendar_day AS SELECT s.school_id, " SLOT_DATE("c.year", "z.day") " AS date, 'open' AS kind FROM "
    "calendar_row c JOIN school_row s USING (school) CROSS JOIN byte_list b CROSS JOIN slot_row z ON z.session = 'AM' "
    "WHERE c.known_to IS NULL AND " BYTE("c.weeks", "z.slot / 8 + 1") " >> (z.slot % 8) & 1;"

    "CREATE VIEW half_term AS SELECT year, half_term, CASE term WHEN 0 THEN 'autumn' WHEN 1 THEN 'spring' ELSE 'summer' "
    "END AS term, " DATE("start_date") " AS start_date, " DATE("end_date") " AS end_date FROM half_term_row WHERE "
    "known_to IS NULL;"

    "CREATE VIEW total AS SELECT s.school_id, t.period, t.possible, t.authorised, t.unauthorised, t.absent, t.enrolments, "
    "t.persistent, t.severe FROM total_row t JOIN school_row s USING (school) WHERE t.known_to IS NULL;"

    "CREATE VIEW intervention AS SELECT e.pupil_id, s.school_id, x.kind, x.provider, " DATE("x.start_date")
    " AS start_date, " DATE("x.end_date") " AS end_date, x.dose, x.cost FROM intervention_row x LEFT JOIN enrolment_row e "
    "ON e.enrolment = x.pupil LEFT JOIN school_row s ON s.school = x.school WHERE x.known_to IS NULL;"

    "CREATE VIEW response AS SELECT x.respondent, e.pupil_id, s.school_id, " DATE("x.date") " AS date, x.instrument, "
    "x.item, x.value FROM response_row x LEFT JOIN enrolment_row e ON e.enrolment = x.pupil LEFT JOIN school_row s ON "
    "s.school = x.school WHERE x.known_to IS NULL;"

    "CREATE VIEW run AS SELECT run, " DATE("as_of") " AS as_of, packs, import, run_json FROM run_row;"

    "CREATE VIEW finding AS SELECT f.run, " DATE("r.as_of") " AS as_of, f.rule, f.scope, f.subject, f.school, f.level, "
    DATE("f.since") " AS since, f.message, f.evidence FROM finding_row f JOIN run_row r USING (run);"

    "CREATE VIEW plan_step AS SELECT p.number, p.plan, p.rule, p.scope, p.subject, p.school, " DATE("p.start_date")
    " AS start_date, s.step, s.action, s.owner, " DATE("s.due") " AS due, CASE s.status WHEN 0 THEN 'open' WHEN 1 THEN "
    "'done' WHEN 2 THEN 'late' ELSE 'dropped' END AS status, " DATE("s.done_on") " AS done_on FROM plan_row p JOIN "
    "step_row s USING (number);";
