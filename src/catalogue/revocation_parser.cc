#include "catalogue/revocation_parser.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <boost/json.hpp>

#include "catalogue/success_parser.h"

namespace strongroom::catalogue {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxParameters = 5;
constexpr std::size_t kMaxStatuses = 5;
constexpr std::size_t kMaxHeaders = 5;
constexpr std::size_t kMaxAccountDepth = 4;
constexpr std::string_view kClientId = "client_id";

// What an answer may be called a success by: 404 where what is gone already cannot be found.
std::vector<std::int64_t> read_statuses(ObjectReader& in) {
  constexpr std::int64_t kLeast = 200;
  constexpr std::int64_t kMost = 499;
  std::vector<std::int64_t> statuses;
  in.each("success_statuses", Need::kOptional, kMaxStatuses,
          [&](const json::value& element, const std::string& at) {
            const auto status = element.if_int64();
            const bool is_in_range = status != nullptr && *status >= kLeast && *status <= kMost;
            if (!is_in_range || (*status >= 300 && *status < 400)) {
              in.problems().report(at,
                                   "This must be a status from 200 on, no redirect, below 500.");
            } else if (std::ranges::find(statuses, *status) != statuses.end()) {
              in.problems().report(at, "This status is there already.");
            } else {
              statuses.push_back(*status);
            }
          });
  return statuses;
}

void read_request(ObjectReader& in, RevocationRules& rules) {
  rules.method = in.choice<RevocationMethod>("method",
                                             {{"POST", RevocationMethod::kPost},
                                              {"GET", RevocationMethod::kGet},
                                              {"DELETE", RevocationMethod::kDelete}},
                                             RevocationMethod::kPost, Need::kOptional);
  rules.place = in.choice<RevocationPlace>("token_in",
                                           {{"form", RevocationPlace::kForm},
                                            {"json", RevocationPlace::kJson},
                                            {"query", RevocationPlace::kQuery},
                                            {"path", RevocationPlace::kPath},
                                            {"bearer", RevocationPlace::kBearer}},
                                           RevocationPlace::kForm, Need::kOptional);
  std::string parameter = in.text("token_parameter", TextRule::kName, Need::kOptional);
  if (!parameter.empty()) rules.token_parameter = std::move(parameter);
  rules.without_hint = in.flag("without_hint");
  in.each("parameters", Need::kOptional, kMaxParameters,
          [&](const json::value& element, std::string at) {
            ObjectReader parameter_in(element, std::move(at), in.problems());
            std::string name = parameter_in.text("name", TextRule::kName, Need::kRequired);
            std::string literal = parameter_in.text("literal", TextRule::kPlain, Need::kRequired);
            rules.parameters.push_back({std::move(name), std::move(literal)});
          });
  rules.success_statuses = read_statuses(in);
  rules.success = read_success(in, "success");
}

void read_authentication(ObjectReader& in, RevocationRules& rules) {
  enum class Said : std::uint8_t { kAsTokens, kNone, kBasic, kPost };
  switch (in.choice<Said>("client_authentication",
                          {{"none", Said::kNone},
                           {"client_secret_basic", Said::kBasic},
                           {"client_secret_post", Said::kPost}},
                          Said::kAsTokens, Need::kOptional)) {
    case Said::kAsTokens:
      break;
    case Said::kNone:
      rules.without_authentication = true;
      break;
    case Said::kBasic:
      rules.authentication = ClientAuthentication::kClientSecretBasic;
      break;
    case Said::kPost:
      rules.authentication = ClientAuthentication::kClientSecretPost;
      break;
  }
}

bool is_in_header(ClientAuthentication method) {
  return method == ClientAuthentication::kClientSecretBasic;
}

// Whatever method a client uses, its proof stands in a header: there is no form to put it in.
bool proves_in_header(const Provider& provider) {
  const RevocationRules& rules = provider.revocation;
  if (rules.without_authentication) return true;
  if (rules.authentication) return is_in_header(*rules.authentication);
  return std::ranges::all_of(provider.client_authentication, is_in_header);
}

void check_places(const Provider& provider, Problems& problems) {
  const RevocationRules& rules = provider.revocation;
  if (rules.place == RevocationPlace::kForm && rules.method != RevocationMethod::kPost) {
    problems.report("/revocation/request/method", "A form is sent by POST.");
  }
  if (rules.place == RevocationPlace::kJson && rules.method == RevocationMethod::kGet) {
    problems.report("/revocation/request/method", "GET has no body.");
  }
  if (rules.place != RevocationPlace::kForm && !proves_in_header(provider)) {
    problems.report("/revocation/client_authentication",
                    "Without a form the client proves who it is by client_secret_basic, or not.");
  }
  if (rules.place == RevocationPlace::kBearer && !rules.without_authentication) {
    problems.report("/revocation/client_authentication",
                    "Where the token is the authorization there is no other.");
  }
  const bool has_body =
      rules.place == RevocationPlace::kForm || rules.place == RevocationPlace::kJson;
  if (!has_body && !rules.parameters.empty()) {
    problems.report("/revocation/request/parameters", "These go with a form or JSON.");
  }
}

void check_names(const RevocationRules& rules, Problems& problems) {
  std::set<std::string, std::less<>> names = {rules.token_parameter, "token_type_hint", "client_id",
                                              "client_secret"};
  for (std::size_t i = 0; i < rules.parameters.size(); ++i) {
    if (names.insert(rules.parameters[i].name).second) continue;
    problems.report(child(child("/revocation/request/parameters", i), "name"),
                    "This name is in use already.");
  }
}

// The token stands in the address exactly where the entry says so.
void check_token_hole(const Provider& provider, Problems& problems) {
  const RevocationRules& rules = provider.revocation;
  if (rules.place != RevocationPlace::kPath) return;
  const std::string hole = "{" + rules.token_parameter + "}";
  if (provider.revocation_endpoint.find(hole) == std::string::npos) {
    problems.report("/revocation/request/token_parameter", "The address has no such place.");
  }
}

}  // namespace

