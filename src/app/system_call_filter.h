#pragma once
// Which system calls the server may make (seccomp(2)).

#include "base/result.h"

namespace strongroom::app {

// From here on every thread that this one starts may make the calls that serving needs, and no
// others. What only somebody who took the process over would want (to start a program, to look into
// another process, to mount, to load into the kernel) ends it at once; everything else answers
// ENOSYS, so that a library falls back to what older kernels had. Memory is never writable and
// executable. There is no way back. Call it before other threads are there: they are not filtered.
//
// Does nothing in a build with sanitizers, whose own calls are not a server's.
//
// Errors: kUnavailable where the kernel takes no filter; the process is as it was.
Status filter_system_calls();

}  // namespace strongroom::app
