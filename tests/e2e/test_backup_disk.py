"""Backups and restores on disks that get full in the middle, and killed at each step: the old data is served, or the new.

The disks are real ones, small and in memory (tmpfs(5)), which only this process and its children see; where a write
has to fail at one certain place, or the process to end there, strace(1) has the kernel do that.
"""
import ctypes
import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import unittest

import harness
from command_line import CONFLICT, DONE, TRY_AGAIN
from vault import API, Vault

CLONE_NEWNS, CLONE_NEWUSER = 0x20000, 0x10000000
MS_REMOUNT, MS_REC, MS_PRIVATE = 0x20, 0x4000, 0x40000
PAGE = 4096
MIB = 1 << 20
FULL = "The disk is full: make room, and do it again."
LEFT = ("backup.making", "restore.new", "restore.switch", "restore.switch.partial")
libc = ctypes.CDLL(None, use_errno=True)


def setUpModule():
    global world, hostile, identity, recipient
    if not shutil.which("strace"):
        raise harness.HarnessError("strace is not installed: ./dev packages test")
    mounts_of_our_own()
    world = harness.World()
    unittest.addModuleCleanup(world.close)
    hostile = world.hostile()
    identity = world.directory / "backup.identity"
    recipient = run("backup", "keygen", "--identity-file", identity).stdout.strip()


def succeeds(answer, what):
    if answer != 0:
        raise harness.HarnessError(f"{what}: {os.strerror(ctypes.get_errno())}")


def mounts_of_our_own():
    """From here on what is mounted is seen by this process and its children, and ends with them (unshare(2))."""
    as_root = os.geteuid() == 0
    user, group = os.geteuid(), os.getegid()
    succeeds(libc.unshare(CLONE_NEWNS | (0 if as_root else CLONE_NEWUSER)), "unshare")
    if not as_root:
        for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
            with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
                file.write(text)
    succeeds(libc.mount(None, b"/", None, MS_REC | MS_PRIVATE, None), "mount")


class Disk:
    """A file system of its own, of any size."""

    def __init__(self, name):
        self.path = world.directory / name
        self.path.mkdir(mode=0o700)
        self._mount(0, 64 * MIB)
        unittest.addModuleCleanup(libc.umount2, os.fsencode(self.path), 2)

    def _mount(self, flags, size):
        options = f"size={size},mode=700,uid={os.geteuid()},gid={os.getegid()}"
        succeeds(libc.mount(b"tmpfs", os.fsencode(self.path), b"tmpfs", flags, options.encode()), "mount")

    def leave(self, size):
        """From now on there are `size` bytes of room."""
        about = os.statvfs(self.path)
        whole = (about.f_blocks - about.f_bfree) * about.f_frsize + size // PAGE * PAGE
        self._mount(MS_REMOUNT, max(whole, PAGE))  # 0 would be no limit


def run(*words, code=DONE, **more):
    done = world.run(*words, **more)
    if done.returncode != code:
        raise AssertionError(f"{words} ended with {done.returncode}: {done.stdout}{done.stderr}")
    return done


def traced(log, *words, inject=None):
    """As run(), with each call that changes a directory or a file in `log`; strace ends as the program did."""
    what = ["-e", "trace=openat,write,pwrite64,/^rename,/^mkdir,/unlink,/^rmdir,fsync,fdatasync"]
    if inject:
        what += ["-e", f"inject={inject}"]
    return subprocess.run(["strace", "-f", "-o", str(log), *what, str(harness.BINARY), *map(str, words)], text=True,
                          cwd=world.directory, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=120,
                          env=world.environment())


def calls_in(log):
    """[(process, call, its how many-th of that process, the line)], as strace counts them for when=."""
    counts, calls = {}, []
    for line in log.read_text(errors="replace").splitlines():
        found = re.match(r"(\d+) +(\w+)\(", line)
        if found:
            counts[found.groups()] = counts.get(found.groups(), 0) + 1
            calls.append((*found.groups(), counts[found.groups()], line))
    return calls


