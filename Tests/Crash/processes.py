"""What the kernel says of processes."""

import os
import signal


def every():
    """The numbers of all processes."""
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def identity(pid):
    """(pid, time of its start), which no other process ever has; None if there is none, or only its corpse."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] in (b"Z", b"X") else (pid, int(fields[19]))


def lives(process):
    """Whether the process of this identity is still there."""
    return identity(process[0]) == process


def parent(pid):
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return int(file.read().rpartition(b")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return None


def descendants(pid):
    """The identities of all processes below `pid`, its own not among them."""
    parents = {child: parent(child) for child in every()}
    found, ahead = [], [pid]
    while ahead:
        above = ahead.pop()
        below = [child for child, of in parents.items() if of == above]
        found += below
        ahead += below
    return [process for process in map(identity, found) if process]


def marked(mark):
    """The identities of the processes with `mark` (NAME=VALUE) in their environment."""
    wanted, found = mark.encode(), []
    for pid in every():
        try:
            with open(f"/proc/{pid}/environ", "rb") as file:
                if wanted not in file.read().split(b"\0"):
                    continue
        except OSError:
            continue
        if process := identity(pid):
            found.append(process)
    return found


def working_below(folder):
    """The identities of the processes whose working directory is in `folder`."""
    found = []
    for pid in every():
        try:
            directory = os.readlink(f"/proc/{pid}/cwd")
        except OSError:
            continue
        if directory == folder or directory.startswith(folder + "/"):
            if process := identity(pid):
                found.append(process)
    return found


def describe(process):
    """Number and command line, for a message."""
    try:
        with open(f"/proc/{process[0]}/cmdline", "rb") as file:
            return f"{process[0]} ({file.read().replace(bytes(1), b' ').decode(errors='replace').strip()[:120]})"
    except OSError:
        return str(process[0])


def kill(process):
    """Ends the process of this identity, and no later one of its number."""
    if lives(process):
        try:
            os.kill(process[0], signal.SIGKILL)
        except ProcessLookupError:
            pass
