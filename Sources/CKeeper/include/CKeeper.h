/* The keeper: a small process under which the programs of tasks run, so that none of them outlives its worker.
 *
 * It talks with its worker over a Unix socket of type SOCK_SEQPACKET, which keeps the bounds of messages: one request
 * or report a message, no framing, no partial reads. Both ends are the same program on the same machine, so the
 * structures below travel as they lie in memory.
 */
#ifndef MUSTER_CKEEPER_H
#define MUSTER_CKEEPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h> /* for Swift, whose module of the C library leaves it out */
#include <sys/types.h>

/* A request with its strings must fit into one message; this is safely below the kernel's default socket buffer. */
#define MUSTER_MESSAGE_LIMIT (128 * 1024)

enum muster_request_kind {
  /* Start a program. Carries three descriptors: its stdin, stdout and stderr. */
  MUSTER_REQUEST_START = 1,
  /* End a program: SIGTERM to its process group, and SIGKILL after the grace. Unknown runs are ignored. */
  MUSTER_REQUEST_STOP = 2,
};

/* What surrounds a program: docs/executors.md, "Sandbox". */
enum muster_sandbox_mode {
  MUSTER_SANDBOX_NONE = 0,
  /* Another user, without any privilege and without a way to one. */
  MUSTER_SANDBOX_USER = 1,
  /* The same, in namespaces of its own. A keeper that is not root makes a user namespace for them, and the program
   * keeps the keeper's user. */
  MUSTER_SANDBOX_ISOLATED = 2,
};

/* Followed, for MUSTER_REQUEST_START, by strings that each end with a NUL: the directory to run in, the paths to try
 * for the program (as many as `candidates`), its argv (`arguments`), its environment as NAME=value (`variables`), the
 * folders that an isolated program must not see (`hidden`). */
struct muster_request {
  uint32_t kind;
  uint32_t candidates;
  uint32_t arguments;
  uint32_t variables;
  uint64_t run;          /* greater than that of every earlier start */
  uint64_t timeout;      /* nanoseconds from now; 0: none */
  uint64_t grace;        /* nanoseconds between SIGTERM and SIGKILL */
  uint64_t memory_limit; /* bytes, of all processes of the run together; 0: none */
  uint32_t sandbox;      /* enum muster_sandbox_mode */
  uint32_t uid;          /* of the program, in a sandbox; never 0 */
  uint32_t gid;
  uint32_t hidden;
};

/* Why the keeper ended a program. */
enum muster_cause {
  MUSTER_CAUSE_NONE = 0,
  MUSTER_CAUSE_STOPPED = 1,
  MUSTER_CAUSE_TIMEOUT = 2,
  MUSTER_CAUSE_MEMORY = 3,
};

/* What failed when a program in a sandbox could not be started. */
enum muster_step {
  MUSTER_STEP_PROGRAM = 0, /* the program itself, or what every program needs */
  MUSTER_STEP_USER_NAMESPACE,
  MUSTER_STEP_PROCESS_NAMESPACE,
  MUSTER_STEP_MOUNT_NAMESPACE,
  MUSTER_STEP_NETWORK_NAMESPACE,
  MUSTER_STEP_IPC_NAMESPACE,
  MUSTER_STEP_NAME_NAMESPACE,
  MUSTER_STEP_LOOPBACK,
  MUSTER_STEP_READ_ONLY,
  MUSTER_STEP_OWN_TMP,
  MUSTER_STEP_HIDE,
  MUSTER_STEP_OWN_DIRECTORY,
  MUSTER_STEP_PROC,
  MUSTER_STEP_CHANGE_USER,
  MUSTER_STEP_PRIVILEGES,
  MUSTER_STEP_REACH_DIRECTORY,
};

/* The one report of a run, sent when none of its processes is left, or when it could not be started. */
struct muster_report {
  uint64_t run;
  int32_t error;     /* errno of the failed start; 0 if the program ran */
  int32_t exit_code; /* 0 if a signal ended it */
  int32_t signal;    /* 0 if it exited */
  uint32_t cause;    /* enum muster_cause */
  uint32_t step;     /* enum muster_step, with `error` */
  uint64_t memory;   /* peak, bytes */
};

/* The whole life of a keeper process; returns its exit status. The last three arguments are: the descriptor of the
 * socket, the directory to remove at the end, and the mark: the start of the value of MUSTER_RUN by which its
 * processes are known. */
int muster_keeper_main(int argc, char **argv);

/* Starts a keeper with `argv` (its argv[0] is a path or is looked up in PATH). It gets `socket` as descriptor 3 and
 * `lock` as descriptor 4, and no other but stderr. Returns 0 or an errno. */
int muster_keeper_start(char *const argv[], int socket, int lock, pid_t *pid);

/* Makes a pipe: ends[0] is read without waiting, ends[1] is written with it. Returns 0 or an errno. */
int muster_pipe(int ends[2]);

/* Sends one message with descriptors, without waiting. Returns 0 or an errno (EAGAIN: the buffer is full). */
int muster_send(int socket, const void *bytes, size_t count, const int *descriptors, int descriptor_count);

/* Removes a file, or a folder with all that is in it, whatever its modes and depth; follows no link. Returns 0
 * (also when there is nothing), or the errno of what could not be removed. */
int muster_remove_tree(int parent, const char *name);

/* Kills (SIGKILL) every process whose environment holds MUSTER_RUN=<mark>…, again until there is none left. Returns
 * false if some were still there after `patience` milliseconds. */
bool muster_kill_marked(const char *mark, int patience);

#endif
