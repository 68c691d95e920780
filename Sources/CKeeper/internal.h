/* What the parts of the keeper offer to each other. */
#ifndef MUSTER_CKEEPER_INTERNAL_H
#define MUSTER_CKEEPER_INTERNAL_H

#include <signal.h>
#include <stdint.h>

#include "CKeeper.h"

/* sandbox.c */

struct muster_sandbox {
  enum muster_sandbox_mode mode;
  uid_t uid;
  gid_t gid;
  char *const *hidden; /* folders, ended by NULL */
  uint64_t memory;     /* bound on what lies in its own /tmp, which is memory; 0: none */
};

/* What the first process of an isolated run, which is not the program, tells of the program. */
struct muster_first {
  volatile bool ended;
  volatile int status; /* as wait gives it */
};

/* What could not be done. */
struct muster_trouble {
  uint32_t step; /* enum muster_step */
  int32_t error; /* errno; 0: all was done */
};

struct muster_spawn;
/* As muster_spawn, for a program in a sandbox. `first` is set for an isolated one; it is memory for munmap. */
struct muster_trouble muster_spawn_confined(const struct muster_spawn *spawn, pid_t *pid, struct muster_first **first);

/* isolate.c */

/* Takes the process, which is alone in its new process namespace, out of the machine's other namespaces. */
struct muster_trouble muster_isolate(const struct muster_sandbox *sandbox, const char *directory);

/* privileges.c */

/* Becomes the sandbox's user, for good: nothing that is executed later has more rights. */
struct muster_trouble muster_drop_privileges(const struct muster_sandbox *sandbox);

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
  const struct muster_sandbox *sandbox; /* NULL: none; else muster_spawn_confined starts it */
};

/* In the child: makes `files` the descriptors 0, 1, …, and closes all others. Returns 0 or an errno. */
int muster_take_files(const struct muster_spawn *spawn);
/* Becomes the program; returns the errno if it cannot. */
int muster_execute(const struct muster_spawn *spawn);

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

/* runs.c */

/* A program that was started and not yet reported. */
struct muster_run {
  struct muster_report report; /* filled as things happen; its run is the run's number */
  pid_t pid;                   /* also its process group and session */
  bool ended;                  /* the main process was reaped; others may be left */
  bool waiting;                /* some are left */
  uint64_t timeout_at;
  uint64_t kill_at; /* after SIGTERM: when the grace is over; else never */
  uint64_t grace;
  uint64_t memory_limit; /* to be watched; 0: none, or a cgroup does it */
  struct muster_cgroup cgroup;
  struct muster_first *first; /* NULL unless the run is isolated */
};

/* The keeper's state. It has one thread. */
struct muster_keeper {
  struct muster_run *runs;
  int run_count, run_capacity;
  uint64_t last_run;  /* the greatest number so far */
  uint64_t sample_at; /* when memory is looked at next */
  int worker;         /* the socket */
  const char *mark;
};
extern struct muster_keeper muster_keeper;

#define MUSTER_NEVER UINT64_MAX

uint64_t muster_now(void);
/* The sum, or never. */
uint64_t muster_after(uint64_t start, uint64_t duration);
/* Room for one more element; false without memory. */
bool muster_grow(void **array, int count, int *capacity, size_t size);
void muster_send_report(const struct muster_report *report);
/* Enters a program that was started. There is room. */
void muster_enter_run(struct muster_run run);
void muster_kill_run(struct muster_run *run);
void muster_stop_run(struct muster_run *run, enum muster_cause cause);
/* Ends what is over its time or memory, and returns when to look again. */
uint64_t muster_check_runs(void);

/* orphans.c */

/* The run to which a child of the keeper belongs that is not itself a run's main process; 0: not known, or it is one. */
uint64_t muster_run_of_orphan(pid_t pid);
/* Takes every child that has ended. Returns whether there was any. */
bool muster_reap(void);
/* Kills what ended runs have left, and reports those of which nothing is left. */
void muster_settle(void);

#endif
