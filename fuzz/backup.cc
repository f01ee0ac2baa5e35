// What is inside a backup's seal: whoever has a recipient's public key can make a file that opens.
//
// The first byte says how large the pieces are in which it comes.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "backup/archive.h"
#include "fuzz/fuzz_target.h"

namespace strongroom::fuzz {
namespace {

// What one reading said: the parts with their bytes, and whether it went to the end.
struct Reading {
  std::optional<backup::Manifest> manifest;
  std::vector<std::string> names;
  std::vector<std::string> contents;
  bool whole = false;

  bool operator==(const Reading& other) const {
    return names == other.names && contents == other.contents && whole == other.whole;
  }
};

Reading read_in_pieces(std::string_view bytes, std::size_t size) {
  Reading reading;
  backup::ArchiveReader reader(
      {.manifest = [&](const backup::Manifest& manifest) -> Status {
         reading.manifest = manifest;
         return {};
       },
       .begin = [&](const backup::Part& part) -> Status {
         reading.names.push_back(part.name);
         reading.contents.emplace_back();
         return {};
       },
       .bytes = [&](std::string_view piece) -> Status {
         reading.contents.back() += piece;
         return {};
       },
       .end = [&]() -> Status {
         const auto& part = reading.manifest->parts[reading.contents.size() - 1];
         require(static_cast<std::int64_t>(reading.contents.back().size()) == part.size,
                 "a part that ends has its size");
         return {};
       }});
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, size);
    bytes.remove_prefix(piece.size());
    if (!reader.take(piece)) return reading;
  }
  reading.whole = reader.finish().has_value();
  return reading;
}

}  // namespace

void one_input(std::string_view input) {
  Input rest(input);
  const std::size_t size = rest.byte() + std::size_t{1};
  const std::string_view archive = rest.rest();
  const Reading reading = read_in_pieces(archive, size);
  require(reading == read_in_pieces(archive, std::max<std::size_t>(archive.size(), 1)),
          "how it was cut makes no difference");
  for (const std::string& name : reading.names) {
    require(std::ranges::find(backup::kPartNames, name) != std::end(backup::kPartNames),
            "no part goes anywhere else");
  }
  if (!reading.manifest) return;
  const auto again = backup::manifest_from_json(backup::to_json(*reading.manifest));
  require(again.has_value() && backup::to_json(*again) == backup::to_json(*reading.manifest),
          "a manifest reads back as itself");
}

}  // namespace strongroom::fuzz
