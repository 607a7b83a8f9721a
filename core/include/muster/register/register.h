/* muster/register/register.h - the one data structure of the engine: schools, pupils, marks, what was done and said.
 *
 * Filled through the functions below (by the load and store rooms), sealed once, and from then on never changed: every
 * thread may read it with no lock. Fields are public to be read; only this room writes them. Everything in a register
 * is owned by it and lives until muster_register_free.
 *
 * A row of marks belongs to an enrolment: a pupil at a school from a start to an end date. A pupil who moves has two
 * enrolments under one id; the official statistics count enrolments. */
#ifndef MUSTER_REGISTER_REGISTER_H
#define MUSTER_REGISTER_REGISTER_H

#include "muster/register/calendar.h"
#include "muster/register/codes.h"

MUSTER_BEGIN_DECLS

/** A row of marks covers one school year: weeks from the one that holds 1 August, 53 at the most, 16 bytes a week. */
enum { MUSTER_YEAR_WEEKS = 53, MUSTER_YEAR_MARKS = MUSTER_YEAR_WEEKS * MUSTER_LANE };

/** First week of the row of the school year that begins in August of `year`. */
static inline int32_t muster_year_first_week(int year) { return muster_week_of(muster_date_of(year, 8, 1)); }

/** The school year whose row holds a date: like muster_date_school_year, but whole weeks, so that the days of the week
 * of 1 August that fall in July belong to the new year. */
int muster_row_year(muster_date date);

typedef struct muster_year {
  int year;           /* its September */
  int32_t first_week; /* of its rows; weeks up to the next year's first week are used */
  uint8_t **rows;     /* one a pupil enrolment, NULL where there are no marks */
} muster_year;

/** A named column of text over the subjects of one kind. values[i] is a number in register->texts, or MUSTER_NONE. */
typedef struct muster_attribute {
  const char *name;
  uint32_t *values;
  size_t capacity;
} muster_attribute;

typedef struct muster_attributes {
  muster_attribute *columns;
  size_t count, capacity;
} muster_attributes;

/** An enrolment. `id` is a number in register->pupil_ids. */
typedef struct muster_pupil {
  uint32_t id, school;
  uint32_t next;          /* the same pupil's next enrolment, or MUSTER_NONE */
  muster_date start, end; /* on roll, inclusive; MUSTER_NO_DATE = open */
  muster_date birth;      /* or MUSTER_NO_DATE */
} muster_pupil;

typedef struct muster_school {
  uint32_t first, count; /* its pupils: register->by_school[first .. first+count-1] (sealed) */
  muster_open_days open; /* its calendar (sealed) */
  uint32_t name;         /* number in register->texts, or MUSTER_NONE */
} muster_school;

typedef enum muster_subject_kind {
  MUSTER_SUBJECT_PUPIL,
  MUSTER_SUBJECT_GROUP,
  MUSTER_SUBJECT_SCHOOL
} muster_subject_kind;

/** Totals of a unit over a period, from statistics without pupils. Missing numbers are -1. */
typedef struct muster_total {
  uint32_t school; /* the unit, as a school */
  uint32_t period; /* number in register->texts */
  int64_t possible, authorised, unauthorised, absent;
  int64_t enrolments, persistent, severe;
} muster_total;

typedef struct muster_intervention {
  muster_subject_kind subject_kind; /* pupil or school */
  uint32_t subject;                 /* number of the pupil id, or of the school */
  uint32_t kind, provider;          /* numbers in register->texts, or MUSTER_NONE */
  muster_date start, end;
  double dose, cost; /* NaN where not given */
} muster_intervention;

typedef struct muster_response {
  uint32_t respondent, instrument, item; /* numbers in register->texts */
  uint32_t pupil, school;                /* pupil id number and school, or MUSTER_NONE */
  muster_date date;
  double value;
} muster_response;

typedef struct muster_register {
  muster_codes codes;
  muster_map texts;                 /* every attribute value and other short text */
  muster_map pupil_ids, school_ids; /* school k has the id school_ids name k */
  muster_pupil *pupils;
  size_t pupil_count, pupil_capacity;
  uint32_t *first_enrolment; /* of each pupil id */
  size_t first_enrolment_capacity;
  muster_school *schools;
  size_t school_count, school_capacity;
  muster_attributes pupil_attributes, school_attributes;
  muster_year *years; /* ascending, without gaps */
  size_t year_count;
  muster_half_term *half_terms; /* ascending */
  size_t half_term_count, half_term_capacity;
  muster_total *totals;
  size_t total_count, total_capacity;
  muster_intervention *interventions; /* by subject, then start (sealed) */
  size_t intervention_count, intervention_capacity;
  muster_response *responses;
  size_t response_count, response_capacity;
  uint32_t *by_school;               /* pupils in school order, then order of appearance (sealed) */
  muster_date first_mark, last_mark; /* days with a mark; MUSTER_NO_DATE when there are none */
  bool calendar_given, terms_given;  /* else they were inferred, and outputs say so */
  uint32_t calendars_inferred;       /* schools with pupils and no open day in the calendar that was given */
  bool presence_implied;             /* absences only were recorded */
  bool sealed;
  struct muster_register_building *building;
  muster_arena arena;
} muster_register;

