#include "oauth/token_response.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <set>
#include <utility>

#include <boost/json.hpp>

#include "oauth/answer.h"
#include "oauth/answer_members.h"
#include "oauth/lifetime.h"
#include "oauth/refusal.h"
#include "oauth/success_members.h"
#include "oauth/token_binding.h"

namespace strongroom::oauth {
namespace {

namespace json = boost::json;
using catalogue::ResponseRules;
using catalogue::TokenCharacters;

constexpr std::size_t kMaxScopes = 500;

tl::unexpected<TokenFailure> malformed(std::string detail) {
  TokenFailure failure{.cause = FailureCause::kMalformedAnswer};
  failure.status = 200;
  failure.detail = std::move(detail);
  return tl::unexpected(std::move(failure));
}

// RFC 6749 appendix A: %x21 / %x23-5B / %x5D-7E.
bool is_nqchar(char c) { return '!' <= c && c <= '~' && c != '"' && c != '\\'; }

// RFC 6750 section 2.1: 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="
bool is_b64token(std::string_view text) {
  const auto in_front = [](char c) {
    return ('A' <= c && c <= 'Z') || ('a' <= c && c <= 'z') || ('0' <= c && c <= '9') ||
           std::string_view("-._~+/").find(c) != std::string_view::npos;
  };
  const std::size_t end = text.find_last_not_of('=');
  return end != std::string_view::npos && std::ranges::all_of(text.substr(0, end + 1), in_front);
}

bool is_access_token(std::string_view text, TokenCharacters characters) {
  if (text.empty() || text.size() > kMaxAccessTokenBytes) return false;
  return characters == TokenCharacters::kNqChar ? std::ranges::all_of(text, is_nqchar)
                                                : is_b64token(text);
}

// `word` is in lower case.
bool says(std::string_view type, std::string_view word) {
  return std::ranges::equal(type, word, [](char a, char b) {
    return ('A' <= a && a <= 'Z' ? static_cast<char>(a + ('a' - 'A')) : a) == b;
  });
}

// Beside what holds the tokens, or in it: what says error is none.
bool is_success(const json::object& answer, const ResponseRules& rules) {
  const json::object* const tokens = within(answer, rules.envelope);
  const bool has_error = member(answer, "error") != nullptr ||
                         (tokens != nullptr && member(*tokens, "error") != nullptr);
  return !has_error && hold(rules.success, answer);
}

// Adds the scopes in `text`; false if one of them is not a scope-token (RFC 6749 section 3.3).
bool add_scopes(std::string_view text, std::string_view delimiter, std::vector<std::string>& out) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(delimiter), text.find(' '));
    const std::string_view scope = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (scope.empty()) continue;
    if (!std::ranges::all_of(scope, is_nqchar) || out.size() == kMaxScopes) return false;
    out.emplace_back(scope);
  }
  return true;
}

// Refresh tokens, ID tokens and SAML assertions (RFC 8693 section 3) open no target system.
bool is_issued_access_token(std::string_view type) {
  constexpr std::array<std::string_view, 2> kUsable = {
      "urn:ietf:params:oauth:token-type:access_token", "urn:ietf:params:oauth:token-type:jwt"};
  return std::ranges::find(kUsable, type) != kUsable.end();
}

// What was granted: a text, or with some providers a list of texts. False: neither.
bool read_scopes(const json::value* scope, const Expectation& expectation, TokenSet& tokens) {
  if (scope == nullptr) {
    tokens.scopes = expectation.scopes;
    return true;
  }
  if (scope->is_string()) {
    if (!add_scopes(scope->get_string(), expectation.scope_delimiter, tokens.scopes)) return false;
  } else if (const json::array* list = scope->if_array()) {
    for (const json::value& element : *list) {
      if (!element.is_string() || !add_scopes(element.get_string(), " ", tokens.scopes)) {
        return false;
      }
    }
  } else {
    return false;
  }
  tokens.missing_scopes = missing_scopes(expectation.scopes, tokens.scope());
  return true;
}

// RFC 6749 appendix A.17: 1*VSCHAR.
bool is_refresh_token(std::string_view text) {
  return text.size() <= kMaxRefreshTokenBytes &&
         std::ranges::all_of(text, [](char c) { return ' ' <= c && c <= '~'; });
}

// A text that is there and not empty; nullptr: it says nothing. False: it is no text.
bool read_text(const json::object& answer, std::string_view name, const json::string*& text) {
  const json::value* value = member(answer, name);
  text = value == nullptr ? nullptr : value->if_string();
  if (value != nullptr && text == nullptr) return false;
  if (text != nullptr && text->empty()) text = nullptr;
  return true;
}

// Zero is what some send for "it does not expire", and what else makes no sense says nothing.
std::optional<Seconds> read_refresh_lifetime(const json::object& answer) {
  // Most; Keycloak; Intuit.
  constexpr std::array kMembers{"refresh_token_expires_in", "refresh_expires_in",
                                "x_refresh_token_expires_in"};
  const json::value* said = nullptr;
  for (const std::string_view name : kMembers) {
    if (said == nullptr) said = member(answer, name);
  }
  if (said == nullptr) return std::nullopt;
  const auto lifetime = read_lifetime(said, ResponseRules{});
  return lifetime > Seconds{0} ? lifetime : std::nullopt;
}

