#include "cli/token_format.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/base64.h"
#include "base/secret.h"

namespace strongroom::cli {
namespace {

constexpr std::array<std::pair<std::string_view, TokenFormat>, 4> kNames{
    {{"bearer", TokenFormat::kBearer},
     {"header", TokenFormat::kHeader},
     {"xoauth2", TokenFormat::kXoauth2},
     {"oauthbearer", TokenFormat::kOauthbearer}}};

constexpr char kSeparator = '\x01';

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

// A user in a GS2 header (RFC 5801 section 4): a comma would end it.
std::string gs2_name(std::string_view user) {
  std::string name;
  for (const char c : user) {
    if (c == ',') {
      name += "=2C";
    } else if (c == '=') {
      name += "=3D";
    } else {
      name += c;
    }
  }
  return name;
}

std::string initial_response(std::string_view who, std::string_view token) {
  constexpr std::string_view kAuth = "auth=Bearer ";
  std::string letters;
  // All of it at once: a buffer that grows would leave the token behind in the one before.
  letters.reserve(who.size() + kAuth.size() + token.size() + 3);
  letters.append(who).append(1, kSeparator).append(kAuth).append(token).append(2, kSeparator);
  std::string encoded = base64(letters);
  wipe(letters);
  return encoded;
}

}  // namespace

std::optional<TokenFormat> token_format_from_text(std::string_view text) {
  const auto* const found =
      std::ranges::find(kNames, text, &std::pair<std::string_view, TokenFormat>::first);
  return found == kNames.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::string> token_format_names() {
  std::vector<std::string> names;
  names.reserve(kNames.size());
  for (const auto& [name, format] : kNames) names.emplace_back(name);
  return names;
}

Result<std::string> format_token(std::string_view token, TokenFormat format,
                                 std::string_view user) {
  constexpr std::string_view kHeader = "Authorization: Bearer ";
  std::string text;
  text.reserve(kHeader.size() + token.size());
  if (format == TokenFormat::kBearer) return std::move(text.append(token));
  if (format == TokenFormat::kHeader) return std::move(text.append(kHeader).append(token));
  if (user.empty()) {
    return Error{Code::kInvalidArgument, "This format needs --user: whose mailbox it is."};
  }
  if (std::ranges::any_of(user, is_control)) {
    return Error{Code::kInvalidArgument, "--user has a control character."};
  }
  if (format == TokenFormat::kXoauth2) return initial_response("user=" + std::string(user), token);
  return initial_response("n,a=" + gs2_name(user) + ",", token);
}

}  // namespace strongroom::cli
