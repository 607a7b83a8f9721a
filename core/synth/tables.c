/* Schools, pupils, calendar, terms, survey, interventions, and the words about them. */
#include "tables.h"

#include <string.h>

#include "layout.h"

const char *synth_table_name(const muster_synth_spec *spec, enum synth_file file) {
  switch (file) {
    case SYNTH_FILE_MARKS: return synth_layout_file(spec->layout);
    case SYNTH_FILE_PUPILS: return "pupils.csv";
    case SYNTH_FILE_SCHOOLS: return "schools.csv";
    case SYNTH_FILE_CALENDAR: return "calendar.csv";
    case SYNTH_FILE_RESPONSES: return spec->responses ? "responses.csv" : NULL;
    case SYNTH_FILE_INTERVENTIONS: return spec->effect.kind != MUSTER_SYNTH_NO_EFFECT ? "interventions.csv" : NULL;
    case SYNTH_FILE_TERMS: return "terms.csv";
    case SYNTH_FILE_SOURCE: return spec->layout == MUSTER_SYNTH_STRIP ? "source.lua" : NULL;
    case SYNTH_FILE_README: return "README.txt";
    case SYNTH_FILE_TRUTH: return "truth.json";
    default: return NULL;
  }
}

const char *synth_table_header(const muster_synth_spec *spec, enum synth_file file) {
  switch (file) {
    case SYNTH_FILE_MARKS: return synth_layout_header(spec->layout);
    case SYNTH_FILE_PUPILS:
      return "pupil_id,school_id,year_group,group,sex,fsm,sen,eal,ethnicity,birth_date,start_date,end_date\n";
    case SYNTH_FILE_SCHOOLS: return "school_id,name,phase,region,local_authority,trust\n";
    case SYNTH_FILE_CALENDAR: return "school_id,date,kind\n";
    case SYNTH_FILE_RESPONSES: return "respondent,pupil_id,school_id,date,instrument,item,value\n";
    case SYNTH_FILE_INTERVENTIONS: return "subject_kind,subject_id,kind,start_date,end_date,provider,dose,cost\n";
    default: return "";
  }
}

static void put_date(muster_buf *out, muster_date date) {
  char text[MUSTER_DATE_TEXT];
  muster_buf_puts(out, muster_date_format(date, text));
}

static void put_field(muster_buf *out, const char *text, char after) {
  muster_buf_csv(out, muster_text_of(text));
  muster_buf_putc(out, after);
}

void synth_table_schools(const muster_synth_school *school, muster_buf *out) {
  put_field(out, school->id, ',');
  put_field(out, school->name, ',');
  put_field(out, muster_synth_phase_name(school->phase), ',');
  put_field(out, school->region, ',');
  put_field(out, school->local_authority, ',');
  put_field(out, school->trust, '\n');
}

void synth_table_pupils(const muster_synth_school *school, muster_buf *out) {
  static const char *const fsm[] = {"false", "true", ""};
  for (size_t i = 0; i < school->pupil_count; i++) {
    const muster_synth_pupil *p = &school->pupils[i];
    muster_buf_printf(out, "%s,%s,%u,%s,%c,%s,", p->id, school->id, p->year_group, p->group, p->sex, fsm[p->fsm]);
    if (p->sen) muster_buf_putc(out, p->sen);
    muster_buf_puts(out, p->eal ? ",true," : ",false,");
    put_field(out, p->ethnicity, ',');
    put_date(out, p->birth);
    muster_buf_putc(out, ',');
    put_date(out, p->start);
    muster_buf_putc(out, ',');
    put_date(out, p->end);
    muster_buf_putc(out, '\n');
  }
}

void synth_table_calendar(const muster_synth_school *school, muster_buf *out) {
  static const char *const kinds[] = {",open\n", ",closed\n", ",inset\n"};
  for (size_t i = 0; i < school->day_count; i++) {
    muster_buf_puts(out, school->id);
    muster_buf_putc(out, ',');
    put_date(out, school->days[i].date);
    muster_buf_puts(out, kinds[school->days[i].kind]);
  }
}

/* A five-point survey of belonging in the second half term, years 4 to 11. Pupils who are away a lot answer less often
 * and lower: the lowest fifth of attenders scored about a tenth less (ImpactEd, Understanding Attendance). */
