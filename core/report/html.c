/* Pieces of the page: escaping, the frame, figures. */
#include "html.h"

#include <sodium.h>
#include <string.h>

void html_text(muster_buf *out, muster_text text) {
  for (size_t i = 0; i < text.n; i++) {
    char c = text.at[i];
    if (c == '&')
      muster_buf_puts(out, "&amp;");
    else if (c == '<')
      muster_buf_puts(out, "&lt;");
    else if (c == '>')
      muster_buf_puts(out, "&gt;");
    else if (c == '"')
      muster_buf_puts(out, "&quot;");
    else if ((unsigned char)c >= 0x20 || c == '\n')
      muster_buf_putc(out, c);
  }
}

void html_line(muster_buf *out, const char *terminated) { html_text(out, muster_text_of(terminated)); }

void html_count(muster_buf *out, uint64_t n) {
  if (n >= 1000) {
    html_count(out, n / 1000);
    muster_buf_printf(out, ",%03u", (unsigned)(n % 1000));
  } else {
    muster_buf_printf(out, "%u", (unsigned)n);
  }
}

/* White only, as the pictures are. Accent text and marks are the pictures' own. */
static const char style[] =
    "*{box-sizing:border-box}"
    "body{margin:0;background:#fff;color:#0b0c0c;font:17px/1.5 \"Open Sans\",Arial,sans-serif;"
    "font-variant-numeric:tabular-nums}"
    "main,header,footer{max-width:63rem;margin:0 auto;padding:0 1rem}"
    "h1{font-size:1.9rem;line-height:1.2;margin:1rem 0}"
    "h2{font-size:1.35rem;margin:2.2rem 0 .6rem;padding-top:.6rem;border-top:3px solid #12436d}"
    "h3{font-size:1.19rem;margin:1.4rem 0 .3rem}"
    "p,li,figcaption{max-width:44em}li{margin:.3rem 0}"
    ".status,figcaption,.quiet{color:#505a5f}.above{color:#c74e02}.below{color:#08837b}"
    ".above,.below,td .quiet{white-space:nowrap}td .above,td .below,td .quiet{display:block}abbr{text-decoration:none}"
    "figure{margin:1rem 0 1.5rem}img{max-width:100%;height:auto;display:block}"
    "table{border-collapse:collapse;width:100%;font-size:.95rem}"
    "th,td{padding:.45rem .5rem;border-bottom:1px solid #dde1e5;text-align:right;vertical-align:top}"
    "th:first-child,td:first-child,td.left,th.left{text-align:left}"
    "thead th{border-bottom:2px solid #505a5f;vertical-align:bottom}"
    ".scroll{overflow-x:auto;position:relative;margin:0 0 1rem}"
    "th button{font:inherit;font-weight:600;background:none;border:0;padding:.2rem 0;min-height:24px;min-width:24px;"
    "cursor:pointer;color:#12436d;text-align:inherit;text-decoration:underline;text-underline-offset:.2em}"
    "th button::after{content:\"\\a0\\2195\"}"
    "th[aria-sort=ascending] button::after{content:\"\\a0\\25B2\"}"
    "th[aria-sort=descending] button::after{content:\"\\a0\\25BC\"}"
    "a,button,summary,.scroll{outline-offset:2px}"
    "a:focus,button:focus,summary:focus,.scroll:focus{outline:3px solid #0b0c0c;box-shadow:0 0 0 6px #ffdd00}"
    ".skip{position:absolute;left:-999px}.skip:focus{left:1rem;top:1rem;background:#fff;padding:.5rem}"
    "summary{cursor:pointer;min-height:24px}.level{font-weight:600}"
    ".hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip:rect(0 0 0 0);white-space:nowrap}"
    "@media(max-width:40rem){h1{font-size:1.5rem}body{font-size:16px}th,td{padding:.4rem}}"
    "@media print{@page{size:A4;margin:13mm}body{font-size:10pt}table{font-size:9pt}figure,tr{break-inside:avoid}"
    "h2,h3{break-after:avoid}thead{display:table-header-group}.skip,.screen{display:none}"
    ".scroll{overflow:visible}th,td{padding:.3rem .25rem}td svg{width:16mm}"
    "th button{color:#0b0c0c;text-decoration:none}th button::after{display:none}}"
    "@media(forced-colors:active){svg{color:CanvasText}}";

