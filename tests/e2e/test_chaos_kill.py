"""The short form of ./dev chaos kill: the server dies fifty times while tokens are refreshed, and none is lost."""
import os
import re
import subprocess
import sys
import unittest

import closing
import harness

PATIENCE_SECONDS = 600
LAST_LINE = r"lost_by_us (\d+) lost_in_flight (\d+) in_doubt_resolved (\d+) kills (\d+) refreshes (\d+)"


def chaos_kill(*options):
    """(exit code, everything that was said, the numbers of its last line)."""
    ran = subprocess.run([sys.executable, harness.TOP / "chaos/kill.py", *options], text=True,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=PATIENCE_SECONDS,
                         check=False, env=os.environ)
    found = re.search(LAST_LINE + r"\n?$", ran.stdout)
    return ran.returncode, ran.stdout, [int(number) for number in found.groups()] if found else None


class ChaosKill(unittest.TestCase):
    def test_no_refresh_token_is_lost_by_us_whenever_the_server_is_killed(self):
        # E20, field.md pain 1, field.md pain 3
        code, said, numbers = chaos_kill("--kills", "50")
        self.assertEqual(code, 0, said)
        self.assertTrue(numbers, said)
        lost_by_us, _, _, kills, refreshes = numbers
        self.assertEqual((lost_by_us, kills), (0, 50), said)
        self.assertGreater(refreshes, 400, "each of 200 clients is refreshed twice at least")
        traced = "places to be killed at" in said
        self.assertTrue(traced or "THIS MACHINE LETS NOBODY TRACE" in said, said)
        closing.line(f"chaos kill: {said.splitlines()[-1]}" + ("" if traced else " (none at a system call: nobody may trace here)"))

    def test_a_disk_that_lies_is_found_to_lose_tokens(self):
        code, said, numbers = chaos_kill("--kills", "12", "--clients", "20", "--sabotage")
        self.assertEqual(code, 1, said)
        self.assertGreater(numbers[0], 0, said)
        self.assertIn("the journal did not even have what was sent", said)


if __name__ == "__main__":
    unittest.main()
