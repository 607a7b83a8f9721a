/* support.h - what the tests of the pack room share: folders made for one test, with files in them. */
#ifndef PACK_TEST_SUPPORT_H
#define PACK_TEST_SUPPORT_H

/* clang-format off */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
/* clang-format on */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "muster/base.h"
#include "muster/pack.h"

/** A new folder under /tmp. */
void new_folder(char out[64]);
void remove_folder(const char *folder);

/** FOLDER/NAME; a static text that the next calls but three overwrite. */
const char *in(const char *folder, const char *name);

/** Writes a text to FOLDER/NAME, and the folders above it. */
void put(const char *folder, const char *name, const char *text);
void get(const char *folder, const char *name, char *out, size_t size);
bool is_there(const char *folder, const char *name);

/** A small pack in a new folder: pack.lua and two rules. */
void new_pack(char out[64]);

/** Runs a shell command; its exit status. */
int shell(const char *fmt, ...) MUSTER_PRINTF(1, 2);

/** Is a tool there; says SKIPPED and what when not. */
bool has_tool(const char *name);

/** The same key for the same number (0 to 7) throughout a program. */
muster_secret_key a_key(unsigned char number);

/** The folder trusted/ of PACKS trusts the key under a name. */
void trust(const char *packs, const muster_secret_key *key, const char *name);

#endif
