#!/usr/bin/env python3
"""From bare machines to a cluster, and once more when nothing is to be done: `muster cluster apply` beside an Ansible playbook that
does the same, and beside the floor: one ssh a machine that takes one tar stream and one script.

    Benchmarks/provisioning.py --muster PROGRAM --ansible PROGRAM [--machines 1,3,10] [--rounds 1] [--without NAME,…] [--tuned]

The machines are those of Tests/Provisioning/machines, on this same machine; before each first run they are thrown away and started anew.
All bring the same bytes (about 250 MB a machine), and after both runs every machine is looked at: the same files, packages, sysctls,
services, and nodes that are ready and labelled, or there is no figure. Nobody may change anything in the second run.

Printed are medians: seconds, and seconds of processor on the side of the controller, with all that it starts (ssh, tar) and leaves
behind; and seconds of processor of all machines together. Ansible runs with its own defaults; with --tuned also with pipelining, as
many forks as machines, and without compression. Takes root, and about ten minutes for 1, 3 and 10 machines.
"""

import argparse
import collections
import os
import secrets
import statistics
import subprocess

from provisioners import Ansible, Floor, Muster
from provisioning_fleet import Fleet
from servers import scratch

HERE = os.path.dirname(os.path.abspath(__file__))
RUNS = ("first", "second")


def machines(count):
    return f"{count} machine{'s' if count > 1 else ''}"


def measure(fleet, contenders, rounds, figures):
    is_used = False
    for _ in range(rounds):
        for contender in contenders:
            if is_used:
                fleet.fresh()
            is_used = True
            for run in RUNS:
                before = fleet.cpu()
                result = contender.run(fleet, run)
                result = result._replace(machines=fleet.cpu() - before)
                figures[fleet.count, run, contender.name].append(result)
                print(f"  {contender.name}, {machines(fleet.count)}, {run} run: {result.wall:.2f} s, processor {result.cpu:.2f} s, "
                      f"of the machines {result.machines:.2f} s", flush=True)
            fleet.compare(contender.name)
            for other in contenders:
                other.see(fleet)


def table(figures, counts, names):
    def median(count, run, name, what):
        found = figures.get((count, run, name))
        return statistics.median(getattr(each, what) for each in found) if found else None

    def ratio(over, under):
        return f"{over / under:9.2f}" if over is not None and under else f"{'-':>9}"

    def seconds(value):
        return f"{value:9.2f}" if value is not None else f"{'-':>9}"

    peers = [name for name in names if name not in ("floor", "muster")]
    print()
    for what, title in (("wall", "time, s"), ("cpu", "processor, controller, s"), ("machines", "processor, machines, s")):
        heads = [*names, "muster/floor", *(f"{peer}/muster" for peer in peers)]
        print(f"{title:32}" + "".join(f"{head:>{max(len(head) + 2, 11)}}" for head in heads))
        for count in counts:
            for run in RUNS:
                mine = median(count, run, "muster", what)
                values = [seconds(median(count, run, name, what)) for name in names]
                values.append(ratio(mine, median(count, run, "floor", what)))
                values += [ratio(median(count, run, peer, what), mine) for peer in peers]
                label = f"{machines(count)}, {run} run"
                print(f"{label:32}" + "".join(f"{value:>{max(len(head) + 2, 11)}}" for value, head in zip(values, heads)))
        print()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--muster", required=True)
    parser.add_argument("--ansible", default="ansible-playbook", help="the program ansible-playbook")
    parser.add_argument("--machines", default="1,3,10")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--without", default="", help="leaves out floor, ansible or muster; the floor needs one of the others")
    parser.add_argument("--tuned", action="store_true")
    parser.add_argument("--rig", default=f"{HERE}/../Tests/Provisioning", help="the folder with the programs machines and bundle.py")
    options = parser.parse_args()
    counts = [int(each) for each in options.machines.split(",")]
    figures = collections.defaultdict(list)
    with scratch("provision") as folder:
        token = secrets.token_hex(16)
        bundle = f"{folder}/bundle"
        subprocess.run([f"{options.rig}/bundle.py", bundle], check=True, stdout=subprocess.DEVNULL)
        contenders = [Ansible(options.ansible, folder, bundle, token)]
        if options.tuned:
            contenders.append(Ansible(options.ansible, folder, bundle, token, is_tuned=True))
        contenders += [Muster(options.muster, folder, bundle, token), Floor(folder, bundle)]
        contenders = [each for each in contenders if each.name not in options.without.split(",")]
        print(f"load {os.getloadavg()[0]:.1f}", flush=True)
        for count in counts:
            with Fleet(f"{options.rig}/machines", count, folder) as fleet:
                measure(fleet, contenders, options.rounds, figures)
    order = [name for name in ("floor", "muster", "ansible", "ansible-tuned") if any(each.name == name for each in contenders)]
    table(figures, counts, order)


main()
