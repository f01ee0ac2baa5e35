"""The tools that say whether the tests are enough: a test that does not count must not look green."""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as xml

QUICK = True
TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tools"))
import tree_digest  # noqa: E402


class Directory(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.top = pathlib.Path(temporary.name)

    def write(self, name, *lines):
        path = self.top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(line + "\n" for line in lines))
        return path

    def command(self, *words, env=None):
        return subprocess.run([sys.executable, *map(str, words)], text=True, capture_output=True,
                              check=False, timeout=60, env=os.environ | (env or {}))


class CheckRules(Directory):
    def setUp(self):
        super().setUp()
        self.write("src/x/x_test.cc", "TEST(X, Works) {", "  // A-001", "}")
        self.rules("| A-001 | one | applies |", "| A-002 | two | waits for: more |")

    def rules(self, *rows):
        self.write("docs/oauth-rules.md", "# Rules", *rows)

    def results(self):
        self.write("build/test-results/unit-x.xml", "<testsuites><testsuite>",
                   '<testcase classname="X" name="Works" status="run"/>', "</testsuite></testsuites>")
        self.write("build/test-results/" + tree_digest.NAME, tree_digest.tree_digest(self.top))

    def check(self, ci="false"):
        done = self.command(TOP / "tools/check_rules", self.top, env={"CI": ci})
        return done.returncode, done.stdout

    def test_it_counts_what_ran_green(self):
        self.results()
        self.assertEqual(self.check(), (0, "oauth rules: 1 covered of 1 that apply so far\n"))
        self.assertEqual(self.check(ci="true")[0], 0)

    def test_without_results_it_says_so_and_fails_in_ci_alone(self):
        said = "oauth rules: not counted: run ./dev test first\n"
        self.assertEqual(self.check(), (0, said))
        self.assertEqual(self.check(ci="true"), (1, said))

    def test_results_of_another_tree_do_not_count(self):
        said = "oauth rules: not counted: results are of another tree: run ./dev test\n"
        for name, where in (("src/x/x.cc", "changed"), ("providers/new.json", "a new one")):
            with self.subTest(where):
                self.results()
                self.assertEqual(self.check()[0], 0)
                self.write(name, where)
                self.assertEqual(self.check(), (0, said))
                self.assertEqual(self.check(ci="true"), (1, said))
        self.results()
        (self.top / "build/test-results" / tree_digest.NAME).unlink()
        self.assertEqual(self.check(), (0, said))

    def test_a_rule_that_waits_and_is_named_is_an_error(self):
        self.rules("| A-001 | one | waits for: something |")
        code, said = self.check()
        self.assertEqual(code, 1)
        self.assertIn("X.Works names A-001, which waits", said)

    def test_a_row_that_cannot_be_read_is_an_error(self):
        for row in ("| A-01 | one | applies |", "| A-003 one", "| A-003 | one | applies",
                    "| A-0033 | one | applies |"):
            with self.subTest(row=row):
                self.rules("| A-001 | one | applies |", row)
                code, said = self.check()
                self.assertEqual(code, 1)
                self.assertIn("oauth-rules.md:3: this row cannot be read", said)

    def test_a_rule_that_applies_wants_a_test_that_ran_green(self):
        self.rules("| A-001 | one | applies |", "| A-003 | three | applies |")
        self.results()
        code, said = self.check()
        self.assertEqual(code, 1)
        self.assertIn("A-003 applies, but no test names it", said)