RevocationRules read_revocation(ObjectReader& in) {
  RevocationRules rules;
  read_authentication(in, rules);
  if (const json::value* request = in.value("request", Need::kOptional)) {
    ObjectReader object(*request, child(in.pointer(), "request"), in.problems());
    read_request(object, rules);
  }
  rules.tokens = in.choice<RevokedTokens>("tokens",
                                          {{"both", RevokedTokens::kBoth},
                                           {"refresh_token", RevokedTokens::kRefreshToken},
                                           {"access_token", RevokedTokens::kAccessToken}},
                                          RevokedTokens::kBoth, Need::kOptional);
  rules.by_hand = in.text("by_hand", TextRule::kPlain, Need::kOptional);
  rules.page = in.text("page", TextRule::kHttps, Need::kOptional);
  return rules;
}

VerificationRules read_verification(ObjectReader& in) {
  VerificationRules rules;
  rules.endpoint = in.text("endpoint", TextRule::kPlain, Need::kRequired);
  rules.with_post =
      in.choice<bool>("method", {{"GET", false}, {"POST", true}}, false, Need::kOptional);
  in.each("headers", Need::kOptional, kMaxHeaders, [&](const json::value& element, std::string at) {
    ObjectReader header(element, std::move(at), in.problems());
    TokenField field;
    field.name = header.text("name", TextRule::kHeader, Need::kRequired);
    field.literal = header.text("literal", TextRule::kPlain, Need::kRequired);
    rules.headers.push_back(std::move(field));
  });
  rules.success = read_success(in, "success");
  rules.account_path = in.texts("account", TextRule::kLabel, kMaxAccountDepth);
  return rules;
}

bool is_filled_by_request(const RevocationRules& rules, std::string_view name) {
  return name == kClientId ||
         (rules.place == RevocationPlace::kPath && name == rules.token_parameter);
}

void check_revocation(const Provider& provider, Problems& problems) {
  const RevocationRules& rules = provider.revocation;
  if ((rules.without_authentication || rules.authentication) &&
      provider.revocation_endpoint.empty()) {
    problems.report("/revocation/client_authentication", "This goes with revocation_endpoint.");
  }
  if (!rules.page.empty() && rules.by_hand.empty()) {
    problems.report("/revocation/page", "This goes with by_hand.");
  }
  check_places(provider, problems);
  check_names(rules, problems);
  check_token_hole(provider, problems);
}

void check_verification(const Provider& provider, Problems& problems) {
  std::set<std::string, std::less<>> names;
  const std::vector<TokenField>& headers = provider.verification.headers;
  for (std::size_t i = 0; i < headers.size(); ++i) {
    if (names.insert(headers[i].name).second) continue;
    problems.report(child(child("/verification/headers", i), "name"),
                    "This name is in use already.");
  }
}

}  // namespace strongroom::catalogue
