#include "badprovider/endpoints.h"

#include <algorithm>
#include <thread>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "badprovider/authorization.h"

namespace strongroom::badprovider {
namespace {

Answer with_status(const Switches& switches) {
  Answer answer = error_answer(static_cast<int>(switches.fault_status), switches.error);
  if (switches.retry_after_s > 0) {
    answer.headers.push_back({"Retry-After", std::to_string(switches.retry_after_s)});
  }
  return answer;
}

}  // namespace

Answer Endpoints::answer(const http::Request& request, WallTime connected_at) {
  const bool is_post = request.method == "POST";
  if (request.path == "/token" && is_post) return token(request, connected_at);
  if (request.path == "/authorize" && request.method == "GET") {
    return authorize(parse_form(request.query), origin_, grants_);
  }
  if (request.path == "/revoke" && is_post) {  // RFC 7009: unknown tokens are fine as well
    (void)grants_.revoke(value_of(parse_form(request.body), "token"), "asked");
    return {};
  }
  if (request.path == "/.well-known/oauth-authorization-server") return metadata();
  return error_answer(404, "not_found");
}

// RFC 8414.
Answer Endpoints::metadata() const {
  const boost::json::object members{
      {"issuer", origin_},
      {"authorization_endpoint", origin_ + "/authorize"},
      {"token_endpoint", origin_ + "/token"},
      {"revocation_endpoint", origin_ + "/revoke"},
      {"response_types_supported", {"code"}},
      {"grant_types_supported", {"authorization_code", "refresh_token", "client_credentials"}},
      {"token_endpoint_auth_methods_supported", {"client_secret_basic", "client_secret_post"}},
      {"code_challenge_methods_supported", {"S256"}},
      {"authorization_response_iss_parameter_supported", true}};
  return {.body = boost::json::serialize(members)};
}

// The switches for one request; a fault that is for a few of them alone is used up by it.
Switches Endpoints::take_fault() {
  const auto switches = switches_.lock();
  Switches mine = *switches;
  if (mine.fault_times == 0) mine.fault = "none";
  if (mine.fault != "none" && switches->fault_times > 0) --switches->fault_times;
  return mine;
}

Answer Endpoints::token(const http::Request& request, WallTime connected_at) {
  const Switches switches = take_fault();
  std::this_thread::sleep_for(Milliseconds(switches.latency_ms));
  const std::string& fault = switches.fault;
  Answer answer;
  if (fault == "hang_before") {
    answer.is_withheld = true;
  } else if (fault == "status_before") {
    answer = with_status(switches);
  } else if (fault == "error_with_200") {
    answer = error_answer(200, switches.error);
  } else {
    const Parameters form = parse_form(request.body);
    answer = processed({client_of(request.authorization, form), connected_at}, form, switches);
  }
  std::this_thread::sleep_for(Milliseconds(switches.delay_after_ms));
  answer.clock_offset = Seconds(switches.clock_offset_s);
  return answer;
}

Answer Endpoints::processed(const Caller& caller, const Parameters& form,
                            const Switches& switches) {
  const GrantOutcome outcome = grant(caller, form, switches);
  const std::string& fault = switches.fault;
  if (fault == "status_after") return with_status(switches);
  Answer answer = outcome.issued ? token_answer(*outcome.issued, switches, clock_.now())
                                 : error_answer(caller.client.empty() ? 401 : 400, outcome.error);
  answer.is_withheld = fault == "hang_after";
  if (fault == "drop") {
    const auto next = next_drop_.lock();
    const std::size_t whole = to_bytes(answer, clock_.now()).size();
    if (switches.drop_at_byte < 0) answer.cut_after = (*next)++ % whole;
    if (switches.drop_at_byte >= 0) {
      answer.cut_after = std::min(whole, static_cast<std::size_t>(switches.drop_at_byte));
    }
  }
  return answer;
}

GrantOutcome Endpoints::grant(const Caller& caller, const Parameters& form,
                              const Switches& switches) {
  const std::string& client = caller.client;
  if (client.empty()) return {.error = "invalid_client"};
  const std::string type = value_of(form, "grant_type");
  if (type == "client_credentials") {
    return {.issued = grants_.client_credentials(client, value_of(form, "scope"))};
  }
  if (type == "refresh_token") {
    return grants_.refresh(value_of(form, "refresh_token"), caller, switches);
  }
  if (type == "authorization_code") {
    return grants_.redeem(value_of(form, "code"), client, value_of(form, "redirect_uri"),
                          value_of(form, "code_verifier"));
  }
  return {.error = "unsupported_grant_type"};
}

}  // namespace strongroom::badprovider
