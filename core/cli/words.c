/* Words in: finding the command, reading its options, and saying what was wrong with them. */
#include "words.h"

#include <stdio.h>
#include <string.h>

#include "help.h"

const char *cli_nth(const cli_call *call, const char *name, size_t k) {
  for (size_t i = 0; i < call->given_count; i++)
    if (strcmp(call->given[i].option->name, name) == 0 && k-- == 0) return call->given[i].value;
  return NULL;
}

const char *cli_value(const cli_call *call, const char *name) {
  const char *value = NULL;
  for (size_t i = 0; i < call->given_count; i++)
    if (strcmp(call->given[i].option->name, name) == 0) value = call->given[i].value;
  return value;
}

bool cli_flag(const cli_call *call, const char *name) { return cli_value(call, name) != NULL; }

muster_status cli_date(const cli_call *call, const char *name, muster_date otherwise, muster_date *out,
                       muster_error *err) {
  const char *value = cli_value(call, name);
  *out = otherwise;
  if (!value || muster_date_parse(muster_text_of(value), out)) return MUSTER_OK;
  muster_fail(err, MUSTER_USAGE, "--%s: '%s' is not a date", name, value);
  muster_error_expected(err, "a date such as 2025-09-19");
  return MUSTER_USAGE;
}

muster_status cli_number(const cli_call *call, const char *name, int64_t least, int64_t most, int64_t otherwise,
                         int64_t *out, muster_error *err) {
  const char *value = cli_value(call, name);
  *out = otherwise;
  if (!value || (muster_text_int(muster_text_of(value), out) && *out >= least && *out <= most)) return MUSTER_OK;
  muster_fail(err, MUSTER_USAGE, "--%s: '%s' cannot be used", name, value);
  muster_error_expected(err, "a whole number from %lld to %lld", (long long)least, (long long)most);
  return MUSTER_USAGE;
}

muster_status cli_format(const cli_call *call, muster_form *format, muster_error *err) {
  const char *value = cli_value(call, "format");
  *format = MUSTER_FORM_TABLE;
  if (!value || muster_form_of(value, format)) return MUSTER_OK;
  muster_fail(err, MUSTER_USAGE, "--format: '%s' is not a format", value);
  muster_error_expected(err, "table, csv or json");
  return MUSTER_USAGE;
}

muster_status cli_lines_or_json(const cli_call *call, bool *json, muster_error *err) {
  const char *value = cli_value(call, "format");
  *json = value && strcmp(value, "json") == 0;
  if (!value || *json || strcmp(value, "table") == 0 || strcmp(value, "lines") == 0) return MUSTER_OK;
  muster_fail(err, MUSTER_USAGE, "--format: '%s' is not a format of %s", value, call->command->name);
  muster_error_expected(err, "lines or json");
  return MUSTER_USAGE;
}

muster_status cli_refuse(const cli_call *call, const char *const *names, const char *why, muster_error *err) {
  for (; *names; names++) {
    if (!cli_flag(call, *names)) continue;
    muster_fail(err, MUSTER_USAGE, "%s: --%s %s", call->command->name, *names, why);
    muster_error_todo(err, "leave it out, or see 'muster %s --help'", call->command->name);
    return MUSTER_USAGE;
  }
  return MUSTER_OK;
}

muster_status cli_jobs(const cli_call *call, unsigned *jobs, muster_error *err) {
  int64_t n;
  MUSTER_TRY(cli_number(call, "jobs", 1, 256, (int64_t)muster_cpus(), &n, err));
  *jobs = (unsigned)n;
  return MUSTER_OK;
}

/* ---- finding the command ---- */

static size_t words_in(const char *name) { return strchr(name, ' ') ? 2 : 1; }

static bool is_command(const cli_command *command, int argc, char **argv) {
  char name[64];
  if (words_in(command->name) == 1) return strcmp(command->name, argv[0]) == 0;
  if (argc < 2) return false;
  snprintf(name, sizeof name, "%s %s", argv[0], argv[1]);
  return strcmp(command->name, name) == 0;
}

