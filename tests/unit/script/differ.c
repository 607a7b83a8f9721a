/* Asking in every way, and comparing. */
#include "differ.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bodies.h"

enum { PUPILS = 6, MARKS_OF_A_PUPIL = 16 };

/* ---- what is asked about ---- */

static const struct {
  const char *id, *year_group, *fsm, *sen, *score;
  int school;
  const char *start, *end;
  const char *marks; /* drawn from, one after the other and with chance */
} pupils[PUPILS] = {{"ann", "8", "true", "K", "007", 0, NULL, NULL, "/\\/\\/\\IOGL/\\/\\/\\"},
                    {"ben", "R", "false", "N", "2.5", 0, NULL, NULL, "/\\/\\/\\/\\/\\/\\/\\/\\"},
                    {"cat", "8", "", "", "12", 1, NULL, NULL, "IIII/\\OOMMIIII/\\"},
                    {"dan", "11", "true", "E", "", 1, "2025-09-22", NULL, "/\\/\\LLUU/\\C/\\/\\G"},
                    {"eve", "7", "false", "", "x", 0, "2024-09-02", "2025-10-03", "OOOOOOGGUU/\\OOOO"},
                    {"fay", "", "", "", "", 1, "2025-10-24", NULL, ""}};

static bool add_pupil(muster_register *reg, size_t i, const uint32_t schools[2], const muster_date days[2]) {
  static const char *const names[] = {"year_group", "fsm", "sen", "score"};
  const char *values[] = {pupils[i].year_group, pupils[i].fsm, pupils[i].sen, pupils[i].score};
  muster_date start = MUSTER_NO_DATE, end = MUSTER_NO_DATE;
  uint32_t pupil;
  uint8_t bytes[2048];
  size_t next = 0;
  if (pupils[i].start && !muster_date_parse(muster_text_of(pupils[i].start), &start)) return false;
  if (pupils[i].end && !muster_date_parse(muster_text_of(pupils[i].end), &end)) return false;
  if (muster_register_enrol(reg, muster_text_of(pupils[i].id), schools[pupils[i].school], start, end, &pupil, NULL) !=
      MUSTER_OK)
    return false;
  for (int a = 0; a < 4; a++)
    if (!muster_register_set(reg, &reg->pupil_attributes, names[a], pupil, muster_text_of(values[a]))) return false;
  body_bytes(i + 1, bytes, sizeof bytes);
  for (muster_date day = days[0]; day <= days[1] && pupils[i].marks[0]; day++) {
    muster_place place;
    if (muster_date_weekday(day) >= 5 || (start != MUSTER_NO_DATE && day < start) ||
        (end != MUSTER_NO_DATE && day > end))
      continue;
    if (muster_register_place(reg, day, &place, NULL) != MUSTER_OK) return false;
    for (uint32_t s = 0; s < 2; s++, next++) {
      const char *code = &pupils[i].marks[bytes[next % sizeof bytes] % MARKS_OF_A_PUPIL];
      if (bytes[next % sizeof bytes] < 250) /* else a register that was not taken */
        muster_register_row(reg, pupil, place.year)[place.offset + s] =
            muster_codes_mark(&reg->codes, (muster_text){code, 1}, day);
    }
  }
  return true;
}

static bool fill(muster_register *reg) {
  const muster_date days[2] = {muster_date_of(2025, 6, 2), muster_date_of(2025, 10, 24)};
  static const char *const ids[] = {"100234", "100235"};
  uint32_t schools[2];
  for (int s = 0; s < 2; s++) schools[s] = muster_register_school(reg, muster_text_of(ids[s]), NULL);
  for (muster_date day = days[0]; day <= days[1]; day++) {
    bool summer = day > muster_date_of(2025, 7, 22) && day < muster_date_of(2025, 9, 1);
    if (muster_date_weekday(day) < 5 && !summer &&
        muster_register_day(reg, day % 31 ? MUSTER_NONE : schools[1], day, MUSTER_DAY_OPEN, NULL) != MUSTER_OK)
      return false;
  }
  for (size_t i = 0; i < PUPILS; i++)
    if (!add_pupil(reg, i, schools, days)) return false;
  return muster_register_seal(reg, NULL) == MUSTER_OK;
}

/* ---- packs ---- */

static const char *const ways[] = {"plain", "lost"};

static bool write_text(const char *path, const char *text) {
  FILE *file = fopen(path, "wb");
  if (!file) return false;
  bool good = fputs(text, file) >= 0;
  return fclose(file) == 0 && good;
}

static void path_of(const differ *d, int way, size_t rule, char out[128]) {
  snprintf(out, 128, "%s/%s/rules/r%zu.lua", d->folder, ways[way], rule);
}

