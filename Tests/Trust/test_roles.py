"""What each role may call, and what a worker's certificate binds it to."""

import tempfile
import unittest
from pathlib import Path

import grpc
import muster_pb2 as pb
from grpc import StatusCode
from support.certificates import make_identity
from support.clients import PATIENCE, Stream, User, hello, refusal
from support.cluster import Cluster, ClusterCase

ROLES = ["worker", "submit", "read", "admin"]
PEOPLE, SUBMITTERS, ADMINS = {"submit", "read", "admin"}, {"submit", "admin"}, {"admin"}
# Which roles may make a call.
CALLS = {
    "GetStatus": (pb.GetStatusRequest(), set(ROLES)),
    "SubmitTasks": (pb.SubmitTasksRequest(), SUBMITTERS),
    "GetTask": (pb.GetTaskRequest(id="no-such"), PEOPLE),
    "CountTasks": (pb.CountTasksRequest(), PEOPLE),
    "CancelTasks": (pb.TaskIdsRequest(ids=["no-such"]), SUBMITTERS),
    "RetryTasks": (pb.TaskIdsRequest(ids=["no-such"]), SUBMITTERS),
    "AdoptRows": (pb.AdoptRowsRequest(), ADMINS),
    "ListWorkers": (pb.ListWorkersRequest(), PEOPLE),
    "DrainWorker": (pb.WorkerRequest(name="no-such"), ADMINS),
    "ResumeWorker": (pb.WorkerRequest(name="no-such"), ADMINS),
    "ListKinds": (pb.ListKindsRequest(), PEOPLE),
    "WhoAmI": (pb.WhoAmIRequest(), set(ROLES)),
    "CreateToken": (pb.CreateTokenRequest(role="read", uses=1, lifetime_milliseconds=60_000), ADMINS),
    "ListTokens": (pb.ListTokensRequest(), ADMINS),
    "RevokeToken": (pb.TokenRequest(id="no-such"), ADMINS),
    "ListSubjects": (pb.ListSubjectsRequest(), ADMINS),
    "RevokeSubject": (pb.RevokeSubjectRequest(name="no-such"), ADMINS),
}
STREAMED = {
    "ListTasks": (pb.ListTasksRequest(), PEOPLE),
    "ReadResult": (pb.ReadResultRequest(id="no-such"), PEOPLE),
    "ReadInput": (pb.ReadResultRequest(id="no-such"), PEOPLE),
    "ReadLogs": (pb.ReadLogsRequest(id="no-such"), PEOPLE),
}


def setUpModule():
    global cluster, folder
    cluster = Cluster()
    unittest.addModuleCleanup(cluster.close)
    folder = Path(tempfile.mkdtemp())


def identity(name, *uris):
    return make_identity(folder / name, cluster.trust, cluster.trust / "ca.pem", name, uris=uris)


class RoleTests(ClusterCase, unittest.TestCase):
    def user(self, name, *uris):
        user = User(cluster.address, identity(name, *uris))
        self.addCleanup(user.close)
        return user

    def test_every_call_by_every_role(self):
        for role in ROLES:
            user = self.user(f"is-{role}", f"urn:muster:role:{role}")
            calls = {**CALLS, **STREAMED, "FollowTasks": (None, PEOPLE), "Work": (None, {"worker"})}
            for name, (request, roles) in calls.items():
                with self.subTest(role=role, call=name):
                    error = self.answer(user, name, request)
                    if role in roles:
                        self.assertNotIn("it takes the role", error[1] if error else "", error)
                        self.assertNotEqual(error and error[0], StatusCode.UNAUTHENTICATED)
                    else:
                        self.assertEqual(error[0], StatusCode.PERMISSION_DENIED, error)
                        who = "worker" if role == "worker" else "user"
                        self.assertTrue(error[1].startswith(f"{who} 'is-{role}'"), error)
                        self.assertIn(f"may not call {name}: it takes the role", error[1])
                        self.assertIn("ask an administrator for a token of that role", error[1])
        self.assertGreater(cluster.refused("wrong_role"), 20)
        self.assertTrue(cluster.refusals_logged("wrong_role"))

    def answer(self, user, name, request):
        """The status and the sentence; None where all is well."""
        stub = user.trust if hasattr(user.trust, name) else user.tasks
        try:
            if request is None:
                stream = Stream(getattr(stub, name))
                stream.end()
                stream.rest()
            else:
                answer = getattr(stub, name)(request, timeout=PATIENCE)
                if name in STREAMED:
                    list(answer)
        except grpc.RpcError as error:
            return error.code(), error.details()
        return None

    def test_the_program_says_it_too(self):
        with self.refusing(cluster, "wrong_role"):
            said = cluster.folder.call(
                "token", "create", "--coordinator", cluster.address, "--identity", str(cluster.login("reads", "read")))
        self.assertEqual(
            said.sentence,
            "user 'reads' (read) may not call CreateToken: it takes the role admin; ask an administrator for a token "
            "of that role")

    def test_who_only_reads_follows_and_hands_in_nothing(self):
        reader = self.user("follower", "urn:muster:role:read")
        stream = reader.follow(submit=[pb.TaskSpec(id="read-only", kind="echo", input=b"1")])
        with refusal(self, StatusCode.PERMISSION_DENIED) as words:
            stream.next()
        self.assertIn("may follow tasks and not hand in any", words[0])
        with refusal(self, StatusCode.NOT_FOUND):
            reader.task("read-only")

    def test_an_unknown_call(self):
        user = self.user("asks", "urn:muster:role:admin")
        call = user.channel.unary_unary("/muster.v1.Muster/NoSuch")
        with refusal(self, StatusCode.UNIMPLEMENTED):
            call(b"", timeout=PATIENCE)


