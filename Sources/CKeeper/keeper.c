/* The keeper's loop: starts programs when it is asked to, watches their time and memory, and reports each once, when
 * nothing of it is left. When the socket closes (the worker is gone, however it went), everything below the keeper
 * is killed.
 *
 * A run is over when its main process has ended and no other process of it is left. Those others are found among the
 * keeper's own children, to which the kernel moves every orphan below a subreaper. They are known by their session
 * (each run has one), else by MUSTER_RUN in their environment. An orphan that has left both belongs to one of the
 * runs that were there when it appeared: it is killed when all of these have ended. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <fcntl.h>

#include "internal.h"

static const uint64_t never = UINT64_MAX;
static const uint64_t sample_interval = 100 * 1000 * 1000ull;

struct run {
  struct muster_report report; /* filled as things happen; its run is the run's number */
  pid_t pid;                   /* also its process group and session */
  bool ended;                  /* the main process was reaped; others may be left */
  bool waiting;                /* some are left */
  uint64_t timeout_at, kill_at, grace;
  uint64_t memory_limit; /* to be watched; 0: none, or a cgroup does it */
  struct muster_cgroup cgroup;
};

struct orphan {
  pid_t pid;
  uint64_t run;     /* 0: not known */
  uint64_t barrier; /* not known: the last run that was started before it was seen */
  bool killed;
  bool untouchable; /* another user's: a set-user-id program */
};

static struct run *runs;
static int run_count, run_capacity;
static struct orphan *orphans;
static int orphan_count, orphan_capacity;
static uint64_t last_run, sample_at = UINT64_MAX;
static int worker = -1;
static const char *mark;

static uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000ull + (uint64_t)time.tv_nsec;
}

static uint64_t after(uint64_t start, uint64_t duration) { return duration > never - start ? never : start + duration; }

/* Room for one more element; false without memory. */
static bool grow(void **array, int count, int *capacity, size_t size) {
  if (count < *capacity) return true;
  int wanted = *capacity ? *capacity * 2 : 16;
  void *bigger = realloc(*array, (size_t)wanted * size);
  if (!bigger) return false;
  *array = bigger;
  *capacity = wanted;
  return true;
}

static void send_report(const struct muster_report *report) {
  /* Waits if the worker is slow; a worker that is gone shows as the end of the socket. */
  while (send(worker, report, sizeof *report, MSG_NOSIGNAL) < 0 && errno == EINTR) continue;
}

/* Ending */

static void kill_run(struct run *run) {
  run->kill_at = never;
  muster_cgroup_kill(&run->cgroup);
  if (run->ended) return;
  kill(-run->pid, SIGKILL);
  kill(run->pid, SIGKILL);
}

static void stop_run(struct run *run, enum muster_cause cause) {
  if (run->ended || run->report.cause != MUSTER_CAUSE_NONE) return;
  run->report.cause = cause;
  run->timeout_at = never;
  if (cause == MUSTER_CAUSE_MEMORY || run->grace == 0) return kill_run(run);
  kill(-run->pid, SIGTERM);
  kill(-run->pid, SIGCONT); /* one that is stopped could not act on the signal */
  run->kill_at = after(now(), run->grace);
}

/* Starting */

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

static int start(const struct muster_request *request, char *at, const char *end, const int *files) {
  const uint32_t limit = MUSTER_MESSAGE_LIMIT;
  if (request->candidates > limit || request->arguments > limit || request->variables > limit) return EINVAL;
  if (request->run <= last_run || request->arguments == 0) return EINVAL;
  if (!grow((void **)&runs, run_count, &run_capacity, sizeof *runs)) return ENOMEM;

  size_t count = (size_t)request->candidates + request->arguments + request->variables + 4;
  char **strings = calloc(count, sizeof *strings), *directory[2], own[128];
  if (!strings) return ENOMEM;
  char **argv = strings + request->candidates + 1, **envp = argv + request->arguments + 1;
  snprintf(own, sizeof own, "MUSTER_RUN=%s%llu", mark, (unsigned long long)request->run);
  envp[0] = own;
  int error = EINVAL;
  if (take_strings(&at, end, directory, 1) && take_strings(&at, end, strings, request->candidates)
      && take_strings(&at, end, argv, request->arguments) && take_strings(&at, end, envp + 1, request->variables)) {
    struct run *run = &runs[run_count];
    memset(run, 0, sizeof *run);
    sigset_t none;
    sigemptyset(&none);
    struct muster_spawn spawn = {
      .directory = directory[0], .candidates = strings, .argv = argv, .envp = envp,
      .files = {files[0], files[1], files[2]}, .file_count = 3, .cgroup = -1, .mask = &none,
    };
    if (request->memory_limit) {
      spawn.cgroup = muster_cgroup_make(&run->cgroup, request->run, request->memory_limit);
      if (spawn.cgroup < 0) run->memory_limit = request->memory_limit;
    }
    error = muster_spawn(&spawn, &run->pid);
    if (spawn.cgroup >= 0) close(spawn.cgroup);
    if (error == 0) {
      uint64_t time = now();
      last_run = run->report.run = request->run;
      run->timeout_at = request->timeout ? after(time, request->timeout) : never;
      run->kill_at = never;
      run->grace = request->grace;
      if (run->memory_limit && sample_at == never) sample_at = after(time, sample_interval);
      run_count++;
    } else {
      muster_cgroup_remove(&run->cgroup);
    }
  }
  free(strings);
  return error;
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
  ssize_t size = recvmsg(worker, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
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
      int error = whole ? start(&request, buffer + sizeof request, buffer + size, files) : EINVAL;
      if (error) send_report(&(struct muster_report){.run = request.run, .error = error});
    } else if (request.kind == MUSTER_REQUEST_STOP) {
      for (int i = 0; i < run_count; i++) {
        if (runs[i].report.run == request.run) stop_run(&runs[i], MUSTER_CAUSE_STOPPED);
      }
    }
  }
  for (int i = 0; i < file_count; i++) close(files[i]);
  return true;
}

