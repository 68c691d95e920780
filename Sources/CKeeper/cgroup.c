/* Memory bounded by the kernel: a cgroup (version 2) for each run that has a limit.
 *
 * Only below a cgroup that was delegated to us. systemd says so by an extended attribute, and without it cgroups
 * belong to systemd: then the keeper watches the resident memory itself. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "internal.h"

static char base[400]; /* "" if there is none */

static ssize_t read_file(const char *folder, const char *name, char *buffer, size_t size) {
  char path[640];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return -1;
  ssize_t count = read(file, buffer, size - 1);
  close(file);
  if (count >= 0) buffer[count] = 0;
  return count;
}

static bool write_file(const char *folder, const char *name, const char *text) {
  char path[640];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  int file = open(path, O_WRONLY | O_CLOEXEC);
  if (file < 0) return false;
  bool written = write(file, text, strlen(text)) == (ssize_t)strlen(text);
  close(file);
  return written;
}

static bool has_word(const char *folder, const char *file, const char *word) {
  char text[512];
  if (read_file(folder, file, text, sizeof text) <= 0) return false;
  for (char *rest = text, *item; (item = strtok_r(rest, " \n", &rest));) {
    if (strcmp(item, word) == 0) return true;
  }
  return false;
}

static bool delegated(const char *folder) {
  char value[8];
  ssize_t size = getxattr(folder, "user.delegate", value, sizeof value);
  if (size <= 0) size = getxattr(folder, "trusted.delegate", value, sizeof value);
  return size >= 1 && value[0] == '1';
}

/* The folder of our own cgroup. */
static bool own_cgroup(char *path, size_t size) {
  char line[1024], root[256], mount[256], cgroup[256] = "";
  FILE *file = fopen("/proc/self/cgroup", "re");
  while (file && fgets(line, sizeof line, file)) sscanf(line, "0::%255[^\n]", cgroup);
  if (file) fclose(file);
  if (cgroup[0] != '/') return false;
  bool found = false;
  file = fopen("/proc/self/mountinfo", "re");
  while (file && !found && fgets(line, sizeof line, file)) {
    if (!strstr(line, " - cgroup2 ") || sscanf(line, "%*s %*s %*s %255s %255s", root, mount) != 2) continue;
    const char *below = cgroup;
    if (strcmp(root, "/") != 0) {
      if (strncmp(cgroup, root, strlen(root)) != 0) continue;
      below += strlen(root);
    }
    found = snprintf(path, size, "%s%s", mount, strcmp(below, "/") == 0 ? "" : below) < (int)size;
  }
  if (file) fclose(file);
  return found;
}

/* Only a cgroup without processes may hand out memory to those below it: moves ours, and the worker's, one down. */
static void make_room(const char *folder) {
  char leaf[480], text[4096];
  snprintf(leaf, sizeof leaf, "%s/muster-main", folder);
  if (mkdir(leaf, 0755) != 0 && errno != EEXIST) return;
  for (int round = 0; round < 8 && read_file(folder, "cgroup.procs", text, sizeof text) > 0; round++) {
    for (char *rest = text, *pid; (pid = strtok_r(rest, "\n", &rest));) write_file(leaf, "cgroup.procs", pid);
  }
}

/* Removes the empty cgroups of keepers that were killed. */
static void sweep(void) {
  DIR *list = opendir(base);
  struct dirent *entry;
  while (list && (entry = readdir(list))) {
    int keeper, end = 0;
    unsigned long long run;
    if (sscanf(entry->d_name, "muster-%d-%llu%n", &keeper, &run, &end) != 2 || entry->d_name[end]) continue;
    if (keeper > 0 && kill(keeper, 0) != 0 && errno == ESRCH) unlinkat(dirfd(list), entry->d_name, AT_REMOVEDIR);
  }
  if (list) closedir(list);
}

void muster_cgroup_setup(void) {
  char folder[400];
  if (!own_cgroup(folder, sizeof folder)) return;
  bool own = delegated(folder);
  if (!own) {
    char *last = strrchr(folder, '/');
    if (last) *last = 0;
    if (!last || !delegated(folder)) return;
  }
  if (!has_word(folder, "cgroup.controllers", "memory")) return;
  if (!has_word(folder, "cgroup.subtree_control", "memory")) {
    if (own) make_room(folder);
    if (!write_file(folder, "cgroup.subtree_control", "+memory")) return;
  }
  memcpy(base, folder, sizeof base);
  sweep();
}

int muster_cgroup_make(struct muster_cgroup *cgroup, uint64_t run, uint64_t memory_limit) {
  cgroup->path[0] = 0;
  if (!base[0]) return -1;
  char path[512], number[32], procs[640];
  snprintf(path, sizeof path, "%s/muster-%d-%llu", base, (int)getpid(), (unsigned long long)run);
  if (mkdir(path, 0755) != 0) return -1;
  memcpy(cgroup->path, path, sizeof path);
  snprintf(number, sizeof number, "%llu", (unsigned long long)memory_limit);
  snprintf(procs, sizeof procs, "%s/cgroup.procs", path);
  int file = write_file(path, "memory.max", number) ? open(procs, O_WRONLY | O_CLOEXEC) : -1;
  if (file < 0) {
    muster_cgroup_remove(cgroup);
    return -1;
  }
  write_file(path, "memory.swap.max", "0");  /* absent without swap accounting */
  write_file(path, "memory.oom.group", "1"); /* all of the run or none of it */
  return file;
}

void muster_cgroup_kill(const struct muster_cgroup *cgroup) {
  if (cgroup->path[0]) write_file(cgroup->path, "cgroup.kill", "1");
}

bool muster_cgroup_exceeded(const struct muster_cgroup *cgroup, uint64_t *peak) {
  char text[512];
  if (!cgroup->path[0]) return false;
  if (read_file(cgroup->path, "memory.peak", text, sizeof text) > 0) *peak = strtoull(text, NULL, 10);
  if (read_file(cgroup->path, "memory.events", text, sizeof text) <= 0) return false;
  const char *kills = strstr(text, "oom_kill ");
  return kills && strtoull(kills + strlen("oom_kill "), NULL, 10) > 0;
}

void muster_cgroup_remove(struct muster_cgroup *cgroup) {
  if (cgroup->path[0]) rmdir(cgroup->path);
  cgroup->path[0] = 0;
}
