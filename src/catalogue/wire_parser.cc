#include "catalogue/wire_parser.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include <boost/json.hpp>

#include "catalogue/asked_value.h"
#include "catalogue/provider_parser.h"

namespace strongroom::catalogue {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxLearned = 10;
constexpr std::size_t kMaxSuffixes = 20;
constexpr std::size_t kMaxEnvelope = 4;

constexpr std::string_view kClientId = "client_id";
constexpr std::string_view kClientSecret = "client_secret";

// What holds a secret, or ends a sign-in: nobody gets it by the way of a learned value.
constexpr std::array<std::string_view, 10> kSecretMembers{
    "access_token", "refresh_token", "id_token",      "token",       "code",
    "state",        "client_secret", "code_verifier", "device_code", "assertion"};

LearnedValue read_value(ObjectReader& in) {
  LearnedValue value;
  value.name = in.text("name", TextRule::kName, Need::kRequired);
  value.member = in.text("member", TextRule::kMember, Need::kRequired);
  value.from = in.choice<LearnedFrom>(
      "from", {{"answer", LearnedFrom::kAnswer}, {"callback", LearnedFrom::kCallback}},
      LearnedFrom::kAnswer, Need::kOptional);
  value.kind = in.choice<LearnedKind>(
      "kind",
      {{"text", LearnedKind::kText}, {"host", LearnedKind::kHost}, {"url", LearnedKind::kUrl}},
      LearnedKind::kText, Need::kRequired);
  value.host_suffixes = in.texts("host_suffixes", TextRule::kPlain, kMaxSuffixes);
  return value;
}

// "co.uk": a domain under which strangers register theirs. The whole list of such is long and
// grows; who writes an entry means a vendor's own domain.
bool is_public_suffix(std::string_view domain) {
  constexpr std::array<std::string_view, 9> kSecondLevel{"ac", "co",  "com", "edu", "gov",
                                                         "ne", "net", "or",  "org"};
  const std::size_t dot = domain.find('.');
  return dot == domain.rfind('.') && domain.size() - dot == 3 &&
         std::ranges::find(kSecondLevel, domain.substr(0, dot)) != kSecondLevel.end();
}

// ".example.com": whatever is under a domain that has an owner.
bool is_suffix(std::string_view text) {
  if (!text.starts_with('.')) return false;
  text.remove_prefix(1);
  return text.find('.') != std::string_view::npos && has_format(text, ValueFormat::kDnsName) &&
         std::ranges::none_of(text, [](char c) { return 'A' <= c && c <= 'Z'; }) &&
         !is_public_suffix(text);
}

void check_suffixes(const LearnedValue& value, const std::string& pointer, Problems& problems) {
  const std::string at = child(pointer, "host_suffixes");
  if ((value.kind == LearnedKind::kText) != value.host_suffixes.empty()) {
    problems.report(at, "These go with a host or an address, and one of those with these.");
  }
  for (std::size_t i = 0; i < value.host_suffixes.size(); ++i) {
    if (!is_suffix(value.host_suffixes[i])) {
      problems.report(child(at, i), "This is no dot and a domain that somebody owns.",
                      "Needed: lower case, as .example.com.");
    }
  }
}

// What an answer's member of this name is, if the entry says so.
bool is_member_of_tokens(std::string_view name, const ResponseRules& rules) {
  return name == rules.access_token_member || name == rules.refresh_token_member;
}

void check_learned(const Provider& provider, Problems& problems) {
  std::set<std::string, std::less<>> names;
  for (std::size_t i = 0; i < provider.learned.size(); ++i) {
    const LearnedValue& value = provider.learned[i];
    const std::string at = child("/learned", i);
    if (!names.insert(value.name).second) {
      problems.report(child(at, "name"), "This name is in use already.");
    }
    if (std::ranges::find(kSecretMembers, value.member) != kSecretMembers.end() ||
        is_member_of_tokens(value.member, provider.response)) {
      problems.report(child(at, "member"), "What is secret is not shown to who uses a token.");
    }
    if (value.from == LearnedFrom::kCallback && !provider.offers(Grant::kAuthorizationCode)) {
      problems.report(child(at, "from"), "Only the authorization code grant has a callback.");
    }
    check_suffixes(value, at, problems);
  }
}

bool is_of_entry(const Provider& provider, std::string_view name) {
  const auto is_field = [&](const TokenField& field) { return field.name == name; };
  const auto is_parameter = [&](const AuthorizationParameter& p) { return p.name == name; };
  return std::ranges::any_of(provider.token_parameters, is_field) ||
         std::ranges::any_of(provider.authorization.parameters, is_parameter) ||
         std::ranges::any_of(provider.revocation.parameters,
                             [&](const RevocationParameter& p) { return p.name == name; }) ||
         (provider.resources && provider.resources->parameter == name);
}

// A name of its own is nobody else's.
void check_parameter(const Provider& provider, const std::string& name, std::string_view standard,
                     std::string_view member, Problems& problems) {
  if (name == standard) return;
  const std::string at = child("/wire", member);
  if (is_reserved_parameter(name)) problems.report(at, "OAuth itself uses this name.");
  if (is_of_entry(provider, name)) problems.report(at, "This name is in use already.");
}

void check_parameters(const Provider& provider, Problems& problems) {
  const WireRules& wire = provider.wire;
  check_parameter(provider, wire.client_id_parameter, kClientId, "client_id_parameter", problems);
  check_parameter(provider, wire.client_secret_parameter, kClientSecret, "client_secret_parameter",
                  problems);
  if (wire.client_id_parameter == wire.client_secret_parameter) {
    problems.report("/wire/client_secret_parameter", "This name is in use already.");
  }
  if (wire.client_secret_parameter != kClientSecret &&
      !provider.offers(ClientAuthentication::kClientSecretPost)) {
    problems.report("/wire/client_secret_parameter", "This goes with client_secret_post.");
  }
}

bool is_used(const WireRules& wire) {
  return wire.body != BodyFormat::kForm || wire.client_id_parameter != kClientId ||
         wire.client_secret_parameter != kClientSecret || !wire.refresh_endpoint.empty();
}

}  // namespace

