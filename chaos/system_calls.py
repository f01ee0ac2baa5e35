"""Ends a process at the N-th call that one of its threads makes of a kind, with strace(1)."""
import collections
import pathlib
import re
import shutil
import subprocess

import harness

# Of the calls that strace shows: those during which nothing of ours happens are left out.
UNINTERESTING = {"exit", "exit_group", "restart_syscall", "rt_sigreturn", "clock_nanosleep"}


class Tracer:
    """strace, attached to a process with all of its threads."""

    def __init__(self, pid, output, *options):
        self._errors = output.with_suffix(".err")
        self.output = output
        with open(self._errors, "wb") as errors:
            self.child = subprocess.Popen(["strace", "-f", "-q", "-o", output, *options, "-p", str(pid)],
                                          stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors)
        self.pid = pid

    def wait_until_attached(self):
        """False: the machine does not let anybody trace."""
        threads = pathlib.Path(f"/proc/{self.pid}/task")

        def attached():
            if self.child.poll() is not None:
                return "no"
            try:
                return all(re.search(r"^TracerPid:\t[1-9]", (one / "status").read_text(), re.M)
                           for one in threads.iterdir())
            except (FileNotFoundError, ProcessLookupError):
                return False  # a thread has ended meanwhile: it is looked at again
        return harness.wait_until(attached, "strace to attach") != "no"

    def why_not(self):
        return self._errors.read_text(errors="replace").strip()

    def detach(self):
        if self.child.poll() is None:
            self.child.terminate()
        self.child.wait()


def recorded(server, output, action):
    """[(name of a call, how often one thread made it)], of what the server does during `action`; None, and why, where nobody can
    trace."""
    if not shutil.which("strace"):
        return None, "strace is not installed"
    tracer = Tracer(server.pid(), output)
    try:
        if not tracer.wait_until_attached():
            return None, tracer.why_not()
        action()
    finally:
        tracer.detach()
    counts = collections.Counter()
    for line in output.read_text(errors="replace").splitlines():
        found = re.match(r"(\d+) +([a-z_0-9]+)\(", line)
        if found and found[2] not in UNINTERESTING:
            counts[found[1], found[2]] += 1
    most = collections.Counter()
    for (_, name), count in counts.items():
        most[name] = max(most[name], count)
    return sorted(most.items()), None


def kill_at(server, output, name, number):
    """From now on the server is killed when one of its threads makes its `number`-th call of this kind."""
    tracer = Tracer(server.pid(), output, "-e", f"trace={name}", "-e", f"inject={name}:signal=SIGKILL:when={number}")
    tracer.wait_until_attached()
    return tracer
