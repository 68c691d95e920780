/* Removing folders that programs have filled as they liked: modes that forbid entry, links, a depth at which paths and
 * descriptors run out. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "CKeeper.h"

/* Folders deeper than this are moved up before they are emptied, so that recursion stays shallow. */
enum { DEEPEST = 24 };

struct removal {
  int top;             /* the folder to which deep ones are moved */
  unsigned long moved; /* counts them, for their names */
  int error;           /* the first that mattered */
};

static void remove_entry(struct removal *removal, int parent, const char *name, int depth);

static void note(struct removal *removal, int error) {
  if (error != ENOENT && removal->error == 0) removal->error = error;
}

/* Never through a link: another process of a program's user may put one there meanwhile. */
static int allow(int parent, const char *name) { return fchmodat(parent, name, 0700, AT_SYMLINK_NOFOLLOW); }

static int open_folder(int parent, const char *name) {
  const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  int folder = openat(parent, name, flags);
  if (folder < 0 && errno == EACCES && allow(parent, name) == 0) folder = openat(parent, name, flags);
  return folder;
}

/* Removes what is in `folder`, which is closed. */
static void empty_folder(struct removal *removal, int folder, int depth) {
  fchmod(folder, 0700); /* entries can only be removed from a folder that may be written */
  DIR *list = fdopendir(folder);
  if (!list) {
    note(removal, errno);
    close(folder);
    return;
  }
  struct dirent *entry;
  while ((entry = readdir(list))) {
    const char *name = entry->d_name;
    if (name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0))) continue;
    remove_entry(removal, folder, name, depth);
  }
  closedir(list);
}

static void remove_entry(struct removal *removal, int parent, const char *name, int depth) {
  if (unlinkat(parent, name, 0) == 0 || errno == ENOENT) return;
  if (errno != EISDIR && errno != EPERM && errno != EACCES) return note(removal, errno);
  if (unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT) return;
  if (errno != ENOTEMPTY && errno != EEXIST && errno != EACCES) return note(removal, errno);
  if (depth >= DEEPEST) {
    char moved[32];
    snprintf(moved, sizeof moved, ".muster-%lu", removal->moved++);
    /* A folder that may not be written cannot be moved either. */
    if (allow(parent, name) == 0 && renameat(parent, name, removal->top, moved) == 0) return;
  }
  int folder = open_folder(parent, name);
  if (folder < 0) return note(removal, errno);
  empty_folder(removal, folder, depth + 1);
  if (unlinkat(parent, name, AT_REMOVEDIR) != 0) note(removal, errno);
}

int muster_remove_tree(int parent, const char *name) {
  if (unlinkat(parent, name, 0) == 0 || errno == ENOENT) return 0;
  unsigned long moved;
  struct removal removal = {.top = open_folder(parent, name)};
  if (removal.top < 0) return errno == ENOENT ? 0 : errno;
  do {
    moved = removal.moved;
    removal.error = 0;
    int folder = open_folder(parent, name);
    if (folder < 0) {
      note(&removal, errno);
      break;
    }
    empty_folder(&removal, folder, 0);
    /* A folder from which one was moved up is empty now; the one moved up is found in the next round. */
  } while (removal.moved != moved);
  close(removal.top);
  if (unlinkat(parent, name, AT_REMOVEDIR) != 0) note(&removal, errno);
  return removal.error;
}
