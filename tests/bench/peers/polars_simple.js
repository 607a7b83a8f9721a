// The same by Polars: POLARS_MAX_THREADS=N node polars_simple.js DATA OUT.csv AS_OF
const pl = require('nodejs-polars');
const [data, out, asOf] = process.argv.slice(2);
const c = pl.col, int = pl.Int32, codes = [];
const add = (list, possible, absent) => list.split(' ').forEach(code => codes.push({ code, possible, absent }));
add('/ \\ L B P V W K', 1, 0); add('G N O U C C1 C2 J1 M S T R I E', 1, 1); add('D X Q Z # Y1 Y2 Y3 Y4 Y5 Y6 Y7', 0, 0);
const code = pl.DataFrame(codes, { schema: { code: pl.Utf8, possible: int, absent: int } });
pl.scanCSV(`${data}/marks.csv`, { schema: { pupil_id: pl.Utf8, date: pl.Utf8, session: pl.Utf8, code: pl.Utf8 } })
  .filter(c('date').ltEq(pl.lit(asOf))).join(code.lazy(), { on: 'code', how: 'inner' })
  .groupBy('pupil_id').agg(c('possible').sum(), c('absent').sum())
  .withColumns(c('absent').mul(pl.lit(10)).gtEq(c('possible')).and(c('possible').gt(pl.lit(0))).cast(int).alias('persistent'))
  .sort('pupil_id').collectSync({ engine: process.env.ENGINE || 'auto' }).writeCSV(out);
