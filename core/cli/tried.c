/* From a backtest to backtest.json. */
#include "tried.h"

#include <math.h>
#include <string.h>

muster_status cli_tried_possible(const cli_call *call, muster_error *err) {
  static const char *const tailoring[] = {"params", "set", "also", NULL};
  const char *data = cli_value(call, "record");
  if (!data) return MUSTER_OK;
  size_t n = strlen(data);
  if (n == 0 || n > MUSTER_TRIED_TEXT || strpbrk(data, "\n\r\t")) {
    muster_fail(err, MUSTER_USAGE, "--record: the text %s",
                n == 0                  ? "is empty"
                : n > MUSTER_TRIED_TEXT ? "is too long"
                                        : "has more than one line");
    muster_error_expected(err, "what DATA is, in one line: \"our six schools, 2025/26\"");
    return MUSTER_USAGE;
  }
  for (size_t i = 0; tailoring[i]; i++)
    if (cli_value(call, tailoring[i]))
      return muster_fail(err, MUSTER_USAGE, "--record is of a pack as it is written, and goes without --%s",
                         tailoring[i]);
  if (cli_flag(call, "allow-unfit"))
    return muster_fail(err, MUSTER_USAGE,
                       "--record is of data that the pack applies to, and goes without --allow-unfit");
  if (muster_is_folder(call->arguments[0])) return MUSTER_OK;
  muster_fail(err, MUSTER_USAGE, "--record: %s is not a folder", call->arguments[0]);
  muster_error_expected(err, "the folder of a pack: an installed pack is not changed");
  return MUSTER_USAGE;
}

static muster_tried_share share_of(const muster_share *s) { return (muster_tried_share){s->value, s->low, s->high}; }

static muster_tried_score score_of(const muster_score *s) {
  return (muster_tried_score){(int64_t)s->cases, (int64_t)s->positives,   (int64_t)s->flagged,
                              (int64_t)s->hits,  share_of(&s->precision), share_of(&s->recall)};
}

/* The record travels further than its data, so it holds no count of few children of a group, nor of all but a few. */
static bool is_few(uint64_t count) { return count > 0 && count < MUSTER_TRIED_LEAST; }

bool cli_tried_few(const muster_score *s) {
  return is_few(s->cases) || is_few(s->positives) || is_few(s->flagged) || is_few(s->hits) ||
         is_few(s->cases - s->positives) || is_few(s->cases - s->flagged);
}

/* The values of an attribute add up to the whole line: one that is left out alone could be worked out from the others,
 * so the smallest of these goes too. */
static void protect(const muster_backtest *b, const muster_score *groups, bool *left_out) {
  for (size_t from = 0, to; from < b->group_count; from = to) {
    size_t out = 0, smallest = SIZE_MAX;
    for (to = from; to < b->group_count && strcmp(b->groups[to].attribute, b->groups[from].attribute) == 0; to++) {
      if (left_out[to])
        out += groups[to].cases > 0;
      else if (groups[to].cases > 0 && (smallest == SIZE_MAX || groups[to].cases < groups[smallest].cases))
        smallest = to;
    }
    if (out == 1 && smallest != SIZE_MAX) left_out[smallest] = true;
  }
}

static bool fill(muster_tried_line *line, const char *name, const muster_backtest_line *from, const muster_backtest *b,
                 muster_arena *arena) {
  muster_tried_group *groups = muster_arena_alloc(arena, (b->group_count + 1) * sizeof *groups);
  *line = (muster_tried_line){.name = name,
                              .findings = (int64_t)from->workload.total,
                              .mean = from->workload.mean,
                              .most = from->workload.most,
                              .scored = from->scored};
  bool *left_out = muster_arena_alloc(arena, (b->group_count + 1) * sizeof *left_out);
  if (!groups || !left_out) return false;
  if (!from->scored) return true;
  line->score = score_of(&from->all);
  line->lead_q25 = from->lead.q25;
  line->lead_median = from->lead.median;
  line->lead_q75 = from->lead.q75;
  line->late = (int64_t)from->lead.late;
  line->alone = (int64_t)from->alone;
  line->alone_hits = (int64_t)from->alone_hits;
  line->groups = groups;
  for (size_t g = 0; g < b->group_count; g++) left_out[g] = cli_tried_few(&from->groups[g]);
  protect(b, from->groups, left_out);
  for (size_t g = 0; g < b->group_count; g++) {
    if (left_out[g] || !from->groups[g].cases) continue;
    groups[line->group_count++] =
        (muster_tried_group){b->groups[g].attribute, b->groups[g].value, score_of(&from->groups[g])};
  }
  return true;
}

