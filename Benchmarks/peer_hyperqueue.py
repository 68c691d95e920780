"""The peer of the spawn measurement: HyperQueue runs /bin/true tasks on 2 slots of this machine (PyPI: hyperqueue)."""

import contextlib
import io
import sys
import tempfile
import time

from hyperqueue import Job
from hyperqueue.cluster import LocalCluster, WorkerConfig

count = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
with tempfile.TemporaryDirectory() as folder:
    with LocalCluster(folder, WorkerConfig(cores=2)) as cluster:
        client = cluster.client()
        job = Job(default_workdir=folder)
        for _ in range(count):
            # Output files would measure the disk, not the dispatch; Muster keeps none for these tasks either.
            job.program(["/bin/true"], stdout=None, stderr=None)
        begin = time.monotonic()
        submitted = client.submit(job)
        with contextlib.redirect_stderr(io.StringIO()):
            client.wait_for_jobs([submitted])
        elapsed = time.monotonic() - begin
name = "HyperQueue, tasks that run /bin/true, 2 slots"
print(f"{name:58} {count / elapsed:.0f}/s  ({count} in {elapsed:.3f} s)")
