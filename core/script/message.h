/* Messages of rules: text with {name} and {name:format}. "{{" and "}}" are braces. */
#ifndef SCRIPT_MESSAGE_H
#define SCRIPT_MESSAGE_H

#include "muster/base.h"

enum { MESSAGE_BYTES = 4000, MESSAGE_NAMES = 64, MESSAGE_VALUE = 2000 }; /* most: as written; of {name}; shown of one */

typedef enum message_format {
  MESSAGE_PLAIN,
  MESSAGE_PERCENT,   /* 0.1234 as 12.3% */
  MESSAGE_PERCENT_0, /* 12% */
  MESSAGE_DATE,      /* 2025-09-01 as 1 September 2025 */
  MESSAGE_DECIMALS   /* {x:2} */
} message_format;

typedef struct message_part {
  muster_text text; /* to be copied, or the name of a placeholder */
  bool is_name;
  message_format format;
  int decimals;
} message_part;

/** The next part of a message that message_check has passed; false at the end. `*at` moves on. */
bool message_next(muster_text message, size_t *at, message_part *part);

/** @retval MUSTER_PACK  a brace without its fellow, a format there is not, more than a message may have, or the
 * beginning of a formula */
MUSTER_CHECK muster_status message_check(muster_text message, muster_error *err);

/** Adds a number, a text as the part wants it. A text that is no date stays as it is, but for what cannot be read: one
 * blank for a control character, the replacement character for others and for bytes that are no UTF-8, a blank before
 * what would begin a formula, and an ellipsis where it is cut. */
void message_number(muster_buf *out, const message_part *part, double number, bool whole);
void message_text(muster_buf *out, const message_part *part, muster_text text);

#endif
