"""The alert rules that are shipped: each one fires where it should, on metrics that there are."""
import re
import shutil
import subprocess
import unittest

import harness
import yaml

from vault import Vault

RULES = harness.TOP / "packaging/alerts.yml"
CASES = [harness.TOP / "tests/fixtures" / name for name in ("alerts_test.yml", "alerts_days_test.yml")]
OF_PROMETHEUS = {"up"}  # what it adds itself


def rules():
    return [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]


def metrics_of(expression):
    """Names of metrics: what is neither a function, nor a word of the language, nor within {} or a label list."""
    bare = re.sub(r"\{[^}]*\}|\b(by|without)\s*\([^)]*\)|\"[^\"]*\"", " ", expression)
    return set(re.findall(r"\b(up|(?:strongroom|process)_[a-z0-9_]+)\b", bare))


def promtool(*words, cwd):
    program = shutil.which("promtool")
    assert program, "promtool is not here: ./dev packages test installs it"
    return subprocess.run([program, *map(str, words)], cwd=cwd, text=True, capture_output=True, check=False)


class Alerts(unittest.TestCase):
    def setUp(self):
        self.world = harness.World()
        self.addCleanup(self.world.close)

    def test_the_rules_do_what_their_cases_say(self):
        for path in (RULES, *CASES):
            shutil.copy(path, self.world.directory)
        checked = promtool("check", "rules", RULES.name, cwd=self.world.directory)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)
        ran = promtool("test", "rules", *(path.name for path in CASES), cwd=self.world.directory)
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)

    def test_each_rule_has_a_case_where_it_fires_and_one_where_it_does_not(self):
        cases = [case for path in CASES for one in yaml.safe_load(path.read_text())["tests"]
                 for case in one["alert_rule_test"]]
        for fires in (True, False):
            covered = {case["alertname"] for case in cases if bool(case["exp_alerts"]) == fires}
            self.assertEqual(covered, {rule["alert"] for rule in rules()})

    def test_each_metric_of_a_rule_is_one_of_a_running_server(self):
        hostile = self.world.hostile()
        server = harness.Strongroom(self.world, env={
            "STRONGROOM_REFRESH__AHEAD": "true",
            "STRONGROOM_AUDIT__FILE": str(self.world.directory / "shipped.jsonl")}).start()
        vault = Vault(server)
        client = vault.client_at(hostile.script(self.id(), "good"), world=self.world, consumer_secrets=[
            {"value": "secret", "expires_on": "2099-01-01"}])
        self.assertEqual(vault.retrieve(client).status, 200)
        wanted = set().union(*(metrics_of(rule["expr"]) for rule in rules())) - OF_PROMETHEUS
        self.assertGreater(len(wanted), 10)
        missing = lambda: wanted - set(re.findall(r"^([a-z_]+)", server.metrics(), re.M))  # noqa: E731
        harness.wait_until(lambda: not missing(), f"metrics of {RULES.name}", patience=90, pause=0.5)

    def test_requests_count_by_provider_and_result(self):
        hostile = self.world.hostile()
        server = harness.Strongroom(self.world).start()
        vault = Vault(server)
        for behaviour, status in (("good", 200), ("error-401-client", 424), ("error-503", 503)):
            client = vault.client_at(hostile.script(self.id() + behaviour, behaviour), world=self.world)
            self.assertEqual(vault.retrieve(client).status, status)
        counted = dict(re.findall(r'^strongroom_provider_requests_total\{service_provider="generic",result="(\w+)"\} (\d+)$',
                                  server.metrics(), re.M))
        self.assertEqual(counted, {"success": "1", "refused": "1", "needs_sign_in": "0", "unavailable": "1"})

    def test_the_documentation_quotes_the_rules(self):
        page = (harness.TOP / "docs/operating.md").read_text()
        quoted = page.partition("packaging/alerts.yml")[2].partition("```yaml\n")[2].partition("```")[0]
        self.assertEqual(quoted, RULES.read_text())


if __name__ == "__main__":
    unittest.main()
