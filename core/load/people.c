/* Schools and pupils. */
#include <string.h>

#include "reading.h"

enum { SCHOOL_ID, SCHOOL_NAME };
enum { PUPIL_ID, PUPIL_SCHOOL, PUPIL_START, PUPIL_END, PUPIL_BIRTH };

static muster_status set_attributes(muster_reading *r, muster_attributes *attributes, uint32_t subject,
                                    const muster_text *cells, muster_error *err) {
  for (size_t i = 0; i < r->columns.attribute_count; i++) {
    muster_field *field = &r->columns.attributes[i];
    muster_text value = muster_field_text(field, cells, r->joined);
    if (!muster_register_put(r->load->reg, attributes, field->name, &field->column, subject, value))
      return muster_fail_memory(err);
  }
  return MUSTER_OK;
}

static muster_status take_school(muster_reading *r, const muster_text *cells, muster_error *err) {
  muster_register *reg = r->load->reg;
  muster_text id = muster_reading_text(r, SCHOOL_ID, cells);
  if (id.n == 0) return muster_reject_row(r, SCHOOL_ID, id, "the school_id is empty", err);
  bool settled;
  MUSTER_TRY(
      muster_once(r, id.at, id.n, SCHOOL_ID, "the school is there already and the rows differ", cells, &settled, err));
  if (settled) return MUSTER_OK;
  id = muster_reading_text(r, SCHOOL_ID, cells);
  uint32_t school = muster_register_school(reg, id, NULL);
  if (school == MUSTER_NONE) return muster_fail_memory(err);
  muster_text name = muster_reading_text(r, SCHOOL_NAME, cells);
  if (name.n && (reg->schools[school].name = muster_map_add(&reg->texts, name, NULL)) == MUSTER_NONE)
    return muster_fail_memory(err);
  MUSTER_TRY(set_attributes(r, &reg->school_attributes, school, cells, err));
  return muster_accept(r);
}

muster_status muster_read_schools(muster_reading *r, muster_error *err) {
  MUSTER_TRY(muster_columns_require(&r->columns, &r->input, r->kind, (const int[]){SCHOOL_ID}, 1, err));
  r->load->schools_given = true;
  return muster_read_rows(r, take_school, err);
}

muster_status muster_find_pupil(muster_loading *load, muster_text id, uint32_t *number, muster_error *err) {
  const muster_known_pupils *known = load->pupils_given || !id.n ? NULL : load->options.known;
  *number = muster_map_find(&load->reg->pupil_ids, id);
  if (*number != MUSTER_NONE || !known) return MUSTER_OK;
  MUSTER_TRY(known->enrol(known->context, load->reg, id, err));
  *number = muster_map_find(&load->reg->pupil_ids, id);
  load->known += *number != MUSTER_NONE;
  return MUSTER_OK;
}

static bool births_differ(muster_date a, muster_date b) { return a != MUSTER_NO_DATE && b != MUSTER_NO_DATE && a != b; }

static muster_status note_children(muster_loading *load, uint32_t pupil_id, uint8_t what, muster_error *err) {
  if (pupil_id >= load->children_capacity) {
    size_t wanted = load->children_capacity ? load->children_capacity : 256;
    while (wanted <= pupil_id) wanted *= 2;
    uint8_t *grown = muster_realloc(load->children, wanted, sizeof *grown);
    if (!grown) return muster_fail_memory(err);
    memset(grown + load->children_capacity, 0, wanted - load->children_capacity);
    load->children = grown;
    load->children_capacity = wanted;
  }
  load->two_births += !load->children[pupil_id];
  load->children[pupil_id] |= what;
  return MUSTER_OK;
}

/* A pupil's further enrolment: is the birth date that of the others. */
static muster_status compare_births(muster_loading *load, uint32_t pupil, muster_error *err) {
  const muster_register *reg = load->reg;
  const muster_pupil *added = &reg->pupils[pupil];
  for (uint32_t k = reg->first_enrolment[added->id]; k != pupil; k = reg->pupils[k].next)
    if (births_differ(reg->pupils[k].birth, added->birth))
      return note_children(load, added->id, MUSTER_TWO_BIRTHS, err);
  return MUSTER_OK;
}

