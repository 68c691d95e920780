/* Starting programs in a sandbox.
 *
 * By a copy of the keeper (fork) and not by vfork as elsewhere: a process of another user must never share the
 * keeper's memory, not even for a moment.
 *
 * An isolated program has a process namespace of its own, whose first process must be there as long as it is. This
 * is such a copy of the keeper too. It does three things: it hands a SIGTERM on to the program, reaps, and ends with
 * the program, whereupon the kernel kills all others in the namespace. So none of them needs to be looked for. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "internal.h"

static struct muster_trouble trouble(enum muster_step step, int error) {
  return (struct muster_trouble){.step = step, .error = error};
}

/* As fork, without what the library does around it: it does not know of namespaces, and the keeper has one thread. */
static pid_t copy_process(unsigned long flags) { return (pid_t)syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0); }

/* Tells the keeper, which waits at the other end, why there is no program. */
__attribute__((noreturn)) static void fail(int keeper, struct muster_trouble what) {
  if (write(keeper, &what, sizeof what) != sizeof what) _exit(126);
  _exit(127);
}

__attribute__((noreturn)) static void become_program(const struct muster_spawn *spawn, int keeper) {
  const struct muster_sandbox *sandbox = spawn->sandbox;
  setsid();
  /* Its own pipes, or it could not open /dev/stderr: that is another opening of the pipe, by its owner only. */
  for (int i = 0; i < 3; i++) {
    struct stat status;
    if (fstat(i, &status) != 0 || !S_ISFIFO(status.st_mode)) continue;
    if (fchown(i, sandbox->uid, sandbox->gid) != 0) fail(keeper, trouble(MUSTER_STEP_CHANGE_USER, errno));
  }
  struct muster_trouble result = muster_drop_privileges(sandbox);
  if (result.error) fail(keeper, result);
  umask(077);
  if (chdir(spawn->directory) != 0) fail(keeper, trouble(MUSTER_STEP_REACH_DIRECTORY, errno));
  fail(keeper, trouble(MUSTER_STEP_PROGRAM, muster_execute(spawn)));
}

static bool write_line(const char *path, const char *line) {
  int file = open(path, O_WRONLY | O_CLOEXEC);
  bool written = file >= 0 && write(file, line, strlen(line)) == (ssize_t)strlen(line);
  int error = errno;
  if (file >= 0) close(file);
  errno = error;
  return written;
}

/* In a new user namespace: keeps the user and the group. The kernel first wants the right to change groups given up. */
static bool map_user(const struct muster_sandbox *sandbox) {
  char line[64];
  snprintf(line, sizeof line, "%u %u 1\n", sandbox->uid, sandbox->uid);
  if (!write_line("/proc/self/setgroups", "deny") || !write_line("/proc/self/uid_map", line)) return false;
  snprintf(line, sizeof line, "%u %u 1\n", sandbox->gid, sandbox->gid);
  return write_line("/proc/self/gid_map", line);
}

/* The first process, once the program runs. Every signal is blocked. */
__attribute__((noreturn)) static void watch(pid_t program, struct muster_first *first) {
  bool asked = false;
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGCHLD);
  sigaddset(&signals, SIGTERM);
  for (;;) {
    int status;
    for (pid_t gone; (gone = waitpid(-1, &status, WNOHANG)) > 0;) {
      if (gone != program) continue;
      first->status = status;
      first->ended = true;
    }
    /* Those of its group that were asked to end a moment ago keep their grace; the keeper sees to it that it ends. */
    if (first->ended && (!asked || waitpid(-program, &status, WNOHANG) < 0)) _exit(0);
    if (sigwaitinfo(&signals, NULL) != SIGTERM || asked) continue;
    asked = true;
    kill(-program, SIGTERM);
    kill(-program, SIGCONT);
  }
}

__attribute__((noreturn)) static void become_first(
  const struct muster_spawn *spawn, int keeper, struct muster_first *first) {
  /* However the keeper ends, this namespace ends with it. */
  prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  setsid();
  umask(022);
  /* Root made no user namespace; in a new one nobody is anybody yet. */
  if (geteuid() != 0 && !map_user(spawn->sandbox)) fail(keeper, trouble(MUSTER_STEP_USER_NAMESPACE, errno));
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  struct muster_trouble result = muster_isolate(spawn->sandbox, spawn->directory);
  if (result.error) fail(keeper, result);
  if (chdir("/") != 0) fail(keeper, trouble(MUSTER_STEP_MOUNT_NAMESPACE, errno));
  pid_t program = copy_process(0);
  if (program == 0) become_program(spawn, keeper);
  if (program < 0) fail(keeper, trouble(MUSTER_STEP_PROGRAM, errno));
  for (int i = 0; i <= keeper; i++) close(i);
  watch(program, first);
}

/* Runs in the copy of the keeper. */
__attribute__((noreturn)) static void become_confined(
  const struct muster_spawn *given, int keeper, struct muster_first *first) {
  struct muster_spawn spawn = *given;
  spawn.files[spawn.file_count++] = keeper;
  if (spawn.cgroup >= 0 && write(spawn.cgroup, "0", 1) != 1) fail(keeper, trouble(MUSTER_STEP_PROGRAM, errno));
  int error = muster_take_files(&spawn);
  if (error) fail(keeper, trouble(MUSTER_STEP_PROGRAM, error));
  keeper = spawn.file_count - 1;
  fcntl(keeper, F_SETFD, FD_CLOEXEC);
  if (first) become_first(&spawn, keeper, first);
  become_program(&spawn, keeper);
}

/* Returns when the program runs, which closes the other end of the pipe, or when it is known why it never will. */
static struct muster_trouble wait_for_program(pid_t started, int told) {
  struct muster_trouble what;
  ssize_t size;
  while ((size = read(told, &what, sizeof what)) < 0 && errno == EINTR) continue;
  if (size != sizeof what) return trouble(MUSTER_STEP_PROGRAM, 0);
  siginfo_t info;
  while (waitid(P_PID, (id_t)started, &info, WEXITED) != 0 && errno == EINTR) continue;
  return what;
}

struct muster_trouble muster_spawn_confined(const struct muster_spawn *spawn, pid_t *pid, struct muster_first **first) {
  unsigned long flags = 0;
  enum muster_step step = MUSTER_STEP_PROGRAM;
  struct muster_first *shared = NULL;
  int ends[2];
  if (spawn->sandbox->mode == MUSTER_SANDBOX_ISOLATED) {
    bool root = geteuid() == 0;
    flags = root ? CLONE_NEWPID : CLONE_NEWPID | CLONE_NEWUSER;
    step = root ? MUSTER_STEP_PROCESS_NAMESPACE : MUSTER_STEP_USER_NAMESPACE;
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) return trouble(MUSTER_STEP_PROGRAM, errno);
  }
  struct muster_trouble result = {0};
  if (pipe2(ends, O_CLOEXEC) != 0) {
    result = trouble(MUSTER_STEP_PROGRAM, errno);
  } else {
    pid_t started = copy_process(flags);
    if (started == 0) become_confined(spawn, ends[1], shared);
    if (started < 0) result = trouble(step, errno);
    close(ends[1]);
    if (started > 0) result = wait_for_program(started, ends[0]);
    close(ends[0]);
    *pid = started;
  }
  if (result.error && shared) munmap(shared, sizeof *shared);
  *first = result.error ? NULL : shared;
  return result;
}
