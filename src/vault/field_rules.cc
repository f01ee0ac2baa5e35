#include "vault/field_rules.h"

#include <algorithm>
#include <cstddef>

#include "base/unicode.h"

namespace strongroom::vault {
namespace {

constexpr std::size_t kMaxDescription = 4096;
constexpr std::size_t kMaxEmail = 254;  // RFC 5321 section 4.5.3.1.3, without the angle brackets
constexpr std::size_t kMaxTags = 32;
constexpr std::size_t kMaxTagCharacters = 64;

Error refused(LiteralText message, std::string field) {
  return Error{Code::kInvalidArgument, message}.at(std::move(field));
}

bool is_lead_byte(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

bool is_forbidden_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\n' && c != '\r' && c != '\t') || byte == 0x7F;
}

// Not RFC 5322: mail servers judge addresses. This keeps out what cannot be one, and what would do
// harm in a mail's header.
bool could_be_email(std::string_view text) {
  const std::size_t at = text.find('@');
  const auto plain = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > 0x20 && byte != 0x7F &&
           std::string_view("<>()[],;:\\\"").find(c) == std::string_view::npos;
  };
  return text.size() <= kMaxEmail && at != std::string_view::npos && at != 0 &&
         at + 1 != text.size() && text.find('@', at + 1) == std::string_view::npos &&
         std::ranges::all_of(text, plain) && is_utf8(text);
}

}  // namespace

Status check_description(std::string_view text) {
  if (!is_utf8(text)) return refused("The description is not valid UTF-8.", "/description");
  if (std::ranges::count_if(text, is_lead_byte) > static_cast<std::ptrdiff_t>(kMaxDescription)) {
    return refused("The description has more than 4,096 characters.", "/description");
  }
  if (std::ranges::any_of(text, is_forbidden_control)) {
    return refused("The description has a control character.", "/description");
  }
  return {};
}

Result<Owner> clean_owner(const Owner& owner) {
  Owner clean;
  if (!owner.name.empty()) {
    STRONGROOM_TRY(clean.name, clean_name(owner.name, "/owner/name"));
  }
  if (!owner.email.empty()) {
    // As a name, so that white space around it and invisible characters are dealt with.
    STRONGROOM_TRY(clean.email, clean_name(owner.email, "/owner/email", kMaxEmail));
    if (!could_be_email(clean.email)) {
      return refused("This is not an e-mail address.", "/owner/email");
    }
  }
  return clean;
}

Result<std::string> clean_tag(std::string_view tag, std::string_view field) {
  STRONGROOM_TRY(std::string clean, clean_name(tag, field, kMaxTagCharacters));
  if (clean.find(',') != std::string::npos) {
    return refused("A tag has no comma in it.", std::string(field));
  }
  return clean;
}

Result<std::vector<std::string>> clean_tags(const std::vector<std::string>& tags) {
  if (tags.size() > kMaxTags) return refused("There are more than 32 tags.", "/tags");
  std::vector<std::string> clean;
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < tags.size(); ++i) {
    const std::string field = "/tags/" + std::to_string(i);
    STRONGROOM_TRY(std::string tag, clean_tag(tags[i], field));
    std::string key = name_key(tag);
    if (std::ranges::find(keys, key) != keys.end()) {
      return refused("This tag is there twice.", field);
    }
    keys.push_back(std::move(key));
    clean.push_back(std::move(tag));
  }
  return clean;
}

}  // namespace strongroom::vault
