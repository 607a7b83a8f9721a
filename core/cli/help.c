/* Help pages and what else can be written from the table of commands. */
#include "help.h"

#include <string.h>

#include "fold.h"
#include "muster/script.h"

enum { SUMMARIES = 24, OPTIONS = 27 }; /* columns they begin at */

static void pad_to(muster_buf *out, size_t from, size_t column) {
  for (size_t n = out->n - from; n < column; n++) muster_buf_putc(out, ' ');
}

static void command_line(const cli_command *command, muster_buf *out) {
  size_t from = out->n;
  muster_buf_printf(out, "  muster %s", command->name);
  pad_to(out, from, SUMMARIES);
  cli_fold(out, command->summary, SUMMARIES, SUMMARIES);
}

static bool of_family(const cli_command *command, const char *word) {
  size_t n = strlen(word);
  return n && strncmp(command->name, word, n) == 0 && command->name[n] == ' ';
}

bool cli_is_family(const char *word) {
  for (size_t i = 0; cli_commands[i]; i++)
    if (of_family(cli_commands[i], word)) return true;
  return false;
}

void cli_help_family(const char *word, muster_buf *out) {
  muster_buf_printf(out, "usage: muster %s COMMAND ...\n\n", word);
  for (size_t i = 0; cli_commands[i]; i++)
    if (of_family(cli_commands[i], word)) command_line(cli_commands[i], out);
  muster_buf_printf(out, "\n'muster %s COMMAND --help' explains a command.\n", word);
}

static const char what_data_is[] = "DATA is a folder of CSV files, or a store (.db) made by 'muster import'.\n";
static const char what_a_pack_is[] = "PACK is a folder of Lua rules, plans and their tests";

void cli_help_all(muster_buf *out) {
  muster_buf_puts(out,
                  "muster: rules, plans and evaluation for school attendance\n\n"
                  "usage: muster COMMAND ...\n\n");
  muster_buf_puts(out, what_data_is);
  muster_buf_printf(out, "%s.\n\n", what_a_pack_is);
  for (size_t i = 0; cli_commands[i]; i++) command_line(cli_commands[i], out);
  muster_buf_puts(out,
                  "\n'muster COMMAND --help' explains a command; 'muster --version' names what is\n"
                  "linked.\n\n"
                  "Exit status: 0 done, 1 a test or check failed, 2 the command line is wrong,\n"
                  "3 the data is wrong, 4 the pack is wrong or broke its limits, 5 a store or file\n"
                  "could not be read or written, 70 a defect in muster.\n");
}

static bool takes(const cli_command *command, const char *word) {
  const char *at = strstr(command->arguments, word);
  size_t n = strlen(word);
  return at && (at == command->arguments || at[-1] == ' ' || at[-1] == '[') && (at[n] == '\0' || strchr(" ]", at[n]));
}

static bool has_option(const cli_command *command, const char *name) {
  for (const cli_option *o = command->options; o->name; o++)
    if (strcmp(o->name, name) == 0) return true;
  return false;
}

static void put_usage(const cli_command *command, muster_buf *out) {
  muster_buf words;
  muster_buf_init(&words, 4096);
  size_t from = out->n;
  muster_buf_printf(out, "usage: muster %s ", command->name);
  muster_buf_printf(&words, "%s%s[options]", command->arguments, command->arguments[0] ? " " : "");
  cli_fold(out, words.failed ? "" : words.at, out->n - from, out->n - from);
  out->failed |= words.failed;
  muster_buf_free(&words);
}

