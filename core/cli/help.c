/* Help pages and what else can be written from the table of commands. */
#include "help.h"

#include <string.h>

#include "muster/script.h"

static void pad_to(muster_buf *out, size_t from, size_t column) {
  for (size_t n = out->n - from; n < column; n++) muster_buf_putc(out, ' ');
}

static void command_line(const cli_command *command, muster_buf *out) {
  size_t from = out->n;
  muster_buf_printf(out, "  muster %s %s", command->name, command->arguments);
  if (out->n - from > 40) muster_buf_putc(out, '\n'), from = out->n;
  pad_to(out, from, 42);
  muster_buf_printf(out, "%s\n", command->summary);
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

void cli_help_all(muster_buf *out) {
  muster_buf_puts(out,
                  "muster: rules, plans and evaluation for school attendance\n\n"
                  "usage: muster COMMAND ...\n\n"
                  "DATA is a folder of CSV files, or a store (.db) made by 'muster import'.\n"
                  "PACK is a folder of Lua rules, plans and their tests.\n\n");
  for (size_t i = 0; cli_commands[i]; i++) command_line(cli_commands[i], out);
  muster_buf_puts(
      out,
      "\n'muster COMMAND --help' explains a command. 'muster --version' names what is linked.\n"
      "Exit status: 0 done, 1 a test or check failed, 2 the command line is wrong, 3 the data is wrong,\n"
      "4 the pack is wrong or broke its limits, 5 a store or file could not be read or written, 70 a defect.\n");
}

void cli_help_command(const cli_command *command, muster_buf *out) {
  muster_buf_printf(out, "muster %s: %s\n\nusage: muster %s%s%s [options]\n", command->name, command->summary,
                    command->name, command->arguments[0] ? " " : "", command->arguments);
  if (command->details) muster_buf_printf(out, "\n%s\n", command->details);
  muster_buf_puts(out, "\noptions:\n");
  for (const cli_option *o = command->options; o->name; o++) {
    size_t from = out->n;
    muster_buf_printf(out, "  --%s%s%s", o->name, o->argument ? " " : "", o->argument ? o->argument : "");
    if (out->n - from > 25) muster_buf_putc(out, '\n'), from = out->n;
    pad_to(out, from, 27);
    muster_buf_printf(out, "%s\n", o->help);
  }
  if (command->examples) muster_buf_printf(out, "\nexamples:\n%s\n", command->examples);
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

static void complete_fish(muster_buf *out) {
  for (size_t i = 0; cli_commands[i]; i++) {
    const cli_command *c = cli_commands[i];
    if (strchr(c->name, ' ')) continue;
    muster_buf_printf(out, "complete -c muster -n __fish_use_subcommand -a %s -d '%s'\n", c->name, c->summary);
    for (const cli_option *o = c->options; o->name; o++)
      muster_buf_printf(out, "complete -c muster -n '__fish_seen_subcommand_from %s' -l %s%s\n", c->name, o->name,
                        o->argument ? " -r" : "");
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
