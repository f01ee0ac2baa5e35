#pragma once
// What is known of a kept backup besides its bytes, which nobody on the server's host can open: who
// made it, by which version, and what came of the last verification. In a small file beside it.
//
// Words for people alone: nothing is decided by them. Whoever may write to the directory of backups
// can write them, too.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace strongroom::backup {

enum class Maker : std::uint8_t {
  kUnknown,   // nothing says so: the file came from elsewhere
  kSchedule,  // the server by itself
  kPerson,    // by API or console
  kHost       // `strongroom backup create`
};
// "schedule", "person", "host"; empty: kUnknown.
std::string_view to_text(Maker maker);

enum class Finding : std::uint8_t {
  kWhole,       // every part is what the backup says of it
  kOpened,      // and a drill opened everything in it
  kDamaged,     // it was changed or cut
  kDrillFailed  // it is whole, and a drill could not open everything
};
// "whole", "opened", "damaged", "drill_failed".
std::string_view to_text(Finding finding);

struct Verified {
  WallTime at{};
  Finding finding = Finding::kWhole;
};

struct About {
  Maker maker = Maker::kUnknown;
  std::string person = {};                // kPerson: what they were called then
  std::string program = {};               // the version that made it; empty: not known
  std::optional<Verified> verified = {};  // the last time
};

// Of the backup at `path`. Whatever cannot be read is not known. Its texts are plain_excerpt()s.
About read_about(const std::string& path);
// Writes it beside the backup at `path`, whole or not at all, for whoever may read that; beside a
// link, which says nothing of who may, for nobody else. Errors: kUnavailable.
Status write_about(const std::string& path, const About& about);
void remove_about(const std::string& path);

// The name of the backup that the file called `name` is about; empty: it is no such file.
std::string_view backup_of(std::string_view name);

}  // namespace strongroom::backup