/* Reaping */

static void end_run(struct run *run, int status, const struct rusage *usage) {
  uint64_t largest = (uint64_t)usage->ru_maxrss * 1024;
  struct muster_report *report = &run->report;
  run->ended = true;
  if (largest > report->memory) report->memory = largest;
  if (muster_cgroup_exceeded(&run->cgroup, &report->memory) && report->cause == MUSTER_CAUSE_NONE) {
    report->cause = MUSTER_CAUSE_MEMORY;
  }
  muster_cgroup_kill(&run->cgroup);
  if (WIFSIGNALED(status)) report->signal = WTERMSIG(status);
  if (WIFEXITED(status)) report->exit_code = WEXITSTATUS(status);
}

static void forget_orphan(pid_t pid) {
  for (int i = 0; i < orphan_count; i++) {
    if (orphans[i].pid == pid) {
      orphans[i] = orphans[--orphan_count];
      return;
    }
  }
}

/* Takes every child that has ended. Returns whether there was any. */
static bool reap(void) {
  bool any = false;
  siginfo_t info;
  for (;;) {
    info.si_pid = 0;
    /* Looks first and leaves it there: while its leader is not reaped, no other process group can get its number. */
    if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0) return any;
    struct run *run = NULL;
    for (int i = 0; i < run_count && !run; i++) {
      if (runs[i].pid == info.si_pid && !runs[i].ended) run = &runs[i];
    }
    if (run) kill(-run->pid, SIGKILL);
    int status = 0;
    struct rusage usage;
    if (wait4(info.si_pid, &status, 0, &usage) < 0) continue;
    any = true;
    if (run) end_run(run, status, &usage);
    else forget_orphan(info.si_pid);
  }
}

static bool is_running(uint64_t number) {
  for (int i = 0; i < run_count; i++) {
    if (runs[i].report.run == number) return !runs[i].ended;
  }
  return false;
}

static uint64_t oldest_running(void) {
  uint64_t oldest = never;
  for (int i = 0; i < run_count; i++) {
    if (!runs[i].ended && runs[i].report.run < oldest) oldest = runs[i].report.run;
  }
  return oldest;
}

/* What is known of a child that is not the main process of a run; NULL if it is one. */
static struct orphan *orphan_of(pid_t pid) {
  for (int i = 0; i < run_count; i++) {
    if (runs[i].pid == pid && !runs[i].ended) return NULL;
  }
  for (int i = 0; i < orphan_count; i++) {
    if (orphans[i].pid == pid) return &orphans[i];
  }
  if (!grow((void **)&orphans, orphan_count, &orphan_capacity, sizeof *orphans)) return NULL;
  struct orphan *orphan = &orphans[orphan_count++];
  *orphan = (struct orphan){.pid = pid, .barrier = last_run};
  pid_t session = getsid(pid);
  for (int i = 0; i < run_count; i++) {
    if (runs[i].pid == session) orphan->run = runs[i].report.run;
  }
  if (orphan->run == 0) muster_marked(pid, mark, &orphan->run);
  return orphan;
}

static void kill_orphan(struct orphan *orphan) {
  if (orphan->killed) return;
  if (getpgid(orphan->pid) == orphan->pid) kill(-orphan->pid, SIGKILL);
  if (kill(orphan->pid, SIGKILL) != 0 && errno == EPERM) orphan->untouchable = true;
  orphan->killed = true;
}

