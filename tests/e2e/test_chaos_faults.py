"""The short form of ./dev chaos faults: whatever fails, a token that lives is handed out."""
import os
import re
import subprocess
import sys
import unittest

import closing
import harness

PATIENCE_SECONDS = 600


class ChaosFaults(unittest.TestCase):
    def test_every_fault_is_survived(self):
        # field.md pain 5, field.md pain 9, field.md pain 10, field.md pain 11
        ran = subprocess.run([sys.executable, harness.TOP / "chaos/faults.py", "--short"], text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=PATIENCE_SECONDS,
                             check=False, env=os.environ)
        self.assertEqual(ran.returncode, 0, ran.stdout)
        last = ran.stdout.splitlines()[-1]
        found = re.fullmatch(r"faults (\d+) survived (\d+)", last)
        self.assertTrue(found, ran.stdout)
        self.assertEqual(found[1], found[2])
        self.assertGreaterEqual(int(found[1]), 29)
        closing.line(f"chaos faults: {last}")


if __name__ == "__main__":
    unittest.main()
