#include "cli/authorization_header_command.h"

#include <iostream>
#include <string_view>

#include <boost/json.hpp>

#include "base/json.h"
#include "cli/json_body.h"

namespace strongroom::cli {
namespace {

namespace json = boost::json;

Result<std::string> form_parameters(const std::vector<std::string>& form) {
  json::array items;
  items.reserve(form.size());
  for (const std::string& one : form) {
    const std::size_t equals = one.find('=');
    if (equals == std::string::npos) {
      return Error{Code::kInvalidArgument, "--form takes NAME=VALUE.", {}};
    }
    items.push_back({{"name", one.substr(0, equals)}, {"value", one.substr(equals + 1)}});
  }
  return json::serialize(items);
}

ExitCode print_headers(const Answer& answer) {
  const auto document = parse_json(answer.body.reveal());
  if (!document) return report_error(document.error());
  const json::object* const whole = document->if_object();
  const json::value* const headers = whole == nullptr ? nullptr : whole->if_contains("headers");
  if (headers == nullptr || !headers->is_object()) {
    return report_error(Error{Code::kInternal, "The answer has no headers."});
  }
  for (const json::key_value_pair& header : headers->get_object()) {
    if (!header.value().is_string()) continue;
    std::cout << std::string_view(header.key()) << ": "
              << std::string_view(header.value().get_string()) << "\n";
  }
  return ExitCode::kDone;
}

}  // namespace

ExitCode authorization_header(Session& session, const AuthorizationHeaderOptions& options) {
  JsonBody body;
  body.add("method", std::string_view(options.method));
  body.add("url", std::string_view(options.url));
  if (!options.form.empty()) {
    const auto form = form_parameters(options.form);
    if (!form) return report_error(form.error());
    body.add_raw("form_parameters", *form);
  }
  body.add_number("min_ttl", options.min_ttl);
  body.add_number("run", options.run);
  body.add("deadline", options.deadline);
  body.add("resource", options.resource);
  body.add("dpop_nonce", options.dpop_nonce);
  const http::RequestBody text = body.body();
  const auto answer = session.rest.call(
      "POST", "/lookup/oauth-clients/" + percent_encode(options.id) + "/authorization-header", {},
      &text);
  if (!answer) return report_error(answer.error());
  if (!answer->good() || options.whole_answer) return print(session, *answer);
  return print_headers(*answer);
}

}  // namespace strongroom::cli
