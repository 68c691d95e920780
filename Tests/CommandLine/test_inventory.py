"""Secrets given on the command line, and what others on the machine see of them."""

import os
import subprocess
import tempfile
import unittest
from pathlib import Path

import program


class Secrets(unittest.TestCase):
    def test_list_of_processes(self):
        """`inventory show --extra-vars ansible_sudo_pass=…` is overwritten in the list of processes before it reads anything"""
        with tempfile.TemporaryDirectory() as folder:
            pipe = f"{folder}/inv.toml"
            os.mkfifo(pipe)
            # Open before the program starts, which would otherwise find a pipe without a writer, an empty inventory.
            with open(pipe, "r+b", buffering=0) as inventory:
                running = subprocess.Popen(
                    [program.MUSTER, "inventory", "show", pipe, "-e", "ansible_sudo_pass=canary", "--extra-vars=token=canary"],
                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=program.environment())
                try:
                    arguments = Path(f"/proc/{running.pid}/cmdline")
                    program.until("the secrets are gone", lambda: self.is_wiped(arguments.read_bytes()))
                    self.assertIn(b"inventory\0show\0", arguments.read_bytes())
                    self.assertIsNone(running.poll(), "it has not waited for the inventory")
                    inventory.write(b"h\n")
                    # The program must have it open before this end is closed, or the line is lost.
                    program.until("the inventory is open", lambda: self.has_open(running.pid, pipe))
                    inventory.close()
                    out, err = running.communicate(timeout=program.PATIENCE)
                finally:
                    running.kill()
                    running.wait()
        self.assertEqual(running.returncode, 0, err)
        self.assertIn(b"<redacted>", out)
        self.assertNotIn(b"canary", out + err)

    @staticmethod
    def is_wiped(arguments):
        return b"***" in arguments and b"canary" not in arguments

    @staticmethod
    def has_open(process, path):
        for file in Path(f"/proc/{process}/fd").iterdir():
            try:
                if os.readlink(file) == path:
                    return True
            except FileNotFoundError:
                continue
        return False
