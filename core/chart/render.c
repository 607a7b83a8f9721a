/* The whole way from a chart to bytes; its data table. */
#include <math.h>
#include <string.h>

#include "muster/chart/render.h"
#include "view.h"

static muster_status take(muster_buf *buf, char **bytes, size_t *n, muster_error *err) {
  if (buf->failed || !buf->at) {
    muster_buf_free(buf);
    return muster_fail_memory(err);
  }
  *bytes = buf->at;
  *n = buf->n;
  return MUSTER_OK;
}

enum { TEXT_MOST = 256 << 20 };

muster_status muster_chart_render(const muster_chart *chart, const muster_chart_output *output, char **bytes, size_t *n,
                                  muster_error *err) {
  *bytes = NULL;
  *n = 0;
  muster_buf buf;
  muster_buf_init(&buf, TEXT_MOST);
  if (output->format == MUSTER_FORMAT_CSV) {
    MUSTER_TRY(muster_chart_check(chart, err));
    muster_chart_table(chart, &buf);
    return take(&buf, bytes, n, err);
  }
  muster_list list = {0};
  muster_status status = muster_chart_layout(chart, output, &list, err);
  if (status == MUSTER_OK && output->format == MUSTER_FORMAT_PNG)
    status = muster_list_png(&list, output->scale, output->fonts, bytes, n, err);
  if (status == MUSTER_OK && output->format == MUSTER_FORMAT_SVG) {
    status = muster_list_svg(&list, &buf, err);
    if (status == MUSTER_OK)
      status = take(&buf, bytes, n, err);
    else
      muster_buf_free(&buf);
  }
  muster_list_free(&list);
  return status;
}

muster_status muster_chart_save(const muster_chart *chart, const muster_chart_output *output, const char *path,
                                muster_error *err) {
  char *bytes;
  size_t n;
  MUSTER_TRY(muster_chart_render(chart, output, &bytes, &n, err));
  muster_status status = muster_file_write(path, bytes, n, 0644, err);
  muster_free(bytes);
  return status;
}

static bool is_date(const muster_chart *chart, const muster_chart_frame *frame, const char *name) {
  for (size_t i = 0; i < chart->layer_count; i++) {
    const muster_chart_layer *layer = chart->layers[i];
    if ((layer->data ? layer->data : chart->data) != frame) continue;
    static const muster_channel along_x[] = {MUSTER_CHANNEL_X, MUSTER_CHANNEL_X2, MUSTER_CHANNEL_FROM,
                                             MUSTER_CHANNEL_TO};
    for (size_t c = 0; chart->x.time && c < sizeof along_x / sizeof *along_x; c++) {
      const muster_bind *bind = &layer->bind[along_x[c]];
      if (bind->kind == MUSTER_BIND_NAME && strcmp(bind->name, name) == 0) return true;
    }
  }
  return false;
}

static void put_value(muster_buf *out, double v, bool date) {
  if (isnan(v)) return;
  if (date && v >= -25567 && v <= 84005 && v == floor(v)) {
    char text[MUSTER_DATE_TEXT];
    muster_buf_puts(out, muster_date_format((muster_date)v, text));
    return;
  }
  char text[40];
  snprintf(text, sizeof text, "%.10g", v);
  muster_buf_puts(out, text);
}

void muster_chart_table(const muster_chart *chart, muster_buf *out) {
  const muster_chart_frame *frame = chart->table ? chart->table : chart->data;
  for (size_t i = 0; !frame && i < chart->layer_count; i++) frame = chart->layers[i]->data;
  if (!frame) {
    muster_buf_putc(out, '\n');
    return;
  }
  for (size_t c = 0; c < frame->column_count && c < MUSTER_CHART_COLUMNS_MAX; c++) {
    if (c) muster_buf_putc(out, ',');
    muster_buf_csv(out, muster_text_of(frame->columns[c].name));
  }
  muster_buf_putc(out, '\n');
  bool dates[MUSTER_CHART_COLUMNS_MAX] = {false};
  size_t columns = frame->column_count < MUSTER_CHART_COLUMNS_MAX ? frame->column_count : MUSTER_CHART_COLUMNS_MAX;
  for (size_t c = 0; c < columns; c++) dates[c] = is_date(chart, frame, frame->columns[c].name);
  for (size_t r = 0; r < frame->rows; r++) {
    for (size_t c = 0; c < columns; c++) {
      const muster_chart_column *column = &frame->columns[c];
      if (c) muster_buf_putc(out, ',');
      if (column->numbers)
        put_value(out, column->numbers[r], dates[c]);
      else
        muster_buf_csv(out, muster_text_of(column->texts[r]));
    }
    muster_buf_putc(out, '\n');
  }
}