void cli_help_command(const cli_command *command, muster_buf *out) {
  size_t from = out->n;
  muster_buf_printf(out, "muster %s: ", command->name);
  cli_fold(out, command->summary, out->n - from, out->n - from);
  muster_buf_putc(out, '\n');
  put_usage(command, out);
  if (takes(command, "DATA")) muster_buf_puts(out, what_data_is);
  if (takes(command, "PACK"))
    muster_buf_printf(out, "%s%s.\n", what_a_pack_is,
                      has_option(command, "packs") ? ",\nor the name of an installed pack" : "");
  muster_buf_putc(out, '\n');
  if (command->details) {
    cli_fold(out, command->details, 0, 0);
    muster_buf_putc(out, '\n');
  }
  muster_buf_puts(out, "options:\n");
  for (const cli_option *o = command->options; o->name; o++) {
    from = out->n;
    muster_buf_printf(out, "  --%s%s%s", o->name, o->argument ? " " : "", o->argument ? o->argument : "");
    if (out->n - from > OPTIONS - 2) muster_buf_putc(out, '\n'), from = out->n;
    pad_to(out, from, OPTIONS);
    cli_fold(out, o->help, OPTIONS, OPTIONS);
  }
  if (!command->examples) return;
  muster_buf_puts(out, "\nexamples:\n");
  cli_fold_shell(out, command->examples);
}

void cli_version(muster_buf *out) {
  muster_buf_printf(out, "muster %s\n%s\n%s\n", MUSTER_VERSION, muster_script_version(), MUSTER_LIBRARIES);
}

/* Roff: a line must not begin with a dot, and a backslash is written \e. */
static void roff(muster_buf *out, const char *text) {
  bool start = true;
  for (; *text; text++) {
    if (start && (*text == '.' || *text == '\'')) muster_buf_puts(out, "\\&");
    if (*text == '\\')
      muster_buf_puts(out, "\\e");
    else if (*text == '-')
      muster_buf_puts(out, "\\-");
    else
      muster_buf_putc(out, *text);
    start = *text == '\n';
  }
}

/* As --help shows them. */
static void roff_examples(const char *examples, muster_buf *out) {
  muster_buf folded;
  muster_buf_init(&folded, 1 << 20);
  cli_fold_shell(&folded, examples);
  muster_buf_putc(&folded, '\0');
  if (!folded.failed) roff(out, folded.at);
  out->failed |= folded.failed;
  muster_buf_free(&folded);
}

void cli_manual(muster_buf *out) {
  muster_buf_printf(
      out,
      ".TH MUSTER 1 \"\" \"muster %s\"\n.SH NAME\nmuster \\- rules, plans and evaluation for school attendance\n"
      ".SH SYNOPSIS\n.B muster\n.I COMMAND\n[options]\n.SH COMMANDS\n",
      MUSTER_VERSION);
  for (size_t i = 0; cli_commands[i]; i++) {
    const cli_command *c = cli_commands[i];
    muster_buf_puts(out, ".SS ");
    roff(out, c->name);
    muster_buf_puts(out, "\n.B muster ");
    roff(out, c->name);
    muster_buf_puts(out, "\n.I ");
    roff(out, c->arguments);
    muster_buf_puts(out, "\n.PP\n");
    roff(out, c->summary);
    muster_buf_puts(out, ".\n");
    if (c->details) {
      muster_buf_puts(out, ".PP\n");
      roff(out, c->details);
      muster_buf_putc(out, '\n');
    }
    for (const cli_option *o = c->options; o->name; o++) {
      muster_buf_puts(out, ".TP\n.B \\-\\-");
      roff(out, o->name);
      if (o->argument) {
        muster_buf_putc(out, ' ');
        roff(out, o->argument);
      }
      muster_buf_putc(out, '\n');
      roff(out, o->help);
      muster_buf_putc(out, '\n');
    }
    if (c->examples) {
      muster_buf_puts(out, ".PP\nExamples:\n.PP\n.nf\n");
      roff_examples(c->examples, out);
      muster_buf_puts(out, ".fi\n");
    }
  }
  muster_buf_puts(out, ".SH EXIT STATUS\n");
  for (int s = MUSTER_OK; s <= MUSTER_DEFECT; s++) {
    if (s == MUSTER_MEMORY) continue;
    muster_buf_printf(out, ".TP\n.B %d\n%s\n", muster_status_exit((muster_status)s),
                      muster_status_text((muster_status)s));
  }
}

/* Options of a command as one line of words. */
static void option_words(const cli_command *c, muster_buf *out) {
  for (const cli_option *o = c->options; o->name; o++)
    muster_buf_printf(out, "%s--%s", o == c->options ? "" : " ", o->name);
}

