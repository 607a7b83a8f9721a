/* What a column is called elsewhere, and which kind of file has such columns. */
#include "guess.h"

#include <string.h>

#include "marks.h"

typedef struct synonym {
  muster_file_kind kind; /* MUSTER_FILE_KINDS = any kind that has the field */
  const char *ours;
  const char *theirs; /* letters and digits only, in lower case, blanks between the names */
} synonym;

#define ANY MUSTER_FILE_KINDS

static const synonym synonyms[] = {
    {ANY, "pupil_id",
     "pupilid upn uniquepupilnumber studentid studentuniqueid pupilupn studentupn admissionnumber admissionno admno adno "
     "pupilnumber studentnumber mispupilid pupilreference pupil student"},
    {ANY, "school_id",
     "schoolid urn schoolurn school laestab establishmentnumber dfenumber schoolcode siteid establishment site"},
    {ANY, "date", "date markdate attendancedate eventdate sessiondate"},
    {MUSTER_FILE_MARKS, "session", "session ampm sessiontype sessionname markperiod part period"},
    {MUSTER_FILE_MARKS, "code",
     "code mark markcode attendancecode attendancemark rawmark registermark registercode registrationmark eventcode "
     "attendanceeventcategory attendanceeventcategorydescriptor attendancestatus status"},
    {MUSTER_FILE_MARKS, "am", "am morning amsession amsessionmark ammark amcode sessionam markam morningmark morningsession"},
    {MUSTER_FILE_MARKS, "pm",
     "pm afternoon pmsession pmsessionmark pmmark pmcode sessionpm markpm afternoonmark afternoonsession"},
    {MUSTER_FILE_MARKS, "start_date", "startdate start from begindate firstdate"},
    {MUSTER_FILE_MARKS, "marks", "marks attendancemarks markstring attendance registermarks"},
    {MUSTER_FILE_MARKS, "week", "week weekcommencing wc weekbeginning weekstarting"},
    {MUSTER_FILE_MARKS, "minutes_late", "minuteslate lateminutes minslate"},
    {ANY, "start_date", "startdate admissiondate dateofadmission doa entrydate datejoined dateofentry"},
    {ANY, "end_date", "enddate leavingdate dateofleaving dol exitdate dateleft exitwithdrawdate"},
    {MUSTER_FILE_PUPILS, "birth_date", "birthdate dob dateofbirth"},
    {MUSTER_FILE_SCHOOLS, "name", "name schoolname establishmentname"},
    {MUSTER_FILE_CALENDAR, "kind", "kind type status daytype"},
    {MUSTER_FILE_TERMS, "half_term", "halfterm ht"},
    {MUSTER_FILE_TERMS, "start", "start startdate from"},
    {MUSTER_FILE_TERMS, "end", "end enddate to until"},
    {MUSTER_FILE_TERMS, "name", "name term"},
    {MUSTER_FILE_INTERVENTIONS, "subject_kind", "subjectkind subjecttype"},
    {MUSTER_FILE_INTERVENTIONS, "subject_id", "subjectid subject"},
    {MUSTER_FILE_INTERVENTIONS, "kind", "kind intervention interventiontype"},
    {MUSTER_FILE_RESPONSES, "respondent", "respondent respondentid"},
    {MUSTER_FILE_RESPONSES, "instrument", "instrument survey questionnaire"},
    {MUSTER_FILE_RESPONSES, "item", "item question"},
    {MUSTER_FILE_RESPONSES, "value", "value answer response score"},
    {MUSTER_FILE_COUNTS, "unit_id", "unitid urn schoolurn"},
    {MUSTER_FILE_COUNTS, "period", "period timeperiod academicyear"},
    {MUSTER_FILE_COUNTS, "possible", "possible sesspossible possiblesessions"},
    {MUSTER_FILE_COUNTS, "authorised", "authorised sessauthorised authorisedabsence authorisedabsencesessions"},
    {MUSTER_FILE_COUNTS, "unauthorised",
     "unauthorised sessunauthorised unauthorisedabsence unauthorisedabsencesessions"},
    {MUSTER_FILE_COUNTS, "absent", "absent sessoverall overallabsence absences"},
    {MUSTER_FILE_COUNTS, "enrolments", "enrolments totalenrolments pupils"},
    {MUSTER_FILE_COUNTS, "persistent", "persistent enrolmentspa10exact"},
    {MUSTER_FILE_COUNTS, "severe", "severe enrolmentspa50exact"},
};

