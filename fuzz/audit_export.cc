// verify_export: an export that it takes for good is refused when its end, or any other line, is
// not there.
#include <string>
#include <vector>

#include "audit/export.h"
#include "fuzz/fuzz_target.h"

namespace strongroom::fuzz {
namespace {

std::vector<std::string> lines_of(std::string_view input) {
  std::vector<std::string> lines;
  for (Input rest(input); !rest.empty();) lines.emplace_back(rest.line());
  return lines;
}

Result<audit::Verification> verified(const std::vector<std::string>& lines, std::size_t but) {
  std::size_t next = 0;
  return audit::verify_export([&](std::string& line) {
    if (next == but) ++next;
    if (next >= lines.size()) return false;
    line = lines[next++];
    return true;
  });
}

bool is_checkpoint(const std::string& line) {
  return line.find("\"checkpoint\"") != std::string::npos;
}

}  // namespace

void one_input(std::string_view input) {
  const std::vector<std::string> lines = lines_of(input);
  const auto whole = verified(lines, lines.size());
  if (!whole) {
    require(whole.error().code == Code::kCorrupt || whole.error().code == Code::kInvalidArgument,
            "it is refused as damaged, or as none");
    return;
  }
  require(whole->events >= 0 && whole->first_sequence >= 1, "there are no fewer events than none");
  require(whole->last_sequence - whole->first_sequence + 1 == whole->events, "they have no gaps");
  for (std::size_t i = 0; i < lines.size(); ++i) {
    // A checkpoint between links may be missing: the next one signs for those before it too.
    if (!is_checkpoint(lines[i])) require(!verified(lines, i), "no other line may be missing");
  }
}

}  // namespace strongroom::fuzz