static void complete_bash(muster_buf *out) {
  muster_buf_puts(out,
                  "_muster() {\n  local cur=\"${COMP_WORDS[COMP_CWORD]}\" words=\"\"\n  case \"${COMP_WORDS[1]} "
                  "${COMP_WORDS[2]}\" in\n");
  for (int two = 1; two >= 0; two--)
    for (size_t i = 0; cli_commands[i]; i++) {
      const cli_command *c = cli_commands[i];
      if ((strchr(c->name, ' ') != NULL) != two) continue;
      muster_buf_printf(out, two ? "    \"%s\") words=\"" : "    \"%s \"*) words=\"", c->name);
      option_words(c, out);
      muster_buf_puts(out, "\" ;;\n");
    }
  muster_buf_puts(out, "  esac\n  if [ \"$COMP_CWORD\" -eq 1 ]; then words=\"");
  for (size_t i = 0; cli_commands[i]; i++) {
    const char *space = strchr(cli_commands[i]->name, ' ');
    size_t n = space ? (size_t)(space - cli_commands[i]->name) : strlen(cli_commands[i]->name);
    bool seen = i > 0 && space && strncmp(cli_commands[i - 1]->name, cli_commands[i]->name, n + 1) == 0;
    if (!seen) muster_buf_printf(out, "%s%.*s", i ? " " : "", (int)n, cli_commands[i]->name);
  }
  muster_buf_puts(out,
                  "\"; fi\n  case \"$cur\" in\n    -*) COMPREPLY=($(compgen -W \"$words\" -- \"$cur\")) ;;\n"
                  "    *) if [ \"$COMP_CWORD\" -eq 1 ]; then COMPREPLY=($(compgen -W \"$words\" -- \"$cur\")); else "
                  "COMPREPLY=($(compgen -f -- \"$cur\")); fi ;;\n"
                  "  esac\n}\ncomplete -o filenames -F _muster muster\n");
}

/* Within the single quotes of fish. */
static void fish_quoted(muster_buf *out, const char *text) {
  muster_buf_putc(out, '\'');
  for (; *text; text++) {
    if (*text == '\'' || *text == '\\') muster_buf_putc(out, '\\');
    muster_buf_putc(out, *text);
  }
  muster_buf_puts(out, "'\n");
}

/* A command of two words is completed word by word; its options need both. */
static void complete_fish(muster_buf *out) {
  const char *family = "";
  for (size_t i = 0; cli_commands[i]; i++) {
    const cli_command *c = cli_commands[i];
    const char *second = strchr(c->name, ' ');
    int n = (int)(second ? (size_t)(second - c->name) : strlen(c->name));
    if (second && strncmp(family, c->name, (size_t)n + 1) != 0)
      muster_buf_printf(out, "complete -c muster -n __fish_use_subcommand -a %.*s\n", n, c->name);
    family = c->name;
    if (second)
      muster_buf_printf(out, "complete -c muster -n '__fish_seen_subcommand_from %.*s' -a %s -d ", n, c->name,
                        second + 1);
    else
      muster_buf_printf(out, "complete -c muster -n __fish_use_subcommand -a %s -d ", c->name);
    fish_quoted(out, c->summary);
    for (const cli_option *o = c->options; o->name; o++) {
      muster_buf_printf(out, "complete -c muster -n '__fish_seen_subcommand_from %.*s", n, c->name);
      if (second) muster_buf_printf(out, "; and __fish_seen_subcommand_from %s", second + 1);
      muster_buf_printf(out, "' -l %s%s -d ", o->name, o->argument ? " -r" : "");
      fish_quoted(out, o->help);
    }
  }
}

bool cli_completion(const char *shell, muster_buf *out) {
  if (strcmp(shell, "fish") == 0) return complete_fish(out), true;
  bool zsh = strcmp(shell, "zsh") == 0;
  if (!zsh && strcmp(shell, "bash") != 0) return false;
  if (zsh) muster_buf_puts(out, "autoload -U +X bashcompinit && bashcompinit\n");
  complete_bash(out);
  return true;
}
