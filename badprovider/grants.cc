#include "badprovider/grants.h"

#include <array>
#include <charconv>
#include <span>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "crypto/digest.h"

namespace strongroom::badprovider {
namespace {

constexpr std::string_view kRefreshPrefix = "rt.";

boost::json::object event(std::string_view what, std::string_view family, std::size_t serial) {
  return {{"what", what}, {"family", family}, {"serial", serial}};
}

}  // namespace

std::string Grants::chance(std::size_t bytes) {
  std::array<std::byte, 32> random;
  random_.fill(random);
  return crypto::hex(std::span(random).first(bytes));
}

std::string Grants::access_token(State& state, std::string_view of) {
  std::string text = "at.";
  text.append(of).append(".").append(std::to_string(++state.access_tokens));
  return text.append(".").append(chance(12));
}

// Its place in the family stands in the text: "rt.f3.7.<chance>" is the seventh of the third.
std::string Grants::add_token(const std::string& name, Family& family) {
  std::string text(kRefreshPrefix);
  text.append(name).append(".").append(std::to_string(family.tokens.size() + 1)).append(".");
  family.tokens.push_back({.text = text.append(chance(16))});
  return text;
}

Issued Grants::begin_family(State& state, const std::string& client, const std::string& scope,
                            std::string_view how) {
  const std::string name = "f" + std::to_string(state.families.size() + 1);
  Family& family = state.families[name];
  family.client = client;
  family.scope = scope;
  Issued issued{.access_token = access_token(state, name),
                .refresh_token = add_token(name, family),
                .scope = scope,
                .family = name};
  boost::json::object issue = event("issued", name, 1);
  issue["client"] = client;
  issue["by"] = how;
  truth_.commit({std::move(issue)});
  return issued;
}

Issued Grants::mint(const std::string& client, const std::string& scope) {
  return begin_family(*state_.lock(), client, scope, "mint");
}

std::string Grants::issue_code(CodeRequest request) {
  const auto state = state_.lock();
  std::string code = "code." + chance(16);
  state->codes.emplace(code, std::move(request));
  return code;
}

GrantOutcome Grants::redeem(const std::string& code, const std::string& client,
                            const std::string& redirect_uri, const std::string& verifier) {
  const auto state = state_.lock();
  const auto found = state->codes.find(code);
  if (found == state->codes.end()) return {.error = "invalid_grant"};
  const CodeRequest request = std::move(found->second);
  state->codes.erase(found);
  const bool is_verified = request.code_challenge.empty() ||
                           crypto::base64url(crypto::sha256(verifier)) == request.code_challenge;
  if (request.client != client || request.redirect_uri != redirect_uri || !is_verified) {
    return {.error = "invalid_grant"};
  }
  return {.issued = begin_family(*state, client, request.scope, "code")};
}

Issued Grants::client_credentials(const std::string& client, const std::string& scope) {
  const auto state = state_.lock();
  Issued issued{.access_token = access_token(*state, "client"), .scope = scope};
  truth_.commit({boost::json::object{{"what", "access_issued"}, {"client", client}}});
  return issued;
}

Grants::Place Grants::find(State& state, std::string_view token) {
  if (!token.starts_with(kRefreshPrefix)) return {};
  const std::string_view rest = token.substr(kRefreshPrefix.size());
  const std::size_t dot = rest.find('.');
  const auto family = state.families.find(rest.substr(0, dot));
  if (dot == std::string_view::npos || family == state.families.end()) return {};
  std::size_t serial = 0;
  std::from_chars(rest.data() + dot + 1, rest.data() + rest.size(), serial);
  auto& tokens = family->second.tokens;
  if (serial == 0 || serial > tokens.size() || tokens[serial - 1].text != token) return {};
  return {.family = &family->second, .name = family->first, .serial = serial};
}

GrantOutcome Grants::refuse(const Place& place, std::string_view why, boost::json::array also) {
  boost::json::object refusal = event("refused", place.name, place.serial);
  refusal["why"] = why;
  boost::json::array events{std::move(refusal)};
  for (boost::json::value& one : also) events.push_back(std::move(one));
  truth_.commit(std::move(events));
  return {.error = "invalid_grant"};
}

GrantOutcome Grants::refresh(const std::string& token, const Caller& caller,
                             const Switches& switches) {
  const auto state = state_.lock();
  const Place place = find(*state, token);
  if (place.family == nullptr) return refuse(place, "unknown", {});
  Family& family = *place.family;
  if (family.client != caller.client) return refuse(place, "another_client", {});
  if (family.is_revoked) return refuse(place, "revoked", {});
  const WallTime now = clock_.now();
  const auto replaced_at = family.tokens[place.serial - 1].replaced_at;
  if (replaced_at && now >= *replaced_at + Seconds(switches.reuse_window_s)) {
    if (!switches.family_revocation) return refuse(place, "reused", {});
    family.is_revoked = true;
    boost::json::object end = event("revoked", place.name, family.tokens.size());
    end["why"] = "reused";
    return refuse(place, "reused", {std::move(end)});
  }
  ++family.uses;
  boost::json::object use = event("used", place.name, place.serial);
  use["as"] = replaced_at ? "replaced" : "current";
  use["connected_at"] = caller.connected_at.time_since_epoch().count();
  boost::json::array events{std::move(use)};
  Issued issued{.access_token = access_token(*state, place.name),
                .scope = family.scope,
                .family = place.name};
  if (switches.rotation) {
    for (Token& old : family.tokens) {
      if (!old.replaced_at) old.replaced_at = now;
    }
    issued.refresh_token = add_token(place.name, family);
    boost::json::object issue = event("issued", place.name, family.tokens.size());
    issue["client"] = caller.client;
    issue["by"] = "refresh";
    issue["connected_at"] = caller.connected_at.time_since_epoch().count();
    events.push_back(std::move(issue));
  } else if (switches.repeats_refresh_token) {
    issued.refresh_token = token;
  }
  truth_.commit(std::move(events));
  return {.issued = std::move(issued)};
}

bool Grants::revoke(std::string_view token_or_family, std::string_view why) {
  const auto state = state_.lock();
  Place place = find(*state, token_or_family);
  if (place.family == nullptr) {
    const auto named = state->families.find(token_or_family);
    if (named == state->families.end()) return false;
    place = {.family = &named->second, .name = named->first, .serial = 0};
  }
  place.family->is_revoked = true;
  boost::json::object end = event("revoked", place.name, place.family->tokens.size());
  end["why"] = why;
  truth_.commit({std::move(end)});
  return true;
}

boost::json::array Grants::families() {
  const auto state = state_.lock();
  boost::json::array out;
  for (const auto& [name, family] : state->families) {
    out.push_back(boost::json::object{{"family", name},
                                      {"client", family.client},
                                      {"serial", family.tokens.size()},
                                      {"uses", family.uses},
                                      {"revoked", family.is_revoked}});
  }
  return out;
}

}  // namespace strongroom::badprovider
