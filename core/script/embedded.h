/* lua/muster/ as it was when the program was built. The arrays are made by cmake/embed.cmake. */
#ifndef SCRIPT_EMBEDDED_H
#define SCRIPT_EMBEDDED_H

#include <stddef.h>

typedef struct embedded {
  const char *name; /* "rule" for lua/muster/rule.lua */
  const unsigned char *text;
  size_t n;
} embedded;

/** By name; ends with a name of NULL. */
extern const embedded script_embedded[];

#endif
