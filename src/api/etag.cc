#include "api/etag.h"

#include <algorithm>
#include <charconv>

namespace strongroom::api {
namespace {

Error malformed() {
  return Error{Code::kInvalidArgument, "If-Match must be the ETag that was read, quotes included."}
      .at("If-Match");
}

void skip_blanks(std::string_view& text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
}

// What stands between the quotes, as a revision; nullopt if we never give such a tag.
std::optional<vault::Revision> revision_from(std::string_view opaque) {
  vault::Revision revision = 0;
  const char* end = opaque.data() + opaque.size();
  const auto [stop, trouble] = std::from_chars(opaque.data(), end, revision);
  if (trouble != std::errc{} || stop != end || std::to_string(revision) != opaque) {
    return std::nullopt;
  }
  return revision;
}

}  // namespace

std::string etag(vault::Revision revision) { return '"' + std::to_string(revision) + '"'; }

Result<IfMatch> IfMatch::parse(std::string_view header) {
  IfMatch allowed;
  skip_blanks(header);
  if (header == "*") {
    allowed.any_ = true;
    return allowed;
  }
  while (true) {
    const bool weak = header.starts_with("W/");
    if (weak) header.remove_prefix(2);
    if (!header.starts_with('"')) return malformed();
    const std::size_t end = header.find('"', 1);
    if (end == std::string_view::npos) return malformed();
    const auto revision = revision_from(header.substr(1, end - 1));
    if (revision && !weak) allowed.revisions_.push_back(*revision);
    header.remove_prefix(end + 1);
    skip_blanks(header);
    if (header.empty()) return allowed;
    if (!header.starts_with(',')) return malformed();
    header.remove_prefix(1);
    skip_blanks(header);
  }
}

bool IfMatch::allows(vault::Revision revision) const {
  return any_ || std::ranges::find(revisions_, revision) != revisions_.end();
}

Status check_if_match(std::string_view header, bool needed, vault::Revision revision) {
  if (header.empty()) {
    if (!needed) return {};
    return Error{Code::kPreconditionRequired,
                 "Send If-Match with the ETag that you read, so that nobody's change is lost."};
  }
  STRONGROOM_TRY(const IfMatch allowed, IfMatch::parse(header));
  if (allowed.allows(revision)) return {};
  return Error{Code::kPreconditionFailed,
               "It was changed since you read it. Read it again, then decide."};
}

}  // namespace strongroom::api
