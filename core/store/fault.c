/* A file layer that counts writes, syncs and truncations, and fails the one it was told to. Everything else is passed
 * on to SQLite's own layer. */
#include "fault.h"

#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include "muster/store/read.h"

static atomic_long fail_at, writes;
static atomic_int kind;
static atomic_bool wanted;

void muster_store_fail_at(muster_store_fault fault, long nth) {
  atomic_store(&kind, (int)fault);
  atomic_store(&fail_at, nth);
  atomic_store(&wanted, true);
}

long muster_store_writes(void) { return atomic_load(&writes); }

static bool due(void) {
  atomic_fetch_add(&writes, 1);
  return atomic_load(&fail_at) > 0 && atomic_fetch_sub(&fail_at, 1) == 1;
}

typedef struct fault_file {
  sqlite3_file file;
  sqlite3_file *real; /* follows in memory */
} fault_file;

static sqlite3_file *real_of(sqlite3_file *file) { return ((fault_file *)file)->real; }

static int fault_close(sqlite3_file *file) { return real_of(file)->pMethods->xClose(real_of(file)); }

static int fault_read(sqlite3_file *file, void *to, int n, sqlite3_int64 at) {
  return real_of(file)->pMethods->xRead(real_of(file), to, n, at);
}

static bool kills(void) { return atomic_load(&kind) >= MUSTER_FAULT_KILL_BEFORE; }

static int fault_write(sqlite3_file *file, const void *from, int n, sqlite3_int64 at) {
  sqlite3_file *real = real_of(file);
  if (!due()) return real->pMethods->xWrite(real, from, n, at);
  int written = 0;
  switch ((muster_store_fault)atomic_load(&kind)) {
    case MUSTER_FAULT_FULL: return SQLITE_FULL;
    case MUSTER_FAULT_ERROR: return SQLITE_IOERR_WRITE;
    case MUSTER_FAULT_KILL_BEFORE: break;
    case MUSTER_FAULT_SHORT:
    case MUSTER_FAULT_KILL_HALFWAY: written = n / 2; break;
    case MUSTER_FAULT_KILL_AFTER: written = n; break;
  }
  int result = written ? real->pMethods->xWrite(real, from, written, at) : SQLITE_OK;
  if (kills()) raise(SIGKILL);
  return result == SQLITE_OK ? SQLITE_IOERR_WRITE : result;
}

/* Syncs, truncations and deletions have no halves. */
static int fault_truncate(sqlite3_file *file, sqlite3_int64 size) {
  sqlite3_file *real = real_of(file);
  if (!due()) return real->pMethods->xTruncate(real, size);
  if (atomic_load(&kind) == MUSTER_FAULT_KILL_AFTER) real->pMethods->xTruncate(real, size);
  if (kills()) raise(SIGKILL);
  return SQLITE_IOERR_TRUNCATE;
}

static int fault_sync(sqlite3_file *file, int flags) {
  if (!due()) return real_of(file)->pMethods->xSync(real_of(file), flags);
  if (kills()) raise(SIGKILL);
  return atomic_load(&kind) == MUSTER_FAULT_FULL ? SQLITE_FULL : SQLITE_IOERR_FSYNC;
}

static int fault_size(sqlite3_file *file, sqlite3_int64 *size) {
  return real_of(file)->pMethods->xFileSize(real_of(file), size);
}
static int fault_lock(sqlite3_file *file, int level) { return real_of(file)->pMethods->xLock(real_of(file), level); }
static int fault_unlock(sqlite3_file *file, int level) {
  return real_of(file)->pMethods->xUnlock(real_of(file), level);
}
static int fault_reserved(sqlite3_file *file, int *out) {
  return real_of(file)->pMethods->xCheckReservedLock(real_of(file), out);
}
static int fault_control(sqlite3_file *file, int op, void *arg) {
  return real_of(file)->pMethods->xFileControl(real_of(file), op, arg);
}
static int fault_sector(sqlite3_file *file) { return real_of(file)->pMethods->xSectorSize(real_of(file)); }
static int fault_traits(sqlite3_file *file) { return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file)); }
static int fault_shm_map(sqlite3_file *file, int region, int size, int extend, void volatile **at) {
  return real_of(file)->pMethods->xShmMap(real_of(file), region, size, extend, at);
}
static int fault_shm_lock(sqlite3_file *file, int offset, int n, int flags) {
  return real_of(file)->pMethods->xShmLock(real_of(file), offset, n, flags);
}
static void fault_shm_barrier(sqlite3_file *file) { real_of(file)->pMethods->xShmBarrier(real_of(file)); }
static int fault_shm_unmap(sqlite3_file *file, int remove) {
  return real_of(file)->pMethods->xShmUnmap(real_of(file), remove);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2, /* no memory-mapped reads */
    .xClose = fault_close,
    .xRead = fault_read,
    .xWrite = fault_write,
    .xTruncate = fault_truncate,
    .xSync = fault_sync,
    .xFileSize = fault_size,
    .xLock = fault_lock,
    .xUnlock = fault_unlock,
    .xCheckReservedLock = fault_reserved,
    .xFileControl = fault_control,
    .xSectorSize = fault_sector,
    .xDeviceCharacteristics = fault_traits,
    .xShmMap = fault_shm_map,
    .xShmLock = fault_shm_lock,
    .xShmBarrier = fault_shm_barrier,
    .xShmUnmap = fault_shm_unmap,
};

static int fault_open(sqlite3_vfs *self, const char *name, sqlite3_file *file, int flags, int *out_flags) {
  fault_file *f = (fault_file *)file;
  sqlite3_vfs *under = self->pAppData;
  f->real = (sqlite3_file *)(f + 1);
  f->real->pMethods = NULL;
  int result = under->xOpen(under, name, f->real, flags, out_flags);
  f->file.pMethods = f->real->pMethods ? &methods : NULL;
  return result;
}

/* A log that is deleted when the last connection closes is a moment to die at, too. */
static int fault_delete(sqlite3_vfs *self, const char *name, int sync_folder) {
  sqlite3_vfs *under = self->pAppData;
  if (!due()) return under->xDelete(under, name, sync_folder);
  if (atomic_load(&kind) == MUSTER_FAULT_KILL_AFTER) under->xDelete(under, name, sync_folder);
  if (kills()) raise(SIGKILL);
  return SQLITE_IOERR_DELETE;
}

static sqlite3_vfs layer;

static void install(void) {
  sqlite3_vfs *under = sqlite3_vfs_find(NULL);
  if (!under) return;
  layer = *under;
  layer.zName = "muster-fault";
  layer.pNext = NULL;
  layer.pAppData = under;
  layer.szOsFile = (int)sizeof(fault_file) + under->szOsFile;
  layer.xOpen = fault_open;
  layer.xDelete = fault_delete;
  sqlite3_vfs_register(&layer, 0);
}

const char *muster_fault_layer(void) {
  if (!atomic_load(&wanted)) return NULL;
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, install);
  return layer.zName;
}
