/* muster/synth.h - synthetic school registers of England: calibrated, seeded, without any real pupil.
 *
 * The distribution of pupils by yearly absence, for each phase, free school meals, special needs, sex and year group,
 * is the official one of 2022/23, or is tilted to the published rates of another year. What a school holds depends only
 * on the spec and the school's index: schools can be made in any order, on any number of threads, with the same bytes.
 * docs/synth.md has the model, its sources and the measured figures. */
#ifndef MUSTER_SYNTH_H
#define MUSTER_SYNTH_H

#include "muster/base/date.h"
#include "muster/base/parallel.h"

MUSTER_BEGIN_DECLS

typedef enum muster_synth_phase {
  MUSTER_SYNTH_PRIMARY,   /* years 1 to 6 */
  MUSTER_SYNTH_SECONDARY, /* years 7 to 11 */
  MUSTER_SYNTH_SPECIAL,   /* years 1 to 11 */
  MUSTER_SYNTH_PHASES
} muster_synth_phase;

/** How marks.csv is laid out; docs/data.md has the columns. */
typedef enum muster_synth_layout {
  MUSTER_SYNTH_LONG,
  MUSTER_SYNTH_STRIP, /* one character a session; codes of two characters are mapped in source.lua */
  MUSTER_SYNTH_WEEK,
  MUSTER_SYNTH_ABSENCES /* absences and sessions that are not possible; the rest is implied present */
} muster_synth_layout;

typedef enum muster_synth_effect_kind {
  MUSTER_SYNTH_NO_EFFECT, /* and no interventions.csv */
  MUSTER_SYNTH_MENTOR,
  MUSTER_SYNTH_BREAKFAST_CLUB,
  MUSTER_SYNTH_LETTERS,
  MUSTER_SYNTH_HUB
} muster_synth_effect_kind;

typedef enum muster_synth_select {
  MUSTER_SYNTH_RANDOM,       /* a share of the pupils on roll, drawn in each school */
  MUSTER_SYNTH_HIGH_ABSENCE, /* a share of those whose absence in a window reached a threshold */
  MUSTER_SYNTH_WHOLE_SCHOOLS /* a share of the schools, with every pupil there */
} muster_synth_select;

/** An intervention with a known effect: `size` percentage points are added to the absence of those treated, in every
 * week from their start to the end of the year. With size 0 nothing changes, and pupils chosen for high absence show
 * plain regression to the mean. */
typedef struct muster_synth_effect {
  muster_synth_effect_kind kind;
  double size; /* percentage points of absence, -50 to 50; -1.0 = one point less */
  muster_synth_select select;
  double share;                          /* of those eligible, over 0 to 1 */
  double threshold;                      /* HIGH_ABSENCE: fraction of possible sessions in the window, 0.10 */
  muster_date window_first, window_last; /* HIGH_ABSENCE: MUSTER_NO_DATE = the first half term */
  muster_date start;                     /* of the first cohort; MUSTER_NO_DATE = first day of the second half term */
  unsigned cohorts, stagger_weeks;       /* cohorts start `stagger_weeks` apart */
} muster_synth_effect;

typedef struct muster_synth_spec {
  size_t schools, pupils; /* pupils over all schools; at least one a school, at most 10,000 on average */
  int year;               /* 2025 = 2025/26; 2000 to 2198 */
  uint64_t seed;
  muster_synth_layout layout;
  const char *level;                  /* whose published rates: "2022-23" (default), "2018-19", "2023-24", "2024-25" */
  double phases[MUSTER_SYNTH_PHASES]; /* relative numbers of pupils; default: England's */
  bool responses;                     /* a belonging survey in responses.csv; default true */
  muster_synth_effect effect;
} muster_synth_spec;

/** Defaults: 1 school, 200 pupils, 2025/26, seed 1, long, calibrated to 2022/23, England's mix, survey, no effect. */
void muster_synth_spec_init(muster_synth_spec *spec);

/** Levels of absence that a spec can name, the default first; NULL from the end on. */
const char *muster_synth_level_name(size_t number);

/** Words of a command line. False (and a hint in `err`) for an unknown word.
 * @retval MUSTER_USAGE  names what is known */
MUSTER_CHECK muster_status muster_synth_layout_parse(muster_text text, muster_synth_layout *out, muster_error *err);

/** "long", "strip", "week", "absences". */
const char *muster_synth_layout_name(muster_synth_layout layout);

/** "primary", "secondary", "special". */
const char *muster_synth_phase_name(muster_synth_phase phase);

/** "primary=0.5,secondary=0.5": relative numbers of pupils, phases not named get none. */
MUSTER_CHECK muster_status muster_synth_phases_parse(muster_text text, double phases[MUSTER_SYNTH_PHASES],
                                                     muster_error *err);

/** "mentor:-1.0,select=high,share=0.5,threshold=0.10,window=2025-09-01..2025-10-24,start=2025-11-03,cohorts=3,stagger=4".
 * Only the kind is required. Mentors default to half of the pupils at or over 10% in the first half term, letters to
 * half of all pupils, breakfast clubs and hubs to half of the schools. `select` is random, high or schools. */
MUSTER_CHECK muster_status muster_synth_effect_parse(muster_text text, muster_synth_effect *out, muster_error *err);

/** "mentor", "breakfast-club", "letters", "hub"; "none". */
const char *muster_synth_effect_name(muster_synth_effect_kind kind);

/** Is the spec one that can be made.
 * @retval MUSTER_USAGE  it cannot; says why */
MUSTER_CHECK muster_status muster_synth_spec_check(const muster_synth_spec *spec, muster_error *err);

/* Writing a folder */

