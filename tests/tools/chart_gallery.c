/* Draws one chart of each kind from made-up data, at every preset, and lists the faults that the lint sees.
 * Usage: chart_gallery FOLDER [SCALE [NAME]] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/chart/samples.h"

static int complain(const char *name, const muster_error *err) {
  char text[1200];
  muster_error_format(err, text, sizeof text);
  fprintf(stderr, "%s: %s\n", name, text);
  return 1;
}

static int draw(const muster_chart *chart, const char *folder, const char *name, double scale) {
  static const struct {
    const char *name;
    muster_preset preset;
  } presets[] = {{"slide", MUSTER_PRESET_SLIDE}, {"report", MUSTER_PRESET_REPORT}, {"narrow", MUSTER_PRESET_NARROW}};
  static const struct {
    const char *suffix;
    muster_format format;
  } formats[] = {{"png", MUSTER_FORMAT_PNG}, {"svg", MUSTER_FORMAT_SVG}, {"csv", MUSTER_FORMAT_CSV}};
  int bad = 0;
  for (size_t p = 0; p < 3; p++) {
    muster_error err;
    muster_chart_output output = {.preset = presets[p].preset, .scale = scale};
    for (size_t f = 0; f < 3; f++) {
      char path[512];
      snprintf(path, sizeof path, "%s/%s-%s.%s", folder, name, presets[p].name, formats[f].suffix);
      output.format = formats[f].format;
      if (f == 2 && p != 0) continue;
      if (muster_chart_save(chart, &output, path, &err) != MUSTER_OK) bad |= complain(name, &err);
    }
    muster_list list = {0};
    muster_faults faults = {0};
    if (muster_chart_layout(chart, &output, &list, &err) == MUSTER_OK)
      muster_chart_lint(chart, &list, presets[p].preset, &faults);
    for (size_t i = 0; i < faults.count; i++)
      printf("%s-%s: %s%s\n", name, presets[p].name, faults.items[i].warning ? "warning: " : "", faults.items[i].text);
    if (p == 0) printf("%s: %zu letters: %s\n", name, list.alt ? strlen(list.alt) : 0, list.alt ? list.alt : "");
    muster_faults_free(&faults);
    muster_list_free(&list);
  }
  return bad;
}

int main(int argc, char **argv) {
  if (argc < 2) {
    fprintf(stderr, "usage: chart_gallery FOLDER [SCALE [NAME]]\n");
    return 2;
  }
  double scale = argc > 2 ? atof(argv[2]) : 2;
  muster_error err;
  if (muster_folder_make(argv[1], &err) != MUSTER_OK) return complain(argv[1], &err);
  int bad = 0;
  for (size_t i = 0; i < sample_count; i++) {
    if (argc > 3 && strcmp(argv[3], samples[i].name) != 0) continue;
    muster_arena keep = {0};
    muster_chart chart;
    muster_chart_init(&chart);
    if (samples[i].make(&chart, &keep, &err) == MUSTER_OK)
      bad |= draw(&chart, argv[1], samples[i].name, scale);
    else
      bad |= complain(samples[i].name, &err);
    muster_chart_free(&chart);
    muster_arena_free(&keep);
  }
  return bad;
}
