/* Becoming another user without a way back. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/capability.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "internal.h"

/* <linux/keyctl.h> is not everywhere. */
enum { JOIN_SESSION_KEYRING = 1 };

static struct muster_trouble trouble(enum muster_step step) {
  return (struct muster_trouble){.step = step, .error = errno};
}

struct muster_trouble muster_drop_privileges(const struct muster_sandbox *sandbox) {
  /* Keys that a service manager has given to the worker; a kernel without keyrings has none to give. */
  syscall(SYS_keyctl, JOIN_SESSION_KEYRING, NULL, 0, 0, 0);
  /* Without the right to, nothing is lost: no program gets new privileges below. */
  for (unsigned long number = 0; prctl(PR_CAPBSET_DROP, number, 0, 0, 0) == 0;) number++;
  /* Bare system calls: those of the library would ask threads that this copy of the process does not have. */
  if (geteuid() != sandbox->uid
      && (syscall(SYS_setgroups, 0, NULL) != 0
          || syscall(SYS_setresgid, sandbox->gid, sandbox->gid, sandbox->gid) != 0
          || syscall(SYS_setresuid, sandbox->uid, sandbox->uid, sandbox->uid) != 0)) {
    return trouble(MUSTER_STEP_CHANGE_USER);
  }
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct none[2] = {{0}};
  /* Fails on kernels without ambient capabilities, which have none to clear. */
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  if (syscall(SYS_capset, &header, none) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return trouble(MUSTER_STEP_PRIVILEGES);
  }
  return (struct muster_trouble){0};
}
