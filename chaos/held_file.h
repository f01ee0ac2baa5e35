#pragma once
// The journal's file on a machine whose power can fail: what was not synced is in this process's
// memory alone, and dies with it, but for sectors that happened to reach the disk.

#include <cstdint>
#include <memory>

#include "base/file.h"

namespace strongroom::chaos {

// Writes through to `file`, unless the control page says that something is wrong with its disk.
// `leak`: of 255, the chance with which each sector that is written reaches the disk at once; 0: no
// power cut, everything does.
std::unique_ptr<File> hold_writes(std::unique_ptr<File> file, std::uint8_t leak,
                                  std::uint32_t seed);

}  // namespace strongroom::chaos
