/* muster/isolate.h - work done in a child process that can reach nothing: no file, no network, no other program.
 *
 *   parent                         child
 *   files onto a shelf
 *   muster_isolate_run ----------> limits, filter of system calls; from here only memory, threads and one pipe
 *                                  work(post): reads from the shelf, posts parcels
 *   take(parcel) <---------------- muster_post_send
 *   outcome      <---------------- its status and error, or what ended it
 *
 * The child has the parent's memory as it was when it began, and gives back nothing but parcels. A child that was taken
 * over can therefore post anything: who takes parcels checks them. Linux on x86_64 and aarch64; elsewhere refused. */
#ifndef MUSTER_ISOLATE_H
#define MUSTER_ISOLATE_H

#include "muster/isolate/parcel.h"
#include "muster/isolate/shelf.h"

MUSTER_BEGIN_DECLS

/** What a child may use, all of its threads together. */
typedef struct muster_cage {
  double seconds;  /* of processor time */
  uint64_t memory; /* bytes of address space beyond what the process has when it begins */
  bool threads;    /* may it start threads */
} muster_cage;

/** Shuts the calling process in, for good: limits, then the filter. Of its files only `fd` is left, for writing.
 * Opening a file fails with EPERM; any other system call that is not on the list ends the process, and leaves its
 * number and one more in `*refused` (shared memory) when that is not NULL.
 * @retval MUSTER_USAGE  this system cannot do it; some of the limits may be in force */
MUSTER_CHECK muster_status muster_cage_enter(const muster_cage *cage, int fd, volatile int *refused, muster_error *err);

/** Can this system do it: architecture and kernel. @retval MUSTER_USAGE  no; the error says what is missing */
MUSTER_CHECK muster_status muster_cage_possible(muster_error *err);

typedef enum muster_isolated_end {
  MUSTER_ENDED,          /* it finished; its status is that of the work */
  MUSTER_ENDED_BY_TIME,  /* processor time, or it stood still */
  MUSTER_ENDED_BY_CALL,  /* a system call that is not on the list */
  MUSTER_ENDED_BY_FAULT, /* a signal, or it sent what cannot be read */
  MUSTER_ENDED_BY_MEMORY
} muster_isolated_end;

/** Of the child: where it sends what it has made. */
typedef struct muster_post muster_post;

/** Sends a parcel. May be called by any thread. `kind` is from 1 to 200. @retval MUSTER_IO  nobody takes it any more */
MUSTER_CHECK muster_status muster_post_send(muster_post *post, unsigned kind, const muster_buf *parcel,
                                            muster_error *err);

/** What is to be done. `work` runs in the child, `take` in the parent, for each parcel as it comes; a parcel's bytes
 * are valid during the call. When `take` fails the child is ended, and that is the answer. */
typedef struct muster_isolated {
  muster_cage cage;
  muster_status (*work)(void *context, muster_post *post, muster_error *err);
  muster_status (*take)(void *context, unsigned kind, muster_parcel *parcel, muster_error *err);
  void *context;
} muster_isolated;

/** Zeroed memory that a child shares with its parent, and whose content a child that was taken over may forge. NULL
 * when there is none. */
void *muster_shared_new(size_t size);
void muster_shared_free(void *shared, size_t size);

/** Runs it. No other thread may run meanwhile.
 * @param end  how the child ended
 * @retval MUSTER_USAGE  this system cannot isolate; nothing ran
 * @retval MUSTER_PACK   the child was ended: `end` and the error say by what
 * @return else the status of the work, or of `take` */
MUSTER_CHECK muster_status muster_isolate_run(const muster_isolated *what, muster_isolated_end *end, muster_error *err);

MUSTER_END_DECLS
#endif