/* Kills what ended runs have left, and reports those of which nothing is left. */
static void settle(void) {
  static struct muster_pids children;
  muster_children(getpid(), &children);
  uint64_t oldest = oldest_running();
  for (int i = 0; i < run_count; i++) runs[i].waiting = false;
  for (int i = 0; i < children.count; i++) {
    struct orphan *orphan = orphan_of(children.at[i]);
    if (!orphan || (orphan->run ? is_running(orphan->run) : oldest <= orphan->barrier)) continue;
    kill_orphan(orphan);
    if (orphan->untouchable) continue;
    for (int k = 0; k < run_count; k++) {
      uint64_t number = runs[k].report.run;
      if (orphan->run ? number == orphan->run : number <= orphan->barrier) runs[k].waiting = true;
    }
  }
  for (int i = 0; i < run_count;) {
    if (!runs[i].ended || runs[i].waiting) {
      i++;
      continue;
    }
    muster_cgroup_remove(&runs[i].cgroup);
    send_report(&runs[i].report);
    runs[i] = runs[--run_count];
  }
}

/* Time and memory */

/* Bytes of all processes of a run together. `measure` tells those of one. */
static uint64_t run_memory(const struct run *run, uint64_t (*measure)(pid_t)) {
  static struct muster_pids tree, children;
  uint64_t total = 0;
  tree.count = 0;
  muster_pids_add(&tree, run->pid);
  muster_children(getpid(), &children);
  for (int i = 0; i < children.count; i++) {
    const struct orphan *orphan = orphan_of(children.at[i]);
    if (orphan && orphan->run == run->report.run) muster_pids_add(&tree, orphan->pid);
  }
  for (int i = 0; i < tree.count; i++) {
    total += measure(tree.at[i]);
    muster_children(tree.at[i], &children);
    for (int k = 0; k < children.count; k++) muster_pids_add(&tree, children.at[k]);
  }
  return total;
}

static void watch_memory(struct run *run) {
  uint64_t used = run_memory(run, muster_resident);
  /* Processes that share pages (forks of one parent) each count them: look closer before ending anything. */
  if (used > run->memory_limit) used = run_memory(run, muster_proportional);
  if (used > run->report.memory) run->report.memory = used;
  if (used > run->memory_limit) stop_run(run, MUSTER_CAUSE_MEMORY);
}

/* Does what is due, and returns when to look again. */
static uint64_t check_time(void) {
  uint64_t time = now(), next = never;
  bool sample = time >= sample_at;
  if (sample) sample_at = never;
  for (int i = 0; i < run_count; i++) {
    struct run *run = &runs[i];
    if (run->ended) continue;
    if (time >= run->timeout_at) stop_run(run, MUSTER_CAUSE_TIMEOUT);
    if (time >= run->kill_at) kill_run(run);
    if (run->memory_limit && run->report.cause != MUSTER_CAUSE_MEMORY) {
      if (sample) watch_memory(run);
      if (sample_at == never) sample_at = after(now(), sample_interval);
    }
    if (run->timeout_at < next) next = run->timeout_at;
    if (run->kill_at < next) next = run->kill_at;
  }
  return sample_at < next ? sample_at : next;
}

/* The worker is gone: leaves nothing. */
static void finish(const sigset_t *child_ended, const char *directory) {
  struct muster_pids children = {0};
  uint64_t give_up = after(now(), 30 * 1000000000ull); /* a process may hang in the kernel, or be another user's */
  for (int i = 0; i < run_count; i++) kill_run(&runs[i]);
  for (;;) {
    reap();
    muster_children(getpid(), &children);
    if (children.count == 0 || now() > give_up) break;
    for (int i = 0; i < children.count; i++) {
      if (getpgid(children.at[i]) == children.at[i]) kill(-children.at[i], SIGKILL);
      kill(children.at[i], SIGKILL);
    }
    sigtimedwait(child_ended, NULL, &(struct timespec){.tv_nsec = 50000000});
  }
  for (int i = 0; i < run_count; i++) muster_cgroup_remove(&runs[i].cgroup);
  if (directory[0]) muster_remove_tree(AT_FDCWD, directory);
}

int muster_keeper_main(int argc, char **argv) {
  if (argc < 4) {
    fputs("The keeper is started by Muster itself; it is of no use by hand.\n", stderr);
    return 64;
  }
  worker = atoi(argv[argc - 3]);
  const char *directory = argv[argc - 2];
  mark = argv[argc - 1];

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
  prctl(PR_SET_NAME, "muster-keeper", 0, 0, 0);
  muster_cgroup_setup();

  for (;;) {
    uint64_t next = check_time(), time = now(), left = next > time ? next - time : 0;
    struct timespec wait = {.tv_sec = (time_t)(left / 1000000000ull), .tv_nsec = (long)(left % 1000000000ull)};
    struct pollfd files[2] = {{.fd = signals, .events = POLLIN}, {.fd = worker, .events = POLLIN}};
    if (ppoll(files, 2, next == never ? NULL : &wait, NULL) <= 0) continue;
    if (files[0].revents) {
      struct signalfd_siginfo info;
      while (read(signals, &info, sizeof info) > 0) continue;
      if (reap()) settle();
    }
    /* One message a turn, so that ends are not kept waiting by many starts. */
    if (files[1].revents && !receive()) break;
  }
  finish(&child_ended, directory);
  return 0;
}