class WorkerTests(ClusterCase, unittest.TestCase):
    def greet(self, name, *kinds, kinds_allowed=(), certificate="self"):
        uris = ["urn:muster:role:worker", *(f"urn:muster:kind:{kind}" for kind in kinds_allowed)]
        user = User(cluster.address, identity(certificate, *uris))
        self.addCleanup(user.close)
        stream = Stream(user.tasks.Work)
        self.addCleanup(stream.cancel)
        stream.send(hello(name, *kinds))
        return stream.next()

    def test_it_speaks_for_itself(self):
        self.assertTrue(self.greet("self", "echo").HasField("welcome"))

    def test_it_does_not_speak_for_another(self):
        with self.refusing(cluster, "not_itself", "it calls itself 'another'"):
            with refusal(self, StatusCode.PERMISSION_DENIED) as words:
                self.greet("another", "echo", certificate="one")
        self.assertEqual(
            words,
            ["the certificate is that of worker 'one', and it calls itself 'another'; leave --name out, or join under "
             "that name"])

    def test_it_serves_the_kinds_of_its_token_only(self):
        with refusal(self, StatusCode.PERMISSION_DENIED) as words:
            self.greet("bound", "echo", "other", kinds_allowed=["echo"], certificate="bound")
        self.assertEqual(
            words,
            ["worker 'bound' may serve echo only, as its token said, and offers 'other'; start it with --kinds echo"])

    def test_the_program_is_refused_and_ends(self):
        place = cluster.join("program", "--kinds", "echo")
        self.addCleanup(place.close)
        said = place.call("worker", "run", status=1)
        self.assertIn("may serve echo only, as its token said, and offers 'other'; start it with", said.err)
        self.assertEqual(len(said.err.splitlines()), 1, said)
        said = place.call("worker", "run", "--kinds", "echo", "--name", "someone", status=1)
        self.assertIn("the certificate is that of worker 'program', and it calls itself 'someone'", said.err)


class SubmitterTests(ClusterCase, unittest.TestCase):
    def test_a_kind_that_his_token_does_not_allow(self):
        bound = cluster.login("bound-user", "submit", "--kinds", "echo")
        user = User(cluster.address, bound)
        self.addCleanup(user.close)
        self.assertFalse(user.submit("echo", "bound-1").HasField("problem"))
        problem = user.submit("other", "bound-2").problem
        self.assertEqual(problem.code, "kind_not_allowed")
        self.assertIn("may hand in tasks of echo only, and 'other' is none of them", problem.message)
        said = cluster.folder.call(
            "submit", "--kind", "other", "--input", "1", "--coordinator", cluster.address, "--identity", str(bound))
        self.assertIn("ask an administrator for a token with that kind", said.sentence)

    def test_a_label_of_the_coordinators(self):
        for role in ("submit", "admin"):
            user = User(cluster.address, identity(f"labels-{role}", f"urn:muster:role:{role}"))
            self.addCleanup(user.close)
            for label in ("muster.namespace", "muster.anything"):
                problem = user.submit("echo", f"label-{role}", labels={label: "other"}).problem
                self.assertEqual(problem.code, "bad_labels")
                self.assertIn(f"has the label '{label}'", problem.message)
                self.assertIn("give it another name", problem.message)
