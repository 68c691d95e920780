"""The pods of deploy/coordinator as podman runs them: the same images' programs, arguments, variables, users, modes of files."""

import os
import re
import shutil
import time
from pathlib import Path

import yaml

import places
from places import call

FOLDER = Path(__file__).resolve().parents[2] / "deploy/coordinator"
NAMES = "muster-postgres muster-coordinator muster-coordinator.muster.svc"


def objects(file):
    return {(each["kind"], each["metadata"]["name"]): each
            for each in yaml.safe_load_all((FOLDER / file).read_text()) if each}


def pod_of(file, name):
    return objects(file)["StatefulSet", name]["spec"]["template"]["spec"]


class Pods:
    """All share one network without a way out, in which the services' names lead to loopback."""

    def __init__(self, bench, secrets, configurations):
        """`secrets` and `configurations`: names to files, which are names to texts."""
        self.bench, self.folder = bench, bench.path / "pods"
        self.podman = ["podman", *map(str, bench.storage), "--cgroup-manager", "cgroupfs"]
        self.secrets, self.configurations = secrets, configurations
        self.folder.mkdir()
        (self.folder / "hosts").write_text(f"127.0.0.1 localhost {NAMES}\n")
        self.network, self.started = "none", []

    def load(self, archive):
        call(*self.podman, "load", "-i", archive, check=True)

    def hold_network(self, image):
        """Keeps the network while pods come and go."""
        self.start("network", "--entrypoint", "sleep", image, "infinity")
        self.network = "container:network"

    def start(self, name, *words):
        limits = ["--ulimit", "nofile=4096:4096", "--ulimit", "nproc=4096:4096"]
        done = call(*self.podman, "run", "--detach", "--name", name, "--network", self.network, *limits, *words)
        assert done.status == 0, done
        self.started.append(name)

    def _volume(self, pod, name, source, group):
        """A folder as kubelets make it: the group's; what comes from secrets is root's, and read by the group."""
        folder = self.folder / pod / name
        if folder.exists():
            return folder
        folder.mkdir(parents=True)
        files, mode = {}, 0o644
        if "secret" in source:
            files, mode = self.secrets[source["secret"]["secretName"]], source["secret"]["defaultMode"]
            files = {item["path"]: files[item["key"]] for item in source["secret"].get("items", [
                {"key": each, "path": each} for each in files])}
        elif "configMap" in source:
            files = self.configurations[source["configMap"]["name"]]
        for file, text in files.items():
            (folder / file).write_text(text)
            os.chown(folder / file, 0, group)
            os.chmod(folder / file, mode)
        os.chown(folder, 0, group)
        os.chmod(folder, 0o2775)
        return folder

    def run(self, pod, name, spec, container, image, waits=False):
        """Starts a container of a pod; `waits`: until it has ended well, and returns what it said."""
        context, own = spec["securityContext"], container["securityContext"]
        assert own["readOnlyRootFilesystem"] and own["capabilities"]["drop"] == ["ALL"], container["name"]
        sources = {each["name"]: each for each in spec["volumes"]}
        variables = {"POD_NAME": pod}
        for each in container.get("env", []):
            if "value" in each:
                variables[each["name"]] = self._filled(each["value"], variables)
            elif key := each["valueFrom"].get("secretKeyRef"):
                variables[each["name"]] = self.secrets[key["name"]][key["key"]]
        file = self.folder / f"{name}.env"
        file.write_text("".join(f"{key}={value}\n" for key, value in variables.items()))
        os.chmod(file, 0o600)
        command = ["--read-only", "--read-only-tmpfs=false", "--cap-drop", "all", "--security-opt", "no-new-privileges",
                   "--user", f"{context['runAsUser']}:{context['runAsGroup']}", "--env-file", file,
                   "-v", f"{self.folder}/hosts:/etc/hosts:ro"]
        for mount in container["volumeMounts"]:
            folder = self._volume(pod, mount["name"], sources.get(mount["name"], {}), context["fsGroup"])
            command += ["-v", f"{folder}:{mount['mountPath']}:{'ro' if mount.get('readOnly') else 'rw'}"]
        if program := container.get("command"):
            command += ["--entrypoint", program[0]]
        words = [*container.get("command", [])[1:], *container.get("args", [])]
        self.start(name, *command, image, *[self._filled(each, variables) for each in words])
        if waits:
            status = call(*self.podman, "wait", name, check=True).out.strip()
            said = self.logs(name)
            self.remove(name)
            assert status == "0", f"{name} ended with {status}: {said}"
            return said

    @staticmethod
    def _filled(text, variables):
        return re.sub(r"\$\((\w+)\)", lambda found: variables[found.group(1)], text)

    def execute(self, name, *words, status=0):
        done = call(*self.podman, "exec", name, *words)
        assert status is None or done.status == status, f"{done}\n{self.logs(name)}"
        return done

    def logs(self, name):
        done = call(*self.podman, "logs", name)
        return done.out + done.err

    def until(self, name, what, *words):
        """Waits until a command in a container ends well."""
        end = time.monotonic() + places.PATIENCE
        while (done := self.execute(name, *words, status=None)).status != 0:
            if time.monotonic() > end:
                raise AssertionError(f"after {places.PATIENCE} s still not: {what}\n{done}\n{self.logs(name)}")
            time.sleep(0.2)
        return done

    def remove(self, name):
        call(*self.podman, "rm", "--force", "--time", "1", name, check=True)
        self.started.remove(name)

    def close(self):
        for name in reversed(list(self.started)):
            self.remove(name)
        shutil.rmtree(self.folder, ignore_errors=True)


def postgres_image(bench, archive):
    """What the manifests ask of PostgreSQL's image, of this machine's files: a shell, the programs in PATH, a user 999."""
    home = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))[-1].parents[1]
    version = home.name
    (bench.path / "passwd").write_text("root:x:0:0:root:/:/bin/sh\npostgres:x:999:999:postgres:/:/bin/sh\n")
    words = [f"--program={home}/bin/{each}" for each in ("postgres", "initdb", "pg_ctl", "pg_isready", "psql")]
    words += [f"--program={os.path.realpath(shutil.which(each))}:/bin/{each}" for each in ("sh", "cat", "rm", "mv", "chmod", "sleep")]
    words += [f"--program={home}/lib/{each}.so" for each in ("dict_snowball", "plpgsql")]
    for each in (f"/usr/share/postgresql/{version}", "/usr/share/zoneinfo", "/usr/lib/locale/C.utf8", home / "lib"):
        words.append(f"--add={each}:{each}")
    done = bench.muster("build", *words, f"--add={bench.path}/passwd:/etc/passwd", f"--env=PATH=/bin:{home}/bin", "--to",
                        f"docker-archive:{archive}:localhost/postgres:1", secure=False)
    assert done.status == 0, done