/* The days of an enrolment are taken by another. */
static muster_status reject_enrolment(muster_reading *r, uint32_t taken, uint32_t school, muster_date birth,
                                      const muster_text *cells, muster_error *err) {
  const muster_pupil *other = &r->load->reg->pupils[taken];
  const char *what = "the pupil is at another school on those days";
  if (other->school == school) {
    what = "the pupil is there already and the rows differ";
  } else if (births_differ(other->birth, birth)) {
    what = "another child, of another birth date, has this pupil_id at another school";
    MUSTER_TRY(note_children(r->load, other->id, MUSTER_TWO_BIRTHS | MUSTER_CONTESTED, err));
  } else {
    r->load->two_schools++;
  }
  return muster_again(r, taken, PUPIL_ID, what, cells, err);
}

static muster_status take_pupil(muster_reading *r, const muster_text *cells, muster_error *err) {
  muster_register *reg = r->load->reg;
  char joined[MUSTER_JOINED_TEXT];
  muster_text id = muster_field_text(&r->columns.fields[PUPIL_ID], cells, joined);
  if (id.n == 0) return muster_reject_row(r, PUPIL_ID, id, "the pupil_id is empty", err);
  if (muster_is_shortened(id)) return muster_reject_row(r, PUPIL_ID, id, MUSTER_SHORTENED, err);
  muster_text school_id = muster_reading_text(r, PUPIL_SCHOOL, cells);
  if (school_id.n == 0) return muster_reject_row(r, PUPIL_SCHOOL, school_id, "the school_id is empty", err);
  uint32_t school = muster_map_find(&reg->school_ids, school_id);
  if (school == MUSTER_NONE && r->load->schools_given)
    return muster_reject_row(r, PUPIL_SCHOOL, school_id, "the school is not in the file of schools", err);
  muster_date start, end, birth;
  bool good;
  MUSTER_TRY(muster_reading_date(r, PUPIL_START, cells, true, &start, &good, err));
  if (!good) return MUSTER_OK;
  MUSTER_TRY(muster_reading_date(r, PUPIL_END, cells, true, &end, &good, err));
  if (!good) return MUSTER_OK;
  MUSTER_TRY(muster_reading_date(r, PUPIL_BIRTH, cells, true, &birth, &good, err));
  if (!good) return MUSTER_OK;
  if (start != MUSTER_NO_DATE && end != MUSTER_NO_DATE && end < start)
    return muster_reject_row(r, PUPIL_END, muster_reading_text(r, PUPIL_END, cells), "the pupil leaves before starting",
                             err);
  school_id = muster_reading_text(r, PUPIL_SCHOOL, cells);
  if ((school = muster_register_school(reg, school_id, NULL)) == MUSTER_NONE) return muster_fail_memory(err);
  uint32_t pupil;
  muster_error in_the_way;
  muster_status status = muster_register_enrol(reg, id, school, start, end, &pupil, &in_the_way);
  if (status == MUSTER_DATA) return reject_enrolment(r, pupil, school, birth, cells, err);
  if (status != MUSTER_OK) {
    if (err) *err = in_the_way;
    return status;
  }
  reg->pupils[pupil].birth = birth;
  MUSTER_TRY(compare_births(r->load, pupil, err));
  MUSTER_TRY(muster_origin_set(r, pupil, cells, err));
  MUSTER_TRY(set_attributes(r, &reg->pupil_attributes, pupil, cells, err));
  return muster_accept(r);
}

muster_status muster_read_pupils(muster_reading *r, muster_error *err) {
  MUSTER_TRY(muster_columns_require(&r->columns, &r->input, r->kind, (const int[]){PUPIL_ID, PUPIL_SCHOOL}, 2, err));
  r->load->pupils_given = true;
  return muster_read_rows(r, take_pupil, err);
}
