/* The keeper's loop: starts programs when it is asked to, watches their time and memory, and reports each once, when
 * nothing of it is left. When the socket closes (the worker is gone, however it went), everything below the keeper
 * is killed. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "internal.h"

/* Takes `count` strings off the message into `list` and ends it with NULL. */
static bool take_strings(char **at, const char *end, char **list, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    char *nul = memchr(*at, 0, (size_t)(end - *at));
    if (!nul) return false;
    list[i] = *at;
    *at = nul + 1;
  }
  list[count] = NULL;
  return true;
}

static struct muster_trouble trouble(int error) { return (struct muster_trouble){.error = error}; }

static struct muster_trouble start(const struct muster_request *request, char *at, const char *end, const int *files) {
  const uint32_t limit = MUSTER_MESSAGE_LIMIT;
  if (request->candidates > limit || request->arguments > limit || request->variables > limit
      || request->hidden > limit) return trouble(EINVAL);
  struct muster_keeper *keeper = &muster_keeper;
  if (request->run <= keeper->last_run || request->arguments == 0) return trouble(EINVAL);
  /* A mode that is not known is not taken for none; and root is no user to be confined to. */
  if (request->sandbox > MUSTER_SANDBOX_ISOLATED || (request->sandbox && request->uid == 0)) return trouble(EINVAL);
  if (!muster_grow((void **)&keeper->runs, keeper->run_count, &keeper->run_capacity, sizeof *keeper->runs)) {
    return trouble(ENOMEM);
  }

  size_t count = (size_t)request->candidates + request->arguments + request->variables + request->hidden + 5;
  char **strings = calloc(count, sizeof *strings), *directory[2], own[128];
  if (!strings) return trouble(ENOMEM);
  char **argv = strings + request->candidates + 1, **envp = argv + request->arguments + 1;
  char **hidden = envp + request->variables + 2;
  snprintf(own, sizeof own, "MUSTER_RUN=%s%llu", keeper->mark, (unsigned long long)request->run);
  envp[0] = own;
  struct muster_trouble result = trouble(EINVAL);
  if (take_strings(&at, end, directory, 1) && take_strings(&at, end, strings, request->candidates)
      && take_strings(&at, end, argv, request->arguments) && take_strings(&at, end, envp + 1, request->variables)
      && take_strings(&at, end, hidden, request->hidden)) {
    struct muster_run run = {
      .report.run = request->run, .timeout_at = MUSTER_NEVER, .kill_at = MUSTER_NEVER, .grace = request->grace,
    };
    sigset_t none;
    sigemptyset(&none);
    struct muster_sandbox sandbox = {
      .mode = request->sandbox, .uid = request->uid, .gid = request->gid, .hidden = hidden,
      .memory = request->memory_limit,
    };
    struct muster_spawn spawn = {
      .directory = directory[0], .candidates = strings, .argv = argv, .envp = envp,
      .files = {files[0], files[1], files[2]}, .file_count = 3, .cgroup = -1, .mask = &none,
      .sandbox = request->sandbox == MUSTER_SANDBOX_NONE ? NULL : &sandbox,
    };
    if (request->memory_limit) {
      spawn.cgroup = muster_cgroup_make(&run.cgroup, request->run, request->memory_limit);
      if (spawn.cgroup < 0) run.memory_limit = request->memory_limit;
    }
    result = spawn.sandbox ? muster_spawn_confined(&spawn, &run.pid, &run.first)
                           : trouble(muster_spawn(&spawn, &run.pid));
    if (spawn.cgroup >= 0) close(spawn.cgroup);
    if (result.error == 0) {
      if (request->timeout) run.timeout_at = muster_after(muster_now(), request->timeout);
      muster_enter_run(run);
    } else {
      muster_cgroup_remove(&run.cgroup);
    }
  }
  free(strings);
  return result;
}

