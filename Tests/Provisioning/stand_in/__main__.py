"""Stands in for k3s where clusters are made of machines in tests: its command line, files, ports, and how it says that it is ready,
as far as somebody who sets machines up can see them. It runs no Kubernetes.

Of the real one's rules it has those that go wrong in practice: a server starts only with the token of its store; a node that comes
back must know the password with which it came first; with several servers, most of them must be there; labels and taints of the
settings count only when a node joins; and what it has started and made stays when it is stopped.
"""

import os
import sys

VERSION = "v1.31.12+k3s1"


def main():
    name, words = os.path.basename(sys.argv[0]), sys.argv[1:]
    if name in ("kubectl", "crictl", "ctr"):
        words = [name, *words]
    if words[:1] in (["--version"], ["-v"]):
        print(f"k3s version {VERSION} (stand-in)\ngo version go1.23.11")
    elif words[:1] == ["server"]:
        import node
        node.Server(VERSION).run()
    elif words[:1] == ["agent"]:
        import node
        node.Agent(VERSION).run()
    elif words[:1] == ["kubectl"]:
        import kubectl
        kubectl.run(words[1:])
    elif words[:1] in (["crictl"], ["ctr"]):
        import node
        print("\n".join(["REF", *node.images()]))
    else:
        sys.exit(f"the stand-in for k3s knows no '{' '.join(words)}'")


main()