static bool fill_lines(const muster_pack *pack, const muster_ruleset *set, const muster_backtest *b,
                       muster_tried *tried, muster_arena *arena) {
  muster_tried_line *lines = muster_arena_alloc(arena, (b->rule_count + 3) * sizeof *lines);
  if (!lines) return false;
  size_t n = 0;
  for (uint32_t r = 0; r < b->rule_count; r++) {
    if (muster_ruleset_pack(set, r) != pack) continue; /* of a pack that it requires */
    if (!fill(&lines[n++], muster_ruleset_info(set, r)->id, &b->rules[r], b, arena)) return false;
  }
  if (!fill(&lines[n++], "pack", &b->pack, b, arena) || !fill(&lines[n++], "threshold", &b->threshold, b, arena))
    return false;
  tried->lines = lines;
  tried->line_count = n;
  return true;
}

muster_status cli_tried_of(const muster_pack *pack, const char *data, const muster_register *reg,
                           const muster_ruleset *set, const muster_backtest *b, muster_arena *arena,
                           muster_tried *tried, muster_error *err) {
  static const char *const steps[] = {"week", "day", "half-term"};
  char from[MUSTER_DATE_TEXT], to[MUSTER_DATE_TEXT], digest[MUSTER_DIGEST_TEXT], verdicts[MUSTER_DIGEST_TEXT];
  const muster_manifest *m = muster_pack_manifest(pack);
  MUSTER_TRY(muster_register_digest(reg, 1, digest, err));
  MUSTER_TRY(muster_pack_verdicts(pack, verdicts, err));
  *tried = (muster_tried){.pack = m->name,
                          .version = m->version,
                          .rules = muster_arena_printf(arena, "%s", verdicts),
                          .data = data,
                          .data_digest = muster_arena_printf(arena, "%s", digest),
                          .from = muster_arena_printf(arena, "%s", muster_date_format(b->from, from)),
                          .to = muster_arena_printf(arena, "%s", muster_date_format(b->to, to)),
                          .every = steps[b->every],
                          .outcome = muster_outcome_text(b->outcome),
                          .ticks = (int64_t)b->tick_count,
                          .pupils = (int64_t)reg->pupil_count,
                          .schools = (int64_t)reg->school_count};
  bool made = tried->rules && tried->data_digest && tried->from && tried->to && fill_lines(pack, set, b, tried, arena);
  return made ? MUSTER_OK : muster_fail_memory(err);
}

muster_status cli_tried_write(const char *folder, const char *data, const muster_pack *pack, const muster_register *reg,
                              const muster_ruleset *set, const muster_backtest *b, muster_error *err) {
  muster_tried tried;
  muster_arena arena = {0};
  muster_buf out;
  muster_buf_init(&out, MUSTER_TRIED_BYTES);
  const char *path = muster_path_join(&arena, folder, MUSTER_TRIED_FILE);
  muster_status status = path ? cli_tried_of(pack, data, reg, set, b, &arena, &tried, err) : muster_fail_memory(err);
  if (status == MUSTER_OK) {
    muster_tried_json(&tried, &out);
    status = out.failed ? muster_fail_memory(err) : muster_file_write(path, out.at, out.n, 0644, err);
  }
  muster_buf_free(&out);
  muster_arena_free(&arena);
  return status;
}

muster_status cli_tried_keep(const char *folder, const char *pack, muster_error *err) {
  muster_arena arena = {0};
  char *bytes = NULL;
  size_t n = 0;
  const char *from = muster_path_join(&arena, folder, MUSTER_TRIED_FILE),
             *to = muster_path_join(&arena, pack, MUSTER_TRIED_FILE);
  muster_status status =
      from && to ? muster_file_read(from, MUSTER_TRIED_BYTES, &bytes, &n, err) : muster_fail_memory(err);
  if (status == MUSTER_OK) status = muster_file_write(to, bytes, n, 0644, err);
  muster_free(bytes);
  muster_arena_free(&arena);
  return status;
}