/* Takes one message. Returns false when the worker is gone. */
static bool receive(void) {
  static char buffer[MUSTER_MESSAGE_LIMIT];
  union {
    char space[CMSG_SPACE(3 * sizeof(int))];
    struct cmsghdr header;
  } control;
  struct iovec part = {.iov_base = buffer, .iov_len = sizeof buffer};
  struct msghdr message = {
    .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.space, .msg_controllen = sizeof control.space,
  };
  ssize_t size = recvmsg(muster_keeper.worker, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (size < 0) return errno == EAGAIN || errno == EINTR;
  if (size == 0) return false;

  int files[3], file_count = 0;
  for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    file_count = (int)((header->cmsg_len - CMSG_LEN(0)) / sizeof(int));
    memcpy(files, CMSG_DATA(header), (size_t)file_count * sizeof(int));
  }
  struct muster_request request;
  if ((size_t)size >= sizeof request) {
    memcpy(&request, buffer, sizeof request);
    if (request.kind == MUSTER_REQUEST_START) {
      bool whole = file_count == 3 && !(message.msg_flags & (MSG_TRUNC | MSG_CTRUNC));
      struct muster_trouble result =
        whole ? start(&request, buffer + sizeof request, buffer + size, files) : trouble(EINVAL);
      struct muster_report report = {.run = request.run, .error = result.error, .step = result.step};
      if (result.error) muster_send_report(&report);
    } else if (request.kind == MUSTER_REQUEST_STOP) {
      for (int i = 0; i < muster_keeper.run_count; i++) {
        struct muster_run *run = &muster_keeper.runs[i];
        if (run->report.run == request.run) muster_stop_run(run, MUSTER_CAUSE_STOPPED);
      }
    }
  }
  for (int i = 0; i < file_count; i++) close(files[i]);
  return true;
}

/* The worker is gone: leaves nothing. */
static void finish(const sigset_t *child_ended, const char *directory) {
  struct muster_pids children = {0};
  /* A process may hang in the kernel, or be another user's. */
  uint64_t give_up = muster_after(muster_now(), 30 * 1000000000ull);
  for (int i = 0; i < muster_keeper.run_count; i++) muster_kill_run(&muster_keeper.runs[i]);
  for (;;) {
    muster_reap();
    muster_children(getpid(), &children);
    if (children.count == 0 || muster_now() > give_up) break;
    for (int i = 0; i < children.count; i++) {
      if (getpgid(children.at[i]) == children.at[i]) kill(-children.at[i], SIGKILL);
      kill(children.at[i], SIGKILL);
    }
    sigtimedwait(child_ended, NULL, &(struct timespec){.tv_nsec = 50000000});
  }
  for (int i = 0; i < muster_keeper.run_count; i++) muster_cgroup_remove(&muster_keeper.runs[i].cgroup);
  if (directory[0]) muster_remove_tree(AT_FDCWD, directory);
}

int muster_keeper_main(int argc, char **argv) {
  if (argc < 4) {
    fputs("The keeper is started by Muster itself; it is of no use by hand.\n", stderr);
    return 64;
  }
  int worker = muster_keeper.worker = atoi(argv[argc - 3]);
  const char *directory = argv[argc - 2];
  muster_keeper.mark = argv[argc - 1];

  /* Programs must not inherit an ignored signal; and all being blocked, a signal to the whole service (systemd stops
     one so) leaves the keeper to do its work until the worker has finished. */
  sigset_t all, child_ended;
  unsigned long usual[8] = {0}; /* the kernel's own form; the library keeps its two signals to itself */
  for (int number = 1; number < NSIG; number++) syscall(SYS_rt_sigaction, number, usual, NULL, 8);
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, NULL);
  sigemptyset(&child_ended);
  sigaddset(&child_ended, SIGCHLD);
  setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
  int signals = signalfd(-1, &child_ended, SFD_CLOEXEC | SFD_NONBLOCK);
  if (signals < 0 || prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0 || fcntl(worker, F_SETFD, FD_CLOEXEC) != 0) {
    fprintf(stderr, "The keeper cannot start: %s.\n", strerror(errno));
    return 71;
  }
  fcntl(worker + 1, F_SETFD, FD_CLOEXEC); /* the lock */
  prctl(PR_SET_NAME, "muster-keeper", 0, 0, 0);
  if (chdir("/") != 0) perror("muster-keeper"); /* no folder of the worker's is kept in use */
  muster_cgroup_setup();

  for (;;) {
    uint64_t next = muster_check_runs(), time = muster_now(), left = next > time ? next - time : 0;
    struct timespec wait = {.tv_sec = (time_t)(left / 1000000000ull), .tv_nsec = (long)(left % 1000000000ull)};
    struct pollfd files[2] = {{.fd = signals, .events = POLLIN}, {.fd = worker, .events = POLLIN}};
    if (ppoll(files, 2, next == MUSTER_NEVER ? NULL : &wait, NULL) <= 0) continue;
    if (files[0].revents) {
      struct signalfd_siginfo info;
      while (read(signals, &info, sizeof info) > 0) continue;
      if (muster_reap()) muster_settle();
    }
    /* One message a turn, so that ends are not kept waiting by many starts. */
    if (files[1].revents && !receive()) break;
  }
  finish(&child_ended, directory);
  return 0;
}
