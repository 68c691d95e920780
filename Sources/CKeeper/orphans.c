/* What the main process of a run leaves behind.
 *
 * A run is over when its main process has ended and no other process of it is left. Those others are found among the
 * keeper's own children, to which the kernel moves every orphan below a subreaper. They are known by their session
 * (each run has one), else by MUSTER_RUN in their environment. An orphan that has left both belongs to one of the
 * runs that were there when it appeared: it is killed when all of these have ended. */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "internal.h"

struct orphan {
  pid_t pid;
  uint64_t run;     /* 0: not known */
  uint64_t barrier; /* not known: the last run that was started before it was seen */
  bool killed;
  bool untouchable; /* another user's: a set-user-id program */
};

static struct orphan *orphans;
static int orphan_count, orphan_capacity;

static struct muster_run *run_at(int i) { return &muster_keeper.runs[i]; }

static struct muster_run *find_run(uint64_t number) {
  for (int i = 0; i < muster_keeper.run_count; i++) {
    if (run_at(i)->report.run == number) return run_at(i);
  }
  return NULL;
}

/* The run whose main process this is, unless that was reaped. */
static struct muster_run *run_led_by(pid_t pid) {
  for (int i = 0; i < muster_keeper.run_count; i++) {
    if (run_at(i)->pid == pid && !run_at(i)->ended) return run_at(i);
  }
  return NULL;
}

static uint64_t oldest_running(void) {
  uint64_t oldest = MUSTER_NEVER;
  for (int i = 0; i < muster_keeper.run_count; i++) {
    if (!run_at(i)->ended && run_at(i)->report.run < oldest) oldest = run_at(i)->report.run;
  }
  return oldest;
}

/* What is known of a child; NULL if it is the main process of a run. */
static struct orphan *orphan_of(pid_t pid) {
  if (run_led_by(pid)) return NULL;
  for (int i = 0; i < orphan_count; i++) {
    if (orphans[i].pid == pid) return &orphans[i];
  }
  if (!muster_grow((void **)&orphans, orphan_count, &orphan_capacity, sizeof *orphans)) return NULL;
  struct orphan *orphan = &orphans[orphan_count++];
  *orphan = (struct orphan){.pid = pid, .barrier = muster_keeper.last_run};
  pid_t session = getsid(pid);
  for (int i = 0; i < muster_keeper.run_count; i++) {
    if (run_at(i)->pid == session) orphan->run = run_at(i)->report.run;
  }
  if (orphan->run == 0) muster_marked(pid, muster_keeper.mark, &orphan->run);
  return orphan;
}

uint64_t muster_run_of_orphan(pid_t pid) {
  const struct orphan *orphan = orphan_of(pid);
  return orphan ? orphan->run : 0;
}

static void forget_orphan(pid_t pid) {
  for (int i = 0; i < orphan_count; i++) {
    if (orphans[i].pid == pid) {
      orphans[i] = orphans[--orphan_count];
      return;
    }
  }
}

/* Kills an orphan with its process group, if it has one of its own or is left of that of its run. */
static void kill_orphan(struct orphan *orphan, const struct muster_run *run) {
  if (orphan->killed) return;
  pid_t group = getpgid(orphan->pid);
  if (group == orphan->pid || (run && group == run->pid)) kill(-group, SIGKILL);
  if (kill(orphan->pid, SIGKILL) != 0 && errno == EPERM) orphan->untouchable = true;
  orphan->killed = true;
}

static bool in_grace(const struct muster_run *run) { return run->kill_at != MUSTER_NEVER; }

static void end_run(struct muster_run *run, int status, const struct rusage *usage) {
  uint64_t largest = (uint64_t)usage->ru_maxrss * 1024;
  struct muster_report *report = &run->report;
  run->ended = true;
  if (largest > report->memory) report->memory = largest;
  if (muster_cgroup_exceeded(&run->cgroup, &report->memory) && report->cause == MUSTER_CAUSE_NONE) {
    report->cause = MUSTER_CAUSE_MEMORY;
  }
  if (!in_grace(run)) muster_cgroup_kill(&run->cgroup);
  if (run->first) {
    /* The first process of the namespace has told how the program ended, unless it was itself killed. */
    if (WIFEXITED(status) && run->first->ended) status = run->first->status;
    munmap(run->first, sizeof *run->first);
    run->first = NULL;
  }
  if (WIFSIGNALED(status)) report->signal = WTERMSIG(status);
  if (WIFEXITED(status)) report->exit_code = WEXITSTATUS(status);
}

bool muster_reap(void) {
  bool any = false;
  siginfo_t info;
  for (;;) {
    info.si_pid = 0;
    /* Looks first and leaves it there: while its leader is not reaped, no other process group can get its number. */
    if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0) return any;
    struct muster_run *run = run_led_by(info.si_pid);
    /* Those of the group that were asked to end a moment ago keep their grace, though the first of them is gone. */
    if (run && !in_grace(run)) kill(-run->pid, SIGKILL);
    int status = 0;
    struct rusage usage;
    if (wait4(info.si_pid, &status, 0, &usage) < 0) continue;
    any = true;
    if (run) end_run(run, status, &usage);
    else forget_orphan(info.si_pid);
  }
}

/* Kills the orphan if its time has come. Returns whether the end of its runs waits for it. */
static bool settle_orphan(struct orphan *orphan, uint64_t oldest) {
  if (orphan->run == 0) {
    if (oldest <= orphan->barrier) return false;
    kill_orphan(orphan, NULL);
    return !orphan->untouchable;
  }
  const struct muster_run *run = find_run(orphan->run);
  if (run && !run->ended) return false;
  if (!run || !in_grace(run) || getpgid(orphan->pid) != run->pid) kill_orphan(orphan, run);
  return !orphan->untouchable;
}

void muster_settle(void) {
  static struct muster_pids children;
  muster_children(getpid(), &children);
  uint64_t oldest = oldest_running();
  for (int i = 0; i < muster_keeper.run_count; i++) run_at(i)->waiting = false;
  for (int i = 0; i < children.count; i++) {
    struct orphan *orphan = orphan_of(children.at[i]);
    if (!orphan || !settle_orphan(orphan, oldest)) continue;
    for (int k = 0; k < muster_keeper.run_count; k++) {
      uint64_t number = run_at(k)->report.run;
      if (orphan->run ? number == orphan->run : number <= orphan->barrier) run_at(k)->waiting = true;
    }
  }
  for (int i = 0; i < muster_keeper.run_count;) {
    struct muster_run *run = run_at(i);
    if (!run->ended || run->waiting) {
      i++;
      continue;
    }
    muster_cgroup_remove(&run->cgroup);
    muster_send_report(&run->report);
    *run = muster_keeper.runs[--muster_keeper.run_count];
  }
}
