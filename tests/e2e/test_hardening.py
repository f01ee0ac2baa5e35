"""What the process gives up, and the systemd unit that it is shipped with."""
import contextlib
import ctypes
import os
import pathlib
import re
import resource
import secrets
import socket
import subprocess
import unittest

import closing
import harness
from vault import Vault

UNIT = harness.TOP / "packaging/strongroom.service"
EXPOSURE_LIMIT = 1.5
NOBODY = 65534
SECCOMP_FILTERED = "2"  # proc(5), Seccomp


def setUpModule():
    global world
    world = harness.World()
    unittest.addModuleCleanup(world.close)


def status_of(process):
    """/proc/PID/status as {name: value}."""
    lines = pathlib.Path(f"/proc/{process.child.pid}/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def writer_of(pipe):
    """A descriptor; None: nobody reads it."""
    with contextlib.suppress(OSError):
        return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
    return None


def root_key(name):
    path = world.directory / name
    path.write_text(secrets.token_hex(32) + "\n")
    path.chmod(0o600)
    return path


def refusal(server):
    process = server.launch()
    harness.wait_until(lambda: not process.running(), "the refusal")
    return process.child.returncode, process.tail()


class Process(unittest.TestCase):
    def test_it_leaves_no_core_and_gains_no_privilege(self):
        server = harness.Strongroom(world, name="guarded").start()
        self.addCleanup(server.stop)
        status = status_of(server.process)
        self.assertEqual(status["NoNewPrivs"], "1")
        self.assertEqual(status["Umask"], "0077")
        limits = pathlib.Path(f"/proc/{server.process.child.pid}/limits").read_text()
        self.assertRegex(limits, r"Max core file size +0 +0 ")
        # The kernel gives the files of a process that is not dumpable to root; another program of
        # the same user could not open its memory.
        self.assertEqual(os.stat(f"/proc/{server.process.child.pid}/mem").st_uid, 0)

    def test_a_command_that_holds_keys_without_the_server_leaves_no_core_either(self):
        identity = world.directory / "core.identity"
        os.mkfifo(identity, 0o600)
        command = harness.Process("verifying", [harness.BINARY, "backup", "verify", "any.backup", "--identity-file", identity],
                                  world.directory, before_exec=lambda: resource.setrlimit(
                                      resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)))
        world.keep(command)
        self.addCleanup(os.close, harness.wait_until(lambda: writer_of(identity), "it to wait for its identity"))
        limits = pathlib.Path(f"/proc/{command.child.pid}/limits").read_text()
        self.assertRegex(limits, r"Max core file size +0 ")

    def test_every_thread_is_filtered(self):
        server = harness.Strongroom(world, name="filtered").start()
        self.addCleanup(server.stop)
        tasks = [*pathlib.Path(f"/proc/{server.process.child.pid}/task").iterdir()]
        self.assertGreater(len(tasks), 3)
        for task in tasks:
            self.assertIn(f"Seccomp:\t{SECCOMP_FILTERED}\n", (task / "status").read_text())

    def test_the_filter_can_be_left_out(self):
        server = harness.Strongroom(world, name="unfiltered", env={
            "STRONGROOM_HARDENING__SYSTEM_CALL_FILTER": "false"}).start()
        self.addCleanup(server.stop)
        self.assertEqual(status_of(server.process)["Seccomp"], "0")

    def test_memory_is_locked_where_it_may_be(self):
        server = harness.Strongroom(world, name="locked").start()
        self.addCleanup(server.stop)
        limits = pathlib.Path(f"/proc/{server.process.child.pid}/limits").read_text()
        status = status_of(server.process)
        if re.search(r"Max locked memory +unlimited", limits):
            self.assertGreater(int(status["VmLck"].split()[0]), 0)
        else:
            self.assertEqual(int(status["VmLck"].split()[0]), 0)  # and it serves all the same
        other = harness.Strongroom(world, name="unlocked", env={
            "STRONGROOM_HARDENING__LOCK_MEMORY": "false"}).start()
        self.addCleanup(other.stop)
        self.assertEqual(int(status_of(other.process)["VmLck"].split()[0]), 0)

    def test_production_does_not_run_as_root_unless_told(self):
        env = {"STRONGROOM_KEYS__ROOT_KEY_FILE": str(root_key("as-root.key")),
               "STRONGROOM_HARDENING__ALLOW_ROOT": "false"}
        server = harness.Strongroom(world, name="as-root", profile="production", env=env)
        if os.geteuid() != 0:  # whom these tests cannot make root
            server.start()
            self.assertEqual(server.stop(), 0)
            return
        code, said = refusal(server)
        self.assertEqual(code, 1)
        self.assertIn("does not run as root", said)
        self.assertEqual([*server.data.iterdir()], [])  # it made nothing that root would own
        server.env["STRONGROOM_HARDENING__ALLOW_ROOT"] = "true"
        server.start()
        server.stop()

    def test_the_service_manager_hears_when_it_serves_reloads_and_stops(self):
        path = world.directory / "notify"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(str(path))
            manager.settimeout(harness.PATIENCE_SECONDS)
            server = harness.Strongroom(world, name="notified",
                                        env={"NOTIFY_SOCKET": str(path)}).start()
            self.assertEqual(manager.recv(100), b"READY=1")
            server.process.send(harness.signal.SIGHUP)
            self.assertRegex(manager.recv(100), rb"^RELOADING=1\nMONOTONIC_USEC=\d+$")
            self.assertEqual(manager.recv(100), b"READY=1")
            server.stop()
            self.assertEqual(manager.recv(100), b"STOPPING=1")


