#!/usr/bin/env python3
"""Runs the tests that ./dev test has built, and ends with one line: N passed, N failed.

    run.py [--quick] [--build PRESET] [FILTER]

Each room's unit tests (build/release/ROOM_tests), the fuzz targets on their corpus, then the
end-to-end tests (tests/e2e/test_*.py) against build/release/strongroom; with --build all of them as
that preset has built them, such as asan. Every suite leaves its
results as JUnit XML in build/test-results/, with a digest of what was tested; an end-to-end file may
have lines of its own before the totals (tests/e2e/closing.py). A skipped or disabled test counts as
failed, and so does a suite that crashes, hangs or runs no test. A suite in a browser that failed
is run once more when all others are done, and the totals say so: a browser on a busy machine may lose a
click, and what fails twice is a defect.
"""
import argparse
import concurrent.futures
import dataclasses
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as xml

TOP = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP / "tools"))
import tree_digest  # noqa: E402

UNIT_SECONDS = 600
LONGEST = "vault"
END_TO_END_SECONDS = 900
MOST_RUN_AGAIN = 3  # more are no accident
SANITIZED_SECONDS = 3600  # whatever is watched at each step takes several times as long


@dataclasses.dataclass
class Suite:
    """One process to run. `results` is the JUnit XML that it must leave behind."""
    name: str
    command: list
    results: pathlib.Path
    patience: int
    may_be_empty: bool  # where a filter may have left nothing of it


@dataclasses.dataclass
class Outcome:
    name: str
    passed: int = 0
    failures: list = dataclasses.field(default_factory=list)  # names of tests, or what went wrong
    closing_lines: list = dataclasses.field(default_factory=list)
    output: str = ""
    seconds: float = 0


def rooms():
    """The rooms that have tests, whether their binary was built or not."""
    names = re.findall(r"^strongroom_room\((\w+)", (TOP / "CMakeLists.txt").read_text(), re.M)
    return [name for name in names if any((TOP / "src" / name).glob("*_test.cc"))]


def unit_suites(results, text, built, patience):
    for room in rooms():
        report = results / f"unit-{room}.xml"
        command = [built / f"{room}_tests", f"--gtest_output=xml:{report}", "--gtest_brief=1"]
        if text:
            command.append(f"--gtest_filter=*{text}*")
        yield Suite(room, command, report, patience or UNIT_SECONDS, bool(text))


def end_to_end_suites(results, text, quick, patience):
    for path in sorted((TOP / "tests/e2e").glob("test_*.py")):
        if quick and not re.search(r"^QUICK = True", path.read_text(), re.M):
            continue
        report = results / f"e2e-{path.stem[5:]}.xml"
        command = [sys.executable, path.parent / "run_suite.py", path, report]
        yield Suite("e2e " + path.stem[5:], command + ([text] if text else []), report,
                    patience or END_TO_END_SECONDS, bool(text))


def fuzz_suites(results, text, built):
    """fuzz/corpus/NAME is what build/release/fuzz/NAME once choked on, and seeds."""
    for corpus in sorted((TOP / "fuzz/corpus").glob("*/")):
        if text and text not in corpus.name:
            continue
        report = results / f"fuzz-{corpus.name}.xml"
        yield Suite("fuzz " + corpus.name, [built / "fuzz" / corpus.name, corpus], report,
                    UNIT_SECONDS, False)


def read_results(path, outcome):
    root = xml.parse(path).getroot()
    outcome.closing_lines = [one.get("value") for one in root.iter("property")
                             if one.get("name") == "closing line"]
    for case in root.iter("testcase"):
        name = f"{case.get('classname')}.{case.get('name')}"
        if case.find("failure") is not None or case.find("error") is not None:
            outcome.failures.append(name)
        elif case.find("skipped") is not None:
            outcome.failures.append(name + " (skipped)")
        elif case.get("status") == "notrun":
            outcome.failures.append(name + " (disabled)")
        else:
            outcome.passed += 1


def write_result(path, name, failed):
    """For suites that are one test and do not write XML themselves."""
    root = xml.Element("testsuites")
    case = xml.SubElement(xml.SubElement(root, "testsuite", name="fuzz"), "testcase",
                          classname="fuzz", name=name, status="run")
    if failed:
        xml.SubElement(case, "failure")
    xml.ElementTree(root).write(path)


def run_process(suite):
    """Answers (exit code, output); the code is None after a time-out."""
    process = subprocess.Popen(suite.command, cwd=TOP, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               start_new_session=True)
    try:
        output, _ = process.communicate(timeout=suite.patience)
        return process.returncode, output.decode("utf-8", "replace")
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
        return None, output.decode("utf-8", "replace")


