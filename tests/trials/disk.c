/* Stands between a process and its disk: counts the calls that change files below a folder, and from the n-th on, or
   only then, lets them fail or ends the process. Loaded with LD_PRELOAD; asleep until `arm` is called. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { KILL = -1, KILL_HALF = -2 };
struct told { volatile int calls, fired; volatile char last[48]; };

static struct told *told;
static char folder[PATH_MAX];
static int at, error, lasts;

void arm(void *shared, const char *below, int nth, int what, int from_then_on) {
    told = shared;
    strncpy(folder, below, sizeof folder - 1);
    at = nth;
    error = what;
    lasts = from_then_on;
}

static int below(const char *path) { return strncmp(path, folder, strlen(folder)) == 0; }

static int ours(int fd) {
    char link[64], path[PATH_MAX];
    if (!told) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return below(path);
}

static void end(void) { kill(getpid(), SIGKILL); }

/* Whether this call is to fail; where the disk is only full, names can still be taken away. */
static int fails(const char *call, int frees) {
    int number = ++told->calls;
    if (!at || number < at || (number > at && !lasts)) return 0;
    if (frees && error == ENOSPC) return 0;
    told->fired++;
    strncpy((char *)told->last, call, sizeof told->last - 1);
    if (error == KILL) end();
    return 1;
}

/* What cannot be half done is done, and then the process is killed. */
#define NEXT(name) static __typeof__(&name) next; if (!next) next = (__typeof__(&name))dlsym(RTLD_NEXT, #name)
#define BY_DESCRIPTOR(type, name, frees, declared, passed) \
    type name declared { \
        NEXT(name); \
        if (ours(fd) && fails(#name, frees)) { \
            if (error == KILL_HALF) { next passed; end(); } \
            errno = error; \
            return -1; \
        } \
        return next passed; \
    }
#define BY_PATH(name, frees, which, declared, passed) \
    int name declared { \
        NEXT(name); \
        if (told && below(which) && fails(#name, frees)) { \
            if (error == KILL_HALF) { next passed; end(); } \
            errno = error; \
            return -1; \
        } \
        return next passed; \
    }
/* What is written may be torn: half of it is on the disk. */
#define WRITES(name, declared, passed, half) \
    ssize_t name declared { \
        NEXT(name); \
        if (ours(fd) && fails(#name, 0)) { \
            if (error == KILL_HALF || error == ENOSPC) next half; \
            if (error == KILL_HALF) end(); \
            errno = error; \
            return -1; \
        } \
        return next passed; \
    }

WRITES(write, (int fd, const void *data, size_t size), (fd, data, size), (fd, data, size / 2))
WRITES(pwrite, (int fd, const void *data, size_t size, off_t to), (fd, data, size, to), (fd, data, size / 2, to))
WRITES(pwrite64, (int fd, const void *data, size_t size, off64_t to), (fd, data, size, to), (fd, data, size / 2, to))
BY_DESCRIPTOR(ssize_t, sendfile, 0, (int fd, int from, off_t *at, size_t size), (fd, from, at, size))
BY_DESCRIPTOR(ssize_t, sendfile64, 0, (int fd, int from, off64_t *at, size_t size), (fd, from, at, size))
BY_DESCRIPTOR(int, fsync, 0, (int fd), (fd))
BY_DESCRIPTOR(int, fdatasync, 0, (int fd), (fd))
BY_DESCRIPTOR(int, ftruncate, 1, (int fd, off_t size), (fd, size))
BY_DESCRIPTOR(int, ftruncate64, 1, (int fd, off64_t size), (fd, size))
BY_DESCRIPTOR(int, fchmod, 1, (int fd, mode_t mode), (fd, mode))
BY_PATH(unlink, 1, path, (const char *path), (path))
BY_PATH(rename, 1, new, (const char *old, const char *new), (old, new))
BY_PATH(link, 0, new, (const char *old, const char *new), (old, new))
BY_PATH(mkdir, 0, path, (const char *path, mode_t mode), (path, mode))
BY_PATH(chmod, 1, path, (const char *path, mode_t mode), (path, mode))

#define OPENS(name) \
    int name(const char *path, int flags, ...) { \
        NEXT(name); \
        va_list more; \
        va_start(more, flags); \
        mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(more, mode_t) : 0; \
        va_end(more); \
        if (told && (flags & O_CREAT) && below(path) && access(path, F_OK) && fails(#name, 0)) { \
            if (error == KILL_HALF) { next(path, flags, mode); end(); } \
            errno = error; \
            return -1; \
        } \
        return next(path, flags, mode); \
    }
OPENS(open)
OPENS(open64)