def unit():
    """The [Service] section as [(key, value)], in its order."""
    pairs, section = [], ""
    for line in UNIT.read_text().splitlines():
        if line.startswith("["):
            section = line
        elif section == "[Service]" and "=" in line and not line.startswith("#"):
            pairs.append(tuple(line.split("=", 1)))
    return pairs


def calls_of(words):
    """The names of system calls that `words` of a SystemCallFilter stand for."""
    names = set()
    for word in words:
        if not word.startswith("@"):
            names.add(word)
            continue
        shown = subprocess.run(["systemd-analyze", "syscall-filter", "--no-pager", word], text=True,
                               capture_output=True, check=True).stdout.splitlines()
        names |= calls_of(line.strip() for line in shown[1:]
                          if line.startswith(" ") and not line.strip().startswith("#"))
    return names


class Unit(unittest.TestCase):
    def test_its_exposure_is_low(self):
        shown = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", UNIT],
                               text=True, capture_output=True, check=False, env={"LC_ALL": "C.UTF-8"})
        level = re.search(r"Overall exposure level for strongroom\.service: ([\d.]+)", shown.stdout)
        self.assertIsNotNone(level, shown.stdout + shown.stderr)
        self.assertLessEqual(float(level[1]), EXPOSURE_LIMIT, shown.stdout)
        closing.line(f"hardening: exposure {level[1]} of at most {EXPOSURE_LIMIT}")

    def test_the_server_lives_with_its_filter_its_user_and_its_limits(self):
        allowed = calls_of(["@default"])
        for key, value in unit():
            if key == "SystemCallFilter" and value.startswith("~"):
                allowed -= calls_of(value[1:].split()) - calls_of(["@default"])
            elif key == "SystemCallFilter":
                allowed |= calls_of(value.split())
        self.assertGreater(len(allowed), 100)
        numbers = resolved(allowed)

        def confine():
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            load_filter(numbers)

        credentials = world.directory / "unit-credentials"
        credentials.mkdir()
        key = credentials / "root-key"
        key.write_text(secrets.token_hex(32) + "\n")
        data = world.directory / "unit-data"
        data.mkdir(mode=0o700)
        if os.geteuid() == 0:
            for path in (credentials, key, data):
                os.chown(path, NOBODY, NOBODY)
            world.directory.chmod(0o711)
        server = harness.Strongroom(world, data=data, name="unit", profile="production", env={
            "CREDENTIALS_DIRECTORY": str(credentials),
            "STRONGROOM_HARDENING__ALLOW_ROOT": "false"},
            before_exec=confine if os.geteuid() == 0 else lambda: load_filter(numbers)).start()
        self.addCleanup(server.stop)
        self.assertEqual(status_of(server.process)["Seccomp_filters"], "2")  # the unit's and its own
        hostile = world.hostile()
        vault = Vault(server)
        client = vault.client_at(hostile.script("unit", "good"), world=world)
        self.assertEqual(vault.reader_of(client).look_up(client).status, 200)


def seccomp():
    library = ctypes.CDLL("libseccomp.so.2", use_errno=True)
    library.seccomp_init.restype = ctypes.c_void_p
    library.seccomp_init.argtypes = [ctypes.c_uint32]
    library.seccomp_rule_add_array.argtypes = [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int,
                                               ctypes.c_uint, ctypes.c_void_p]
    library.seccomp_load.argtypes = [ctypes.c_void_p]
    return library


def resolved(names):
    """Numbers on this machine; names of other machines have none."""
    library = seccomp()
    numbers = {library.seccomp_syscall_resolve_name(name.encode()) for name in names}
    return sorted(number for number in numbers if number >= 0)


def load_filter(numbers):
    """Lets this process, and what it becomes, make these calls alone; others answer EPERM."""
    errno_action, allow, eperm = 0x00050000, 0x7FFF0000, 1  # seccomp.h
    library = seccomp()
    rules = library.seccomp_init(errno_action | eperm)
    for number in numbers:
        if library.seccomp_rule_add_array(rules, allow, number, 0, None) != 0:
            os._exit(71)
    if library.seccomp_load(rules) != 0:
        os._exit(71)
