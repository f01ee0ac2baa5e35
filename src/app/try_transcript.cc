#include "app/try_transcript.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <ostream>
#include <utility>

#include <boost/json.hpp>

#include "base/ascii.h"
#include "base/unicode.h"
#include "http/message.h"
#include "oauth/answer.h"
#include "oauth/clock_skew.h"
#include "oauth/failure_causes.h"
#include "oauth/planned_request.h"
#include "oauth/seen_exchange.h"

namespace strongroom::app {
namespace {

namespace json = boost::json;

constexpr std::string_view kHidden = "***";
constexpr std::size_t kShortestHidden = 6;
constexpr std::size_t kMostMembers = 40;
constexpr std::size_t kLongestName = 64;
constexpr std::size_t kLongestScope = 500;

// Lifetimes and times: numbers that no token is.
constexpr std::array<std::string_view, 9> kTimes = {
    "expires_in",         "ext_expires_in",           "expires_at", "expires_on",
    "refresh_expires_in", "refresh_token_expires_in", "created_at", "x_refresh_token_expires_in",
    "not-before-policy"};

template <class List>
bool has(const List& list, std::string_view item) {
  return std::ranges::find(list, item) != list.end();
}

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= 13 && std::ranges::all_of(text, is_digit);
}

std::string bearer_or_hidden(std::string_view text) {
  const bool is_bearer = lower_case(std::string(text)) == "bearer";
  return std::string(is_bearer ? text : kHidden);
}

// What may be seen of a member of an answer.
std::string shown(std::string_view name, const json::value& value) {
  if (value.is_bool()) return value.get_bool() ? "true" : "false";
  if (value.is_null()) return "null";
  if (has(kTimes, name) && value.is_int64()) return std::to_string(value.get_int64());
  if (!value.is_string()) return std::string(kHidden);
  const std::string_view text = value.get_string();
  if (has(kTimes, name) && is_number(text)) return std::string(text);
  if (name == "token_type") return bearer_or_hidden(text);
  if (name == "scope") return plain_excerpt(text, kLongestScope);
  return std::string(kHidden);
}

// A text that may be a token under whatever name: no other member may show it either.
bool is_opaque(std::string_view name, const json::value& value) {
  constexpr std::size_t kShortest = 16;  // a shorter one is a word, or read as a token anyway
  return value.is_string() && value.get_string().size() >= kShortest && name != "scope" &&
         !name.starts_with("error");
}

std::string pair_text(std::string_view name, std::string_view value) {
  std::string text = plain_excerpt(name, kLongestName);
  text.append(" = ");
  text.append(value.empty() ? kHidden : value);
  return text;
}

bool asks_not_to_store(const std::vector<http::Header>& headers) {
  const std::string* const value = http::find_header(headers, "Cache-Control");
  return value != nullptr && lower_case(*value).find("no-store") != std::string::npos;
}

// Parameters of an authorization request whose values everybody may know.
bool is_public(std::string_view name, const catalogue::Provider& provider) {
  constexpr std::array<std::string_view, 5> kPublic = {"response_type", "redirect_uri", "scope",
                                                       "code_challenge_method", "prompt"};
  return has(kPublic, name) ||
         std::ranges::any_of(provider.authorization.parameters,
                             [&](const auto& parameter) { return parameter.name == name; });
}

}  // namespace

void TryTranscript::hide(std::string_view secret) {
  if (secret.size() >= kShortestHidden) hidden_.emplace_back(secret);
}

void TryTranscript::line(std::string_view text) {
  std::string clean(text);
  for (const SecretBytes& secret : hidden_) {
    for (std::size_t at = clean.find(secret.view()); at != std::string::npos;
         at = clean.find(secret.view(), at + kHidden.size())) {
      clean.replace(at, secret.view().size(), kHidden);
    }
  }
  out_ << clean << "\n" << std::flush;
}

void TryTranscript::heading(std::string_view text) {
  line("");
  std::string numbered = std::to_string(++headings_) + ". ";
  line(numbered.append(text));
}

void TryTranscript::note(std::string_view text) { line(std::string("   ").append(text)); }

void TryTranscript::request(const oauth::TokenRequest& request) {
  const oauth::PlannedRequest plan = oauth::planned(request);
  note("-> " + plan.method + " " + plan.url);
  if (!plan.proxy.empty()) note("   by the proxy " + plan.proxy);
  for (const oauth::SeenParameter& header : plan.headers) {
    note("   " + header.name + ": " + (header.value.empty() ? std::string(kHidden) : header.value));
  }
  for (const oauth::SeenParameter& parameter : plan.parameters) {
    note("   " + pair_text(parameter.name, parameter.value));
  }
}

