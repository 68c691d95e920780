"""The original protocol as its clients use it: register, poll, submit, and everything that can be wrong with that."""

import re
import time
import unittest

from grpc import StatusCode
from support.clients import Prover, User, refusal
from support.coordinator import Coordinator

VERIFIED = ["plain", "bad", "malformed", "replay", "Case", "foreign", "again", "aside", "over", "large"]
CONFIGURATION = "maxResult: 90MiB\nkinds:\n" + "".join(
    f'  {kind}:\n    verifier: [./verify, "{{input}}", "{{result}}"]\n' for kind in VERIFIED
) + "  closed: {}\n  open:\n    verifier: none\n"
SMALL = 'compatMaxMessage: 64KiB\nmaxResult: 1MiB\nkinds:\n  over:\n    verifier: [./verify, "{input}", "{result}"]\n'


def setUpModule():
    global coordinator, small
    coordinator = Coordinator(CONFIGURATION)
    unittest.addModuleCleanup(coordinator.stop)
    small = Coordinator(SMALL)
    unittest.addModuleCleanup(small.stop)


class OriginalCase(unittest.TestCase):
    def prover(self, name=None, at=None):
        prover = Prover(at or coordinator, name)
        self.addCleanup(prover.close)
        return prover

    def user(self, at=None):
        user = User(at or coordinator)
        self.addCleanup(user.close)
        return user


class ProofTests(OriginalCase):
    def test_register_names_the_prover_by_host_and_time(self):
        before = int(time.time() * 1000)
        name = self.prover().register("gpu-box")
        match = re.fullmatch(r"gpu-box-(\d+)", name)
        self.assertTrue(match, name)
        self.assertTrue(before - 1000 <= int(match[1]) <= int(time.time() * 1000) + 1000, name)

    def test_from_no_work_to_a_valid_proof(self):
        prover, user = self.prover(), self.user()
        with refusal(self, StatusCode.RESOURCE_EXHAUSTED) as words:
            prover.poll("plain")
        self.assertEqual(words, ["no task of circuit 'plain' is ready"])
        user.submit("plain", {"plain-1": b'{"x": 3}'})
        task = prover.poll("plain")
        self.assertEqual((task.id, task.circuit, task.input), ("plain-1", "plain", b'{"x": 3}'))
        self.assertFalse(task.HasField("output"))
        self.assertIs(prover.submit(task.id, "plain", b'p{"x": 3}'), True)
        summary = user.task(task.id).summary
        self.assertEqual((user.state(task.id), summary.worker, summary.late), ("done", prover.name, False))
        self.assertEqual(user.result(task.id), b'p{"x": 3}')
        self.assertIsNone(prover.poll_or_none("plain"))

    def test_after_a_bad_proof_the_prover_keeps_the_task_and_may_submit_again(self):
        prover, other, user = self.prover(), self.prover("bad-other"), self.user()
        user.submit("bad", {"bad-1": b"one"})
        task = prover.poll("bad")
        self.assertIs(prover.submit(task.id, "bad", b"p-two"), False)
        self.assertEqual((user.state(task.id), user.task(task.id).summary.worker), ("running", prover.name))
        self.assertIsNone(other.poll_or_none("bad"))
        self.assertIs(prover.submit(task.id, "bad", b"pone"), True)
        self.assertEqual(user.result(task.id), b"pone")

    def test_malformed_proofs_are_invalid_and_no_error(self):
        user = self.user()
        huge = b"\xff" * (20 << 20)
        proofs = [b"", b"\x00", b"\xff\xfe\x80 not text", bytes(range(256)) * 8, b"p" + b"one" * 100, huge]
        user.submit("malformed", {f"malformed-{n}": b"one" for n in range(len(proofs))})
        for number, proof in enumerate(proofs):
            with self.subTest(size=len(proof)):
                prover = self.prover(f"malformed-{number}")
                task = prover.poll("malformed")
                self.assertIs(prover.submit(task.id, "malformed", proof), False)
                self.assertIs(prover.submit(task.id, "malformed", b"pone"), True)

    def test_a_proof_of_another_task_is_invalid(self):
        prover, user = self.prover(), self.user()
        user.submit("replay", {"replay-1": b"one", "replay-2": b"two"})
        first, second = prover.poll("replay"), prover.poll("replay")
        self.assertIs(prover.submit(first.id, "replay", b"p" + first.input), True)
        self.assertIs(prover.submit(second.id, "replay", b"p" + first.input), False)
        self.assertEqual(user.state(second.id), "running")
        self.assertIs(prover.submit(second.id, "replay", b"p" + second.input), True)

    def test_circuit_names_match_whatever_their_case(self):
        prover, user = self.prover(), self.user()
        user.submit("Case", {"case-1": b"one"})
        task = prover.poll("cASE")
        self.assertEqual((task.id, task.circuit), ("case-1", "cASE"))
        self.assertIs(prover.submit(task.id, "CASE", b"pone"), True)
        self.assertEqual(user.state(task.id), "done")

    def test_the_committed_proof_again_is_valid_and_another_is_not(self):
        prover, user = self.prover(), self.user()
        user.submit("again", {"again-1": b"one"})
        task = prover.poll("again")
        self.assertIs(prover.submit(task.id, "again", b"pone"), True)
        self.assertIs(prover.submit(task.id, "again", b"pone"), True)
        self.assertIs(prover.submit(task.id, "again", b"junk"), False)
        self.assertEqual((user.state(task.id), user.result(task.id)), ("done", b"pone"))


