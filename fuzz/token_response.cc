// parse_token_response: whatever a token endpoint answers.
//
// An input looks like an answer. Its first line is the status and letters that stand for how this
// provider answers (see read_rules), then come header lines, an empty line and the body.
#include "oauth/token_response.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "base/ascii.h"
#include "base/json.h"
#include "fuzz/fuzz_target.h"
#include "oauth/learned_values.h"

namespace strongroom::fuzz {
namespace {

using catalogue::ResponseRules;
using oauth::TokenFailure;
using oauth::TokenSet;

constexpr Seconds kDefaultLifetime{1234};

bool is_nqchar(char c) { return '!' <= c && c <= '~' && c != '"' && c != '\\'; }

// What no RFC has, and some providers have (catalogue/wire_rules.h).
void read_own_ways(std::string_view letters, ResponseRules& rules) {
  const auto has = [&](char letter) { return letters.find(letter) != std::string_view::npos; };
  if (has('v')) rules.envelope = {"data", "user"};
  if (has('w')) {
    rules.access_token_member = "accessToken";
    rules.refresh_token_member = "refreshToken";
    rules.expires_in_member = "expiresIn";
    rules.scope_member = "scopes";
  }
  if (has('u') || has('y') || has('x')) rules.expires_at_member = "expires_at";
  if (has('y')) rules.expires_at_form = catalogue::EndForm::kEpochMilliseconds;
  if (has('x')) rules.expires_at_form = catalogue::EndForm::kIso8601;
}

oauth::Expectation read_rules(std::string_view letters) {
  oauth::Expectation expectation;
  ResponseRules& rules = expectation.rules;
  const auto has = [&](char letter) { return letters.find(letter) != std::string_view::npos; };
  if (has('f')) rules.format = catalogue::ResponseFormat::kForm;
  if (has('n')) rules.access_token_characters = catalogue::TokenCharacters::kNqChar;
  if (has('t')) rules.token_type_may_be_missing = true;
  if (has('m')) rules.expires_in_unit = catalogue::LifetimeUnit::kMilliseconds;
  if (has('d')) rules.default_lifetime = kDefaultLifetime;
  if (has('s')) rules.success.push_back({"ok", true});
  if (has('z')) rules.success.push_back({"code", std::int64_t{0}});
  if (has('e')) {
    rules.error_codes_member = "error_codes";
    rules.error_causes[7000222] = catalogue::StatedCause::kSecretExpired;
  }
  if (has(',')) expectation.scope_delimiter = ",";
  if (has('p')) expectation.for_person = true;
  if (has('a')) expectation.scopes = {"read", "write"};
  read_own_ways(letters, rules);
  return expectation;
}

std::vector<http::Header> read_headers(Input& input) {
  std::vector<http::Header> headers;
  while (!input.empty()) {
    std::string_view line = input.line();
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) break;
    const std::size_t colon = std::min(line.find(": "), line.size());
    headers.push_back({std::string(line.substr(0, colon)),
                       std::string(line.substr(std::min(colon + 2, line.size())))});
  }
  return headers;
}

void check_tokens(const TokenSet& tokens, const oauth::Expectation& expectation) {
  const std::string_view token = tokens.access_token.reveal();
  require(!token.empty() && token.size() <= oauth::kMaxAccessTokenBytes, "a token has a length");
  require(std::ranges::all_of(token, is_nqchar), "a token stays in its place in a header");
  require(tokens.token_type == "Bearer", "a token is a bearer token");
  if (tokens.lifetime) {
    require(Seconds(0) <= *tokens.lifetime && *tokens.lifetime <= oauth::kMaxLifetime,
            "a lifetime can be meant");
  } else {
    require(!expectation.rules.default_lifetime, "an unknown lifetime is the default one");
  }
  require(expectation.for_person || !(tokens.refresh_token || tokens.id_token),
          "a client by itself gets no tokens of people");
  require(!tokens.refresh_token || std::ranges::none_of(tokens.refresh_token->reveal(), is_control),
          "a refresh token stays in its place in a form");
  for (const std::string& scope : tokens.scopes) {
    require(!scope.empty() && std::ranges::all_of(scope, is_nqchar), "a scope is a scope-token");
  }
  for (const std::string& scope : tokens.missing_scopes) {
    require(std::ranges::find(expectation.scopes, scope) != expectation.scopes.end() &&
                std::ranges::find(tokens.scopes, scope) == tokens.scopes.end(),
            "what is missing was asked for and not granted");
  }
}

bool is_of_url(char c) {
  return is_digit(c) || is_letter(c) ||
         std::string_view("-_.~/:").find(c) != std::string_view::npos;
}

// Whatever is learned of an answer stays in its place, and under its suffixes.
void check_learned(const ResponseRules& rules, const std::vector<http::Header>& headers,
                   std::string_view body) {
  using catalogue::LearnedKind;
  catalogue::Provider provider;
  provider.response = rules;
  provider.learned = {{.name = "text", .member = "text"},
                      {.name = "host",
                       .member = "host",
                       .kind = LearnedKind::kHost,
                       .host_suffixes = {".example.com"}},
                      {.name = "url",
                       .member = "url",
                       .kind = LearnedKind::kUrl,
                       .host_suffixes = {".example.com"}}};
  http::IncomingResponse answer;
  answer.headers = headers;
  answer.body = http::ResponseBody(body);
  for (const auto& [name, text] : oauth::learned_from_answer(provider, answer).values) {
    require(!text.empty() && text.size() <= oauth::kMaxLearnedValue, "a value has a length");
    require(std::ranges::all_of(text, is_of_url), "a value needs no escaping");
    if (name == "text") continue;
    std::string_view host = text;
    require((name == "url") == host.starts_with("https://"), "an address is https");
    if (name == "url") host.remove_prefix(std::string_view("https://").size());
    host = host.substr(0, host.find('/'));
    require(host.ends_with(".example.com") && host.find(':') == std::string_view::npos,
            "a host is under its suffix");
  }
}

// Nothing that a provider wrote leaves with a failure, but for codes from closed lists.
void check_failure(const TokenFailure& failure) {
  require(!failure.retry_after ||
              (Seconds(1) <= *failure.retry_after && *failure.retry_after <= Seconds(24 * 3600)),
          "a wait is between a second and a day");
  require(failure.provider_codes.size() <= 4, "few codes of the provider are kept");
  require(std::ranges::all_of(failure.error_code,
                              [](char c) { return ('a' <= c && c <= 'z') || c == '_'; }),
          "an error code is one of ours");
  require(failure.detail.size() < 250 && std::ranges::none_of(failure.detail, is_control),
          "the detail quotes nothing");
  require(failure.detail.find("\xf0\x9f\x94\x91") == std::string::npos, "the detail has no canary");
  const Error error = as_error(failure);
  require(!error.message.view().empty() && error.find("cause") != nullptr, "a failure has a cause");
}

// A second reading of what a JSON answer must not have.
bool says_error(std::string_view body) {
  const auto value = parse_json(body);
  if (!value || !value->is_object()) return true;
  const boost::json::value* error = value->get_object().if_contains("error");
  return error != nullptr && !error->is_null();
}

}  // namespace

void one_input(std::string_view input) {
  Input rest(input);
  const std::string_view first = rest.line();
  int status = 0;
  std::from_chars(first.data(), first.data() + first.size(), status);
  const oauth::Expectation expectation = read_rules(first);
  const std::vector<http::Header> headers = read_headers(rest);
  const std::string_view body = rest.rest();
  const WallTime now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 24);

  check_learned(expectation.rules, headers, body);
  const auto result = parse_token_response(status, headers, body, expectation, now);
  if (!result) return check_failure(result.error());
  check_tokens(*result, expectation);
  require(status == 200, "only 200 brings a token");
  require(http::find_header(headers, "Content-Type") != nullptr, "an answer has a media type");
  if (expectation.rules.format == catalogue::ResponseFormat::kJson) {
    require(!says_error(body), "what says error brings no token");
  }
}

}  // namespace strongroom::fuzz
