"""A user's way from an empty cluster to an empty cluster."""

import hashlib
import json
import unittest

import site_of_tests
from site_of_tests import ALIAS, PASSWORD, USER, Coordinator, call, until

NAMESPACE = "provers"
WORKER_FILE = """
heartbeat: 1s
kinds:
  block:
    # A pause, so that there is a middle; then what shows that the input arrived.
    executor: [/bin/dash, -c, 'sleep "$(cut -d" " -f1 "$0")"; sha256sum <"$0"', "{input}"]
"""


class Journey(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = site_of_tests.site()
        cls.first = Coordinator(cls.site, "first")
        cls.folder = cls.site.path / "user"
        cls.folder.mkdir()
        (cls.folder / "worker.yaml").write_text(WORKER_FILE)
        (cls.folder / "workers.yaml").write_text("""
image:
  programs: [/bin/dash, /bin/sleep, /usr/bin/cut, /usr/bin/sha256sum]
workerFile: worker.yaml
grace: 30s
""")
        cls.variables = {
            "KUBECONFIG": str(cls.site.kubeconfig), "CLUSTER_NS": NAMESPACE, "STAGE": "v1", "IMAGE_REPO": "team/provers",
            "IMAGE_HOST": cls.site.registry, "IMAGE_HOST_ALIAS": ALIAS, "IMAGE_AUTH_USER": USER,
            "IMAGE_AUTH_PASSWORD": PASSWORD, "COORDINATOR_EP": cls.site.address,
            "COORDINATOR_PORT": str(cls.first.port), "MUSTER_JOIN_TOKEN": cls.first.token(),
        }
        cls.site.kubectl("create", "namespace", NAMESPACE)
        until("the namespace has its service account", lambda: "ServiceAccount/default" in cls.site.objects(NAMESPACE))
        until("the namespace is settled", lambda: any(
            each.startswith("Secret/default-token") for each in cls.site.objects(NAMESPACE)))
        cls.before = cls.site.objects(NAMESPACE)

    def workers(self, *arguments, status=0, **variables):
        more = ["--ca", self.site.ca] if arguments[0] in ("plan", "deploy", "teardown") else []
        done = call(site_of_tests.MUSTER, "workers", *arguments, *more, cwd=self.folder, timeout=300,
                    **{**self.variables, **variables})
        self.assertEqual(done.status, status, done)
        self.assertNotIn(PASSWORD, done.out + done.err)
        self.assertNotIn(self.variables["MUSTER_JOIN_TOKEN"], done.out + done.err)
        return done

    def pods(self):
        items = json.loads(self.site.kubectl("get", "pods", "-n", NAMESPACE, "-o", "json").out)["items"]
        return [each for each in items if "deletionTimestamp" not in each["metadata"]]

    def done(self, coordinator, identifier):
        task = coordinator.task(identifier)
        self.assertNotEqual(task["state"], "failed", task)
        return task["state"] == "done"

    def test_01_plan(self):
        """A plan says all that would be done, and does nothing"""
        plan = self.workers("plan", "--output", "json").json
        subjects = [each["subject"] for each in plan["actions"]]
        for wanted in ("configmap/cluster-conf", "secret/img-cred", "secret/cluster-join", "service/cluster-coordinator",
                       "endpoints/cluster-coordinator", "deployment/prover-cli-t"):
            self.assertIn(wanted, subjects)
        self.assertEqual(plan["images"], {
            "delivered to": f"{self.site.registry}/team/provers:client-v1",
            "pulled from": f"{ALIAS}/team/provers:client-v1"})
        self.workers("deploy", "--dry-run")
        self.assertEqual(self.site.objects(NAMESPACE), self.before)

    def test_02_why(self):
        """Deployed on nodes without label and taint, it says which, and how that is mended"""
        failed = self.workers("deploy", "--wait", status=1)
        self.assertIn("fluidexnode=computation", failed.err)
        self.assertIn("kubectl label node", failed.err)

    def test_03_deploy(self):
        """On nodes as in the document the workers come up, one a node, from the registry's other name"""
        nodes = ["real-node-1", "real-node-2"]
        self.site.kubectl("label", "node", *nodes, "fluidexnode=computation")
        self.site.kubectl("taint", "node", *nodes, "dedicated=computation:NoSchedule")
        self.workers("deploy", "--wait")
        pods = self.pods()
        self.assertEqual(sorted(each["spec"]["nodeName"] for each in pods), nodes)
        for pod in pods:
            self.assertRegex(pod["spec"]["containers"][0]["image"], f"^{ALIAS}/team/provers(:client-v1)?@sha256:")
        place = json.loads(self.site.kubectl("get", "namespace", NAMESPACE, "-o", "json").out)
        self.assertEqual(place["metadata"]["annotations"]["stage"], "v1")
        self.assertEqual(sorted(each["name"] for each in self.first.workers() if each["state"] == "connected"),
                         sorted(each["metadata"]["name"] for each in pods))

    def test_04_again(self):
        """A second deployment plans nothing"""
        self.assertEqual(self.workers("plan", "--output", "json").json["actions"], [])

    def test_05_tasks(self):
        """The pods do the coordinator's tasks"""
        inputs = [f"0 {number}" for number in range(20)]
        ids = self.first.submit(*inputs)
        for identifier, text in zip(ids, inputs):
            until("the task is done", lambda: self.done(self.first, identifier))
            result = self.first.ask("task", "result", identifier, check=True).out
            self.assertEqual(result.split()[0], hashlib.sha256(text.encode()).hexdigest())

    def test_06_scale(self):
        """Scaled past the nodes, it says how many run and what the others wait for; and down again"""
        scaled = self.workers("scale", "5")
        self.assertIn("2 of 5 workers can run on today's nodes", scaled.err)
        until("5 pods", lambda: len(self.pods()) == 5)
        status = self.workers("status", MUSTER_COORDINATOR=self.first.at, MUSTER_IDENTITY=str(
            self.first.folder / "state/trust/admin"))
        self.assertIn("2 of 5 ready", status.out)
        self.workers("scale", "1", "--wait")
        until("1 pod", lambda: len(self.pods()) == 1)

    def test_07_restart(self):
        """A restart replaces the workers"""
        before = {each["metadata"]["uid"] for each in self.pods()}
        self.workers("restart", "--wait")
        self.assertTrue(before.isdisjoint(each["metadata"]["uid"] for each in self.pods()))

    def test_08_logs(self):
        """The logs of the workers, each line with its pod"""
        # Both nodes are this machine, and once a minute each clears away the logs of pods that it does not know: the other's.
        for _ in range(5):
            name = self.pods()[0]["metadata"]["name"]
            logs = self.workers("logs", "--tail", "5")
            if f"{name}: " in logs.out:
                break
            self.workers("restart", "--wait")
        self.assertIn(f"{name}: ", logs.out, logs)

    def test_09_functions(self):
        """The original's functions do the same, from another folder"""
        script = site_of_tests.HERE.parent.parent / "scripts/cluster-client.sh"
        called = call("bash", "-c", f"source {script} && scale_cluster 2", cwd=self.folder,
                      **{**self.variables, "MUSTER": site_of_tests.MUSTER})
        self.assertEqual(called.status, 0, called)
        self.workers("scale", "2", "--wait")
        self.assertEqual(len(self.pods()), 2)

    def test_10_endpoint(self):
        """Pointed at another coordinator in the middle of a task, the workers finish it where it came from, and move without a restart"""
        second = type(self).second = Coordinator(self.site, "second", authority=self.first)
        before = {each["metadata"]["uid"] for each in self.pods()}
        slow = self.first.submit("8 slow")[0]
        until("the slow task runs", lambda: self.first.task(slow)["state"] == "running")
        identity = str(self.first.folder / "state/trust/admin")
        pointed = self.workers("endpoint", f"{self.site.address}:{second.port}", MUSTER_IDENTITY=identity)
        self.assertIn("deploy with one of its own (MUSTER_JOIN_TOKEN)", pointed.err)
        until("the slow task is done", lambda: self.done(self.first, slow))
        self.assertEqual(self.first.task(slow)["attempts"], 1)
        for identifier in second.submit("0 a", "0 b", "0 c"):
            until("the second coordinator's task is done", lambda: self.done(second, identifier))
        until("both workers are there", lambda: len(
            [each for each in second.workers() if each["state"] == "connected"]) == 2)
        self.assertEqual(before, {each["metadata"]["uid"] for each in self.pods()})
        self.assertEqual([each["restartCount"] for pod in self.pods() for each in pod["status"]["containerStatuses"]], [0, 0])
        # What stands in the variables is the first one: a plan says so.
        self.assertIn("endpoints/cluster-coordinator", self.workers("plan").out)

    def test_11_drift(self):
        """What somebody has changed is said by status, with nothing of the deployment at hand, and the next deployment mends it"""
        second = json.loads(self.site.kubectl("get", "endpoints", "cluster-coordinator", "-n", NAMESPACE, "-o", "json").out)
        port = str(second["subsets"][0]["ports"][0]["port"])
        bare = {name: None for name in self.variables if name not in ("KUBECONFIG", "CLUSTER_NS")}
        self.assertEqual(self.workers("status", "--output", "json", **bare).json["drift"], [])
        self.site.kubectl("patch", "deployment", "prover-cli-t", "-n", NAMESPACE, "--field-manager", "somebody", "-p", json.dumps(
            {"spec": {"strategy": {"rollingUpdate": {"maxUnavailable": 2}}}}))
        self.site.kubectl("delete", "poddisruptionbudget", "prover-cli-t", "-n", NAMESPACE)
        status = self.workers("status", "--output", "json", **bare).json
        self.assertEqual(
            sorted((each["object"], each.get("field"), each.get("deployed"), each.get("found"), each.get("manager"))
                   for each in status["drift"]),
            [("deployment/prover-cli-t", ".spec.strategy.rollingUpdate.maxUnavailable", 1, 2, "somebody"),
             ("poddisruptionbudget/prover-cli-t", None, None, None, None)])
        self.assertIn("'muster workers deploy' sets it back", self.workers("status", **bare).out)
        self.workers("deploy", "--wait", COORDINATOR_PORT=port)
        self.assertEqual(self.workers("status", "--output", "json", **bare).json["drift"], [])

    def test_12_autoscale(self):
        """Scaled by the queue: all go when there is nothing to do, come when there is, and none goes that works"""
        second = self.second
        # New pods join, and the first one's token is nothing to the second.
        self.workers("deploy", "--wait", COORDINATOR_PORT=str(second.port), MUSTER_JOIN_TOKEN=second.token())
        settings = ["--namespace", NAMESPACE, "--kubeconfig", self.site.kubeconfig, "--coordinator", second.at, "--identity",
                    second.folder / "state/trust/admin", "--max", "2", "--drain-window", "10s", "--assume", "5s",
                    "--down-window", "3s", "--cooldown", "1s"]
        preview = call(site_of_tests.MUSTER, "workers", "autoscale", *settings, "--dry-run", "--output", "json", check=True)
        self.assertEqual([each["wanted"] for each in preview.json["pools"]], [2])
        self.assertEqual(preview.json["reason"], "down_window")
        scaler = self.site.start("autoscaler", site_of_tests.MUSTER, "workers", "autoscale", *settings)
        # Nor one that still ends: it counts against the most that may be, and the next would wait for its end.
        until("no pod is left", lambda: self.site.kubectl("get", "pods", "-n", NAMESPACE, "-o", "name").out == "")
        tasks = second.submit(*[f"4 {number}" for number in range(4)])
        for identifier in tasks:
            until("the task is done", lambda: self.done(second, identifier))
        first = second.task(tasks[0])
        print(f"  (from the first task to its start, without a worker before: "
              f"{(first['started_unix_ms'] - first['submitted_unix_ms']) / 1000:.1f} s)")
        # No attempt was lost or failed. What the first worker had been handed ahead may have been called back for the next one.
        self.assertEqual(
            [[attempt["outcome"] for attempt in second.task(each)["history"]] for each in tasks], [["done"]] * 4)
        until("no worker is left", lambda: not self.pods())
        scaler.terminate()
        self.assertEqual(scaler.wait(30), 0)
        log = (self.site.path / "autoscaler.log").read_text()
        # In one step or in two: a pod that still ends counts against the most that may be.
        self.assertRegex(log, r"letting [12] workers? of 'prover-cli-t' go")
        self.assertRegex(log, r"adding [12] workers? to 'prover-cli-t' \(0 to [12]\)")

    def tags(self):
        answer = call("curl", "-sS", "--cacert", self.site.ca, "-u", f"{USER}:{PASSWORD}",
                      f"https://{self.site.registry}/v2/team/provers/tags/list", check=True).json
        return answer.get("tags") or []

    def test_97_image(self):
        """A teardown that is only shown names the image that would go; one that keeps it, or is not let in, does not"""
        def subjects(*arguments):
            plan = self.workers("teardown", "--dry-run", "--output", "json", *arguments).json
            return [each["subject"] for each in plan["actions"]]
        image = f"image/{self.site.registry}/team/provers:client-v1"
        self.assertIn(image, subjects())
        self.assertNotIn(image, subjects("--keep-image"))
        # Who is not let in says so, and everything else would be done.
        refused = self.workers("teardown", "--dry-run", "--output", "json", IMAGE_AUTH_PASSWORD="wrong").json
        self.assertNotIn(image, [each["subject"] for each in refused["actions"]])
        self.assertIn("stays in its registry", refused["remarks"][0])
        self.assertEqual(self.tags(), ["client-v1"])

    def test_98_teardown(self):
        """Nothing is left of it, its image neither, and nothing else is gone"""
        self.workers("teardown")
        self.assertEqual(self.tags(), [])
        until("the namespace is as it was", lambda: self.site.objects(NAMESPACE) == self.before)
        place = json.loads(self.site.kubectl("get", "namespace", NAMESPACE, "-o", "json").out)
        self.assertNotIn("stage", place["metadata"].get("annotations", {}))
        self.assertIn("nothing to do", self.workers("teardown").out)

    def test_98_unwilling(self):
        """From a registry that does not delete the image stays, which is said with the cure, and all else goes"""
        self.site.serve_images(deletes=False)
        self.workers("deploy")
        self.assertEqual(self.tags(), ["client-v1"])
        torn = self.workers("teardown")
        self.assertIn("stays in its registry", torn.err)
        self.assertIn("status 405", torn.err)
        self.assertIn("DELETE /v2/team/provers/manifests/sha256:", torn.err)
        self.assertEqual(self.tags(), ["client-v1"])
        until("the namespace is as it was", lambda: self.site.objects(NAMESPACE) == self.before)

    def test_99_secrets(self):
        """No log has the password or the token"""
        for log in self.site.path.glob("*.log"):
            text = log.read_text(errors="replace")
            self.assertNotIn(PASSWORD, text, log)
            self.assertNotIn(self.variables["MUSTER_JOIN_TOKEN"], text, log)