/* The page is whole without it: tables only do not sort, and details stay closed on paper. */
static const char script[] =
    "addEventListener('beforeprint',()=>document.querySelectorAll('details').forEach(d=>d.open=true));"
    "document.querySelectorAll('table[data-sort] thead th').forEach((th,k)=>{const "
    "b=th.querySelector('button');if(!b)return;b.addEventListener('click',()=>{"
    "const "
    "t=th.closest('table'),body=t.tBodies[0],up=th.getAttribute('aria-sort')==='descending';t.querySelectorAll('th')."
    "forEach(h=>h.removeAttribute('aria-sort'));"
    "th.setAttribute('aria-sort',up?'ascending':'descending');const v=r=>r.cells[k].dataset.v??r.cells[k].textContent;"
    "[...body.rows].sort((a,c)=>{const "
    "x=v(a),y=v(c),n=x-y;return(isNaN(n)?x.localeCompare(y):n)*(up?1:-1)}).forEach(r=>body.append(r));"
    "document.getElementById('said').textContent='Sorted by '+b.textContent+(up?', lowest first':', highest "
    "first')})});";

void html_begin(muster_buf *out, const char *title) {
  muster_buf_puts(out,
                  "<!doctype html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n"
                  "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src "
                  "'unsafe-inline'; script-src 'unsafe-inline'\">\n"
                  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta "
                  "name=\"color-scheme\" content=\"light\">\n<title>");
  html_line(out, title);
  muster_buf_printf(
      out, "</title>\n<style>%s</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to the findings</a>\n",
      style);
}

void html_end(muster_buf *out) {
  muster_buf_printf(out,
                    "<p id=\"said\" class=\"hidden\" role=\"status\" "
                    "aria-live=\"polite\"></p>\n<script>%s</script>\n</body>\n</html>\n",
                    script);
}

/* ---- figures ---- */

static muster_status data_uri(muster_buf *out, const muster_chart *chart, muster_preset preset, muster_error *err) {
  muster_chart_output output = {.preset = preset, .format = MUSTER_FORMAT_PNG};
  char *bytes = NULL;
  size_t n = 0;
  MUSTER_TRY(muster_chart_render(chart, &output, &bytes, &n, err));
  size_t room = sodium_base64_ENCODED_LEN(n, sodium_base64_VARIANT_ORIGINAL);
  char *text = muster_alloc(room, 1);
  if (text) {
    sodium_bin2base64(text, room, (const unsigned char *)bytes, n, sodium_base64_VARIANT_ORIGINAL);
    muster_buf_puts(out, "data:image/png;base64,");
    muster_buf_puts(out, text);
  }
  muster_free(bytes);
  muster_free(text);
  return text ? MUSTER_OK : muster_fail_memory(err);
}

/* A column's name as a heading: "first_year" is "First year". */
static void put_heading(muster_buf *out, muster_text name) {
  muster_buf_puts(out, "<th scope=\"col\">");
  for (size_t i = 0; i < name.n; i++) {
    char c = name.at[i] == '_' ? ' ' : name.at[i];
    if (i == 0 && c >= 'a' && c <= 'z') c = (char)(c - 'a' + 'A');
    html_text(out, (muster_text){&c, 1});
  }
  muster_buf_puts(out, "</th>");
}

/* Whole numbers as they are, others with two decimals: the figures are for reading, the CSV is for computing. */
static void put_figure(muster_buf *out, muster_text cell) {
  double number;
  int64_t whole;
  bool numeric = muster_text_number(cell, &number);
  muster_buf_puts(out, numeric || !cell.n ? "<td>" : "<td class=\"left\">");
  if (numeric && !muster_text_int(cell, &whole))
    muster_buf_printf(out, "%.2f", number);
  else
    html_text(out, cell);
  muster_buf_puts(out, "</td>");
}

