/* Values against the keys they are given to. */
#include "keys.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const muster_study_key *muster_key_find(const muster_part_form *form, const char *name) {
  for (const muster_study_key *key = form->keys; key->name; key++)
    if (name && strcmp(key->name, name) == 0) return key;
  return NULL;
}

bool muster_key_is_list(const muster_study_key *key) {
  return key->kind == MUSTER_TAKES_TEXTS || key->kind == MUSTER_TAKES_VALUES;
}

bool muster_key_choice(const muster_study_key *key, const char *word, size_t *place) {
  size_t n = strlen(word);
  *place = 0;
  for (const char *at = key->choices; *at; ++*place) {
    size_t length = strcspn(at, " ");
    if (length == n && memcmp(at, word, n) == 0) return true;
    at += length + strspn(at + length, " ");
  }
  return false;
}

static void describe(const muster_given *value, char *out, size_t size) {
  switch (value->kind) {
    case MUSTER_GIVEN_FLAG: snprintf(out, size, "%s", value->flag ? "true" : "false"); break;
    case MUSTER_GIVEN_NUMBER: snprintf(out, size, "%g", value->number); break;
    case MUSTER_GIVEN_TEXT: snprintf(out, size, "\"%.60s\"", value->text); break;
    case MUSTER_GIVEN_LIST: snprintf(out, size, "a list"); break;
    case MUSTER_GIVEN_MAP: snprintf(out, size, "a table"); break;
  }
}

static muster_status wrong(const muster_study_key *key, const muster_given *value, const char *expected,
                           muster_error *err) {
  char said[80];
  describe(value, said, sizeof said);
  muster_fail(err, MUSTER_PACK, "%s is %s", key->name, said);
  muster_error_expected(err, "%s", expected);
  return MUSTER_PACK;
}

static muster_status check_number(const muster_study_key *key, const muster_given *value, muster_error *err) {
  bool whole = key->kind == MUSTER_TAKES_WHOLE;
  char expected[120];
  if (isinf(key->most) && isinf(key->least))
    snprintf(expected, sizeof expected, "a number");
  else if (isinf(key->most))
    snprintf(expected, sizeof expected, "a number of %g or more", key->least);
  else
    snprintf(expected, sizeof expected, "a %snumber from %g to %g", whole ? "whole " : "", key->least, key->most);
  bool good = value->kind == MUSTER_GIVEN_NUMBER && isfinite(value->number) && value->number >= key->least &&
              value->number <= key->most && (!whole || floor(value->number) == value->number);
  return good ? MUSTER_OK : wrong(key, value, expected, err);
}

static muster_status check_choice(const muster_study_key *key, const muster_given *value, muster_error *err) {
  size_t place;
  if (value->kind == MUSTER_GIVEN_TEXT && muster_key_choice(key, value->text, &place)) return MUSTER_OK;
  char words[200];
  const char *names[24];
  size_t n = 0;
  snprintf(words, sizeof words, "%s", key->choices);
  for (char *at = words; *at && n < 23;) {
    names[n++] = at;
    at += strcspn(at, " ");
    if (*at) *at++ = '\0';
  }
  names[n] = NULL;
  char list[240] = "one of ";
  for (size_t i = 0; i < n; i++) strcat(strcat(list, i ? ", " : ""), names[i]);
  muster_status status = wrong(key, value, list, err);
  const char *near = value->kind == MUSTER_GIVEN_TEXT ? muster_nearest(value->text, names) : NULL;
  if (near) muster_error_todo(err, "did you mean \"%s\"?", near);
  return status;
}

static bool filled(const muster_given *value) {
  return value->kind == MUSTER_GIVEN_TEXT && muster_text_trim(muster_text_of(value->text)).n > 0;
}

static muster_status check_items(const muster_study_key *key, const muster_given *value, muster_error *err) {
  bool texts = key->kind == MUSTER_TAKES_TEXTS, map = key->kind == MUSTER_TAKES_MAP;
  const char *expected = map     ? "a table of name = number, text, or true and false"
                         : texts ? "a text, or a list of texts"
                                 : "a number or a text, or a list of them";
  if (value->kind != (map ? MUSTER_GIVEN_MAP : MUSTER_GIVEN_LIST)) return wrong(key, value, expected, err);
  bool empty_is_one = strcmp(key->name, "missing") == 0;
  for (size_t i = 0; i < value->count; i++) {
    const muster_given *item = &value->items[i];
    bool good = texts ? filled(item) || (empty_is_one && item->kind == MUSTER_GIVEN_TEXT)
                      : item->kind == MUSTER_GIVEN_TEXT || item->kind == MUSTER_GIVEN_NUMBER ||
                            (map && item->kind == MUSTER_GIVEN_FLAG);
    if (!good) return wrong(key, item, expected, err);
  }
  if (!value->count && strcmp(key->name, "outcome") == 0) return wrong(key, value, "at least one outcome", err);
  return MUSTER_OK;
}

muster_status muster_key_check(const muster_study_key *key, const muster_given *value, muster_error *err) {
  muster_date date;
  switch (key->kind) {
    case MUSTER_TAKES_FLAG:
      return value->kind == MUSTER_GIVEN_FLAG ? MUSTER_OK : wrong(key, value, "true or false", err);
    case MUSTER_TAKES_NUMBER:
    case MUSTER_TAKES_WHOLE: return check_number(key, value, err);
    case MUSTER_TAKES_TEXT:
      if (strcmp(key->name, "delimiter") == 0)
        return value->kind == MUSTER_GIVEN_TEXT && strlen(value->text) == 1 ? MUSTER_OK
                                                                            : wrong(key, value, "one character", err);
      return filled(value) ? MUSTER_OK : wrong(key, value, "a text that is not empty", err);
    case MUSTER_TAKES_CHOICE: return check_choice(key, value, err);
    case MUSTER_TAKES_DATE:
      if (value->kind == MUSTER_GIVEN_TEXT && muster_date_parse(muster_text_of(value->text), &date)) return MUSTER_OK;
      return wrong(key, value, "a date such as \"2025-09-01\"", err);
    case MUSTER_TAKES_TEXTS:
    case MUSTER_TAKES_VALUES:
    case MUSTER_TAKES_MAP: return check_items(key, value, err);
    case MUSTER_TAKES_TREATED:
      if (filled(value) || value->kind == MUSTER_GIVEN_MAP) return MUSTER_OK;
      return wrong(key, value, "a column, or intervention \"mentor\"", err);
    case MUSTER_TAKES_FORM:
      return value->kind == MUSTER_GIVEN_MAP ? MUSTER_OK : wrong(key, value, "a table of name = value", err);
    case MUSTER_TAKES_PART: return wrong(key, value, "what the constructor of that name makes", err);
  }
  return MUSTER_OK;
}
