#include "app/system_call_filter.h"

#include <cerrno>
#include <memory>
#include <system_error>

#include <linux/sched.h>
#include <linux/sockios.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>

namespace strongroom::app {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

struct Free {
  void operator()(void* filter) const { seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, Free>;

// Names that a machine's kernel does not have (open(2) on arm64) are passed over.
constexpr const char* kAllowed[] = {
    // files
    "access", "close", "close_range", "copy_file_range", "dup", "dup2", "dup3", "faccessat",
    "faccessat2", "fadvise64", "fallocate", "fchmod", "fchmodat", "chmod", "fchown", "fcntl",
    "fdatasync", "flock", "fstat", "fstatfs", "fsync", "ftruncate", "getcwd", "getdents64", "link",
    "linkat", "lseek", "lstat", "mkdir", "mkdirat", "newfstatat", "open", "openat", "pipe", "pipe2",
    "pread64", "preadv", "pwrite64", "pwritev", "read", "readlink", "readlinkat", "readv", "rename",
    "renameat", "renameat2", "rmdir", "sendfile", "stat", "statfs", "statx", "sync_file_range",
    "truncate", "umask", "unlink", "unlinkat", "utimensat", "write", "writev",
    // memory; mmap and mprotect have rules of their own
    "brk", "madvise", "membarrier", "memfd_create", "mincore", "mlock", "mlock2", "mlockall",
    "mremap", "msync", "munlock", "munlockall", "munmap",
    // threads and signals; clone has a rule of its own
    "exit", "exit_group", "futex", "futex_waitv", "get_robust_list", "getpid", "getppid", "gettid",
    "restart_syscall", "rseq", "rt_sigaction", "rt_sigpending", "rt_sigprocmask", "rt_sigreturn",
    "rt_sigsuspend", "rt_sigtimedwait", "sched_get_priority_max", "sched_get_priority_min",
    "sched_getaffinity", "sched_getparam", "sched_getscheduler", "sched_yield", "set_robust_list",
    "set_tid_address", "sigaltstack", "tgkill",
    // time
    "clock_getres", "clock_gettime", "clock_nanosleep", "gettimeofday", "nanosleep", "time",
    "timerfd_create", "timerfd_gettime", "timerfd_settime",
    // network; socket has a rule of its own
    "accept", "accept4", "bind", "connect", "epoll_create", "epoll_create1", "epoll_ctl",
    "epoll_pwait", "epoll_pwait2", "epoll_wait", "eventfd2", "getpeername", "getsockname",
    "getsockopt", "listen", "poll", "ppoll", "pselect6", "recvfrom", "recvmmsg", "recvmsg",
    "select", "sendmmsg", "sendmsg", "sendto", "setsockopt", "shutdown", "socketpair",
    // who and where we are
    "getcpu", "getegid", "geteuid", "getgid", "getgroups", "getrandom", "getresgid", "getresuid",
    "getrlimit", "getrusage", "getsid", "getuid", "prlimit64", "setrlimit", "sysinfo", "times",
    "uname"};

constexpr const char* kFatal[] = {
    "add_key",         "bpf",          "chroot",     "delete_module",    "execve",
    "execveat",        "finit_module", "fork",       "init_module",      "kexec_file_load",
    "kexec_load",      "keyctl",       "mount",      "move_mount",       "open_tree",
    "perf_event_open", "pidfd_getfd",  "pivot_root", "process_vm_readv", "process_vm_writev",
    "ptrace",          "request_key",  "setns",      "umount2",          "unshare",
    "userfaultfd",     "vfork"};

constexpr int kFamilies[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK};
// Of a file or socket, a terminal (a passphrase is asked for without showing it) or an interface:
// not what puts letters into the terminal.
constexpr scmp_datum_t kRequests[] = {
    FIONBIO,    FIONREAD,    FIOCLEX,     TCGETS,      TCSETS,       TCSETSW,     TCSETSF,
    TIOCGWINSZ, SIOCGIFCONF, SIOCGIFADDR, SIOCGIFNAME, SIOCGIFINDEX, SIOCGIFFLAGS};
constexpr int kOwnAttributes[] = {PR_SET_NAME, PR_GET_NAME, PR_GET_DUMPABLE, PR_SET_VMA};

Error no_filter(int problem) {
  return Error{Code::kUnavailable,
               "The system calls could not be filtered; hardening.system_call_filter = false does "
               "without.",
               std::generic_category().message(problem < 0 ? -problem : problem)};
}

// Collects the first failure: a filter is made whole or not at all.
// That an argument, counted from 0, is `value`; or is that under `mask`. (The library's own macros
// are of C alone.)
constexpr scmp_arg_cmp equal(unsigned argument, scmp_datum_t value) {
  return {argument, SCMP_CMP_EQ, value, 0};
}
constexpr scmp_arg_cmp equal_under(unsigned argument, scmp_datum_t mask, scmp_datum_t value) {
  return {argument, SCMP_CMP_MASKED_EQ, mask, value};
}

class Rules {
 public:
  explicit Rules(scmp_filter_ctx filter) : filter_(filter) {}

  template <class... Conditions>
  void add(std::uint32_t action, const char* name, Conditions... conditions) {
    const int number = seccomp_syscall_resolve_name(name);
    if (number == __NR_SCMP_ERROR || number < 0) return;
    note(seccomp_rule_add(filter_, action, number, sizeof...(conditions), conditions...));
  }
  void note(int result) {
    if (result < 0 && problem_ == 0) problem_ = result;
  }
  int problem() const { return problem_; }

 private:
  scmp_filter_ctx filter_;
  int problem_ = 0;
};

void add_memory(Rules& rules) {
  constexpr auto kExec = static_cast<scmp_datum_t>(PROT_EXEC);
  constexpr auto kBoth = static_cast<scmp_datum_t>(PROT_EXEC | PROT_WRITE);
  // A shared library's code is mapped as it stands in its file, as NSS does at a first look-up.
  rules.add(SCMP_ACT_ALLOW, "mmap", equal_under(2, kExec, 0U));
  rules.add(SCMP_ACT_ALLOW, "mmap", equal_under(2, kBoth, kExec));
  rules.add(SCMP_ACT_ALLOW, "mprotect", equal_under(2, kExec, 0U));
}

void add_threads(Rules& rules) {
  constexpr auto kThread = static_cast<scmp_datum_t>(CLONE_THREAD);
  rules.add(SCMP_ACT_ALLOW, "clone", equal_under(0, kThread, kThread));
  rules.add(SCMP_ACT_KILL_PROCESS, "clone", equal_under(0, kThread, 0U));
  for (const int attribute : kOwnAttributes) {
    rules.add(SCMP_ACT_ALLOW, "prctl", equal(0, static_cast<scmp_datum_t>(attribute)));
  }
}

void add_network(Rules& rules) {
  for (const int family : kFamilies) {
    rules.add(SCMP_ACT_ALLOW, "socket", equal(0, static_cast<scmp_datum_t>(family)));
  }
  // The upper half of the word is masked since the kernel does not look at it either.
  for (const auto request : kRequests) {
    rules.add(SCMP_ACT_ALLOW, "ioctl", equal_under(1, 0xFFFFFFFFU, request));
  }
}

}  // namespace

Status filter_system_calls() {
  if (kSanitized) return {};
  const Filter filter(seccomp_init(SCMP_ACT_ERRNO(ENOSYS)));
  if (filter == nullptr) return no_filter(ENOMEM);
  Rules rules(filter.get());
  rules.note(seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2));  // a tree, not a list
  for (const char* const name : kAllowed) rules.add(SCMP_ACT_ALLOW, name);
  for (const char* const name : kFatal) rules.add(SCMP_ACT_KILL_PROCESS, name);
  add_memory(rules);
  add_threads(rules);
  add_network(rules);
  if (rules.problem() == 0) rules.note(seccomp_load(filter.get()));
  if (rules.problem() != 0) return no_filter(rules.problem());
  return {};
}

}  // namespace strongroom::app
