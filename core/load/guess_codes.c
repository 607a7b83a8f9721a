/* What a mark written in words is likely to be as a code. Nothing but a suggestion is made of it. */
#include <string.h>

#include "guess.h"

/* What the codes are called in registers, as muster_guess_squeeze leaves it; "-" is no mark. The words of the
 * Department for Education's list of codes, and those that systems show in their place. */
static const char *const called[][2] = {
    {"/", "present presentam presentmorning attended attending inschool"},
    {"\\", "presentpm presentafternoon"},
    {"L", "late arrivedlate tardy latebeforeregistersclosed latebeforeregistersclose latebeforeregisterclosed "
          "latebeforetheregisterclosed lateforregistration"},
    {"U", "lateafterregistersclosed lateafterregistersclose lateafterregisterclosed latearrivalaftertheregisterclosed "
          "unauthorisedlate"},
    {"I", "ill illness sick illnessnotmedicalordentalappointment"},
    {"M", "medical dental medicalappointment dentalappointment medicaldental medicaldentalappointment "
          "medicalordentalappointment"},
    {"C", "authorised authorisedabsence absentauthorised otherauthorisedcircumstances leaveofabsence "
          "exceptionalcircumstances leaveinexceptionalcircumstances"},
    {"C1", "performance regulatedperformance"},
    {"C2", "parttimetimetable temporaryparttimetimetable reducedtimetable"},
    {"O", "unauthorised unauthorisedabsence absentunauthorised unauthorisedcircumstances truant truancy"},
    {"N", "absent absence noreasonyet noreasonyetprovided noreasonyetprovidedforabsence reasonnotyetestablished "
          "noreason unexplained unexplainedabsence"},
    {"G", "holidaynotauthorised holidaynotagreed holidaynotgranted unauthorisedholiday familyholidaynotagreed"},
    {"E", "excluded exclusion suspended suspension suspendedorexcluded excludednoalternativeprovisionmade"},
    {"D", "dualregistered dualregistration duallyregistered dualregisteredatanotherschool"},
    {"P", "sportingactivity approvedsportingactivity participatinginasportingactivity"},
    {"V", "trip visit schooltrip educationalvisit educationaltrip educationalvisitortrip"},
    {"W", "workexperience"},
    {"B", "educatedoffsite offsiteeducationalactivity approvededucationalactivity"},
    {"J1", "interview jobinterview"},
    {"R", "religiousobservance"},
    {"S", "studyleave"},
    {"X", "notrequired notrequiredtoattend noncompulsoryschoolage nonecompulsoryschoolage"},
    {"Z", "notonroll notyetonroll pupilnotonroll prospectivepupil"},
    {"#", "schoolclosed plannedclosure plannedwholeorpartialschoolclosure schoolclosedtopupils"},
    {"-", "nomark nomarkrecorded notmarked unmarked missing missingmark nottaken registernottaken notrecorded none"},
};

static const char *known_code(muster_text text) {
  size_t n;
  const muster_code *codes = muster_national_codes(&n);
  for (size_t i = 0; i < n; i++)
    if (muster_text_equal(muster_text_of(codes[i].text), text)) return codes[i].text;
  return NULL;
}

static muster_text part(muster_text t, size_t from, size_t to) {
  return muster_cell_trim((muster_text){t.at + from, to - from});
}

/* "Late (L)", "Late [L]", "L - Late", "L: Late", "Late - L". */
static const char *code_beside_words(muster_text t) {
  const char *code = NULL;
  char last = t.at[t.n - 1], bracket = last == ')' ? '(' : last == ']' ? '[' : 0;
  for (size_t i = t.n - 1; bracket && i-- > 0;)
    if (t.at[i] == bracket) return known_code(part(t, i + 1, t.n - 1));
  for (size_t i = 1; !code && i + 1 < t.n; i++) {
    if (t.at[i] != '-' && t.at[i] != ':') continue;
    code = known_code(part(t, 0, i));
    if (!code) code = known_code(part(t, i + 1, t.n));
  }
  return code;
}

static const char *code_in_capitals(muster_text t) {
  char capitals[MUSTER_CODE_TEXT];
  if (t.n >= sizeof capitals) return NULL;
  for (size_t i = 0; i < t.n; i++) capitals[i] = t.at[i] >= 'a' && t.at[i] <= 'z' ? (char)(t.at[i] - 32) : t.at[i];
  return known_code((muster_text){capitals, t.n});
}

const char *muster_guess_code(muster_text theirs, bool *sure) {
  *sure = true;
  if (theirs.n == 0) return "-";
  const char *code = code_beside_words(theirs);
  if (code) return code;
  *sure = false;
  if ((code = code_in_capitals(theirs))) return code;
  if (muster_text_equal(theirs, MUSTER_TEXT("\xE2\x80\x93")) || muster_text_equal(theirs, MUSTER_TEXT("\xE2\x80\x94")))
    return "-"; /* a dash that a word processor put for a hyphen */
  char word[64];
  size_t n = muster_guess_squeeze(theirs, word, sizeof word);
  for (size_t i = 0; n && i < sizeof called / sizeof *called; i++)
    if (muster_guess_among(word, n, called[i][1])) return called[i][0];
  return NULL;
}

static void add(guess *g, muster_text text) {
  if (muster_text_equal(text, MUSTER_TEXT("-")) || known_code(text)) return;
  for (size_t i = 0; i < g->code_count; i++)
    if (muster_text_equal(g->codes[i], text)) return;
  if (g->code_count == GUESS_CODES)
    g->more_codes = true;
  else
    g->codes[g->code_count++] = text;
}

void muster_guess_see_code(guess *g, muster_text text) {
  if (g->layout != MUSTER_LAYOUT_STRIP) {
    if (text.n || g->layout == MUSTER_LAYOUT_LONG) add(g, text);
    return;
  }
  for (size_t i = 0, n; i < text.n; i += n) {
    for (n = 1; i + n < text.n && ((unsigned char)text.at[i + n] & 0xC0) == 0x80; n++) continue;
    if (text.at[i] == '{') {
      const char *end = memchr(text.at + i, '}', text.n - i);
      if (!end) return;
      n = (size_t)(end - text.at) - i + 1;
      add(g, (muster_text){text.at + i + 1, n - 2});
    } else if (text.at[i] != ' ') {
      add(g, (muster_text){text.at + i, n});
    }
  }
}
