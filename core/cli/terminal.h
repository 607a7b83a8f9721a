/* The terminal: the only file that knows one. Answers go to stdout; notes, progress and errors to stderr. */
#ifndef MUSTER_CLI_TERMINAL_H
#define MUSTER_CLI_TERMINAL_H

#include "command.h"

/** Writes a sheet to stdout in the form that --format asks for. */
muster_status cli_put_sheet(const cli_call *call, muster_sheet *sheet, muster_error *err);

/** The same for a sheet that may stream into `out`, which is freed. */
MUSTER_CHECK muster_status cli_put_streamed(const cli_call *call, muster_sheet *sheet, muster_buf *out,
                                            muster_error *err);

/** Writes text to stdout. @retval MUSTER_IO  it could not be written */
muster_status cli_put(const char *bytes, size_t n, muster_error *err);

/** A line on stderr that is worth knowing and no error. */
void cli_note(const char *fmt, ...) MUSTER_PRINTF(1, 2);

/** The line on stderr that an error ends in. */
void cli_complain(muster_status status, const muster_error *err);

/** Progress for long work: a bar on a terminal after a second, nothing elsewhere. */
muster_progress cli_progress(void);
/** Takes the bar away before other lines are written. */
void cli_progress_end(void);

/** Starts a named stage for --timings; NULL ends the last one and, when asked for, prints them all. */
void cli_stage(cli_call *call, const char *name);

/** Forgets the stages so far. */
void cli_stages_clear(void);

/** The stages so far, as words for run.json; 0 and NULL unless --timings was given. */
size_t cli_stages(const cli_call *call, muster_arena *arena, const muster_record_word **words);

/** As it was when it was first asked. */
bool cli_stdout_is_terminal(void);
bool cli_colour(int fd);

/** Who speaks for a process that has no terminal of its own. */
typedef struct cli_voice {
  muster_status (*put)(const char *bytes, size_t n, muster_error *err);
  void (*note)(const char *text);
  void (*progress)(const char *what, uint64_t done, uint64_t total);
  void (*stage)(const char *name);
} cli_voice;

/** From now on everything above goes there. Set while there is one thread. */
void cli_voice_set(const cli_voice *voice);

#endif
