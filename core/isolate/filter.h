/* The filter of system calls, as a program for the kernel. */
#ifndef ISOLATE_FILTER_H
#define ISOLATE_FILTER_H

#include <stdbool.h>

/** Puts it into force for this thread and all it starts; false, with errno, when the kernel does not take it. */
bool filter_enter(int fd, bool threads);

/** Is there a program for this architecture, and a kernel that takes it. */
bool filter_possible(void);

#endif
