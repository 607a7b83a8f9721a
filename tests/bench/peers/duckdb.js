// The flags of six of the early-warning rules by DuckDB: node duckdb.js DATA OUT.csv AS_OF THREADS [STORE.duckdb]
// With OUT.csv "import" the files of DATA become tables of STORE.duckdb; with STORE.duckdb alone the flags come from those tables.
// LAYOUT=strip reads marks.csv as strips.
// One letter a session (p attended, a authorised, u unauthorised, x not possible) and one string a pupil: the fastest of the forms that were tried.
const { DuckDBInstance } = require('@duckdb/node-api');
const [data, out, asOf, threads, store] = process.argv.slice(2);

const csv = {
  calendar: `read_csv('${data}/calendar.csv', types={'school_id':'VARCHAR'})`,
  terms: `read_csv('${data}/terms.csv')`,
  pupils: `read_csv('${data}/pupils.csv', types={'pupil_id':'VARCHAR','school_id':'VARCHAR'})`,
  marks: `read_csv('${data}/marks.csv', header=true, auto_detect=false, delim=',', quote='"', escape='"',
                columns={'pupil_id':'VARCHAR','date':'${store ? 'DATE' : 'VARCHAR'}','session':'VARCHAR','code':'VARCHAR'})`,
};
const settings = `SET threads=${threads}; SET preserve_insertion_order=false;`;
const imports = settings + Object.keys(csv).map(name => `CREATE TABLE s.${name} AS SELECT * FROM ${csv[name]};`).join('') + 'CHECKPOINT s;';
const from = name => store ? `s.${name}` : csv[name];
const strip = process.env.LAYOUT === 'strip';
const marks = `
CREATE TABLE mark AS SELECT m.pupil_id, p.school_id, (2 * day.i + (m.session = 'PM')::INT)::SMALLINT t,
    CASE WHEN code IN ('/','\\','L','B','P','V','W','K') THEN 'p' WHEN code IN ('G','N','O','U') THEN 'u'
         WHEN code IN ('D','X','Q','Z','#') OR code LIKE 'Y%' THEN 'x' ELSE 'a' END c
  FROM ${from('marks')} m
  JOIN pupil p USING (pupil_id) JOIN day ON day.school_id = p.school_id AND day.d = m.date;
CREATE TABLE strip AS SELECT pupil_id, any_value(school_id) school_id, min(t) t0, string_agg(c, '' ORDER BY t) s FROM mark GROUP BY pupil_id;`;

// A strip holds the sessions of its school's open days from its start on, in the characters of the trust's source.lua.
const strips = `
CREATE TABLE days AS SELECT school_id, 2 * count(*) n FROM day GROUP BY school_id;
CREATE TABLE strip AS SELECT pupil_id, school_id, t0, left(translate(marks, '/\\LBPVWKGNOUDXQZ#13CMSTRIEJ*+=', 'ppppppppuuuuxxxxxxxaaaaaaaaaaa'), (n - t0)::INT) s
  FROM (SELECT m.pupil_id, p.school_id, m.marks, (SELECT 2 * min(i) FROM day WHERE day.school_id = p.school_id AND d >= m.start_date) t0
    FROM read_csv('${data}/marks.csv', header=true, auto_detect=false, delim=',', quote='"', escape='"', columns={'pupil_id':'VARCHAR','start_date':'VARCHAR','marks':'VARCHAR'}) m
    JOIN pupil p USING (pupil_id)) JOIN days USING (school_id);`;

const endsOfMarks = `
CREATE TABLE ends AS SELECT pupil_id, count(*) FILTER (c IN ('a','u')) absent, count(*) FILTER (c IN ('a','u') AND ends) mf
  FROM mark JOIN day ON day.school_id = mark.school_id AND day.i = mark.t // 2
  WHERE wk > (SELECT max(wk) FROM day v WHERE v.school_id = mark.school_id) - 12 GROUP BY pupil_id;`;
const endsOfStrips = `
CREATE TABLE ends AS SELECT pupil_id, sum(a) absent, sum(a) FILTER (ends) mf FROM (
  SELECT pupil_id, ends, length(x) - length(replace(replace(x, 'a', ''), 'u', '')) a FROM (
    SELECT pupil_id, ends, substr(s, (2 * i - t0)::INT + 1, 2) x FROM strip JOIN day USING (school_id)
    WHERE 2 * i >= t0 AND wk > (SELECT max(wk) FROM day v WHERE v.school_id = strip.school_id) - 12)) GROUP BY pupil_id;`;

const flags = `${settings}
CREATE TABLE day AS SELECT school_id, date${store ? '' : '::VARCHAR'} d, dense_rank() OVER (PARTITION BY school_id ORDER BY date_trunc('week', date)) wk,
    row_number() OVER (PARTITION BY school_id ORDER BY date) - 1 i, isodow(date) IN (1, 5) ends, date >= (SELECT max(start) FROM ${from('terms')} WHERE start <= DATE '${asOf}') this_half
  FROM ${from('calendar')} WHERE kind = 'open' AND date <= DATE '${asOf}';
CREATE TABLE pupil AS SELECT pupil_id, school_id FROM ${from('pupils')};
${strip ? strips : marks}
CREATE TABLE week AS SELECT school_id, wk, 2 * min(i) t1, 2 * count(*) n, bool_or(this_half) this_half FROM day GROUP BY ALL;
CREATE TABLE pw AS SELECT pupil_id, w.wk, w.this_half, (SELECT max(wk) FROM week v WHERE v.school_id = strip.school_id) latest, substr(s, greatest(w.t1 - t0, 0)::INT + 1, least(w.n, w.t1 + w.n - t0)::INT) x
  FROM strip JOIN week w USING (school_id) WHERE w.t1 + w.n > t0;
CREATE TABLE res AS SELECT pupil_id, sum(length(replace(x, 'x', ''))) possible, sum(length(x) - length(replace(replace(x, 'a', ''), 'u', ''))) absent,
    sum(length(x) - length(replace(x, 'u', ''))) FILTER (wk > latest - 10) un,
    count(*) FILTER (this_half AND contains(x, 'p') AND (contains(x, 'a') OR contains(x, 'u'))) broken FROM pw GROUP BY pupil_id;
${strip ? endsOfStrips : endsOfMarks}
COPY (SELECT pupil_id, (possible >= 20 AND 10 * res.absent >= possible AND 2 * res.absent < possible)::INT AS persistent, (possible >= 20 AND 2 * res.absent >= possible)::INT AS severe, (coalesce(un, 0) >= 10)::INT AS unauthorised, (broken >= 2)::INT AS broken,
      (length(regexp_extract(replace(replace(s, 'x', ''), 'u', 'a'), 'a*$')) >= 10)::INT AS long, (mf >= 8 AND mf >= 0.75 * ends.absent)::INT AS ends
    FROM res JOIN strip USING (pupil_id) LEFT JOIN ends USING (pupil_id) ORDER BY pupil_id) TO '${out}' (HEADER);`;

(async () => {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  if (store) await connection.run(`ATTACH '${store}' AS s${out === 'import' ? '' : ' (READ_ONLY)'}`);
  for (const statement of (out === 'import' ? imports : flags).split(';').filter(s => s.trim())) await connection.run(statement);
})().catch(error => { console.error(error.message); process.exit(1); });
