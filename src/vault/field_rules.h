#pragma once
// Rules for fields that several nouns have. Errors of all: kInvalidArgument at the field.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "vault/types.h"

namespace strongroom::vault {

// Up to 4,096 characters of UTF-8; of control characters only tabs and ends of lines.
Status check_description(std::string_view text);

// A clean name, and an e-mail address that could be one; both may be empty. At /owner/name and
// /owner/email.
Result<Owner> clean_owner(const Owner& owner);

// Up to 32 clean names of up to 64 characters, without commas and without the same one twice. At
// /tags/{index}.
Result<std::vector<std::string>> clean_tags(const std::vector<std::string>& tags);

// One of these.
Result<std::string> clean_tag(std::string_view tag, std::string_view field);

}  // namespace strongroom::vault
