/* Results of a pack's tests. */
#include "muster/report/tests.h"

#include <string.h>

static size_t failures(const muster_tested_case *cases, size_t n) {
  size_t failed = 0;
  for (size_t i = 0; i < n; i++) failed += !cases[i].passed;
  return failed;
}

/* Every line of `text` behind `margin`. */
static void indented(muster_buf *out, const char *margin, const char *text) {
  while (*text) {
    size_t n = strcspn(text, "\n");
    muster_buf_puts(out, margin);
    muster_buf_add(out, text, n);
    muster_buf_putc(out, '\n');
    text += n + (text[n] == '\n');
  }
}

void muster_tests_human(const char *pack, const muster_tested_case *cases, size_t n, bool colour, muster_buf *out) {
  for (size_t i = 0; i < n; i++) {
    const muster_tested_case *c = &cases[i];
    if (c->passed) continue;
    muster_buf_printf(out, "%sFAILED%s %s: %s\n  %s:%d\n", colour ? "\033[1m" : "", colour ? "\033[0m" : "", c->rule,
                      c->name, c->file, c->line);
    indented(out, "  ", c->difference);
  }
  size_t failed = failures(cases, n);
  muster_buf_printf(out, "%s: %zu passed, %zu failed\n", pack, n - failed, failed);
}

void muster_tests_tap(const muster_tested_case *cases, size_t n, muster_buf *out) {
  muster_buf_printf(out, "TAP version 13\n1..%zu\n", n);
  for (size_t i = 0; i < n; i++) {
    const muster_tested_case *c = &cases[i];
    muster_buf_printf(out, "%s %zu - %s: ", c->passed ? "ok" : "not ok", i + 1, c->rule);
    for (const char *at = c->name; *at; at++) {
      if (*at == '#' || *at == '\\') muster_buf_putc(out, '\\');
      muster_buf_putc(out, *at == '\n' ? ' ' : *at);
    }
    muster_buf_putc(out, '\n');
    if (c->passed) continue;
    muster_buf_printf(out, "  ---\n  at: %s:%d\n  difference: |\n", c->file, c->line);
    indented(out, "    ", c->difference);
    muster_buf_puts(out, "  ...\n");
  }
}

/* XML 1.0 has no place for control characters, not even escaped. */
static void xml(muster_buf *out, const char *text) {
  for (; *text; text++) {
    unsigned char c = (unsigned char)*text;
    if (c == '<')
      muster_buf_puts(out, "&lt;");
    else if (c == '>')
      muster_buf_puts(out, "&gt;");
    else if (c == '&')
      muster_buf_puts(out, "&amp;");
    else if (c == '"')
      muster_buf_puts(out, "&quot;");
    else if (c == '\n' || c == '\t')
      muster_buf_printf(out, "&#%d;", c);
    else if (c >= 0x20)
      muster_buf_putc(out, (char)c);
  }
}

void muster_tests_junit(const char *pack, const muster_tested_case *cases, size_t n, muster_buf *out) {
  muster_buf_puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n<testsuite name=\"");
  xml(out, pack);
  muster_buf_printf(out, "\" tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"0\">\n", n, failures(cases, n));
  for (size_t i = 0; i < n; i++) {
    const muster_tested_case *c = &cases[i];
    muster_buf_puts(out, "<testcase classname=\"");
    xml(out, pack);
    muster_buf_putc(out, '.');
    xml(out, c->rule);
    muster_buf_puts(out, "\" name=\"");
    xml(out, c->name);
    muster_buf_puts(out, "\" file=\"");
    xml(out, c->file);
    muster_buf_printf(out, "\" line=\"%d\"", c->line);
    if (c->passed) {
      muster_buf_puts(out, "/>\n");
      continue;
    }
    muster_buf_puts(out, "><failure message=\"not as expected\">");
    xml(out, c->difference);
    muster_buf_puts(out, "</failure></testcase>\n");
  }
  muster_buf_puts(out, "</testsuite>\n</testsuites>\n");
}

size_t muster_tests_coverage(const muster_tested_rule *rules, size_t n, muster_buf *out) {
  size_t lacking = 0;
  for (size_t i = 0; i < n; i++) {
    const muster_tested_rule *r = &rules[i];
    bool edges = !r->no_boundary || !r->no_boundary[0];
    if (r->fires && r->silent && edges) continue;
    lacking++;
    muster_buf_printf(out, "not covered: %s (%zu cases)", r->rule, r->cases);
    const char *sign = " lacks ";
    if (!r->fires) muster_buf_printf(out, "%sa case with a finding", sign), sign = ", ";
    if (!r->silent) muster_buf_printf(out, "%sa case without one", sign), sign = ", ";
    for (size_t k = 0; !edges && r->no_boundary[k]; k++)
      muster_buf_printf(out, "%sa case at the edge of %s", sign, r->no_boundary[k]), sign = ", ";
    muster_buf_putc(out, '\n');
  }
  muster_buf_printf(out, "coverage: %zu of %zu rules have a firing, a silent and every boundary case\n", n - lacking,
                    n);
  return lacking;
}
