/* Times every kind of chart: layout, SVG, and PNG (paint, palette, encode) at a scale; best of a number of turns.
 * Usage: chart_bench [SCALE [TURNS [NAME]]]; with TURNS 1 and a NAME it is one picture in one process. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../unit/chart/samples.h"

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double least(double a, double b) { return a < b ? a : b; }

static int bench(const sample *one, double scale, int turns) {
  muster_arena keep = {0};
  muster_chart chart;
  muster_error err;
  muster_chart_init(&chart);
  double layout = 1e9, svg = 1e9, png = 1e9;
  size_t svg_bytes = 0, png_bytes = 0, ops = 0;
  bool good = one->make(&chart, &keep, &err) == MUSTER_OK;
  for (int turn = 0; good && turn < turns; turn++) {
    muster_chart_output output = {.preset = MUSTER_PRESET_SLIDE};
    muster_list list = {0};
    muster_buf text;
    muster_buf_init(&text, 1 << 26);
    char *bytes = NULL;
    double start = now();
    good = muster_chart_layout(&chart, &output, &list, &err) == MUSTER_OK;
    layout = least(layout, now() - start);
    start = now();
    good = good && muster_list_svg(&list, &text, &err) == MUSTER_OK;
    svg = least(svg, now() - start);
    start = now();
    good = good && muster_list_png(&list, scale, NULL, &bytes, &png_bytes, &err) == MUSTER_OK;
    png = least(png, now() - start);
    svg_bytes = text.n, ops = list.count;
    muster_free(bytes);
    muster_buf_free(&text);
    muster_list_free(&list);
  }
  if (good)
    printf("%-12s %6zu %8.1f %8.1f %8.1f %9.0f %9.0f\n", one->name, ops, layout, svg, png, (double)svg_bytes / 1e3,
           (double)png_bytes / 1e3);
  else
    fprintf(stderr, "%s: %s\n", one->name, err.what);
  muster_chart_free(&chart);
  muster_arena_free(&keep);
  return good ? 0 : 1;
}

int main(int argc, char **argv) {
  double scale = argc > 1 ? atof(argv[1]) : 2;
  int turns = argc > 2 ? atoi(argv[2]) : 5, bad = 0;
  printf("CPU ms, slide at %gx, best of %d\n%-12s %6s %8s %8s %8s %9s %9s\n", scale, turns, "chart", "ops", "layout",
         "svg", "png", "svg kB", "png kB");
  for (size_t i = 0; i < sample_count; i++)
    if (argc < 4 || strcmp(argv[3], samples[i].name) == 0) bad |= bench(&samples[i], scale, turns);
  return bad;
}
