// parse_provider: a file of a stranger. An entry that was taken cannot lead a token request astray.
#include <algorithm>
#include <string>

#include <boost/json.hpp>

#include "base/json.h"
#include "catalogue/endpoint_template.h"
#include "catalogue/json_places.h"
#include "catalogue/provider_check.h"
#include "catalogue/provider_parser.h"
#include "catalogue/revocation_parser.h"
#include "catalogue/settings.h"
#include "fuzz/fuzz_target.h"
#include "http/url.h"

namespace strongroom::fuzz {
namespace {

constexpr std::size_t kMaxBytes = std::size_t{64} * 1024;

using catalogue::Provider;
using catalogue::VariablePlace;

bool is_text(std::string_view text) { return std::ranges::none_of(text, is_control); }

// What fits each place, so that an address can be judged as a URL.
std::string harmless(const std::vector<catalogue::TemplateHole>& holes, std::string_view name) {
  const auto hole = std::ranges::find(holes, name, &catalogue::TemplateHole::name);
  require(hole != holes.end(), "a variable in an address is one of its holes");
  switch (hole->place) {
    case VariablePlace::kUrl:
      return "https://filled.example.com/token";
    case VariablePlace::kHost:
      return "filled.example.com";
    case VariablePlace::kHostLabel:
    case VariablePlace::kPathSegment:
      return "filled";
  }
  return "";
}

// `revokes`: of the revocation endpoint, whose path may have what the request itself fills in.
void check_address(const Provider& provider, const std::string& address, bool revokes = false) {
  const auto holes = catalogue::parse_endpoint_template(address);
  require(holes.has_value(), "an address is a template");
  for (const catalogue::TemplateHole& hole : *holes) {
    if (revokes && catalogue::is_filled_by_request(provider.revocation, hole.name)) {
      require(hole.place == VariablePlace::kPathSegment,
              "what a request fills in is a segment of the path");
      continue;
    }
    const bool declared = std::ranges::any_of(
        provider.variables, [&](const auto& variable) { return variable.value.name == hole.name; });
    require(declared || (hole.name == "tenant" && provider.supports_tenant()),
            "a hole has a variable");
  }
  const std::string filled = catalogue::fill_endpoint_template(
      address, [&](std::string_view name) { return harmless(*holes, name); });
  const auto url = http::Url::parse(filled);
  require(url.has_value() && url->scheme == "https",
          "an address that is filled in is an https URL");
}

// Those that credentials and tokens are sent to besides the token endpoint. An issuer's are in its
// metadata, and the entry has none.
void check_other_addresses(const Provider& provider) {
  for (const std::string* address :
       {&provider.authorization_endpoint, &provider.device_authorization_endpoint,
        &provider.pushed_authorization_request_endpoint, &provider.introspection_endpoint,
        &provider.wire.refresh_endpoint}) {
    if (!address->empty()) check_address(provider, *address);
  }
  if (!provider.revocation_endpoint.empty()) {
    check_address(provider, provider.revocation_endpoint, true);
  }
}

// A default that names a variable would have to be filled in itself, and that without end where two
// name each other.
void check_default(const Provider& provider, const catalogue::AskedValue& asked) {
  if (asked.default_value.empty()) return;
  require(catalogue::accepts(asked, asked.default_value),
          "a default has the form that is asked for");
  for (const auto& other : provider.variables) {
    require(asked.default_value.find("{" + other.value.name + "}") == std::string::npos,
            "a default names no variable");
  }
}

void check_field(const catalogue::TokenField& field) {
  require(!field.name.empty() && is_text(field.name) && is_text(field.literal),
          "a field has a name and no control character");
  require(field.asked.has_value() == field.literal.empty(), "a field is fixed or asked for");
}

void check_assertion(const Provider& provider) {
  const bool has_method = provider.offers(catalogue::ClientAuthentication::kClientSecretJwt) ||
                          provider.offers(catalogue::ClientAuthentication::kPrivateKeyJwt);
  require(provider.client_assertion.has_value() == has_method,
          "a method with assertions says what they look like");
  if (!has_method) return;
  require(!provider.client_assertion->algorithms.empty(), "an assertion is signed");
  const bool is_literal =
      provider.client_assertion->audience == catalogue::AssertionAudience::kLiteral;
  require(provider.client_assertion->literal_audience.starts_with("https://") == is_literal,
          "an audience is a rule, or an address");
}

void check_signing(const Provider& provider) {
  const bool signs = provider.offers(catalogue::Grant::kOauth1);
  require(signs == provider.oauth1.has_value() && signs == provider.client_authentication.empty(),
          "a client signs its requests, or proves itself in them");
  if (!signs) return;
  require(provider.grants.size() == 1, "who signs speaks nothing else");
  require(!provider.oauth1->signature_methods.empty(), "a signature has a method");
  const std::string& first = provider.oauth1->temporary_credentials_endpoint;
  require(first.empty() == provider.authorization_endpoint.empty(), "a flow has all its addresses");
  if (!first.empty()) check_address(provider, first);
  for (const auto& parameter : provider.oauth1->temporary_credentials_parameters) {
    require(!parameter.name.starts_with("oauth_"), "a parameter is not OAuth's own");
  }
}

void check_provider(const Provider& provider) {
  require(!provider.id.empty() && is_text(provider.name), "a provider has an id");
  require(!provider.grants.empty(), "a provider offers something");
  check_signing(provider);
  require(provider.scopes.delimiter.size() == 1, "a delimiter is one character");
  require(provider.min_retrieval_interval >= Seconds(0), "an interval is not negative");
  require(!provider.response.default_lifetime || *provider.response.default_lifetime > Seconds(0),
          "a lifetime is positive");
  check_assertion(provider);
  if (!provider.discovery) check_address(provider, provider.token_endpoint);
  check_other_addresses(provider);
  for (const auto& field : provider.token_headers) check_field(field);
  for (const auto& field : provider.token_parameters) {
    check_field(field);
    require(!catalogue::is_reserved_parameter(field.name), "a parameter is not OAuth's own");
  }
  for (const auto& variable : provider.variables) {
    check_default(provider, variable.value);
  }
  require(is_text(catalogue::displayed_token_endpoint(provider, {}, "")),
          "an address can be shown");
}

// Who writes the file is told the same, and each place is one of the text.
void check_report(std::string_view input, bool is_valid) {
  const catalogue::FileReport report = catalogue::check_provider_text(input);
  require(report.provider.has_value() == is_valid, "a file is valid for everybody or for nobody");
  require(report.problems.empty() == is_valid, "what is not valid has a problem");
  const auto lines = static_cast<std::size_t>(std::ranges::count(input, '\n')) + 1;
  for (const catalogue::FileProblem& problem : report.problems) {
    require(1 <= problem.line && problem.line <= lines, "a problem is in a line of the file");
    require(1 <= problem.column && problem.column <= problem.line_text.size() + 2,
            "a problem is in its line");
  }
  if (input.size() > kMaxBytes) return;
  const bool is_json =
      parse_json(input, {.max_bytes = kMaxBytes, .max_depth = catalogue::kMaxFileDepth})
          .has_value();
  const bool is_broken =
      catalogue::JsonPlaces(input, catalogue::kMaxFileDepth).broken_at().has_value();
  // A name that stands twice is well-formed all the same.
  require(!(is_json && is_broken), "what is JSON is not broken anywhere");
}

}  // namespace

void one_input(std::string_view input) {
  const auto provider = catalogue::parse_provider(input);
  check_report(input, provider.has_value());
  if (provider) return check_provider(*provider);
  require(provider.error().code == Code::kInvalidArgument, "a bad entry is an invalid argument");
  const ErrorValue* field = provider.error().find("field");
  require(field != nullptr, "what is wrong has a place");
  const std::string& pointer = std::get<FieldPointer>(*field).text;
  require(pointer.empty() || pointer.starts_with('/'), "a place is a JSON pointer");
}

}  // namespace strongroom::fuzz