static const char *const attributes[][2] = {
    {"year_group", "yeargroup year ncyear nationalcurriculumyear gradelevel entrygradeleveldescriptor"},
    {"group", "group reggroup registrationgroup tutorgroup form formgroup class"},
    {"sex", "sex gender"},
    {"fsm", "fsm freeschoolmeals fsmeligible fsm6 freeschoolmealeligible"},
    {"sen", "sen senstatus senprovision senneed"},
    {"eal", "eal englishasanadditionallanguage"},
    {"ethnicity", "ethnicity ethnicgroup"},
};

size_t muster_guess_squeeze(muster_text name, char *out, size_t room) {
  size_t n = 0;
  for (size_t i = 0; i < name.n && n + 1 < room; i++) {
    char c = name.at[i];
    if (c >= 'A' && c <= 'Z') c = (char)(c - 'A' + 'a');
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) out[n++] = c;
  }
  out[n] = '\0';
  return n;
}

int muster_guess_among(const char *word, size_t n, const char *list) {
  int place = 1;
  for (const char *at = list; *at; place++) {
    size_t length = strcspn(at, " ");
    if (length == n && memcmp(at, word, n) == 0) return place;
    at += length + (at[length] == ' ');
  }
  return 0;
}

int muster_guess_field(muster_file_kind kind, muster_text theirs, int *rank) {
  int any_rank;
  if (!rank) rank = &any_rank;
  *rank = 0;
  char word[64], ours[64];
  size_t n = muster_guess_squeeze(theirs, word, sizeof word);
  const char *const *names = muster_source_columns(kind);
  if (!n) return -1;
  for (int f = 0; names[f]; f++) {
    if (muster_guess_squeeze(muster_text_of(names[f]), ours, sizeof ours) == n && memcmp(word, ours, n) == 0) return f;
    for (size_t i = 0; i < sizeof synonyms / sizeof *synonyms; i++) {
      const synonym *s = &synonyms[i];
      if ((s->kind == ANY || s->kind == kind) && strcmp(s->ours, names[f]) == 0 &&
          (*rank = muster_guess_among(word, n, s->theirs)))
        return f;
    }
  }
  /* "Monday AM", "MonAM": the columns of a week */
  static const char *const days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  for (int d = 0; kind == MUSTER_FILE_MARKS && d < 7; d++)
    if (n > 4 && memcmp(word, days[d], 3) == 0 &&
        (memcmp(word + n - 2, "am", 2) == 0 || memcmp(word + n - 2, "pm", 2) == 0))
      return MARKS_MON_AM + 2 * d + (word[n - 2] == 'p');
  return -1;
}

const char *muster_guess_attribute(muster_text theirs) {
  char word[64];
  size_t n = muster_guess_squeeze(theirs, word, sizeof word);
  for (size_t i = 0; n && i < sizeof attributes / sizeof *attributes; i++)
    if (muster_guess_among(word, n, attributes[i][1])) return attributes[i][0];
  return NULL;
}

/* ---- the kind ---- */

