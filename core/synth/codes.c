/* The marks as text, and as letters of a strip. */
#include "codes.h"

static const char texts[MUSTER_SYNTH_CODES][3] = {"",  "/",  "\\", "L",  "B", "K", "P", "V", "W", "J",
                                                  "D", "Y",  "Y1", "Y3", "I", "M", "R", "S", "T", "E",
                                                  "C", "C1", "C2", "J1", "H", "G", "N", "O", "U"};

const char *muster_synth_code_text(uint8_t mark) { return mark < MUSTER_SYNTH_CODES ? texts[mark] : ""; }

char muster_synth_code_letter(uint8_t mark) {
  switch (mark) {
    case SYNTH_NO_MARK: return '-';
    case SYNTH_Y1: return '1';
    case SYNTH_Y3: return '3';
    case SYNTH_C1: return '*';
    case SYNTH_C2: return '+';
    case SYNTH_J1: return '=';
    default: return mark < MUSTER_SYNTH_CODES ? texts[mark][0] : '-';
  }
}

bool muster_synth_code_possible(uint8_t mark) { return mark < MUSTER_SYNTH_CODES && synth_possible(mark); }

bool muster_synth_code_absent(uint8_t mark) { return mark < MUSTER_SYNTH_CODES && synth_absent(mark); }

uint8_t synth_code_before_2024(uint8_t mark) {
  switch (mark) {
    case SYNTH_K: return SYNTH_B;
    case SYNTH_Y1:
    case SYNTH_Y3: return SYNTH_Y;
    case SYNTH_C1:
    case SYNTH_C2: return SYNTH_C;
    default: return mark;
  }
}
