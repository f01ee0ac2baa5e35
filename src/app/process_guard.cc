#include "app/process_guard.h"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace strongroom::app {
namespace {

// Whether there is no limit of locked memory, or none any more.
bool may_lock_everything() {
  const rlimit unlimited{RLIM_INFINITY, RLIM_INFINITY};
  setrlimit(RLIMIT_MEMLOCK, &unlimited);
  rlimit limit{};
  return getrlimit(RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_cur == RLIM_INFINITY;
}

}  // namespace

void refuse_core_files() {
  rlimit limit{};
  if (getrlimit(RLIMIT_CORE, &limit) != 0) return;
  limit.rlim_cur = 0;
  setrlimit(RLIMIT_CORE, &limit);
}

void guard_process() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0);  // without it a core file goes to no program either (core(5))
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  umask(S_IRWXG | S_IRWXO);
}

Status refuse_root(const Config& config) {
  const bool allowed =
      config.text("profile") == "development" || config.text("hardening.allow_root") == "true";
  if (allowed || geteuid() != 0) return {};
  return Error{Code::kPermissionDenied,
               "The server does not run as root: start it as a user of its own.",
               "hardening.allow_root = true where it must be, such as in a container"};
}

void lock_memory(const Config& config, Log& log) {
  if (config.text("hardening.lock_memory") != "true") return;
  // Locked as it is touched: most of a thread's stack never is.
  if (may_lock_everything() && mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0) return;
  if (config.text("profile") == "development") return;
  log.warning(
      "Memory is not locked: keys can get into the swap. Let the limit of locked memory be "
      "unlimited (LimitMEMLOCK=infinity), or encrypt the swap.");
}

}  // namespace strongroom::app
