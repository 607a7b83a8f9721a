// Possible and absent sessions and persistent absence of each pupil by DuckDB: node duckdb_simple.js DATA OUT.csv AS_OF THREADS
const { DuckDBInstance } = require('@duckdb/node-api');
const [data, out, asOf, threads] = process.argv.slice(2);

const sql = `
SET threads=${threads}; SET preserve_insertion_order=false;
COPY (SELECT pupil_id, count(*) FILTER (c <> 'x') possible, count(*) FILTER (c = 'a') absent, (10 * absent >= possible AND possible > 0)::INT AS persistent FROM (
    SELECT pupil_id, CASE WHEN code IN ('/','\\','L','B','P','V','W','K') THEN 'p' WHEN code IN ('D','X','Q','Z','#') OR code LIKE 'Y%' THEN 'x' ELSE 'a' END c
    FROM read_csv('${data}/marks.csv', header=true, auto_detect=false, delim=',', quote='"', escape='"',
                  columns={'pupil_id':'VARCHAR','date':'VARCHAR','session':'VARCHAR','code':'VARCHAR'}) WHERE date <= '${asOf}')
  GROUP BY pupil_id ORDER BY pupil_id) TO '${out}' (HEADER);`;

(async () => {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  for (const statement of sql.split(';').filter(s => s.trim())) await connection.run(statement);
})().catch(error => { console.error(error.message); process.exit(1); });