/* Names without which a file is not of the kind; a file of marks has one of several sets. */
static const struct {
  muster_file_kind kind;
  muster_layout layout;
  const char *fields[5];
} shapes[] = {
    {MUSTER_FILE_MARKS, MUSTER_LAYOUT_LONG, {"pupil_id", "date", "session", "code"}},
    {MUSTER_FILE_MARKS, MUSTER_LAYOUT_WEEK, {"pupil_id", "week", "mon_am", "fri_pm"}},
    {MUSTER_FILE_MARKS, MUSTER_LAYOUT_STRIP, {"pupil_id", "start_date", "marks"}},
    {MUSTER_FILE_MARKS, MUSTER_LAYOUT_DAY, {"pupil_id", "date", "am", "pm"}},
    {MUSTER_FILE_MARKS, MUSTER_LAYOUT_LONG, {"pupil_id", "date", "code"}},
    {MUSTER_FILE_INTERVENTIONS, MUSTER_LAYOUT_ANY, {"subject_kind", "subject_id", "kind", "start_date"}},
    {MUSTER_FILE_RESPONSES, MUSTER_LAYOUT_ANY, {"respondent", "instrument", "item", "value"}},
    {MUSTER_FILE_COUNTS, MUSTER_LAYOUT_ANY, {"period", "possible", "authorised", "unauthorised"}},
    {MUSTER_FILE_TERMS, MUSTER_LAYOUT_ANY, {"half_term", "start", "end"}},
    {MUSTER_FILE_CALENDAR, MUSTER_LAYOUT_ANY, {"date", "kind"}},
    {MUSTER_FILE_PUPILS, MUSTER_LAYOUT_ANY, {"pupil_id", "school_id"}},
    {MUSTER_FILE_SCHOOLS, MUSTER_LAYOUT_ANY, {"school_id", "name"}},
};

static int field_of(muster_file_kind kind, const char *name) {
  const char *const *names = muster_source_columns(kind);
  for (int f = 0; names[f]; f++)
    if (strcmp(names[f], name) == 0) return f;
  return -1;
}

/* Of several columns for one name the likeliest: files that give both know a pupil by the UPN, not by the number at
 * one school. */
static void place_columns(guess *g, const muster_input *input, muster_file_kind kind) {
  int ranks[GUESS_FIELDS];
  for (size_t f = 0; f < GUESS_FIELDS; f++) g->at[f] = MUSTER_NONE;
  for (uint32_t c = 0; c < input->columns; c++) {
    int rank, f = muster_guess_field(kind, input->header[c], &rank);
    if (f < 0 || (g->at[f] != MUSTER_NONE && ranks[f] <= rank)) continue;
    g->at[f] = c;
    ranks[f] = rank;
  }
}

static void find_kind(guess *g, const muster_input *input) {
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
    place_columns(g, input, shapes[i].kind);
    bool all = true;
    for (size_t k = 0; all && k < 5 && shapes[i].fields[k]; k++)
      all = g->at[field_of(shapes[i].kind, shapes[i].fields[k])] != MUSTER_NONE;
    if (!all) continue;
    g->kind = shapes[i].kind;
    g->layout = shapes[i].layout;
    return;
  }
  g->kind = MUSTER_FILE_KINDS;
}

/* ---- values ---- */

static const char *const formats[] = {"%d/%m/%Y",          "%m/%d/%Y",         "%d-%m-%Y", "%m-%d-%Y", "%d.%m.%Y",
                                      "%d/%m/%y",          "%m/%d/%y",         "%d %b %Y", "%d-%b-%Y", "%d %B %Y",
                                      "%Y/%m/%d",          "%Y%m%d",           "%d-%b-%y", "%b %d %Y", "%B %d, %Y",
                                      "%Y-%m-%dT00:00:00", "%Y-%m-%d 00:00:00", "%d/%m/%Y 00:00:00",
                                      "%d/%m/%Y 00:00",    "%a %d/%m/%Y",       "%a %d %b %Y", "%A %d %B %Y",
                                      "%A, %d %B %Y"};
enum { FORMATS = sizeof formats / sizeof *formats };

typedef struct dates {
  size_t seen, iso, read[FORMATS], weekend[FORMATS];
} dates;

/* @param school_days  no such date is likely to be on a weekend, which tells day from month where both read */
static void see_date(dates *d, muster_text text, bool school_days) {
  muster_date date;
  if (text.n == 0) return;
  d->seen++;
  d->iso += muster_date_parse(text, &date);
  for (size_t i = 0; i < FORMATS; i++) {
    if (!muster_date_parse_as(text, formats[i], &date)) continue;
    d->read[i]++;
    d->weekend[i] += school_days && muster_date_weekday(date) >= 5;
  }
}