/* The next cell of CSV that this program wrote: quotes are undone. Moves past its comma or line end. */
static muster_text next_cell(const char **csv, muster_buf *cell, bool *more) {
  const char *c = *csv;
  bool quoted = *c == '"';
  muster_buf_clear(cell);
  if (quoted) c++;
  for (; *c; c++) {
    if (quoted && *c == '"' && *++c != '"') break;
    if (!quoted && (*c == ',' || *c == '\n')) break;
    muster_buf_putc(cell, *c);
  }
  *more = *c == ',';
  *csv = *c ? c + 1 : c;
  return (muster_text){cell->at ? cell->at : "", cell->n};
}

static void table_of(muster_buf *out, const char *csv) {
  muster_buf cell;
  muster_buf_init(&cell, 1 << 20);
  bool header = true;
  muster_buf_puts(out, "<table><thead>");
  while (*csv) {
    muster_buf_puts(out, "<tr>");
    for (bool more = true; more;) {
      muster_text text = next_cell(&csv, &cell, &more);
      if (header)
        put_heading(out, text);
      else
        put_figure(out, text);
    }
    muster_buf_puts(out, header ? "</tr></thead><tbody>\n" : "</tr>\n");
    header = false;
  }
  muster_buf_puts(out, "</tbody></table>");
  if (cell.failed) out->failed = true;
  muster_buf_free(&cell);
}

static void plain_line(muster_buf *out, const char *marked_up) {
  muster_buf plain;
  muster_buf_init(&plain, 1 << 16);
  muster_chart_plain(marked_up ? marked_up : "", &plain);
  html_text(out, (muster_text){plain.at ? plain.at : "", plain.n});
  if (plain.failed) out->failed = true;
  muster_buf_free(&plain);
}

muster_status html_figure(muster_buf *out, const muster_chart *chart, const char *id, muster_error *err) {
  muster_buf alt, table;
  muster_buf_init(&alt, 1 << 16);
  muster_buf_init(&table, 4 << 20);
  muster_chart_alt(chart, &alt);
  muster_chart_table(chart, &table);
  muster_buf_printf(out, "<h3 id=\"%s\">", id);
  plain_line(out, chart->title);
  muster_buf_puts(out, "</h3>\n<figure>\n<picture>\n<source media=\"(max-width: 40rem)\" srcset=\"");
  muster_status status = data_uri(out, chart, MUSTER_PRESET_NARROW, err);
  muster_buf_puts(out, "\">\n<img src=\"");
  if (status == MUSTER_OK) status = data_uri(out, chart, MUSTER_PRESET_REPORT, err);
  muster_buf_puts(out, "\" alt=\"");
  html_text(out, (muster_text){alt.at ? alt.at : "", alt.n});
  muster_buf_puts(out, "\">\n</picture>\n<figcaption>");
  plain_line(out, chart->subtitle);
  if (chart->subtitle && *chart->subtitle && chart->subtitle[strlen(chart->subtitle) - 1] != '.')
    muster_buf_putc(out, '.');
  if (chart->source) {
    muster_buf_puts(out, " <span class=\"quiet\">");
    plain_line(out, chart->source);
    muster_buf_puts(out, "</span>");
  }
  muster_buf_printf(out,
                    "</figcaption>\n<details><summary>The figures behind this picture</summary>\n<div class=\"scroll\" "
                    "role=\"region\" tabindex=\"0\" aria-labelledby=\"%s\">",
                    id);
  if (table.at) table_of(out, table.at);
  muster_buf_puts(out, "</div></details>\n</figure>\n");
  if (alt.failed || table.failed) status = muster_fail_memory(err);
  muster_buf_free(&alt);
  muster_buf_free(&table);
  return status;
}