// What a person's signing in gives besides (RFC 6749 section 5.1, OpenID Connect Core section
// 3.1.3.3). The name of what is wrong; empty: nothing.
std::string_view read_persons_tokens(const json::object& answer, const Expectation& expectation,
                                     TokenSet& tokens) {
  if (!expectation.for_person) return "";
  const json::string* text = nullptr;
  const std::string& own = expectation.rules.refresh_token_member;
  const std::string_view refresh_token = own.empty() ? std::string_view("refresh_token") : own;
  if (!read_text(answer, refresh_token, text)) return "refresh_token";
  if (text != nullptr) {
    if (!is_refresh_token(*text)) return "refresh_token";
    tokens.refresh_token = RefreshToken(*text);
  }
  tokens.refresh_lifetime = read_refresh_lifetime(answer);
  if (!read_text(answer, "id_token", text)) return "id_token";
  if (text != nullptr) {
    if (text->size() > kMaxIdTokenBytes) return "id_token";
    tokens.id_token = IdTokenText(*text);
  }
  return "";
}

// RFC 8693 section 2.2.1: nothing but an access token, of the type that was asked for.
std::optional<FailureCause> wrong_issued_type(const json::object& answer,
                                              const Expectation& expectation) {
  if (!expectation.issued_type) return std::nullopt;
  const json::value* issued = member(answer, "issued_token_type");
  if (issued == nullptr) {
    if (expectation.issued_type->may_be_missing) return std::nullopt;
    return FailureCause::kIssuedTypeMissing;
  }
  if (!issued->is_string()) return FailureCause::kMalformedAnswer;
  const std::string_view type = issued->get_string();
  const std::string& requested = expectation.issued_type->requested;
  const bool is_right = requested.empty() ? is_issued_access_token(type) : type == requested;
  return is_right ? std::nullopt : std::optional(FailureCause::kOtherTokenType);
}

// Where the entry says that an answer has its end in it, that counts.
std::optional<Seconds> life_of(const json::object& answer, const ResponseRules& rules,
                               WallTime now) {
  const json::value* const end =
      rules.expires_at_member.empty() ? nullptr : member(answer, rules.expires_at_member);
  if (end != nullptr) return read_end(*end, rules, now);
  const std::string& own = rules.expires_in_member;
  return read_lifetime(answer.if_contains(own.empty() ? std::string_view("expires_in") : own),
                       rules);
}

TokenResult read_success(const json::object& answer, const Expectation& expectation, WallTime now) {
  const ResponseRules& rules = expectation.rules;
  const json::value* token = member(answer, rules.access_token_member, "access_token");
  if (token == nullptr || !token->is_string() ||
      !is_access_token(token->get_string(), rules.access_token_characters)) {
    return malformed("access_token is missing or not a token");
  }
  const json::value* type = member(answer, "token_type");
  if (type == nullptr && !rules.token_type_may_be_missing) {
    return malformed("token_type is missing");
  }
  if (type != nullptr && !type->is_string()) return malformed("token_type is not a text");
  const std::string_view said = type == nullptr ? "" : std::string_view(type->get_string());
  const TokenBinding binding = token_binding(said, token->get_string());
  const bool is_dpop = says(said, "dpop");
  if (type != nullptr && !says(said, "bearer") && !is_dpop) {
    TokenFailure failure{.cause = FailureCause::kUnusableTokenType};
    failure.status = 200;
    return tl::unexpected(std::move(failure));
  }
  if (const auto wrong = wrong_issued_type(answer, expectation)) {
    TokenFailure failure{.cause = *wrong};
    failure.status = 200;
    return tl::unexpected(std::move(failure));
  }
  TokenSet tokens{.access_token = AccessToken(token->get_string())};
  tokens.is_bound = binding != TokenBinding::kNone;
  if (is_dpop) tokens.token_type = "DPoP";
  tokens.lifetime = life_of(answer, rules, now);
  if (!read_scopes(member(answer, rules.scope_member, "scope"), expectation, tokens)) {
    return malformed("scope is not a list of scopes");
  }
  const std::string_view wrong = read_persons_tokens(answer, expectation, tokens);
  if (!wrong.empty()) return malformed(std::string(wrong) + " is missing or not a token");
  return tokens;
}

}  // namespace

std::string TokenSet::scope() const {
  std::string joined;
  for (const std::string& scope : scopes) {
    if (!joined.empty()) joined += ' ';
    joined += scope;
  }
  return joined;
}

std::vector<std::string> missing_scopes(const std::vector<std::string>& requested,
                                        std::string_view granted) {
  std::set<std::string_view> there;
  while (!granted.empty()) {
    const std::size_t end = std::min(granted.find(' '), granted.size());
    there.insert(granted.substr(0, end));
    granted.remove_prefix(std::min(end + 1, granted.size()));
  }
  std::vector<std::string> missing;
  std::ranges::copy_if(requested, std::back_inserter(missing),
                       [&](const std::string& scope) { return !there.contains(scope); });
  return missing;
}

TokenResult parse_token_response(int status, const std::vector<http::Header>& headers,
                                 std::string_view body, const Expectation& expectation,
                                 WallTime now) {
  const auto answer = read_answer(headers, body, expectation.rules.format);
  const json::object* object = answer.has_value() ? &answer->get_object() : nullptr;
  if (status >= 300 && status < 600) {
    return tl::unexpected(read_refusal(status, headers, object, expectation.rules, now));
  }
  if (status != 200) {
    return malformed("status " + std::to_string(status) + " is not one of a token endpoint");
  }
  if (object == nullptr) return malformed(answer.error().detail);
  if (!is_success(*object, expectation.rules)) {
    return tl::unexpected(read_refusal(status, headers, object, expectation.rules, now));
  }
  const json::object* const tokens = within(*object, expectation.rules.envelope);
  if (tokens == nullptr) return malformed("what holds the tokens is missing");
  return read_success(*tokens, expectation, now);
}

}  // namespace strongroom::oauth
