/* Stands before the C library of a program (LD_PRELOAD). Calls on files whose path contains
 * $FAIL_PATH fail when $FAIL_CALL names them; fsync and fdatasync are listed in $SYNC_LOG. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int path_of(int file, char *path, size_t size) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, size - 1);
    if (length < 0)
        return 0;
    path[length] = 0;
    return 1;
}

static int fails(const char *call, const char *path) {
    const char *wanted = getenv("FAIL_CALL"), *part = getenv("FAIL_PATH");
    return wanted && part && !strcmp(wanted, call) && strstr(path, part);
}

static int call(const char *name, int file) {
    char path[4096];
    int known = path_of(file, path, sizeof path);
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    int result = real(file);
    const char *log = getenv("SYNC_LOG");
    if (known && log && strcmp(name, "close")) {
        int (*really_close)(int) = (int (*)(int))dlsym(RTLD_NEXT, "close");
        int out = open(log, O_WRONLY | O_APPEND | O_CREAT, 0600);
        dprintf(out, "%s\n", path);
        really_close(out);
    }
    if (known && fails(name, path)) {
        errno = EIO;
        return -1;
    }
    return result;
}

int close(int file) { return call("close", file); }
int fsync(int file) { return call("fsync", file); }
int fdatasync(int file) { return call("fdatasync", file); }