/* ISO when most dates are; else the format that reads the most, on the fewest weekends. Two that are as good leave a
 * doubt. */
static void settle_dates(guess *g, const dates *d) {
  size_t best = 0;
  for (size_t i = 1; i < FORMATS; i++)
    if (d->read[i] > d->read[best] || (d->read[i] == d->read[best] && d->weekend[i] < d->weekend[best])) best = i;
  if (!d->seen || 2 * d->iso > d->seen) return;
  g->date_unread = 2 * d->read[best] < d->seen;
  if (g->date_unread) return;
  g->date_format = formats[best];
  for (size_t i = best + 1; i < FORMATS; i++)
    g->date_unsure |= d->read[i] == d->read[best] && d->weekend[i] == d->weekend[best];
}

/* "P3", "Period 3", "Lesson 1", "3": a day has two sessions, and more lessons. */
static bool is_lesson(const char *word, size_t n) {
  size_t letters = 0, digits = 0;
  while (letters < n && word[letters] >= 'a') letters++;
  while (letters + digits < n && word[letters + digits] <= '9') digits++;
  if (!digits || letters + digits != n) return false;
  if (letters == 0) return n > 1 || word[0] >= '3';
  return muster_guess_among(word, letters, "p per period l lesson");
}

/* Does the text tell a session? */
static bool see_session(guess *g, muster_text text) {
  char word[32];
  size_t n = muster_guess_squeeze(text, word, sizeof word);
  bool am = muster_guess_among(word, n, "m morning amsession ams 1 mornings amreg amregistration regam morningsession");
  bool pm = muster_guess_among(word, n, "a p afternoon pmsession pms 2 afternoons pmreg pmregistration regpm afternoonsession");
  g->lessons |= is_lesson(word, n);
  if (am) g->am = text;
  if (pm) g->pm = text;
  return am || pm || muster_guess_among(word, n, "am pm");
}

static void see_number(guess *g, muster_text text) {
  int64_t value;
  if (text.n == 0 || text.n > 8 || g->missing_count == GUESS_VALUES || muster_text_int(text, &value)) return;
  if (text.at[0] >= '0' && text.at[0] <= '9') return;
  for (size_t i = 0; i < g->missing_count; i++)
    if (muster_text_equal(g->missing[i], text)) return;
  g->missing[g->missing_count++] = text;
}

/* ---- totals ---- */

static uint32_t column_among(const muster_input *input, const char *names) {
  char word[64];
  for (uint32_t c = 0; c < input->columns; c++) {
    size_t n = muster_guess_squeeze(input->header[c], word, sizeof word);
    if (n && muster_guess_among(word, n, names)) return c;
  }
  return MUSTER_NONE;
}

static void see_value(guess_values *values, muster_text text) {
  if (text.n == 0) return;
  if (muster_text_equal(text, MUSTER_TEXT("Total"))) {
    values->total = true;
    return;
  }
  for (size_t i = 0; i < values->count; i++)
    if (muster_text_equal(values->at[i], text)) return;
  if (values->count < GUESS_VALUES) values->at[values->count++] = text;
}

/* Levels of official statistics, the most detailed first, and where the place of such a row is named. */
static const struct {
  const char *level, *place;
} levels[] = {{"School", "urn schoolurn"}, {"Local authority", "laname"}, {"Regional", "regionname"}};
enum { LEVELS = sizeof levels / sizeof *levels };

typedef struct totals {
  uint32_t level;
  bool is[LEVELS], other;
} totals;

static totals totals_of(guess *g, const muster_input *input) {
  totals t = {.level = column_among(input, "geographiclevel")};
  g->unit_of = column_among(input, "schooltype educationphase phase");
  g->part = column_among(input, "term");
  if (g->part == MUSTER_NONE) g->part = column_among(input, "timeidentifier");
  return t;
}

