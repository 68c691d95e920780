/* A machine of its own for a program, as far as namespaces make one: the file system to be read, with an own /tmp and
 * without other runs; no network but the loopback; no other process to be seen. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "internal.h"

/* The C library declares these only from version 2.36 on, and <linux/mount.h> does not go with its <sys/mount.h>. */
struct attributes {
  uint64_t set, clear, propagation, user_namespace;
};
enum { READ_ONLY = 1, NO_SUID = 2, NO_DEVICES = 4, WITH_ALL_BELOW = 0x8000, CALL = 442 };

static int change(const char *path, unsigned flags, uint64_t set, uint64_t clear) {
  struct attributes attributes = {.set = set, .clear = clear};
  return (int)syscall(CALL, AT_FDCWD, path, flags, &attributes, sizeof attributes);
}

static struct muster_trouble trouble(enum muster_step step) {
  return (struct muster_trouble){.step = step, .error = errno};
}

static const struct muster_trouble none = {0};

static bool absent(void) { return errno == ENOENT || errno == ENOTDIR; }

static int raise_loopback(void) {
  struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
  int inet = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (inet < 0) return -1;
  int result = ioctl(inet, SIOCSIFFLAGS, &request);
  close(inet);
  return result;
}

/* A folder of one's own in memory, at every place where anybody may write. All share one bound. */
static struct muster_trouble make_tmp(uint64_t memory) {
  static const char *const others[] = {"/var/tmp", "/dev/shm"};
  char options[64];
  int length = snprintf(options, sizeof options, "mode=1777");
  if (memory) snprintf(options + length, sizeof options - (size_t)length, ",size=%llu", (unsigned long long)memory);
  if (mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, options) != 0) return trouble(MUSTER_STEP_OWN_TMP);
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    if (mount("/tmp", others[i], NULL, MS_BIND, NULL) != 0 && !absent()) return trouble(MUSTER_STEP_OWN_TMP);
  }
  /* The queues of the new IPC namespace in place of the machine's. */
  if (mount("mqueue", "/dev/mqueue", "mqueue", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0 && errno != ENODEV
      && !absent()) {
    return trouble(MUSTER_STEP_OWN_TMP);
  }
  return none;
}

/* Makes the folders of a path that are not there. */
static int make_folders(const char *path) {
  char part[PATH_MAX];
  if (snprintf(part, sizeof part, "%s", path) >= (int)sizeof part) {
    errno = ENAMETOOLONG;
    return -1;
  }
  for (char *at = part + 1;; at++) {
    if (*at && *at != '/') continue;
    char end = *at;
    *at = 0;
    if (mkdir(part, 0755) != 0 && errno != EEXIST) return -1;
    if (!end) return 0;
    *at = '/';
  }
}

/* Lays an empty folder over each that is not to be seen, and the run's own folder, which is the current one, back to
 * its place. */
static struct muster_trouble hide(char *const *hidden, const char *directory) {
  for (int closing = 0; closing < 2; closing++) {
    for (char *const *path = hidden; *path; path++) {
      int result = closing ? change(*path, 0, READ_ONLY, 0)
                           : mount("tmpfs", *path, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755");
      /* Absent, or later no mount: it lies below one that was hidden before, or in the own /tmp. */
      if (result != 0 && !absent() && !(closing && errno == EINVAL)) return trouble(MUSTER_STEP_HIDE);
    }
    if (closing) break;
    if (make_folders(directory) != 0 || mount(".", directory, NULL, MS_BIND, NULL) != 0
        || change(directory, 0, NO_SUID | NO_DEVICES, READ_ONLY) != 0) {
      return trouble(MUSTER_STEP_OWN_DIRECTORY);
    }
  }
  return none;
}

static struct muster_trouble isolate_files(const struct muster_sandbox *sandbox, const char *directory) {
  /* What is mounted here stays here; and the folder is held while others are laid over it. */
  if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) return trouble(MUSTER_STEP_MOUNT_NAMESPACE);
  if (chdir(directory) != 0) return trouble(MUSTER_STEP_OWN_DIRECTORY);
  if (change("/", WITH_ALL_BELOW, READ_ONLY | NO_SUID, 0) != 0) return trouble(MUSTER_STEP_READ_ONLY);
  struct muster_trouble result = make_tmp(sandbox->memory);
  if (result.error == 0) result = hide(sandbox->hidden, directory);
  if (result.error == 0 && mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0) {
    result = trouble(MUSTER_STEP_PROC);
  }
  return result;
}

struct muster_trouble muster_isolate(const struct muster_sandbox *sandbox, const char *directory) {
  /* One by one, so that the step that is refused has a name. */
  if (unshare(CLONE_NEWNS) != 0) return trouble(MUSTER_STEP_MOUNT_NAMESPACE);
  if (unshare(CLONE_NEWIPC) != 0) return trouble(MUSTER_STEP_IPC_NAMESPACE);
  if (unshare(CLONE_NEWUTS) != 0) return trouble(MUSTER_STEP_NAME_NAMESPACE);
  if (unshare(CLONE_NEWNET) != 0) return trouble(MUSTER_STEP_NETWORK_NAMESPACE);
  if (raise_loopback() != 0) return trouble(MUSTER_STEP_LOOPBACK);
  return isolate_files(sandbox, directory);
}
