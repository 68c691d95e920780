/* Starting programs by vfork and exec: as cheap as posix_spawn, which can neither change directory portably nor
 * enter a cgroup. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "internal.h"

extern char **environ;

int muster_take_files(const struct muster_spawn *spawn) {
  int files[5];
  for (int i = 0; i < spawn->file_count; i++) {
    files[i] = spawn->files[i];
    /* Out of the way of the numbers that are about to be given. */
    if (files[i] < spawn->file_count) files[i] = fcntl(files[i], F_DUPFD_CLOEXEC, spawn->file_count);
    if (files[i] < 0) return errno;
  }
  for (int i = 0; i < spawn->file_count; i++) {
    if (dup2(files[i], i) < 0) return errno;
  }
#ifdef SYS_close_range
  /* All ours are close-on-exec anyhow; this is for what a library or a parent may have left open. */
  syscall(SYS_close_range, (unsigned)spawn->file_count, UINT_MAX, 0);
#endif
  return 0;
}

int muster_execute(const struct muster_spawn *spawn) {
  int result = ENOENT;
  if (spawn->mask) sigprocmask(SIG_SETMASK, spawn->mask, NULL);
  for (char *const *path = spawn->candidates; *path; path++) {
    execve(*path, spawn->argv, spawn->envp);
    /* As a shell does: go on where there is nothing, and remember what is there but may not be run. */
    if (errno != ENOENT && errno != ENOTDIR && errno != EACCES) return errno;
    if (errno == EACCES) result = EACCES;
  }
  return result;
}

/* Runs in the child, which borrows the caller's memory until exec or _exit: it must not touch what the caller reads
 * afterwards, but for `error`. */
__attribute__((noinline, noreturn)) static void child(const struct muster_spawn *spawn, volatile int *error) {
  int result;
  setsid();
  if (spawn->cgroup >= 0 && write(spawn->cgroup, "0", 1) != 1) {
    result = errno;
  } else if ((result = muster_take_files(spawn)) == 0) {
    result = spawn->directory && chdir(spawn->directory) != 0 ? errno : muster_execute(spawn);
  }
  *error = result;
  _exit(127);
}

int muster_spawn(const struct muster_spawn *spawn, pid_t *pid) {
  volatile int error = 0;
  pid_t started = vfork();
  if (started == 0) child(spawn, &error);
  if (started < 0) return errno;
  /* The child has left our memory: it runs its program, or has failed and is gone. The keeper reaps it itself
     when it failed, so that no report of an unknown process arises. */
  if (error != 0) {
    siginfo_t info;
    while (waitid(P_PID, (id_t)started, &info, WEXITED) != 0 && errno == EINTR) continue;
    return error;
  }
  *pid = started;
  return 0;
}

/* `name` in each folder of PATH, or itself if it has a slash. */
static char **candidates(const char *name) {
  const char *path = strchr(name, '/') ? NULL : getenv("PATH");
  size_t count = 1;
  for (const char *at = path; at && *at; at++) count += *at == ':';
  char **list = calloc(count + 1, sizeof *list);
  if (!list) return NULL;
  if (!path) {
    list[0] = strdup(name);
    return list;
  }
  size_t used = 0;
  for (const char *at = path; used < count; at++) {
    size_t length = strcspn(at, ":");
    char *candidate = malloc(length + strlen(name) + 2);
    if (!candidate) return list;
    memcpy(candidate, at, length);
    candidate[length] = '/';
    strcpy(candidate + length + 1, name);
    list[used++] = candidate;
    at += length;
  }
  return list;
}

/*
 * What the keeper needs of our environment: where libraries are, and by which run it is found itself if this process is a
 * program of another keeper. Nothing else: tokens and passwords of ours are nothing to it.
 */
static void keepers_environment(char *variables[], size_t most) {
  static const char *const names[] = {"PATH=", "LD_LIBRARY_PATH=", "MUSTER_RUN=", "SWIFT_BACKTRACE="};
  size_t used = 0;
  for (char **variable = environ; variable && *variable; variable++)
    for (size_t name = 0; name < sizeof names / sizeof *names; name++)
      if (used < most && !strncmp(*variable, names[name], strlen(names[name]))) variables[used++] = *variable;
  variables[used] = NULL;
}

int muster_keeper_start(char *const argv[], int socket, int lock, pid_t *pid) {
  int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null < 0) return errno;
  char **paths = candidates(argv[0]);
  char *variables[9];
  keepers_environment(variables, 8);
  struct muster_spawn spawn = {
    .candidates = paths, .argv = argv, .envp = variables, .files = {null, null, 2, socket, lock}, .file_count = 5,
    .cgroup = -1,
  };
  /* Blocked, no handler of ours can run in the child, where it would find our memory but other descriptors. */
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int error = paths ? muster_spawn(&spawn, pid) : ENOMEM;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  for (char **path = paths; path && *path; path++) free(*path);
  free(paths);
  close(null);
  return error;
}