class CheckLayers(Directory):
    LINES = {"threads": "  std::thread worker_;", "environment": '  std::getenv("HOME");',
             "environ": "  auto** all = environ;", "libcurl": "#include <curl/curl.h>",
             "SQLite": "#include <sqlite3.h>", "OpenSSL": "#include <openssl/evp.h>",
             "another room": '#include "vault/actor.h"'}

    def check(self, room, line, name="x.cc"):
        path = self.write(f"src/{room}/{name}", "// A file.", line)
        done = self.command(TOP / "tools/check_layers", self.top)
        path.unlink()
        self.assertIn(done.returncode, (0, 1), done.stderr)
        self.assertEqual(done.returncode == 1, "x.cc:2" in done.stdout or "_test.cc:2" in done.stdout)
        return done.returncode == 0

    def setUp(self):
        super().setUp()
        rooms = ("app", "http", "storage", "audit", "crypto", "vault", "base")
        self.write("CMakeLists.txt", *(f"strongroom_room({room} base)" for room in rooms))
        self.rooms = rooms

    def test_each_room_may_only_do_what_is_its_own(self):
        may = {"threads": {"app", "http", "storage", "audit"}, "environment": {"app"},
               "environ": {"app"}, "libcurl": {"http"}, "SQLite": {"storage"},
               "OpenSSL": {"crypto", "http"}, "another room": {"vault"}}
        for what, line in self.LINES.items():
            with self.subTest(what):
                self.assertEqual({room for room in self.rooms if self.check(room, line)}, may[what])

    def test_tests_may_start_threads_but_not_use_the_libraries_of_other_rooms(self):
        self.assertTrue(self.check("vault", self.LINES["threads"], "x_test.cc"))
        self.assertTrue(self.check("vault", self.LINES["environment"], "testing/x.cc"))
        self.assertFalse(self.check("vault", self.LINES["SQLite"], "x_test.cc"))

    def test_words_in_texts_and_comments_do_nothing(self):
        for line in ("  // std::thread is for others", '  say("getenv");', "  std::thread::id who_;",
                     "  std::this_thread::yield();", "  int environment_ = 0;"):
            with self.subTest(line=line):
                self.assertTrue(self.check("vault", line))


class CheckDocLinks(Directory):
    PROGRAM = ("#!/bin/sh", 'case "$*" in',
               "--help) printf 'Subcommands:\\n  robot   robots\\n  serve   run it\\n' ;;",
               "'robot --help') printf 'Subcommands:\\n  show  one\\n' ;;",
               "'robot show --help') printf 'Options:\\n  --project P  where\\n  --url,--server U  which\\n' ;;",
               "*) printf 'Options:\\n  --data DIR  where\\n' ;;", "esac")

    def setUp(self):
        super().setUp()
        subprocess.run(["git", "init", "-q", self.top], check=True, timeout=60)
        self.program = self.write("build/program", *self.PROGRAM)
        self.program.chmod(0o755)
        self.write("docs/other.md", "# One thing", "## `two` things, or [three](#one-thing)", "## One thing")
        self.write("src/x.cc", 'log_.failed("It "', '            "went wrong.", e);')
        self.write("docs/operating.md", "`It went wrong.`")

    def check(self, *lines, program=True, ci="false"):
        """The exit code, and what is wrong."""
        self.write("docs/page.md", *lines)
        done = self.command(TOP / "tools/check_doc_links", self.top, *([self.program] if program else []), env={"CI": ci})
        self.assertEqual(done.stderr, "")
        return done.returncode, done.stdout.splitlines()[:-1]

    def assert_refused(self, line, why):
        self.assertEqual(self.check("x", line), (1, [f"docs/page.md:2: {why}"]), line)

    def test_what_is_there_may_be_named(self):
        for line in ("[a](other.md), ![b](../docs/other.md#one-thing), [c](other.md#one-thing-1 \"C\")",
                     "[d](other.md#two-things-or-three) [e](https://example.org/x.md) [f](../src) `src/x.cc` `src/*.cc`",
                     "`[g](nowhere.md)` `src/NAME`", "`strongroom robot show A --project P --server=S`",
                     "`strongroom robot|serve …`, `strongroom`, the program strongroom gone mad",
                     "`sudo -u strongroom strongroom serve --data x | sort --reverse`", "`apt remove strongroom --purge`"):
            with self.subTest(line):
                self.assertEqual(self.check(line), (0, []))

    def test_what_is_not_there_may_not(self):
        self.assert_refused("[a](gone.md)", "there is no docs/gone.md")
        self.assert_refused("[a](other.md#one)", "docs/other.md has no heading #one")
        self.assert_refused("[a](#page)", "docs/page.md has no heading #page")
        self.assert_refused("`src/y.cc`", "there is no src/y.cc")

    def test_commands_and_options_are_those_of_the_program(self):
        self.assert_refused("`strongroom robot paint A`", "strongroom robot has no command paint")
        self.assert_refused("`strongroom paint`", "strongroom has no command paint")
        self.assert_refused("`strongroom robot show A --colour red`", "strongroom robot show has no option --colour")
        self.assert_refused("`strongroom serve|robot paint`", "strongroom robot has no command paint")
        self.assert_refused("    sudo strongroom serve --project P", "strongroom serve has no option --project")
        block = ("```", "x=$(date)", "A=1 strongroom robot \\", "  show A --data x  # why", "```")
        self.assertEqual(self.check(*block), (1, ["docs/page.md:3: strongroom robot show has no option --data"]))

    def test_without_a_program_it_says_so_and_fails_in_ci_alone(self):
        self.assertEqual(self.check("`strongroom paint`", program=False), (0, []))
        self.assertEqual(self.check("x", program=False, ci="true")[0], 1)

    def test_each_message_of_the_log_has_a_place(self):
        self.write("docs/operating.md", "Nothing.")
        why = "src/x.cc:1: docs/operating.md says nothing of the log's message `It went wrong.`"
        self.assertEqual(self.check("x"), (1, [why]))
        self.write("docs/operating.md", "`It … wrong.`")
        self.assertEqual(self.check("x"), (0, []))


