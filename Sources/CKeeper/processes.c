/* What /proc says about processes. */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "internal.h"

void muster_pids_add(struct muster_pids *pids, pid_t pid) {
  if (pids->count == pids->capacity) {
    int capacity = pids->capacity ? pids->capacity * 2 : 64;
    pid_t *at = realloc(pids->at, (size_t)capacity * sizeof *at);
    if (!at) return;
    pids->at = at;
    pids->capacity = capacity;
  }
  pids->at[pids->count++] = pid;
}

/* Adds the numbers of a file of numbers. Returns false if it cannot be opened. */
static bool add_numbers(const char *path, struct muster_pids *pids) {
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  char buffer[4096];
  long number = 0;
  bool within = false;
  ssize_t count;
  while ((count = read(file, buffer, sizeof buffer)) > 0) {
    for (ssize_t i = 0; i < count; i++) {
      if (isdigit((unsigned char)buffer[i])) {
        number = number * 10 + (buffer[i] - '0');
        within = true;
      } else if (within) {
        muster_pids_add(pids, (pid_t)number);
        number = 0;
        within = false;
      }
    }
  }
  close(file);
  return true;
}

/* Reads the start of a file of /proc as text. Returns its length, or -1. */
static ssize_t read_text(pid_t pid, const char *name, char *buffer, size_t size) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return -1;
  size_t length = 0;
  ssize_t count;
  while (length < size - 1 && (count = read(file, buffer + length, size - 1 - length)) > 0) length += (size_t)count;
  close(file);
  buffer[length] = 0;
  return (ssize_t)length;
}

static pid_t parent_of(pid_t pid) {
  char text[512];
  if (read_text(pid, "stat", text, sizeof text) <= 0) return 0;
  const char *name_end = strrchr(text, ')'); /* the name may hold anything, also a ')' */
  int parent = 0;
  if (name_end) sscanf(name_end + 1, " %*c %d", &parent);
  return parent;
}

static void all_processes(struct muster_pids *pids) {
  pids->count = 0;
  DIR *list = opendir("/proc");
  if (!list) return;
  struct dirent *entry;
  while ((entry = readdir(list))) {
    if (isdigit((unsigned char)entry->d_name[0])) muster_pids_add(pids, (pid_t)atol(entry->d_name));
  }
  closedir(list);
}

/* Whether this kernel lists the children of a thread (CONFIG_PROC_CHILDREN); asked once. */
static bool lists_children(void) {
  static int known = -1;
  if (known < 0) known = access("/proc/thread-self/children", R_OK) == 0;
  return known;
}

void muster_children(pid_t pid, struct muster_pids *pids) {
  char path[80];
  pids->count = 0;
  if (!lists_children()) {
    struct muster_pids all = {0};
    all_processes(&all);
    for (int i = 0; i < all.count; i++) {
      if (parent_of(all.at[i]) == pid) muster_pids_add(pids, all.at[i]);
    }
    free(all.at);
    return;
  }
  if (pid == getpid()) {
    /* The keeper has one thread, and no child of it vanishes while it reads: the list is complete. */
    add_numbers("/proc/thread-self/children", pids);
    return;
  }
  snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
  DIR *threads = opendir(path);
  if (!threads) return;
  struct dirent *entry;
  while ((entry = readdir(threads))) {
    if (!isdigit((unsigned char)entry->d_name[0])) continue;
    snprintf(path, sizeof path, "/proc/%d/task/%ld/children", (int)pid, atol(entry->d_name));
    add_numbers(path, pids);
  }
  closedir(threads);
}

bool muster_marked(pid_t pid, const char *mark, uint64_t *rest) {
  static const char name[] = "MUSTER_RUN=";
  char path[64];
  *rest = 0;
  snprintf(path, sizeof path, "/proc/%d/environ", (int)pid);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  /* Our variable is short: its start is kept while the rest of a long environment passes through the buffer. */
  char buffer[8192], variable[128];
  size_t length = 0;
  bool found = false;
  ssize_t count;
  while (!found && (count = read(file, buffer, sizeof buffer)) > 0) {
    for (ssize_t i = 0; i < count && !found; i++) {
      if (buffer[i] != 0) {
        if (length < sizeof variable - 1) variable[length++] = buffer[i];
        continue;
      }
      variable[length] = 0;
      length = 0;
      if (strncmp(variable, name, sizeof name - 1) != 0) continue;
      const char *value = variable + sizeof name - 1;
      if (strncmp(value, mark, strlen(mark)) != 0) continue;
      *rest = strtoull(value + strlen(mark), NULL, 10);
      found = true;
    }
  }
  close(file);
  return found;
}

uint64_t muster_resident(pid_t pid) {
  char text[256];
  unsigned long long pages = 0;
  if (read_text(pid, "statm", text, sizeof text) <= 0) return 0;
  sscanf(text, "%*u %llu", &pages);
  return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

uint64_t muster_proportional(pid_t pid) {
  char text[2048];
  unsigned long long kib = 0;
  if (read_text(pid, "smaps_rollup", text, sizeof text) <= 0) return muster_resident(pid);
  const char *line = strstr(text, "\nPss:");
  if (!line || sscanf(line, "\nPss: %llu", &kib) != 1) return muster_resident(pid);
  return kib * 1024;
}

/* Kills a process if it carries the mark, by a handle: its number could meanwhile be another's. */
static bool kill_if_marked(pid_t pid, const char *mark) {
  uint64_t rest;
  int handle = (int)syscall(SYS_pidfd_open, pid, 0);
  bool marked = muster_marked(pid, mark, &rest);
  int result = -1;
  if (marked) result = handle < 0 ? kill(pid, SIGKILL) : (int)syscall(SYS_pidfd_send_signal, handle, SIGKILL, NULL, 0);
  if (handle >= 0) close(handle);
  return result == 0;
}

bool muster_kill_marked(const char *mark, int patience) {
  struct muster_pids all = {0};
  bool found = true;
  while (found && patience > 0) {
    found = false;
    all_processes(&all);
    for (int i = 0; i < all.count; i++) {
      if (all.at[i] != getpid() && kill_if_marked(all.at[i], mark)) found = true;
    }
    /* Those that were killed need a moment to go, and others may have been born meanwhile: look again. */
    if (found) nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    patience -= 5;
  }
  free(all.at);
  return !found;
}