bool differ_open(differ *d) {
  *d = (differ){.folder = "/tmp/muster-differ-XXXXXX",
                .from = muster_date_of(2025, 9, 1),
                .to = muster_date_of(2025, 10, 24),
                .step = 1,
                .instructions = muster_limits_default().instructions};
  if (!mkdtemp(d->folder)) return false;
  for (int way = 0; way < 2; way++) {
    char path[128];
    snprintf(path, sizeof path, "%s/%s/rules", d->folder, ways[way]);
    if (muster_folder_make(path, NULL) != MUSTER_OK) return false;
    snprintf(path, sizeof path, "%s/%s/pack.lua", d->folder, ways[way]);
    if (!write_text(path, "return pack { name = \"trial\", version = \"1.0.0\", api = 1, licence = \"CC0\" }\n"))
      return false;
  }
  d->reg = muster_register_new();
  return d->reg && fill(d->reg);
}

void differ_close(differ *d) {
  char path[128];
  for (int way = 0; way < 2; way++) {
    for (size_t k = 0; k < DIFFER_RULES; k++) path_of(d, way, k, path), unlink(path);
    snprintf(path, sizeof path, "%s/%s/pack.lua", d->folder, ways[way]), unlink(path);
    snprintf(path, sizeof path, "%s/%s/rules", d->folder, ways[way]), rmdir(path);
    snprintf(path, sizeof path, "%s/%s", d->folder, ways[way]), rmdir(path);
  }
  rmdir(d->folder);
  muster_register_free(d->reg);
}

static bool write_rules(const differ *d, const uint8_t *bytes, size_t each, size_t count) {
  static char text[BODY_TEXT];
  char path[128], id[16];
  for (int way = 0; way < 2; way++)
    for (size_t k = 0; k < DIFFER_RULES; k++) {
      path_of(d, way, k, path);
      unlink(path);
      if (k >= count) continue;
      snprintf(id, sizeof id, "r%zu", k);
      body_write(bytes + k * each, each, id, way == 0, text);
      if (!write_text(path, text)) return false;
    }
  return true;
}

/* ---- answers ---- */

typedef struct answer {
  muster_status status;
  bool truth;
  uint64_t said, error; /* texts of the verdict and of the error, as one number each */
} answer;

static uint64_t fold(uint64_t h, const char *text) {
  do h = (h ^ (unsigned char)*text) * 0x100000001B3ull;
  while (*text++);
  return h;
}

typedef struct asking {
  const differ *d;
  const muster_ruleset *set;
  muster_desk *desk;
  void *state;
  size_t count, days;
  answer *answers; /* by rule, day, pupil */
} asking;

static muster_status ask_one(const asking *a, size_t rule, size_t day, uint32_t pupil, answer *out, muster_error *err) {
  muster_subject s = {.kind = MUSTER_SUBJECT_PUPIL, .pupil = pupil, .school = a->d->reg->pupils[pupil].school};
  uint32_t number = 0;
  char id[32];
  size_t n;
  snprintf(id, sizeof id, "trial/r%zu", rule);
  while (strcmp(a->set->rules[number].id, id) != 0) number++;
  muster_desk_set_as_of(a->desk, a->d->from + (muster_date)day * a->d->step);
  muster_desk_clear(a->desk);
  muster_status status = a->set->class_->evaluate(a->state, &s, 1, &number, 1, err);
  const muster_verdict *given = muster_desk_verdicts(a->desk, &n);
  *out = (answer){.status = status, .truth = n > 0};
  if (n && given->message) out->said = fold(fold(0xCBF29CE484222325ull, given->message), given->evidence);
  return status;
}

/* Asks everything, from the first to the last or from the last to the first. */
static bool ask_all(asking *a, bool anew, bool backwards, bool texts, muster_error *err) {
  bool good = muster_desk_open(&a->desk, a->d->reg, a->set, err) == MUSTER_OK;
  if (!good) return false;
  muster_desk_set_wants_texts(a->desk, texts);
  muster_desk_set_asks_anew(a->desk, anew);
  good = a->set->class_->open(a->set, a->desk, &a->state, err) == MUSTER_OK;
  size_t all = a->count * a->days * PUPILS;
  for (size_t i = 0; i < all && good; i++) {
    size_t k = backwards ? all - 1 - i : i;
    muster_error said = {0};
    answer *out = &a->answers[k];
    (void)ask_one(a, k / (a->days * PUPILS), k / PUPILS % a->days, (uint32_t)(k % PUPILS), out, &said);
    const char *file = strrchr(said.where, '/'); /* the folders differ */
    uint64_t h = fold(fold(0xCBF29CE484222325ull, said.what), file ? file : said.where);
    out->error = fold(fold(h, said.expected), said.todo);
  }
  if (good) a->set->class_->close(a->state);
  muster_desk_close(a->desk);
  return good;
}

