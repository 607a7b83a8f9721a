/* What a command of the program is: a row of a table, with its words, its options and the function that does it.
 * Help, the manual page and shell completion are written from these rows, so they cannot be out of date. */
#ifndef MUSTER_CLI_COMMAND_H
#define MUSTER_CLI_COMMAND_H

#include "muster/base.h"
#include "muster/report.h"

typedef struct cli_option {
  const char *name;     /* without the dashes */
  const char *argument; /* placeholder such as FILE; NULL for a flag */
  const char *help;
} cli_option;

struct cli_call;

typedef struct cli_command {
  const char *name;          /* "measure", or "pack check" */
  const char *arguments;     /* "DATA", "PACK DATA" */
  const char *summary;       /* one line, no full stop */
  const char *details;       /* paragraphs for --help, may be NULL */
  const char *examples;      /* lines for --help, may be NULL */
  const cli_option *options; /* ends with a row without a name */
  size_t least, most;        /* how many arguments */
  muster_status (*run)(struct cli_call *call, muster_error *err);
} cli_command;

enum { CLI_MOST_ARGUMENTS = 16, CLI_MOST_OPTIONS = 128 };

/** A command with the words it was called with, and where its answer goes. */
typedef struct cli_call {
  const cli_command *command;
  const char *arguments[CLI_MOST_ARGUMENTS];
  size_t argument_count;
  struct {
    const cli_option *option;
    const char *value;
  } given[CLI_MOST_OPTIONS];
  size_t given_count;
  muster_progress progress;
  bool timings;
  bool version;                    /* --version was among the words */
  struct cli_isolation *isolation; /* while packs are opened elsewhere: isolated.h */
} cli_call;

/** All commands, in the order of the help; ends with NULL. */
extern const cli_command *const cli_commands[];

/** Last value given for an option, or NULL; whether a flag was given; the k-th value (0, 1, ...) or NULL. */
const char *cli_value(const cli_call *call, const char *name);
bool cli_flag(const cli_call *call, const char *name);
const char *cli_nth(const cli_call *call, const char *name, size_t k);

/** Value of an option as what it should be; the default when it was not given.
 * @retval MUSTER_USAGE  it is not that; the error names the option */
muster_status cli_date(const cli_call *call, const char *name, muster_date otherwise, muster_date *out,
                       muster_error *err);
muster_status cli_number(const cli_call *call, const char *name, int64_t least, int64_t most, int64_t otherwise,
                         int64_t *out, muster_error *err);
muster_status cli_format(const cli_call *call, muster_form *format, muster_error *err);
muster_status cli_lines_or_json(const cli_call *call, bool *json, muster_error *err); /* what is no table */

/** Refuses options that would be ignored: those of the list (ends with NULL) that were given.
 * @param why  after the option's name: "goes with --isolate", "needs a store" */
muster_status cli_refuse(const cli_call *call, const char *const *names, const char *why, muster_error *err);

/** Threads to use: --jobs, else all processors. */
muster_status cli_jobs(const cli_call *call, unsigned *jobs, muster_error *err);

/* Options that several commands have. */
#define CLI_JOBS \
  { "jobs", "N", "threads to use (default: all processors)" }
#define CLI_FORMAT \
  { "format", "FORM", "table for people (default), csv or json for programs" }
#define CLI_TIMINGS \
  { "timings", NULL, "say on stderr how long each stage took" }
#define CLI_STRICT \
  { "strict", NULL, "fail when any row is rejected" }
#define CLI_SOURCE \
  { "source", "FILE", "how to read the folder's files (default: source.lua in the folder)" }
#define CLI_AS_OF \
  { "as-of", "DATE", "use nothing after this day (default: the last day with a mark)" }
#define CLI_KNOWN_AT \
  { "known-at", "DATE", "of a store: only what had been imported by that day" }
#define CLI_HELP \
  { "help", NULL, "show this help" }
#define CLI_END \
  { NULL, NULL, NULL }

#endif