void TryTranscript::authorization(const std::string& url, const catalogue::Provider& provider) {
  note("-> GET " + oauth::without_query(url) + " (in the browser)");
  const std::size_t question = url.find('?');
  std::string_view rest = question == std::string::npos
                              ? std::string_view()
                              : std::string_view(url).substr(question + 1);
  while (!rest.empty()) {
    const std::string_view one = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(one.size() + 1, rest.size()));
    const std::string_view name = one.substr(0, one.find('='));
    std::string value;
    const bool seen = is_public(name, provider) && one.size() > name.size() &&
                      http::percent_decode(one.substr(name.size() + 1), true, value);
    note("   " + pair_text(name, seen ? value : ""));
  }
}

void TryTranscript::members(const http::IncomingResponse& response,
                            catalogue::ResponseFormat format) {
  const auto body = oauth::read_answer(response.headers, response.body.reveal(), format);
  if (!body) {
    note("   no body that a token endpoint answers with, so none of it is shown");
    return;
  }
  for (const auto& member : body->get_object()) {
    if (is_opaque(member.key(), member.value())) hide(member.value().get_string());
  }
  std::size_t count = 0;
  for (const auto& member : body->get_object()) {
    if (++count > kMostMembers) return note("   …");
    const std::string_view name = member.key();
    note("   " + pair_text(name, shown(name, member.value())));
  }
}

void TryTranscript::answer(const http::IncomingResponse& response,
                           catalogue::ResponseFormat format) {
  std::string first = "<- " + std::to_string(response.status) + " in " +
                      std::to_string(response.took.count()) + " ms, ";
  first.append(std::to_string(response.body.reveal().size())).append(" bytes");
  note(first);
  const std::string_view type = oauth::known_media_type(response.headers);
  note("   Content-Type: " + std::string(type.empty() ? "none" : type));
  for (const char* const name : {"Location", "WWW-Authenticate", "Retry-After"}) {
    const std::string* const value = http::find_header(response.headers, name);
    if (value == nullptr) continue;
    note(std::string("   ") + name + ": " + (is_number(*value) ? *value : std::string(kHidden)));
  }
  if (response.status == 200 && !response.body.reveal().empty() &&
      !asks_not_to_store(response.headers)) {
    note("   Cache-Control: without no-store, which RFC 6749 section 5.1 asks for");
  }
  const auto skew = oauth::clock_skew(response.headers, response.sent_at, response.took);
  if (skew && std::chrono::abs(*skew) > oauth::kTolerableSkew) {
    note("   Date: the provider's clock is " + std::to_string(skew->count()) + " s ahead");
  }
  if (!response.body.reveal().empty()) members(response, format);
}

void TryTranscript::tokens(const oauth::TokenSet& tokens) {
  std::string text = "=> An access token came: ";
  text += tokens.lifetime ? "it lives " + std::to_string(tokens.lifetime->count()) + " s"
                          : "nobody says how long it lives";
  if (const std::string scope = tokens.scope(); !scope.empty()) {
    text += ", for " + plain_excerpt(scope, kLongestScope);
  }
  note(text + ".");
  if (!tokens.missing_scopes.empty()) {
    note("   The provider did not grant " + std::to_string(tokens.missing_scopes.size()) +
         " of the scopes that were asked for.");
  }
  if (tokens.is_bound) note("   It is bound to a key or certificate.");
  if (tokens.refresh_token) note("   A refresh token came along.");
  if (tokens.id_token) note("   An ID token came along; it is not looked at here.");
}

void TryTranscript::failure(std::string_view cause, LiteralText message, std::string_view who,
                            LiteralText where) {
  note(std::string("=> No token: ").append(cause));
  note(std::string("   ").append(message.view()));
  std::string act = "   Who must act: ";
  act.append(who);
  if (!where.view().empty()) act.append(", ").append(where.view());
  note(act);
}

void TryTranscript::failure(const oauth::TokenFailure& failure) {
  const oauth::CauseFacts& facts = oauth::facts_of(failure.cause);
  const bool is_precise = !failure.message.view().empty();
  this->failure(facts.name.view(), is_precise ? failure.message : facts.message, to_text(facts.who),
                facts.where);
  if (!failure.error_code.empty()) note(std::string("   error: ").append(failure.error_code));
  for (const std::int64_t code : failure.provider_codes) {
    note("   the provider's number: " + std::to_string(code));
  }
}

}  // namespace strongroom::app
