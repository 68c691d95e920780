"""What the tests have in common."""

import unittest

from backend.processes import until
from support.clients import Prover

# A look at the table every half second, on a machine that has other things to do.
SOON = 5


class BackendCase(unittest.TestCase):
    maxDiff = 3000

    def prover(self, coordinator, name):
        prover = Prover(coordinator, name)
        self.addCleanup(prover.close)
        return prover

    def handed(self, prover, circuit="block"):
        """Polls until there is a task."""
        return until(lambda: prover.poll_or_none(circuit), f"{prover.name} is handed a task of {circuit}", SOON)

    def session(self, database):
        session = database.session()
        self.addCleanup(session.close)
        return session
