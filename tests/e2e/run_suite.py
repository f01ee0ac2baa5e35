#!/usr/bin/env python3
"""Runs one file of end-to-end tests and writes its results as JUnit XML.

    run_suite.py FILE.py RESULTS.xml [PART OF A NAME]
"""
import importlib.util
import pathlib
import sys
import time
import unittest
import xml.etree.ElementTree as xml

import closing


def load(path):
    sys.path.insert(0, str(path.parent))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module  # where unittest looks for setUpModule
    spec.loader.exec_module(module)
    return module


def cases(suite):
    for one in suite:
        yield from cases(one) if isinstance(one, unittest.TestSuite) else [one]


def whole(test):
    """The test that a sub-test is a part of."""
    return getattr(test, "test_case", test)


class Recorder(unittest.TextTestResult):
    """Remembers for each test what became of it; what happens to a sub-test happens to its test.

    A test that is skipped or expected to fail counts as failed, and so does one that was expected to.
    """

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.verdicts = {}  # test id -> [text of each failure]
        self.skipped_tests = set()
        self.seconds = {}

    def startTest(self, test):
        super().startTest(test)
        self.seconds[test.id()] = -time.monotonic()

    def stopTest(self, test):
        super().stopTest(test)
        self.seconds[test.id()] += time.monotonic()
        self.verdicts.setdefault(test.id(), [])

    def _failed(self, test, error):
        self.verdicts.setdefault(test.id(), []).append(self._exc_info_to_string(error, test))

    def addError(self, test, error):
        super().addError(test, error)
        self._failed(test, error)

    def addFailure(self, test, error):
        super().addFailure(test, error)
        self._failed(test, error)

    def addSubTest(self, test, subtest, error):
        super().addSubTest(test, subtest, error)
        if error is not None:
            self._failed(test, error)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.skipped_tests.add(whole(test).id())
        self.verdicts.setdefault(whole(test).id(), [])  # of a whole class or file: no test of it starts

    def addExpectedFailure(self, test, error):
        super().addExpectedFailure(test, error)
        self._failed(test, error)

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.verdicts.setdefault(test.id(), []).append("passed, and was expected to fail")

    def wasSuccessful(self):
        return super().wasSuccessful() and not self.skipped_tests and not any(self.verdicts.values())


def write(path, name, recorder):
    root = xml.Element("testsuites")
    suite = xml.SubElement(root, "testsuite", name=name)
    properties = xml.SubElement(suite, "properties")
    for line in closing.lines():
        xml.SubElement(properties, "property", name="closing line", value=line)
    for test, failures in recorder.verdicts.items():
        owner, _, method = test.rpartition(".")
        case = xml.SubElement(suite, "testcase", classname=f"e2e.{owner}", name=method,
                              file=f"tests/e2e/{name}.py", status="run",
                              time=f"{recorder.seconds.get(test, 0):.3f}")
        for failure in failures:
            xml.SubElement(case, "failure", message=failure.splitlines()[-1])
        if test in recorder.skipped_tests:
            xml.SubElement(case, "skipped")
    xml.ElementTree(root).write(path)


def main():
    file, results, *part = sys.argv[1:]
    module = load(pathlib.Path(file))
    suite = unittest.defaultTestLoader.loadTestsFromModule(module)
    if part:
        suite = unittest.TestSuite(case for case in cases(suite) if part[0] in case.id())
    recorder = unittest.TextTestRunner(resultclass=Recorder, verbosity=1).run(suite)
    write(results, pathlib.Path(file).stem, recorder)
    sys.exit(not recorder.wasSuccessful())


if __name__ == "__main__":
    main()