class RunSuite(Directory):
    """What run_suite.py makes of tests that are not simply green."""

    def run_suite(self, *body):
        suite = self.write("sample.py", "import unittest", "class Sample(unittest.TestCase):",
                           *("    " + line for line in body))
        done = self.command(TOP / "tests/e2e/run_suite.py", suite, self.top / "results.xml")
        cases = {case.get("name"): {child.tag for child in case}
                 for case in xml.parse(self.top / "results.xml").getroot().iter("testcase")}
        return done.returncode, cases

    def method(self, *lines, name="test_it"):
        return [f"def {name}(self):", *("    " + line for line in lines)]

    def test_a_green_test_is_green(self):
        self.assertEqual(self.run_suite(*self.method("pass")), (0, {"test_it": set()}))

    def test_a_skip_counts_as_failed_wherever_it_stands(self):
        skip = "self.skip" + 'Test("why")'  # in one piece it would be taken for one of ours
        in_part = self.method("with self.subTest(1): pass", "with self.subTest(2):", "    " + skip)
        self.assertEqual(self.run_suite(*self.method(skip)), (1, {"test_it": {"skipped"}}))
        self.assertEqual(self.run_suite(*in_part), (1, {"test_it": {"skipped"}}))
        code, cases = self.run_suite("@classmethod", "def setUpClass(cls):",
                                     "    raise unittest.SkipTest('why')", *self.method("pass"))
        self.assertEqual((code, [*cases.values()]), (1, [{"skipped"}]))

    def test_an_expected_failure_counts_as_failed_whether_it_comes_or_not(self):
        for line in ("self.fail()", "pass"):
            with self.subTest(line=line):
                self.assertEqual(self.run_suite("@unittest.expectedFailure", *self.method(line)),
                                 (1, {"test_it": {"failure"}}))

    def test_a_failed_part_fails_its_test_alone(self):
        code, cases = self.run_suite(
            *self.method("with self.subTest(1):", "    self.fail()", name="test_bad"),
            *self.method("pass", name="test_good"))
        self.assertEqual((code, cases), (1, {"test_bad": {"failure"}, "test_good": set()}))

    def test_closing_lines_come_with_the_results_of_a_failed_test_too(self):
        self.run_suite(*self.method("import closing", "closing.line('sizes: js 1')",
                                    "closing.line('sizes: js 2')", "closing.line('page: 3 of 4')", "self.fail()"))
        lines = xml.parse(self.top / "results.xml").getroot().iter("property")
        self.assertEqual([one.get("value") for one in lines if one.get("name") == "closing line"],
                         ["sizes: js 2", "page: 3 of 4"])


if __name__ == "__main__":
    unittest.main()