WireRules read_wire(ObjectReader& in) {
  WireRules rules;
  rules.body =
      in.choice<BodyFormat>("body", {{"form", BodyFormat::kForm}, {"json", BodyFormat::kJson}},
                            BodyFormat::kForm, Need::kOptional);
  std::string id = in.text("client_id_parameter", TextRule::kMember, Need::kOptional);
  if (!id.empty()) rules.client_id_parameter = std::move(id);
  std::string secret = in.text("client_secret_parameter", TextRule::kMember, Need::kOptional);
  if (!secret.empty()) rules.client_secret_parameter = std::move(secret);
  rules.refresh_endpoint = in.text("refresh_endpoint", TextRule::kPlain, Need::kOptional);
  return rules;
}

void read_response_members(ObjectReader& in, ResponseRules& rules) {
  rules.envelope = in.texts("envelope", TextRule::kMember, kMaxEnvelope);
  const auto name = [&](std::string_view member) {
    return in.text(member, TextRule::kMember, Need::kOptional);
  };
  rules.access_token_member = name("access_token_member");
  rules.refresh_token_member = name("refresh_token_member");
  rules.expires_in_member = name("expires_in_member");
  rules.scope_member = name("scope_member");
  const json::value* end = in.value("expires_at", Need::kOptional);
  if (end == nullptr) return;
  ObjectReader object(*end, child(in.pointer(), "expires_at"), in.problems());
  rules.expires_at_member = object.text("member", TextRule::kMember, Need::kRequired);
  rules.expires_at_form =
      object.choice<EndForm>("form",
                             {{"epoch_seconds", EndForm::kEpochSeconds},
                              {"epoch_milliseconds", EndForm::kEpochMilliseconds},
                              {"iso8601", EndForm::kIso8601}},
                             EndForm::kEpochSeconds, Need::kRequired);
}

std::vector<LearnedValue> read_learned(ObjectReader& in) {
  std::vector<LearnedValue> learned;
  in.each("learned", Need::kOptional, kMaxLearned, [&](const json::value& element, std::string at) {
    ObjectReader value(element, std::move(at), in.problems());
    learned.push_back(read_value(value));
  });
  return learned;
}

void check_wire(const Provider& provider, Problems& problems) {
  check_parameters(provider, problems);
  check_learned(provider, problems);
  const bool is_refreshed = std::ranges::any_of(provider.grants, needs_person);
  if (!provider.wire.refresh_endpoint.empty() && (!is_refreshed || provider.discovery)) {
    problems.report("/wire/refresh_endpoint",
                    "This goes with a grant for which people sign in, and without discovery.");
  }
  if (provider.oauth1 && (is_used(provider.wire) || !provider.learned.empty())) {
    problems.report(is_used(provider.wire) ? "/wire" : "/learned",
                    "OAuth 1.0a has no token endpoint.");
  }
}

Provider refreshed_at(const Provider& provider) {
  Provider same = provider;
  same.token_endpoint = provider.wire.refresh_endpoint;
  same.mtls_token_endpoint.clear();
  return same;
}

}  // namespace strongroom::catalogue