static muster_status unknown_command(int argc, char **argv, muster_error *err) {
  const char *names[64];
  size_t n = 0, family = strlen(argv[0]);
  bool of_family = cli_is_family(argv[0]);
  for (size_t i = 0; cli_commands[i] && n < 63; i++) names[n++] = cli_commands[i]->name;
  names[n] = NULL;
  char name[64];
  snprintf(name, sizeof name, "%s%s%s", argv[0], of_family && argc > 1 ? " " : "",
           of_family && argc > 1 ? argv[1] : "");
  if (of_family && argc < 2)
    muster_fail(err, MUSTER_USAGE, "'%s' needs a word after it", argv[0]);
  else
    muster_fail(err, MUSTER_USAGE, "'%s' is not a command", name);
  if (of_family) {
    muster_buf words;
    muster_buf_init(&words, 1000);
    for (size_t i = 0; cli_commands[i]; i++)
      if (strncmp(cli_commands[i]->name, argv[0], family) == 0 && cli_commands[i]->name[family] == ' ')
        muster_buf_printf(&words, "%s%s", words.n ? ", " : "", cli_commands[i]->name + family + 1);
    if (!words.failed && words.n) muster_error_expected(err, "one of %s", words.at);
    muster_buf_free(&words);
  }
  const char *near = of_family && argc < 2 ? NULL : muster_nearest(name, names);
  if (near && strcmp(near, name) != 0)
    muster_error_todo(err, "did you mean '%s'? 'muster --help' lists the commands", near);
  else if (of_family)
    muster_error_todo(err, "'muster %s --help' explains them", argv[0]);
  else
    muster_error_todo(err, "'muster --help' lists the commands");
  return MUSTER_USAGE;
}

/* ---- options ---- */

static const cli_option *option_named(const cli_command *command, muster_text name) {
  for (const cli_option *o = command->options; o->name; o++)
    if (muster_text_equal(muster_text_of(o->name), name)) return o;
  return NULL;
}

static muster_status unknown_option(const cli_command *command, muster_text name, muster_error *err) {
  const char *names[64];
  size_t n = 0;
  for (const cli_option *o = command->options; o->name && n < 63; o++) names[n++] = o->name;
  names[n] = NULL;
  char text[64];
  snprintf(text, sizeof text, "%.*s", (int)name.n, name.at);
  muster_fail(err, MUSTER_USAGE, "%s: there is no option --%s", command->name, text);
  const char *near = muster_nearest(text, names);
  if (near)
    muster_error_todo(err, "did you mean --%s?", near);
  else
    muster_error_todo(err, "see 'muster %s --help'", command->name);
  return MUSTER_USAGE;
}

static muster_status take_option(cli_call *call, int *at, int argc, char **argv, muster_error *err) {
  const char *word = argv[*at] + 2, *equals = strchr(word, '=');
  muster_text name = {word, equals ? (size_t)(equals - word) : strlen(word)};
  const cli_option *option = option_named(call->command, name);
  if (!option) return unknown_option(call->command, name, err);
  const char *value = "";
  if (!option->argument) {
    if (equals) return muster_fail(err, MUSTER_USAGE, "--%s takes no value", option->name);
  } else if (equals) {
    value = equals + 1;
  } else if (*at + 1 < argc) {
    value = argv[++*at];
  } else {
    muster_fail(err, MUSTER_USAGE, "--%s needs a value", option->name);
    muster_error_expected(err, "--%s %s", option->name, option->argument);
    return MUSTER_USAGE;
  }
  if (call->given_count == CLI_MOST_OPTIONS)
    return muster_fail(err, MUSTER_USAGE, "more than %d options", CLI_MOST_OPTIONS);
  call->given[call->given_count].option = option;
  call->given[call->given_count++].value = value;
  return MUSTER_OK;
}

muster_status cli_read_words(cli_call *call, int argc, char **argv, muster_error *err) {
  for (size_t i = 0; cli_commands[i] && !call->command; i++)
    if (is_command(cli_commands[i], argc, argv)) call->command = cli_commands[i];
  if (!call->command) return unknown_command(argc, argv, err);
  bool only_arguments = false;
  for (int i = (int)words_in(call->command->name); i < argc; i++) {
    if (!only_arguments && strcmp(argv[i], "--") == 0) {
      only_arguments = true;
    } else if (!only_arguments && strcmp(argv[i], "-h") == 0) {
      argv[i] = (char *)"--help";
      MUSTER_TRY(take_option(call, &i, argc, argv, err));
    } else if (!only_arguments && strcmp(argv[i], "--version") == 0) {
      call->version = true;
    } else if (!only_arguments && strncmp(argv[i], "--", 2) == 0) {
      MUSTER_TRY(take_option(call, &i, argc, argv, err));
    } else if (call->argument_count == CLI_MOST_ARGUMENTS) {
      return muster_fail(err, MUSTER_USAGE, "more than %d arguments", CLI_MOST_ARGUMENTS);
    } else {
      call->arguments[call->argument_count++] = argv[i];
    }
  }
  if (cli_flag(call, "help") || call->version) return MUSTER_OK;
  if (call->argument_count < call->command->least || call->argument_count > call->command->most) {
    muster_fail(err, MUSTER_USAGE, "%s: %s", call->command->name,
                call->argument_count < call->command->least ? "something is missing" : "too many words");
    muster_error_expected(err, "muster %s %s", call->command->name, call->command->arguments);
    muster_error_todo(err, "see 'muster %s --help'", call->command->name);
    return MUSTER_USAGE;
  }
  return MUSTER_OK;
}