def run(suite):
    outcome = Outcome(suite.name)
    suite.results.unlink(missing_ok=True)
    if not pathlib.Path(suite.command[0]).exists():
        outcome.failures.append(f"{suite.name}: {suite.command[0]} was not built")
        return outcome
    start = time.monotonic()
    code, outcome.output = run_process(suite)
    outcome.seconds = time.monotonic() - start
    if suite.name.startswith("fuzz ") and code is not None:
        write_result(suite.results, suite.name[5:], code != 0)
    if suite.results.exists():
        read_results(suite.results, outcome)
    if code is None:
        outcome.failures.append(f"{suite.name}: still running after {suite.patience} s")
    elif code != 0 and not outcome.failures:
        outcome.failures.append(f"{suite.name}: ended with {code}")
    elif code == 0 and not suite.results.exists():
        outcome.failures.append(f"{suite.name}: left no results")
    elif not outcome.passed and not outcome.failures and not suite.may_be_empty:
        outcome.failures.append(f"{suite.name}: ran no test")
    return outcome


def report(outcome):
    mark = "FAILED" if outcome.failures else "ok"
    print(f"{outcome.name:<24} {mark:<6} {outcome.passed:>5} passed "
          f"{len(outcome.failures):>4} failed {outcome.seconds:>7.1f} s")
    if outcome.failures:
        print(outcome.output[-20_000:].rstrip())
        for failure in outcome.failures:
            print(f"  failed: {failure}")
    sys.stdout.flush()


def run_all(suites, parallel):
    with concurrent.futures.ThreadPoolExecutor(parallel) as pool:
        running = [pool.submit(run, suite) for suite in suites]
        for future in concurrent.futures.as_completed(running):
            outcome = future.result()
            if outcome.passed or outcome.failures:
                report(outcome)
                yield outcome


def run_again(outcomes, suites):
    """The browser suites that failed, alone on the machine. Answers what counts, and their names."""
    by_name = {suite.name: suite for suite in suites}
    again = [one.name for one in outcomes if one.failures and one.name.startswith("e2e console_")]
    if len(again) > MOST_RUN_AGAIN:
        return outcomes, []
    kept = [one for one in outcomes if one.name not in again]
    for name in again:
        print(f"{name}: once more")
        kept += run_all([by_name[name]], 1)
    return kept, again


def parse_arguments():
    parser = argparse.ArgumentParser(prog="./dev test", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="units and the short end-to-end tests")
    parser.add_argument("--build", metavar="PRESET", default="release",
                        help="what build/PRESET has: units, fuzz targets and the program")
    parser.add_argument("filter", nargs="?", default="", help="part of a test's name")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    sanitized = arguments.build != "release"
    whole = not arguments.filter and not arguments.quick and not sanitized
    results = TOP / ("build/test-results" if whole else f"build/test-results-{arguments.build}" if sanitized
                     else "build/test-results-partial")
    shutil.rmtree(results, ignore_errors=True)  # so that no old result is taken for a new one
    results.mkdir(parents=True)
    built, patience = TOP / "build" / arguments.build, SANITIZED_SECONDS if sanitized else None
    if sanitized:
        os.environ["STRONGROOM_BINARY"] = str(built / "strongroom")
    tested = tree_digest.tree_digest(TOP)

    cores = os.cpu_count() or 1
    # The units first, those of the longest before all: whatever is last runs alone.
    suites = [*sorted(unit_suites(results, arguments.filter, built, patience), key=lambda one: one.name != LONGEST),
              *fuzz_suites(results, arguments.filter, built),
              *end_to_end_suites(results, arguments.filter, arguments.quick, patience)]
    outcomes = [*run_all(suites, cores)]
    outcomes, again = run_again(outcomes, suites) if whole else (outcomes, [])
    passed = sum(outcome.passed for outcome in outcomes)
    failed = sum(len(outcome.failures) for outcome in outcomes)
    if passed + failed == 0:
        print("no test has such a name" if arguments.filter else "there are no tests")
        failed = 1
    if whole:
        if tree_digest.tree_digest(TOP) == tested:  # else somebody wrote while the tests ran
            (results / tree_digest.NAME).write_text(tested + "\n")
        for tool in ("check_rules", "check_attacks", "check_pains"):
            subprocess.run([sys.executable, TOP / "tools" / tool], cwd=TOP, check=False)
    for outcome in sorted(outcomes, key=lambda one: one.name):
        for line in outcome.closing_lines:
            print(line)
    for name in again:
        print(f"run twice: {name}")
    print(f"{passed} passed, {failed} failed")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