static void see_total(guess *g, totals *t, const muster_text *cells) {
  bool known = false;
  for (int i = 0; t->level != MUSTER_NONE && i < LEVELS; i++) {
    bool here = muster_text_equal(muster_cell_trim(cells[t->level]), muster_text_of(levels[i].level));
    t->is[i] |= here;
    known |= here;
  }
  t->other |= !known;
  if (g->unit_of != MUSTER_NONE) see_value(&g->kinds, muster_cell_trim(cells[g->unit_of]));
  if (g->part != MUSTER_NONE) see_value(&g->parts, muster_cell_trim(cells[g->part]));
}

static void settle_totals(guess *g, const totals *t, const muster_input *input) {
  int best = 0, seen = t->other;
  while (best < LEVELS && !t->is[best]) best++;
  for (int i = 0; i < LEVELS; i++) seen += t->is[i];
  if (best < LEVELS && seen > 1) g->level = levels[best].level;
  bool of_schools = g->at[0] != MUSTER_NONE && (t->level == MUSTER_NONE || best == 0 || best == LEVELS);
  if (of_schools) g->unit_of = MUSTER_NONE; /* a school's row is of one kind of school */
  if (!of_schools && best < LEVELS) g->unit = column_among(input, levels[best].place);
  if (g->parts.count < 2) g->part = MUSTER_NONE;
}

static const char *const date_fields[] = {"date", "start_date", "end_date", "birth_date", "start", "end", "week", NULL};

static bool holds_codes(muster_layout layout, int field) {
  switch (layout) {
    case MUSTER_LAYOUT_STRIP: return field == MARKS_MARKS;
    case MUSTER_LAYOUT_WEEK: return field >= MARKS_MON_AM && field < MARKS_SCHOOL;
    case MUSTER_LAYOUT_DAY: return field == MARKS_AM || field == MARKS_PM;
    default: return field == MARKS_CODE;
  }
}

void muster_guess_file(guess *g, const muster_input *input, const muster_input_block *block, muster_text *cells) {
  find_kind(g, input);
  if (g->kind == MUSTER_FILE_KINDS) return;
  place_columns(g, input, g->kind);
  dates d = {0};
  muster_rows rows = muster_rows_of(block, input);
  size_t count;
  uint32_t line;
  g->unit = g->unit_of = g->part = MUSTER_NONE;
  totals of = g->kind == MUSTER_FILE_COUNTS ? totals_of(g, input) : (totals){.level = MUSTER_NONE};
  size_t sessions = 0;
  const char *const *names = muster_source_columns(g->kind);
  while (muster_rows_next(&rows, cells, input->columns, &count, &line)) {
    if (count != input->columns || muster_is_header(input, cells)) continue;
    /* a line of totals at the end has no date, and no codes */
    bool dated = g->kind == MUSTER_FILE_MARKS &&
                 (g->at[MARKS_DATE] == MUSTER_NONE || muster_cell_value(cells[g->at[MARKS_DATE]]).n);
    for (int f = 0; names[f]; f++) {
      if (g->at[f] == MUSTER_NONE) continue;
      muster_text text = muster_cell_value(cells[g->at[f]]);
      for (size_t k = 0; date_fields[k]; k++)
        if (strcmp(names[f], date_fields[k]) == 0 && !(strcmp(names[f], "week") == 0 && memchr(text.at, 'W', text.n)))
          see_date(&d, text, g->kind == MUSTER_FILE_MARKS || g->kind == MUSTER_FILE_CALENDAR);
      if (strcmp(names[f], "session") == 0) sessions += see_session(g, text);
      if (dated && holds_codes(g->layout, f)) muster_guess_see_code(g, text);
      if (g->kind == MUSTER_FILE_COUNTS && f >= 2 && strcmp(names[f], "name") != 0) see_number(g, text);
    }
    if (g->kind == MUSTER_FILE_COUNTS) see_total(g, &of, cells);
  }
  if (g->kind == MUSTER_FILE_COUNTS) settle_totals(g, &of, input);
  if (g->kind == MUSTER_FILE_MARKS && g->layout == MUSTER_LAYOUT_LONG && input->data_line && !sessions &&
      block->n) { /* a column that is called so and names terms is none */
    g->at[MARKS_SESSION] = MUSTER_NONE;
    g->no_sessions = !g->lessons;
  }
  settle_dates(g, &d);
}
