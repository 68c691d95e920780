/* What the parts of the keeper offer to each other. */
#ifndef MUSTER_CKEEPER_INTERNAL_H
#define MUSTER_CKEEPER_INTERNAL_H

#include <signal.h>

#include "CKeeper.h"

/* spawn.c */

struct muster_spawn {
  const char *directory;    /* to run in; NULL: that of the caller */
  char *const *candidates;  /* paths to try, ended by NULL */
  char *const *argv;
  char *const *envp;
  int files[5];             /* become descriptors 0, 1, … */
  int file_count;
  int cgroup;               /* descriptor of the cgroup.procs to enter, or -1 */
  const sigset_t *mask;     /* of the program; NULL: every signal blocked */
};

/* Starts a program in a session of its own. Every signal must be blocked. Returns 0 or the errno of what failed. */
int muster_spawn(const struct muster_spawn *spawn, pid_t *pid);

/* processes.c */

struct muster_pids {
  pid_t *at;
  int count, capacity;
};

/* Replaces `pids` by the children of a process. */
void muster_children(pid_t pid, struct muster_pids *pids);
void muster_pids_add(struct muster_pids *pids, pid_t pid);
/* Whether the process carries MUSTER_RUN=<mark>…; `rest` gets the number behind the mark, or 0. */
bool muster_marked(pid_t pid, const char *mark, uint64_t *rest);
/* Resident bytes; each page counted in full in every process that maps it. */
uint64_t muster_resident(pid_t pid);
/* Resident bytes, a page shared by n processes counted as 1/n; more work for the kernel. */
uint64_t muster_proportional(pid_t pid);

/* cgroup.c */

struct muster_cgroup {
  char path[512]; /* "" if there is none */
};

/* Finds a cgroup that was delegated to us, once. Without one, muster_cgroup_make fails. */
void muster_cgroup_setup(void);
/* Makes the cgroup of a run; returns the descriptor of its cgroup.procs, or -1. */
int muster_cgroup_make(struct muster_cgroup *cgroup, uint64_t run, uint64_t memory_limit);
void muster_cgroup_kill(const struct muster_cgroup *cgroup);
/* Whether the kernel killed for want of memory; `peak` gets the greatest use in bytes if it is known. */
bool muster_cgroup_exceeded(const struct muster_cgroup *cgroup, uint64_t *peak);
void muster_cgroup_remove(struct muster_cgroup *cgroup);

#endif