class RefusalTests(OriginalCase):
    def test_an_unknown_circuit_is_named(self):
        prover = self.prover()
        for call in (lambda: prover.poll("blok"), lambda: prover.submit("t", "blok", b"")):
            with refusal(self, StatusCode.INVALID_ARGUMENT) as words:
                call()
            self.assertIn("unknown circuit 'blok'", words[0])
            self.assertIn("plain", words[0])

    def test_a_prover_needs_a_name(self):
        prover = self.prover("x")
        for name in ("", "n" * 257):
            prover.name = name
            with refusal(self, StatusCode.INVALID_ARGUMENT) as words:
                prover.poll("plain")
            self.assertIn("prover_id", words[0])

    def test_who_was_not_handed_the_task_may_not_submit(self):
        prover, other, user = self.prover("mine"), self.prover("theirs"), self.user()
        user.submit("foreign", {"foreign-1": b"one"})
        task = prover.poll("foreign")
        for id in (task.id, "no-such-task", "no id / at all", ""):
            with refusal(self, StatusCode.PERMISSION_DENIED) as words:
                other.submit(id, "foreign", b"pone")
            self.assertEqual(words, [f"task '{id}' was not handed to prover 'theirs' for circuit 'foreign'"])
        with refusal(self, StatusCode.PERMISSION_DENIED):
            prover.submit(task.id, "plain", b"pone")
        self.assertIs(prover.submit(task.id, "foreign", b"pone"), True)

    def test_a_kind_without_verifier_is_refused(self):
        self.user().submit("closed", {"closed-1": b"one"})
        with refusal(self, StatusCode.FAILED_PRECONDITION) as words:
            self.prover().poll("closed")
        self.assertEqual(
            words,
            ["the kind 'closed' has no verifier; give it one in the coordinator's file, or write 'verifier: none' "
             "there to take proofs unverified"])

    def test_verifier_none_takes_any_proof(self):
        prover, user = self.prover(), self.user()
        user.submit("open", {"open-1": b"one"})
        self.assertIs(prover.submit(prover.poll("open").id, "open", b"\xffanything"), True)
        self.assertEqual(user.result("open-1"), b"\xffanything")

    def test_two_invalid_proofs_set_a_prover_aside_until_it_is_resumed(self):
        cheat, honest, user = self.prover("cheat-1"), self.prover("honest-1"), self.user()
        user.submit("aside", {f"aside-{n}": b"one" for n in range(4)})
        for _ in range(2):
            self.assertIs(cheat.submit(cheat.poll("aside").id, "aside", b"junk"), False)
        with refusal(self, StatusCode.RESOURCE_EXHAUSTED):
            cheat.poll("aside")
        self.assertEqual([entry.kind for entry in user.workers()["cheat-1"].set_aside], ["aside"])
        self.assertEqual(honest.poll("aside").id, "aside-2")
        # Another circuit is another matter.
        user.submit("plain", {"aside-plain": b"one"})
        self.assertIs(cheat.submit(cheat.poll("plain").id, "plain", b"pone"), True)
        coordinator.command("worker", "resume", "cheat-1")
        task = cheat.poll("aside")
        self.assertEqual(task.id, "aside-3")
        self.assertIs(cheat.submit(task.id, "aside", b"pone"), True)


class SizeTests(OriginalCase):
    def test_an_input_over_the_message_size_is_not_handed_out_and_why_says_so(self):
        prover, user = self.prover(at=small), self.user(at=small)
        user.submit("over", {"over-1": b"x" * (64 << 10), "over-2": b"x" * (63 << 10)})
        task = prover.poll("over")
        self.assertEqual(task.id, "over-2")
        with refusal(self, StatusCode.RESOURCE_EXHAUSTED) as words:
            prover.poll("over")
        self.assertEqual(words, ["no task of circuit 'over' is ready"])
        self.assertEqual(user.state("over-1"), "queued")
        why = small.command("task", "why", "over-1")
        self.assertIn("compatMaxMessage is 65536 bytes", why)

    def test_a_proof_within_a_large_maxResult_reaches_the_verifier(self):
        prover, user = self.prover(), self.user()
        user.submit("large", {"large-2": b"one"}, priority=1)
        task = prover.poll("large")
        self.assertIs(prover.submit(task.id, "large", bytes(85 << 20)), False)
        self.assertIs(prover.submit(task.id, "large", b"pone"), True)

    def test_a_proof_over_the_largest_result_is_refused_with_both_sizes(self):
        prover, user = self.prover(at=small), self.user(at=small)
        user.submit("over", {"size-1": b"one"}, priority=1)
        task = prover.poll("over")
        with refusal(self, StatusCode.INVALID_ARGUMENT) as words:
            prover.submit(task.id, "over", b"x" * ((1 << 20) + 1))
        self.assertEqual(words, ["the proof has 1048577 bytes and the limit is 1048576"])
        self.assertIs(prover.submit(task.id, "over", b"pone"), True)

    def test_a_client_with_the_default_limits_gets_nearly_four_megabytes(self):
        prover, user = self.prover(), self.user()
        input = bytes(range(256)) * (3_900_000 // 256)
        user.submit("large", {"large-1": input})
        task = prover.poll("large")
        self.assertTrue(task.input == input)
        self.assertIs(prover.submit(task.id, "large", b"p" + input), True)
        self.assertTrue(user.result(task.id) == b"p" + input)
