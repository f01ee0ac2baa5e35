#pragma once
// Revisions as entity tags (RFC 9110 section 8.8.3): "3", strong.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "vault/types.h"

namespace strongroom::api {

std::string etag(vault::Revision revision);

// What an If-Match header allows.
class IfMatch {
 public:
  // "*", or tags separated by commas. Weak tags, and tags that we never gave, match nothing; that
  // is no error. Errors: kInvalidArgument at If-Match: not of that form.
  static Result<IfMatch> parse(std::string_view header);

  bool allows(vault::Revision revision) const;

 private:
  bool any_ = false;
  std::vector<vault::Revision> revisions_;
};

// Checks the If-Match header of a change of something that is at `revision` now. Errors:
// kPreconditionRequired if `needed` and there is none; kPreconditionFailed; as IfMatch::parse().
Status check_if_match(std::string_view header, bool needed, vault::Revision revision);

}  // namespace strongroom::api
