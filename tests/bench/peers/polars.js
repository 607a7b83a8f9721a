// The same flags by Polars: POLARS_MAX_THREADS=N node polars.js DATA OUT.csv AS_OF [STORE.ipc|STORE.parquet]
// With OUT.csv "import" the marks become a file of Polars' own; with one named the flags come from it.
const pl = require('nodejs-polars');
const [data, out, asOf, store] = process.argv.slice(2);
const c = pl.col, int = pl.Int32;
const read = (name, schema) => pl.readCSV(`${data}/${name}`, { schema });
const marksSchema = { pupil_id: pl.Utf8, date: pl.Utf8, session: pl.Utf8, code: pl.Utf8 };
if (out === 'import') {
  const marks = pl.readCSV(`${data}/marks.csv`, { schema: marksSchema });
  store.endsWith('.ipc') ? marks.writeIPC(store) : marks.writeParquet(store);
  process.exit(0);
}
const source = !store ? pl.scanCSV(`${data}/marks.csv`, { schema: marksSchema }) : store.endsWith('.ipc') ? pl.scanIPC(store) : pl.scanParquet(store);

const start = read('terms.csv', { name: pl.Utf8, half_term: pl.Utf8, start: pl.Utf8, end: pl.Utf8 }).toRecords().map(r => r.start).filter(s => s <= asOf).sort().pop();
const calendar = read('calendar.csv', { school_id: pl.Utf8, date: pl.Utf8, kind: pl.Utf8 }).toRecords().filter(r => r.kind === 'open' && r.date <= asOf);
const monday = d => { const t = Date.parse(d) / 864e5; return t - (t + 3) % 7; };
const schools = {};
for (const r of calendar) (schools[r.school_id] ??= []).push(r.date);
const days = [];
for (const [school, dates] of Object.entries(schools)) {
  const weeks = [...new Set(dates.map(monday))].sort((a, b) => a - b), last = weeks.length - 1;
  for (const d of dates) {
    const week = weeks.indexOf(monday(d)), dow = (Date.parse(d) / 864e5 + 3) % 7;
    days.push({ school_id: school, date: d, week, recent10: +(week > last - 10), recent12: +(week > last - 12), ends: +(dow === 0 || dow === 4), half: +(d >= start) });
  }
}
const day = pl.DataFrame(days, { schema: { school_id: pl.Utf8, date: pl.Utf8, week: int, recent10: int, recent12: int, ends: int, half: int } });
const codes = [];
const add = (list, possible, absent, un) => list.split(' ').forEach(code => codes.push({ code, possible, absent, un }));
add('/ \\ L B P V W K', 1, 0, 0); add('G N O U', 1, 1, 1); add('C C1 C2 J1 M S T R I E', 1, 1, 0); add('D X Q Z # Y1 Y2 Y3 Y4 Y5 Y6 Y7', 0, 0, 0);
const code = pl.DataFrame(codes, { schema: { code: pl.Utf8, possible: int, absent: int, un: int } });
const pupil = pl.readCSV(`${data}/pupils.csv`, { inferSchemaLength: 0 }).select('pupil_id', 'school_id');

const marks = source
  .join(pupil.lazy(), { on: 'pupil_id', how: 'inner' }).join(day.lazy(), { on: ['school_id', 'date'], how: 'inner' }).join(code.lazy(), { on: 'code', how: 'inner' })
  .select(c('pupil_id'), c('date'), c('session'), c('week'), c('possible'), c('absent'), c('half'), c('un').mul(c('recent10')).alias('un'),
          c('absent').mul(c('recent12')).alias('a12'), c('absent').mul(c('recent12')).mul(c('ends')).alias('mf'))
  .collectSync({ engine: process.env.ENGINE || 'auto' });
const week = marks.lazy().groupBy(['pupil_id', 'week']).agg(c('half').max(), c('possible').sum(), c('absent').sum(), c('un').sum(), c('a12').sum(), c('mf').sum()).collectSync();
const sums = week.lazy().withColumns(c('half').eq(1).and(c('absent').gt(0)).and(c('absent').lt(c('possible'))).cast(int).alias('broken'))
  .groupBy('pupil_id').agg(c('possible').sum(), c('absent').sum(), c('un').sum(), c('a12').sum(), c('mf').sum(), c('broken').sum()).collectSync();
const ordered = marks.lazy().filter(c('possible').eq(1)).select('pupil_id', 'date', 'session', 'absent').sort(['pupil_id', 'date', 'session']);
const run = ordered.withColumns(c('absent').eq(0).cast(int).cumSum({ reverse: true }).over('pupil_id').alias('after')).filter(c('after').eq(0))
  .groupBy('pupil_id').agg(c('absent').sum().alias('run')).collectSync();
const k = n => pl.lit(n).cast(int);
sums.join(run, { on: 'pupil_id', how: 'left' }).withColumns(c('run').fillNull(k(0))).select(
  c('pupil_id'), c('possible').gtEq(20).and(c('absent').mul(k(10)).gtEq(c('possible'))).and(c('absent').mul(k(2)).lt(c('possible'))).cast(int).alias('persistent'),
  c('possible').gtEq(20).and(c('absent').mul(k(2)).gtEq(c('possible'))).cast(int).alias('severe'), c('un').gtEq(10).cast(int).alias('unauthorised'),
  c('broken').gtEq(2).cast(int).alias('broken'), c('run').gtEq(10).cast(int).alias('long'),
  c('mf').gtEq(8).and(c('mf').mul(k(4)).gtEq(c('a12').mul(k(3)))).cast(int).alias('ends')).sort('pupil_id').writeCSV(out);