/** An empty register with the national codes. NULL when there is no memory. Free with muster_register_free. */
muster_register *muster_register_new(void);
void muster_register_free(muster_register *reg);

/** "marks; presence implied; calendar inferred", "totals": what an answer was made from, in the words that every output
 * uses. */
enum { MUSTER_SOURCE_TEXT = 80 };
void muster_register_source(const muster_register *reg, bool totals, char out[MUSTER_SOURCE_TEXT]);

/* ---- filling: before the seal, from one thread ---- */

/** The school with this id, added when new. MUSTER_NONE when there is no memory. */
uint32_t muster_register_school(muster_register *reg, muster_text id, bool *added);

/** Adds an enrolment.
 * @param[out] pupil  its number
 * @retval MUSTER_DATA  the pupil is already on roll on some of those days: at this school, or at another without a date
 *                      that separates the two; nothing was added and *pupil is the enrolment in the way */
MUSTER_CHECK muster_status muster_register_enrol(muster_register *reg, muster_text id, uint32_t school,
                                                 muster_date start, muster_date end, uint32_t *pupil,
                                                 muster_error *err);

/** The enrolment of a pupil id that covers `date`; the only one when there is one; MUSTER_NONE for an unknown id or a
 * date on which none of several is on roll. */
uint32_t muster_register_enrolment(const muster_register *reg, uint32_t pupil_id, muster_date date);

/** Sets an attribute. Empty text is no value. False when there is no memory. */
bool muster_register_set(muster_register *reg, muster_attributes *attributes, const char *name, uint32_t subject,
                         muster_text value) MUSTER_CHECK;

/** The same for a column that is set again and again: `*number` is its place among the attributes, MUSTER_NONE until
 * it has a value, and is kept by the caller. */
bool muster_register_put(muster_register *reg, muster_attributes *attributes, const char *name, uint32_t *number,
                         uint32_t subject, muster_text value);

/** Where the marks of a date stand in a row: the year's place in reg->years and the offset of the morning. Adds the
 * year (and any between) when it is new; places found before stay valid only until a year is added. */
typedef struct muster_place {
  uint32_t year;
  uint32_t offset;
} muster_place;
MUSTER_CHECK muster_status muster_register_place(muster_register *reg, muster_date date, muster_place *place,
                                                 muster_error *err);

/** The pupil's row of marks in a year, made when there is none. NULL when there is no memory. */
uint8_t *muster_register_row(muster_register *reg, uint32_t pupil, uint32_t year);

/** Says that a day is open, closed or an INSET day; `school` MUSTER_NONE = every school. Later words win over earlier.
 */
typedef enum muster_day_kind { MUSTER_DAY_OPEN, MUSTER_DAY_CLOSED, MUSTER_DAY_INSET } muster_day_kind;
MUSTER_CHECK muster_status muster_register_day(muster_register *reg, uint32_t school, muster_date date,
                                               muster_day_kind kind, muster_error *err);

MUSTER_CHECK muster_status muster_register_half_term(muster_register *reg, const muster_half_term *half_term,
                                                     muster_error *err);
bool muster_register_total(muster_register *reg, const muster_total *total) MUSTER_CHECK;
bool muster_register_intervention(muster_register *reg, const muster_intervention *intervention) MUSTER_CHECK;
bool muster_register_response(muster_register *reg, const muster_response *response) MUSTER_CHECK;

/** May a mark stand on this day? Not where the calendar names it closed, or names others open; not outside given half
 * terms where the calendar says nothing. */
bool muster_register_expects(const muster_register *reg, uint32_t school, muster_date date);

/** Finishes the register: school order, calendars, half terms, implied presence.
 * Open days of a school are the days named open for it or for every school. Where none are named, they are the days on
 * which anyone there has a mark that is not a planned closure and, after the last mark of the data, Monday to Friday of
 * given half terms. Days named closed or INSET are not open. */
MUSTER_CHECK muster_status muster_register_seal(muster_register *reg, muster_error *err);

/* ---- reading a sealed register ---- */

static inline muster_text muster_pupil_id(const muster_register *reg, uint32_t pupil) {
  return muster_map_name(&reg->pupil_ids, reg->pupils[pupil].id);
}
static inline muster_text muster_school_id(const muster_register *reg, uint32_t school) {
  return muster_map_name(&reg->school_ids, school);
}
/** The school's name, or its id when it has none. */
muster_text muster_school_name(const muster_register *reg, uint32_t school);

/** Column of that name, without case, or NULL. */
const muster_attribute *muster_attribute_find(const muster_attributes *attributes, const char *name);

/** Value of an attribute for a subject; empty when there is none. `attribute` may be NULL. */
muster_text muster_attribute_value(const muster_register *reg, const muster_attribute *attribute, uint32_t subject);

/** What "yes" looks like in attribute columns: true/yes/y/1/t, without case. */
bool muster_text_is_true(muster_text value);
/** What "no" looks like: false/no/n/0/f. */
bool muster_text_is_false(muster_text value);

/** Is the enrolment on roll that day. */
static inline bool muster_on_roll(const muster_pupil *pupil, muster_date date) {
  return (pupil->start == MUSTER_NO_DATE || pupil->start <= date) &&
         (pupil->end == MUSTER_NO_DATE || date <= pupil->end);
}

MUSTER_END_DECLS
#endif