def some_of(things, most):
    """Up to `most` of them, from the first to the last, evenly."""
    return [things[number * (len(things) - 1) // (most - 1)] for number in range(most)] if len(things) > most else things


def digests(data):
    """What lies in a data directory that nobody uses: {path: SHA-256}. But for locks: readers write theirs into -shm."""
    return {str(path.relative_to(data)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(data.rglob("*"))
            if path.is_file() and path.name not in ("lock", "backup.lock") and not path.name.endswith("-shm")}


class Bed:
    """A server with a client and a robot that reads it."""

    def __init__(self, name, data=None, config=None):
        self.server = harness.Strongroom(world, data=data, name=name,
                                         options=["--config", str(config)] if config else ()).start()
        self.vault = Vault(self.server)
        self.client = self.vault.client_at(hostile.about["token"] + "good?expires_in=3600", world=world)
        self.robot = self.vault.reader_of(self.client)
        assert self.look_up() == 200

    def look_up(self):
        return self.robot.look_up(self.client).status

    def create_words(self, file):
        return "backup", "create", "--data", self.server.data, "--recipient", recipient, "--to", file

    def restore_words(self, file, data=None):
        return ("backup", "restore", file, "--data", data or self.server.data, "--identity-file", identity,
                "--output", "json")

    def start_again(self, data=None):
        """Serves what is there, or what is in `data`."""
        self.server.data = data or self.server.data
        self.server.start()
        self.reconnect()

    def reconnect(self):
        self.vault.reconnect()
        self.robot.http = self.server.client(self.robot.key)

    def projects(self):
        return {one["name"] for one in self.vault.list("projects")["items"]}


class FullDiskOfABackup(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.bed = Bed("served")
        cls.disk = Disk("backups")
        whole = world.directory / "whole.backup"
        run(*cls.bed.create_words(whole))
        cls.size = whole.stat().st_size

    def check(self):
        """Nothing is left that a later run could trip over, and the server serves."""
        self.assertEqual(list(self.disk.path.iterdir()), [])
        self.assertEqual([name for name in LEFT if (self.bed.server.data / name).exists()], [])
        self.assertEqual(self.bed.look_up(), 200)

    def test_where_it_goes_the_partial_file_goes_and_with_room_it_is_made(self):
        file = self.disk.path / "today.backup"
        for room in (PAGE, 16 * PAGE, self.size // 8, self.size // 2, self.size - PAGE):
            with self.subTest(room=room):
                self.disk.leave(room)
                done = run(*self.bed.create_words(file), code=TRY_AGAIN)
                self.assertIn(FULL, done.stderr)
                self.assertIn(str(file), done.stderr)
                self.check()
        self.disk.leave(2 * self.size)
        run(*self.bed.create_words(file))
        run("backup", "verify", file, "--identity-file", identity)
        file.unlink()

    def test_at_each_write_and_sync_it_fails_clean(self):
        file = self.disk.path / "faulty.backup"
        self.disk.leave(4 * self.size)
        log = world.directory / "create.log"
        self.assertEqual(traced(log, *self.bed.create_words(file)).returncode, DONE)
        file.unlink()
        places = [(call, number) for _, call, number, line in calls_in(log)
                  if call in ("write", "pwrite64", "fsync", "fdatasync") and not re.search(r"write\([12],", line)]
        self.assertGreater(len(places), 10)
        for call, number in some_of(sorted(set(places)), 16):
            with self.subTest(call=call, number=number):
                error = "ENOSPC" if "write" in call else "EIO"
                done = traced(log, *self.bed.create_words(file), inject=f"{call}:error={error}:when={number}")
                self.assertIn("(INJECTED)", log.read_text(errors="replace"))
                self.assertEqual(done.returncode, TRY_AGAIN, done.stderr)
                self.assertRegex(done.stderr, r"^error: .+\n$")
                self.check()

    def test_a_killed_one_is_clearly_partial_and_the_next_one_clears_it_away(self):
        file = self.disk.path / "killed.backup"
        self.disk.leave(4 * self.size)
        log = world.directory / "killed.log"
        traced(log, *self.bed.create_words(file))
        file.unlink()
        number = [number for _, call, number, line in calls_in(log) if call == "write" and not re.search(r"write\([12],", line)][-1]
        done = traced(log, *self.bed.create_words(file), inject=f"write:signal=SIGKILL:when={number}")
        self.assertEqual(done.returncode, -9)
        self.assertEqual([path.name for path in self.disk.path.iterdir()], ["killed.backup.partial"])
        self.assertTrue((self.bed.server.data / "backup.making").exists(), "it was killed in the middle")
        run(*self.bed.create_words(file))
        self.assertEqual([path.name for path in self.disk.path.iterdir()], ["killed.backup"])
        file.unlink()
        self.check()


class FullDiskOfTheData(unittest.TestCase):
    def test_no_backup_is_begun_that_would_take_the_room_of_the_audit_trail(self):
        disk = Disk("data")
        bed = Bed("small", data=disk.path)
        file = world.directory / "small.backup"
        for room in (MIB, 8 * MIB):
            disk.leave(room)
            done = run(*bed.create_words(file), code=TRY_AGAIN)
            self.assertIn("no room for the copies that a backup is made of", done.stderr)
            self.assertFalse(file.exists())
            self.assertFalse((disk.path / "backup.making").exists())
            self.assertEqual(bed.look_up(), 200)
        disk.leave(96 * MIB)
        run(*bed.create_words(file))
        self.assertEqual(bed.look_up(), 200)
        bed.server.stop()


class Scheduled(unittest.TestCase):
    def test_one_that_the_server_makes_by_itself_fails_aloud_and_is_made_once_there_is_room(self):
        disk = Disk("scheduled")
        disk.leave(8 * PAGE)
        left = disk.path / "strongroom-20260101T000000Z.backup.partial"
        left.write_text("of a backup that was killed")
        recipients = world.directory / "scheduled.recipients"
        recipients.write_text(recipient + "\n")
        config = world.directory / "scheduled.toml"
        config.write_text(f'[backup]\ndirectory = "{disk.path}"\nrecipients_file = "{recipients}"\n')
        bed = Bed("scheduled", config=config)
        harness.wait_until(lambda: bed.vault.list("backups")["schedule"]["last_failure"], "the failure")
        self.assertIn("strongroom_backup_failures_total 1", bed.server.metrics())
        self.assertIn(FULL, bed.server.log)
        refused = bed.vault.http.post(f"{API}/backups")
        self.assertEqual((refused.status, refused.json["detail"]), (503, FULL))
        self.assertEqual([path.name for path in disk.path.iterdir()], [left.name])
        self.assertFalse((bed.server.data / "backup.making").exists())
        self.assertEqual(bed.look_up(), 200)
        failed = bed.vault.list("audit-events", action="backup.created")["items"]
        self.assertEqual({one["event"]["outcome"] for one in failed}, {"failure"})
        disk.leave(64 * MIB)
        bed.server.restart()  # and not an hour later
        bed.reconnect()
        harness.wait_until(lambda: not bed.vault.list("backups")["schedule"]["last_failure"]
                           and bed.vault.list("backups")["items"], "the backup")
        made, = bed.vault.list("backups")["items"]
        run("backup", "verify", disk.path / made["name"], "--identity-file", identity)
        harness.wait_until(lambda: not left.exists(), "what was left to be removed")
        bed.server.stop()


class FullDiskOfARestore(unittest.TestCase):
    """What was there is there as it was, whatever place the disk is full at."""

    @classmethod
    def setUpClass(cls):
        cls.disk = Disk("restored")
        cls.bed = Bed("restored", data=cls.disk.path / "data")
        cls.file = world.directory / "restored.backup"
        run(*cls.bed.create_words(cls.file))
        cls.bed.vault.create("projects", {"name": "after the backup"})
        cls.bed.server.stop()
        cls.before = digests(cls.bed.server.data)

    def check(self):
        self.assertEqual(digests(self.bed.server.data), self.before)
        self.assertEqual([name for name in LEFT if (self.bed.server.data / name).exists()], [])

    def test_1_at_each_size_of_the_room(self):
        needed = sum(path.stat().st_size for path in self.bed.server.data.iterdir() if path.is_file())
        for part in range(8):
            with self.subTest(eighths=part):
                self.disk.leave(needed * part // 8)
                done = run(*self.bed.restore_words(self.file), code=TRY_AGAIN)
                self.assertRegex(done.stderr, "(?i)the disk is full|disk is full")
                self.check()

    def test_2_at_each_write_and_sync(self):
        self.disk.leave(256 * MIB)
        log = world.directory / "restore.log"
        self.assertEqual(self.restore_a_copy(log).returncode, DONE)
        places = sorted({(call, number) for _, call, number, line in before_the_switch(calls_in(log))
                         if call in ("write", "pwrite64", "fsync", "fdatasync")})
        self.assertGreater(len(places), 20)
        failed = 0
        for call, number in some_of(places, 24):
            with self.subTest(call=call, number=number):
                error = "ENOSPC" if "write" in call else "EIO"
                done = self.restore_a_copy(log, f"{call}:error={error}:when={number}")
                self.assertIn("(INJECTED)", log.read_text(errors="replace"))
                failed += done.returncode != DONE
        self.assertGreater(failed, 12)

    def restore_a_copy(self, log, inject=None):
        """Over a copy of the data. It fails, and all is as before; or it did without what failed: the audit trail opens its
        files again and verifies them, the end of a log is moved into its database later."""
        copy = self.disk.path / "copy"
        shutil.copytree(self.bed.server.data, copy)
        try:
            done = traced(log, *self.bed.restore_words(self.file, copy), inject=inject)
            self.assertEqual([name for name in LEFT if (copy / name).exists()], [])
            if done.returncode != DONE:
                self.assertRegex(done.stderr, r"(?m)^error: .+$")
                self.assertEqual(digests(copy), self.before)
                return done
            report = json.loads(done.stdout)
            self.assertEqual((report["confirmed_by"], report["warnings"]), ("audit_trail", []))
            self.assertIn("audit verify: ok", run("audit", "verify", "--data", copy, "--output", "table").stdout)
            self.assertEqual(sqlite3.connect(copy / "state.db").execute("PRAGMA integrity_check").fetchone(), ("ok",))
            return done
        finally:
            shutil.rmtree(copy)

    def test_3_the_old_state_is_served_and_with_room_it_is_restored(self):
        self.bed.start_again()
        self.assertIn("after the backup", self.bed.projects())
        self.assertEqual(self.bed.look_up(), 200)
        self.bed.server.stop()
        self.disk.leave(256 * MIB)
        report = json.loads(run(*self.bed.restore_words(self.file)).stdout)
        self.assertEqual(report["confirmed_by"], "audit_trail")
        self.bed.start_again()
        self.assertNotIn("after the backup", self.bed.projects())
        self.assertEqual(self.bed.look_up(), 200)
        self.bed.server.stop()


def before_the_switch(calls):
    return calls[:next(i for i, call in enumerate(calls) if "restore.switch.partial" in call[3])]


class KilledSwitch(unittest.TestCase):
    """kill -9 at each system call with which a restore switches from the old state to the new one."""

    def test_the_old_state_is_served_or_the_new_one_and_never_a_part_of_each(self):
        bed = Bed("switched")
        file, log = world.directory / "switched.backup", world.directory / "switch.log"
        run(*bed.create_words(file))
        bed.vault.create("projects", {"name": "after the backup"})
        bed.server.stop()
        kept = world.directory / "switched-kept"
        shutil.copytree(bed.server.data, kept)
        self.assertEqual(traced(log, *bed.restore_words(file)).returncode, DONE)
        calls = calls_in(log)
        begun = len(before_the_switch(calls))
        process = calls[begun][0]
        steps = [(call, number) for one, call, number, line in calls[begun:]
                 if one == process and not re.search(r"write\([12],", line)
                 and (call != "openat" or "O_CREAT" in line)]  # who only looks changes nothing
        self.assertGreater(sum(call.startswith("rename") for call, _ in steps), 6)
        outcomes = []
        for step, (call, number) in enumerate(steps):
            with self.subTest(call=call, number=number):
                data = world.directory / f"switched-{step}"
                shutil.copytree(kept, data)
                done = traced(log, *bed.restore_words(file, data), inject=f"{call}:signal=SIGKILL:when={number}")
                self.assertEqual(done.returncode, -9, "it was not killed")
                outcomes.append(self.look_at(bed, data, file))
                shutil.rmtree(data)
        self.assertEqual(outcomes, sorted(outcomes), "once it has happened it has")
        self.assertEqual(set(outcomes), {"1 old", "2 new"})

    def look_at(self, bed, data, file):
        """Whether `data` is the old state or the new one, after whoever comes next has come."""
        interrupted = (data / "restore.switch").exists()
        words = ("backup", "create", "--data", data, "--recipient", recipient, "--to", data / "next.backup")
        if interrupted:
            self.assertIn("A restore of this data directory was interrupted", run(*words, code=CONFLICT).stderr)
        bed.start_again(data)
        self.assertEqual(bed.look_up(), 200)
        is_old = "after the backup" in bed.projects()
        self.assertFalse(is_old and interrupted, "it had happened")
        events = {one["event"]["action"] for one in bed.vault.audit_events(page_size=200)["items"]}
        self.assertEqual("backup.restored" in events, not is_old, "the trail is the other state's")
        report = bed.vault.http.get(f"{API}/restore-report")
        self.assertEqual(report.status == 200 and report.json.get("confirmed_by") == "audit_trail", not is_old)
        bed.server.stop()
        self.assertIn("audit verify: ok", run("audit", "verify", "--data", data, "--output", "table").stdout)
        self.assertEqual([name for name in LEFT if (data / name).exists()], [])
        old = [path for path in data.glob("before-restore-*") if (path / "state.db").exists()]
        self.assertEqual(len(old), 0 if is_old else 1)
        run(*words)
        return "1 old" if is_old else "2 new"


if __name__ == "__main__":
    unittest.main()