typedef struct trial {
  muster_pack *pack;
  muster_ruleset *set;
} trial;

static muster_status load(const differ *d, int way, trial *t, muster_error *err) {
  char path[128];
  muster_limits limits = muster_limits_default();
  limits.instructions = d->instructions;
  snprintf(path, sizeof path, "%s/%s", d->folder, ways[way]);
  muster_status status = muster_pack_load(path, &limits, &t->pack, err);
  return status == MUSTER_OK ? muster_ruleset_make(&t->pack, 1, &d->reg->codes, &t->set, err) : status;
}

/* What a way said of one question, in words. */
static size_t say(asking *a, bool anew, size_t k, char *out, size_t size) {
  muster_error err = {0};
  answer alone = {0};
  if (muster_desk_open(&a->desk, a->d->reg, a->set, &err) != MUSTER_OK) return 0;
  muster_desk_set_wants_texts(a->desk, false);
  muster_desk_set_asks_anew(a->desk, anew);
  muster_status status = a->set->class_->open(a->set, a->desk, &a->state, &err);
  if (status == MUSTER_OK) {
    status = ask_one(a, k / (a->days * PUPILS), k / PUPILS % a->days, (uint32_t)(k % PUPILS), &alone, &err);
    a->set->class_->close(a->state);
  }
  muster_desk_close(a->desk);
  int n = snprintf(out, size, "asked alone: status %d, %s %s %s\n", (int)status, alone.truth ? "true" : "false",
                   err.where, err.what);
  return n < 0 || (size_t)n >= size ? 0 : (size_t)n;
}

bool differ_ask(differ *d, const uint8_t *bytes, size_t each, size_t count, char *why, size_t size) {
  static const struct {
    int way;
    bool anew, backwards, texts;
    size_t against;
    const char *name;
  } askers[] = {{0, true, true, false, 0, "called"},
                {0, false, false, false, 0, "followed"},
                {1, false, false, false, 0, "remembered"},
                {0, true, true, true, 3, "called for texts"},
                {0, false, false, true, 3, "followed for texts"}};
  enum { ASKERS = sizeof askers / sizeof *askers };
  trial trials[2] = {{NULL, NULL}, {NULL, NULL}};
  muster_error err = {0};
  asking a[ASKERS];
  snprintf(why, size, "files cannot be written to %s", d->folder);
  bool good = count <= DIFFER_RULES && write_rules(d, bytes, each, count);
  size_t days = (size_t)((d->to - d->from) / d->step) + 1, all = count * days * PUPILS;
  answer *answers = calloc(ASKERS * all + 1, sizeof *answers);
  good = good && answers;
  for (int way = 0; way < 2 && good; way++) good = load(d, way, &trials[way], &err) == MUSTER_OK;
  for (size_t i = 0; i < ASKERS && good; i++) {
    a[i] = (asking){d, trials[askers[i].way].set, NULL, NULL, count, days, answers + i * all};
    good = ask_all(&a[i], askers[i].anew, askers[i].backwards, askers[i].texts, &err);
  }
  if (!good && err.what[0]) muster_error_format(&err, why, size);
  for (size_t i = 0; i < ASKERS && good; i++)
    for (size_t k = 0; k < all && good; k++) {
      const answer *one = &answers[askers[i].against * all + k], *other = &answers[i * all + k];
      d->asked++, d->truths += other->truth, d->errors += other->status != MUSTER_OK;
      good = one->status == other->status && one->truth == other->truth && one->error == other->error &&
             one->said == other->said;
      if (good) continue;
      static char text[BODY_TEXT];
      body_write(bytes + k / (days * PUPILS) * each, each, "r", true, text);
      size_t n = (size_t)snprintf(why, size, "pupil %zu, day %zu: called: status %d, %s; %s: status %d, %s\n",
                                  k % PUPILS, k / PUPILS % days, (int)one->status, one->truth ? "true" : "false",
                                  askers[i].name, (int)other->status, other->truth ? "true" : "false");
      if (n < size) n += say(&a[0], true, k, why + n, size - n);
      if (n < size) n += say(&a[i], false, k, why + n, size - n);
      if (n < size) snprintf(why + n, size - n, "%s", text);
    }
  for (int way = 0; way < 2; way++) {
    muster_ruleset_free(trials[way].set);
    muster_pack_free(trials[way].pack);
  }
  free(answers);
  return good;
}
