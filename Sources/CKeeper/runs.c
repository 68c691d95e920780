/* The programs that run: their time, their memory, and how they are ended. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "internal.h"

static const uint64_t sample_interval = 100 * 1000 * 1000ull;

/* More processes than any run has; a bound, because they come and go while they are counted. */
enum { MOST_PROCESSES = 1 << 17 };

struct muster_keeper muster_keeper = {.sample_at = MUSTER_NEVER, .worker = -1, .mark = ""};

uint64_t muster_now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000ull + (uint64_t)time.tv_nsec;
}

uint64_t muster_after(uint64_t start, uint64_t duration) {
  return duration > MUSTER_NEVER - start ? MUSTER_NEVER : start + duration;
}

bool muster_grow(void **array, int count, int *capacity, size_t size) {
  if (count < *capacity) return true;
  int wanted = *capacity ? *capacity * 2 : 16;
  void *bigger = realloc(*array, (size_t)wanted * size);
  if (!bigger) return false;
  *array = bigger;
  *capacity = wanted;
  return true;
}

void muster_send_report(const struct muster_report *report) {
  /* Waits if the worker is slow; a worker that is gone shows as the end of the socket. */
  while (send(muster_keeper.worker, report, sizeof *report, MSG_NOSIGNAL) < 0 && errno == EINTR) continue;
}

void muster_enter_run(struct muster_run run) {
  muster_keeper.last_run = run.report.run;
  muster_keeper.runs[muster_keeper.run_count++] = run;
  if (run.memory_limit && muster_keeper.sample_at == MUSTER_NEVER) {
    muster_keeper.sample_at = muster_after(muster_now(), sample_interval);
  }
}

void muster_kill_run(struct muster_run *run) {
  run->kill_at = MUSTER_NEVER;
  muster_cgroup_kill(&run->cgroup);
  /* Once its leader is reaped, only orphans.c knows whether the group is still there. */
  if (run->ended) return;
  kill(-run->pid, SIGKILL);
  kill(run->pid, SIGKILL);
}

void muster_stop_run(struct muster_run *run, enum muster_cause cause) {
  if (run->ended || run->report.cause != MUSTER_CAUSE_NONE) return;
  run->report.cause = cause;
  run->timeout_at = MUSTER_NEVER;
  if (cause == MUSTER_CAUSE_MEMORY || run->grace == 0) {
    muster_kill_run(run);
    return;
  }
  kill(-run->pid, SIGTERM);
  kill(-run->pid, SIGCONT); /* one that is stopped could not act on the signal */
  run->kill_at = muster_after(muster_now(), run->grace);
}

/* Bytes of all processes of a run together. `measure` tells those of one. */
static uint64_t run_memory(const struct muster_run *run, uint64_t (*measure)(pid_t)) {
  static struct muster_pids tree, children;
  uint64_t total = 0;
  tree.count = 0;
  muster_pids_add(&tree, run->pid);
  muster_children(getpid(), &children);
  for (int i = 0; i < children.count; i++) {
    if (muster_run_of_orphan(children.at[i]) == run->report.run) muster_pids_add(&tree, children.at[i]);
  }
  for (int i = 0; i < tree.count && i < MOST_PROCESSES; i++) {
    total += measure(tree.at[i]);
    muster_children(tree.at[i], &children);
    for (int k = 0; k < children.count; k++) muster_pids_add(&tree, children.at[k]);
  }
  return total;
}

static void watch_memory(struct muster_run *run) {
  uint64_t used = run_memory(run, muster_resident);
  /* Processes that share pages (forks of one parent) each count them: look closer before ending anything. */
  if (used > run->memory_limit) used = run_memory(run, muster_proportional);
  if (used > run->report.memory) run->report.memory = used;
  if (used > run->memory_limit) muster_stop_run(run, MUSTER_CAUSE_MEMORY);
}

uint64_t muster_check_runs(void) {
  struct muster_keeper *keeper = &muster_keeper;
  uint64_t time = muster_now(), next = MUSTER_NEVER;
  bool sample = time >= keeper->sample_at, grace_over = false;
  if (sample) keeper->sample_at = MUSTER_NEVER;
  for (int i = 0; i < keeper->run_count; i++) {
    struct muster_run *run = &keeper->runs[i];
    if (time >= run->kill_at) {
      muster_kill_run(run);
      grace_over |= run->ended;
    }
    if (run->kill_at < next) next = run->kill_at;
    if (run->ended) continue;
    if (time >= run->timeout_at) {
      muster_stop_run(run, MUSTER_CAUSE_TIMEOUT);
      if (run->kill_at < next) next = run->kill_at;
    }
    if (run->timeout_at < next) next = run->timeout_at;
    if (run->memory_limit && run->report.cause != MUSTER_CAUSE_MEMORY) {
      if (sample) watch_memory(run);
      if (keeper->sample_at == MUSTER_NEVER) keeper->sample_at = muster_after(muster_now(), sample_interval);
    }
  }
  if (grace_over) muster_settle();
  return keeper->sample_at < next ? keeper->sample_at : next;
}
