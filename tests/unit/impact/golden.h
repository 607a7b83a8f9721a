/* Reference values for the tests of the impact room: a CSV reader, the folder they lie in, and a tally of what was
 * replayed. Without the folder a test is skipped and says so. */
#ifndef MUSTER_TEST_GOLDEN_H
#define MUSTER_TEST_GOLDEN_H

#include "muster/base.h"

/** A CSV file as text cells, header apart. */
typedef struct golden_csv {
  size_t columns, rows;
  char **name; /* [columns] */
  char **cell; /* [rows * columns] */
  muster_arena arena;
} golden_csv;

/** $MUSTER_SHARED (else ../shared beside the sources) + "/impact/" + `below`; NULL when it is not there. Static buffer.
 */
const char *golden_path(const char *below);

/** Reads a CSV file below impact/, such as "data/mpdta.csv". Skips the test, with a word, when it is not there. */
golden_csv golden_read(const char *below);
void golden_free(golden_csv *csv);

/** Column by name; fails the test when there is none. */
size_t golden_column(const golden_csv *csv, const char *name);
const char *golden_text(const golden_csv *csv, size_t row, const char *name);

/** A column as numbers; blanks and text that is no number become NaN. Free with muster_free. */
double *golden_numbers(const golden_csv *csv, const char *name);

/** A column as dense numbers in ascending order of its value (numbers) or bytes (texts). Free with muster_free. */
uint32_t *golden_factor(const golden_csv *csv, const char *name, size_t *levels);

/** Compares with the reference value of `id` and `quantity` to a relative tolerance (absolute below 1e-12) and counts
 * it as replayed. Reference p-values below 1e-10 are only required to be below 1e-9. Fails the test when they differ or
 * the reference does not exist. */
void golden_check(const char *id, const char *quantity, double value, double tolerance);

/** The reference value itself; NaN when there is none. */
double golden_value(const char *id, const char *quantity);

/** Calls `visit` for every reference row of `file` whose id is `id` (NULL = all). */
void golden_each(const char *file, const char *id, void (*visit)(const char *id, const char *quantity, void *context),
                 void *context);

/** Prints replayed/known for each reference file touched. A cmocka group teardown. */
int golden_tally(void **state);

#endif
