"""The coordinator's image, and the pods of deploy/coordinator that run from it with a real PostgreSQL."""

import os
import unittest

import coordinator_pod
import places
from coordinator_pod import FOLDER, Pods, objects, pod_of
from places import call

PASSWORD = "canary-password-of-the-database"
COORDINATOR, POSTGRES = "muster-coordinator-0", "muster-postgres-0"


class CoordinatorImage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.bench = places.bench()
        cls.folder = cls.bench.path / cls.__name__
        cls.folder.mkdir()
        at = lambda name: cls.folder / name  # noqa: E731
        # As docs/images.md and docs/kubernetes-coordinator.md say it.
        os.chdir(FOLDER.parents[1])
        cls.built = cls.bench.muster(
            "build", "-f", "deploy/coordinator/image/recipe.yaml", "--program", f"{places.MUSTER}:/usr/bin/muster", "--program",
            f"/usr/lib/{os.uname().machine}-linux-gnu/libpq.so.5", "--to",
            f"docker-archive:{at('coordinator.tar')}:localhost/coordinator:1", secure=False)
        assert cls.built.status == 0, cls.built
        coordinator_pod.postgres_image(cls.bench, at("postgres.tar"))
        call(places.MUSTER, "coordinator", "init", "--state", at("authority"), "--name", "muster-coordinator", check=True)
        call("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3650",
             "-subj", "/CN=muster-postgres", "-addext", "subjectAltName=DNS:muster-postgres", "-keyout", at("tls.key"), "-out",
             at("tls.crt"), check=True)
        text = lambda name: at(name).read_text()  # noqa: E731
        files = objects("coordinator.yaml")["ConfigMap", "muster-coordinator"]["data"]
        # A program that the image has, so that a task can be done.
        files = {name: each.replace("block: {verifier: none}", "block: {verifier: none, executor: [/usr/bin/muster, --version]}")
                 for name, each in files.items()}
        cls.secrets = {
            "muster-authority": {name: text(f"authority/trust/{name}") for name in ("ca.pem", "ca.key")},
            "muster-postgres-tls": {name: text(name) for name in ("tls.crt", "tls.key")},
            "muster-store": {
                "password": PASSWORD, "ca.crt": text("tls.crt"),
                "store": "postgres://muster@muster-postgres/muster?sslmode=verify-full&sslrootcert=/etc/muster-store/ca.crt"}}
        cls.pods = Pods(cls.bench, cls.secrets, {
            "muster-coordinator": files,
            "muster-postgres": objects("postgres.yaml")["ConfigMap", "muster-postgres"]["data"]})
        cls.addClassCleanup(cls.pods.close)
        for name in ("coordinator", "postgres"):
            cls.pods.load(at(f"{name}.tar"))
        cls.pods.hold_network("localhost/postgres:1")

    def start(self, pod, file, name, image):
        spec = pod_of(file, name)
        said = "".join(self.pods.run(pod, f"{pod}-init", spec, each, image, waits=True) for each in spec["initContainers"])
        self.pods.run(pod, pod, spec, spec["containers"][0], image)
        return said

    def start_postgres(self):
        said = self.start(POSTGRES, "postgres.yaml", "muster-postgres", "localhost/postgres:1")
        self.assertNotIn(PASSWORD, said)
        container = pod_of("postgres.yaml", "muster-postgres")["containers"][0]
        self.pods.until(POSTGRES, "PostgreSQL is ready", *container["readinessProbe"]["exec"]["command"])

    def start_coordinator(self):
        self.start(COORDINATOR, "coordinator.yaml", "muster-coordinator", "localhost/coordinator:1")
        self.pods.until(COORDINATOR, "the coordinator answers", "muster", "coordinator", "status")

    def probe(self, name):
        """What a kubelet asks."""
        spec = pod_of("coordinator.yaml", "muster-coordinator")["containers"][0]
        asked = spec[name]["httpGet"]
        port = {each["name"]: each["containerPort"] for each in spec["ports"]}[asked["port"]]
        process = call(*self.pods.podman, "inspect", "--format", "{{.State.Pid}}", "network", check=True).out.strip()
        return call("nsenter", "-t", process, "-n", "curl", "--silent", "--insecure", "--max-time", "20", "--write-out",
                    " %{http_code}", f"{asked['scheme'].lower()}://127.0.0.1:{port}{asked['path']}").out

    def muster(self, *words):
        return self.pods.execute(COORDINATOR, "muster", *words).out.strip()

    def start_worker(self, token):
        folder = self.folder / "worker"
        folder.mkdir()
        (folder / "token").write_text(token)
        for each in (folder, folder / "token"):
            os.chown(each, 65534, 65534)
            os.chmod(each, 0o700)
        self.pods.start("worker", "-v", f"{folder}:/worker", "-v", f"{self.pods.folder}/hosts:/etc/hosts:ro",
                        "localhost/coordinator:1", "worker", "run", "--state", "/worker/state", "--join-token-file", "/worker/token",
                        "--coordinator", "muster-coordinator.muster.svc:50055", "--kinds", "block", "--accept-kinds")

    def test_whole(self):
        """deploy/coordinator: its pods make their database, take the authority from a Secret, have a task done, and keep all over restarts"""
        self.start_postgres()
        self.start_coordinator()
        self.assertEqual((self.probe("readinessProbe"), self.probe("livenessProbe")), ("ready\n 200", "ok\n 200"))
        # Over TLS, as a role that may do no more than it has to.
        said = self.pods.execute(POSTGRES, "psql", "-U", "postgres", "-Atc", "select distinct usename, usesuper, ssl from "
                                 "pg_stat_activity join pg_stat_ssl using (pid) join pg_user using (usename) "
                                 "where client_addr is not null").out
        self.assertEqual(said, "muster|f|t\n")
        task = self.muster("submit", "--kind", "block", "--input", "1", "--output", "quiet")
        token = self.muster("token", "create", "--role", "worker")

        call(*self.pods.podman, "stop", "--time", "30", COORDINATOR, check=True)
        logs = self.pods.logs(COORDINATOR)
        self.pods.remove(COORDINATOR)
        call(*self.pods.podman, "kill", POSTGRES, check=True)
        self.pods.remove(POSTGRES)
        self.start_postgres()
        self.start_coordinator()
        trust = self.pods.folder / COORDINATOR / "state/trust"
        self.assertEqual((trust / "ca.pem").read_text(), self.secrets["muster-authority"]["ca.pem"])
        self.assertEqual(os.stat(trust / "ca.key").st_mode & 0o777, 0o600)
        self.start_worker(token)
        self.muster("task", "wait", task)
        self.assertIn("muster", self.muster("task", "result", task))

        # Without its database it is not ready, and is not to be started again.
        call(*self.pods.podman, "exec", POSTGRES, *pod_of("postgres.yaml", "muster-postgres")["containers"][0]["lifecycle"][
            "preStop"]["exec"]["command"])
        places.until("the coordinator notices", lambda: self.probe("readinessProbe").endswith(" 503"))
        self.assertEqual(self.probe("livenessProbe"), "ok\n 200")
        logs += "".join(map(self.pods.logs, (POSTGRES, COORDINATOR, "worker")))
        for secret in (PASSWORD, token, *self.secrets["muster-authority"]["ca.key"].splitlines()[1:-1]):
            self.assertNotIn(secret, logs)
