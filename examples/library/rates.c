/* rates DATA: the absence rate of each school, by way of libmuster.
 *   cc rates.c $(pkg-config --cflags --libs muster) -o rates */
#include <muster/engine.h>
#include <muster/load.h>
#include <stdio.h>

int main(int argc, char **argv) {
  muster_error err = {0};
  muster_measures answer = {0};
  muster_register *reg = muster_register_new();
  muster_ledger *ledger = muster_ledger_new();
  muster_measure_query query = {.by = "school", .period = "year", .as_of = MUSTER_NO_DATE};
  muster_status status = muster_load(argc > 1 ? argv[1] : ".", NULL, &(muster_load_options){0}, reg, ledger, &err);
  if (status == MUSTER_OK) status = muster_measure_run(reg, &query, &answer, &err);
  for (size_t i = 0; i < answer.count; i++)
    printf("%s,%.6f\n", answer.rows[i].id.at, (double)answer.rows[i].absent / (double)answer.rows[i].possible);
  if (status != MUSTER_OK) fprintf(stderr, "rates: %s (%s)\n", err.what, err.where);
  muster_measures_free(&answer);
  muster_ledger_free(ledger);
  muster_register_free(reg);
  return muster_status_exit(status);
}