void synth_table_responses(const muster_synth_plan *plan, const muster_synth_school *school, muster_buf *out) {
  static const char *const items[] = {"belong", "safe", "adult", "friends", "listened"};
  static const double ease[] = {-0.1, 0.2, 0.0, 0.3, -0.3};
  synth_random r = synth_random_of(plan->spec.seed, SYNTH_STREAM_SURVEY, school->index);
  if (school->sessions < 120) return;
  size_t week = synth_between(&r, 40, 52);
  for (size_t i = 0; i < school->pupil_count; i++) {
    const muster_synth_pupil *p = &school->pupils[i];
    size_t day = week + synth_below(&r, 5);
    double away = p->possible ? (double)p->absent / p->possible : 0, own = synth_bell(&r);
    bool answers = synth_chance(&r, 0.72 - 0.6 * away);
    uint8_t mark = school->marks[i * school->sessions + 2 * day];
    if (!answers || p->year_group < 4 || mark == SYNTH_NO_MARK || mark >= SYNTH_D) continue; /* asked in school */
    for (size_t k = 0; k < sizeof items / sizeof *items; k++) {
      double score = 3.9 + ease[k] - 2.6 * away + 0.6 * own + 0.7 * synth_bell(&r);
      int value = score < 1.5 ? 1 : score >= 4.5 ? 5 : (int)(score + 0.5);
      muster_buf_printf(out, "pupil,%s,%s,", p->id, school->id);
      put_date(out, school->open_days[day]);
      muster_buf_printf(out, ",belonging,%s,%d\n", items[k], value);
    }
  }
}

static void put_intervention(const muster_synth_plan *plan, const char *subject, const char *id, muster_date start,
                             muster_buf *out) {
  static const struct {
    const char *provider, *dose, *cost;
  } kinds[] = {{"", "", ""},
               {"Synthetic Mentoring", "20", "420"},
               {"Synthetic Breakfasts", "5", "2400"},
               {"School office", "4", "6"},
               {"Synthetic Attendance Hub", "1", "0"}};
  const char *kind = muster_synth_effect_name(plan->spec.effect.kind);
  muster_buf_printf(out, "%s,%s,%s,", subject, id, kind);
  put_date(out, start);
  muster_buf_printf(out, ",,%s,%s,%s\n", kinds[plan->spec.effect.kind].provider, kinds[plan->spec.effect.kind].dose,
                    kinds[plan->spec.effect.kind].cost);
}

void synth_table_interventions(const muster_synth_plan *plan, const muster_synth_school *school, muster_buf *out) {
  if (plan->spec.effect.kind == MUSTER_SYNTH_NO_EFFECT) return;
  if (plan->spec.effect.select == MUSTER_SYNTH_WHOLE_SCHOOLS) {
    if (school->treated_from != MUSTER_NO_DATE) put_intervention(plan, "school", school->id, school->treated_from, out);
    return;
  }
  for (size_t i = 0; i < school->pupil_count; i++)
    if (school->pupils[i].treated_from != MUSTER_NO_DATE)
      put_intervention(plan, "pupil", school->pupils[i].id, school->pupils[i].treated_from, out);
}

void synth_table_terms(const muster_synth_plan *plan, muster_buf *out) {
  muster_buf_puts(out, "name,half_term,start,end\n");
  for (int h = 0; h < MUSTER_SYNTH_HALF_TERMS; h++) {
    muster_buf_printf(out, "%s,%s,", plan->terms[h].term, plan->terms[h].name);
    put_date(out, plan->terms[h].first);
    muster_buf_putc(out, ',');
    put_date(out, plan->terms[h].last);
    muster_buf_putc(out, '\n');
  }
}

void synth_table_source(muster_buf *out) {
  muster_buf_puts(out,
                  "-- Codes of two characters stand as one in the strips.\n"
                  "return source {\n"
                  "  marks = {\n"
                  "    layout = \"strip\",\n"
                  "    codes = { ");
  bool first = true;
  for (uint8_t mark = 0; mark < MUSTER_SYNTH_CODES; mark++) {
    const char *text = muster_synth_code_text(mark);
    if (strlen(text) != 2) continue;
    muster_buf_printf(out, "%s[\"%c\"] = \"%s\"", first ? "" : ", ", muster_synth_code_letter(mark), text);
    first = false;
  }
  muster_buf_puts(out, " },\n  },\n}\n");
}

void synth_table_readme(const muster_synth_plan *plan, muster_buf *out) {
  const muster_synth_spec *spec = &plan->spec;
  muster_buf_printf(out,
                    "SYNTHETIC DATA. No pupil, school, trust or local authority in this folder is real.\n"
                    "\n"
                    "Made by muster synth: %zu schools, %zu pupils, school year %d/%02d, seed %llu.\n"
                    "The same words give the same bytes.\n"
                    "\n"
                    "Absence follows the distribution of pupils by absence band that the Department for Education\n"
                    "published for 2022/23, by phase, free school meals, special needs, sex and year group%s%s.\n"
                    "Contains public sector information licensed under the Open Government Licence v3.0.\n"
                    "\n"
                    "truth.json says what was asked for, and what an intervention did.\n",
                    spec->schools, spec->pupils, spec->year, (spec->year + 1) % 100, (unsigned long long)spec->seed,
                    strcmp(spec->level, "2022-23") == 0 ? "" : ",\nmoved to the national rates of ",
                    strcmp(spec->level, "2022-23") == 0 ? "" : spec->level);
}
