#pragma once
// What the process gives up before it holds a secret: core files, readers, privileges, swap.

#include "app/config.h"
#include "base/log.h"
#include "base/result.h"

namespace strongroom::app {

// No core file of this process: commands that work without the server hold keys, too. What it
// starts may ask for one again. For main() to call first.
void refuse_core_files();

// For the rest of the process's life: no core file, not of what it starts either; no other process
// of this user may read its memory (prctl(2), PR_SET_DUMPABLE), nothing that it starts gains
// privileges, and files that it makes are its user's alone. Call it before any other thread.
void guard_process();

// Errors: kPermissionDenied for root with the production profile, unless hardening.allow_root.
// Whoever takes over a server that runs as root has the machine.
Status refuse_root(const Config& config);

// Keeps all memory of the process, what it will get too, out of the swap (mlockall(2)), so that no
// key lies on a disk after the machine is off. Does nothing where hardening.lock_memory is false,
// and where the limit of locked memory is no more than a number: later allocations would fail at
// it. The log says so in production.
void lock_memory(const Config& config, Log& log);

}  // namespace strongroom::app