/** Writes a DATA folder: marks, pupils, schools, calendar, terms, responses, interventions (with an effect),
 * source.lua (when the layout needs one), README.txt and truth.json. Files appear under their names only when all of
 * them are complete. Progress counts pupils.
 * @param jobs  threads; the bytes do not depend on it
 * @retval MUSTER_USAGE  the spec, or the folder holds data that this function did not make
 * @retval MUSTER_IO     the folder or a file cannot be written; nothing was replaced */
MUSTER_CHECK muster_status muster_synth_write(const muster_synth_spec *spec, const char *folder, unsigned jobs,
                                              const muster_progress *progress, muster_error *err);

/* School by school, without files */

typedef enum muster_synth_day_kind { MUSTER_SYNTH_OPEN, MUSTER_SYNTH_CLOSED, MUSTER_SYNTH_INSET } muster_synth_day_kind;

typedef struct muster_synth_day {
  muster_date date;
  muster_synth_day_kind kind;
} muster_synth_day;

typedef enum muster_synth_fsm {
  MUSTER_SYNTH_NOT_ELIGIBLE,
  MUSTER_SYNTH_ELIGIBLE,
  MUSTER_SYNTH_FSM_UNKNOWN
} muster_synth_fsm;

#define MUSTER_SYNTH_ID 12

typedef struct muster_synth_pupil {
  char id[MUSTER_SYNTH_ID];
  uint8_t year_group;
  char group[4]; /* tutor group, "8B" */
  char sex;      /* F or M */
  muster_synth_fsm fsm;
  char sen; /* N none, K support, E plan; '\0' unknown */
  bool eal;
  const char *ethnicity;               /* static */
  muster_date birth, start, end;       /* start, end: MUSTER_NO_DATE for those there all year */
  uint16_t first_session, end_session; /* on roll in sessions first .. end-1 of the school */
  uint16_t possible, absent;           /* over the year, as marked */
  muster_date treated_from;            /* MUSTER_NO_DATE = never treated */
} muster_synth_pupil;

/** One school of a plan. Zero-initialise, then use again and again; free at the end. */
typedef struct muster_synth_school {
  size_t index;
  char id[MUSTER_SYNTH_ID];
  char name[96], local_authority[48], trust[64];
  const char *region;
  muster_synth_phase phase;
  muster_date treated_from;     /* the school as a subject; MUSTER_NO_DATE = never */
  const muster_synth_day *days; /* weekdays within terms, in order */
  size_t day_count;
  const muster_date *open_days; /* the days with marks; session s is AM (even s) or PM of open_days[s / 2] */
  size_t sessions;
  const muster_synth_pupil *pupils;
  size_t pupil_count;
  const uint8_t *marks;           /* pupil_count rows of `sessions` bytes, see muster_synth_code_text */
  struct muster_synth_room *room; /* what the views above point into */
} muster_synth_school;

/** The whole system laid out: which phase, size and character each school has. Immutable, shared by threads. */
typedef struct muster_synth_plan muster_synth_plan;

/** @retval MUSTER_USAGE  as muster_synth_spec_check */
MUSTER_CHECK muster_status muster_synth_plan_make(const muster_synth_spec *spec, muster_synth_plan **plan,
                                                  muster_error *err);
void muster_synth_plan_free(muster_synth_plan *plan);

size_t muster_synth_plan_schools(const muster_synth_plan *plan);
size_t muster_synth_plan_pupils(const muster_synth_plan *plan, size_t school);

/** Fills `school` with school `index` of the plan; what it held before is gone. */
MUSTER_CHECK muster_status muster_synth_school_make(const muster_synth_plan *plan, size_t index,
                                                    muster_synth_school *school, muster_error *err);
void muster_synth_school_free(muster_synth_school *school);

/** Codes: a mark is a small number, 0 = no mark. */
#define MUSTER_SYNTH_CODES 29
const char *muster_synth_code_text(uint8_t mark); /* "/", "C2"; "" for 0 and numbers out of range */
char muster_synth_code_letter(uint8_t mark);      /* one character, for strips; '-' for 0 */
bool muster_synth_code_possible(uint8_t mark);    /* a possible session */
bool muster_synth_code_absent(uint8_t mark);      /* an absence */

/** Terms of the year, common to all schools: six half terms. */
typedef struct muster_synth_half_term {
  const char *term, *name; /* "Autumn", "HT1" */
  muster_date first, last;
} muster_synth_half_term;

#define MUSTER_SYNTH_HALF_TERMS 6

/** Half terms of the school year starting in autumn `year` (2000 to 2198): 195 weekdays without bank holidays, of which
 * a school takes five as INSET days.
 * @retval false  no such year */
bool muster_synth_terms(int year, muster_synth_half_term out[MUSTER_SYNTH_HALF_TERMS]) MUSTER_CHECK;

/** Is this weekday a bank holiday in England. */
bool muster_synth_bank_holiday(muster_date date);

/* What is known of the truth */

#define MUSTER_SYNTH_BANDS 11 /* 0-5, 5-10 ... 45-50, 50-100 per cent of possible sessions */

/** Shares of the bands for pupils of a kind at a level; `sen`: any special need; `unknown`: neither known.
 * @retval false  there is no such pupil */
bool muster_synth_official(const char *level, muster_synth_phase phase, muster_synth_fsm fsm, bool sen, char sex,
                           unsigned year_group, double shares[MUSTER_SYNTH_BANDS]) MUSTER_CHECK;

/** Published overall absence, persistent and severe rate of a phase, fractions.
 * @retval false  no such level */
bool muster_synth_published(const char *level, muster_synth_phase phase, double *absence, double *persistent,
                            double *severe) MUSTER_CHECK;

MUSTER_END_DECLS
#endif
