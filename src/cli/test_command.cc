#include "cli/test_command.h"

#include <array>
#include <iostream>

#include <boost/json.hpp>

#include "base/json.h"

namespace strongroom::cli {
namespace {

constexpr std::array kHopColumns{Column{"HOP", "hop"}, Column{"VERDICT", "verdict"},
                                 Column{"MESSAGE", "message"}};

// What was met on the way; a table of hops has no room for it.
void print_facts(const boost::json::object& report) {
  boost::json::object facts;
  for (const char* const member :
       {"endpoint", "addresses", "connected_to", "proxy", "tls", "http_version", "http_status",
        "oauth_error", "cause", "who_must_act", "where"}) {
    const boost::json::value* const value = report.if_contains(member);
    const bool empty = value == nullptr || value->is_null() ||
                       (value->is_string() && value->get_string().empty()) ||
                       (value->is_int64() && value->get_int64() == 0);
    if (!empty) facts[member] = *value;
  }
  std::cout << sheet(facts);
}

ExitCode code_of(const boost::json::object& report) {
  const auto is = [&](const char* member) {
    const boost::json::value* const value = report.if_contains(member);
    return value != nullptr && value->is_bool() && value->get_bool();
  };
  if (is("ok")) return ExitCode::kDone;
  return is("try_again") ? ExitCode::kTryAgain : ExitCode::kProviderFailed;
}

}  // namespace

ExitCode test_target_system(Session& session, const Reference& reference) {
  const auto id = resolve(session, kTargetSystem, reference);
  if (!id) return report_error(id.error());
  const auto answer = session.rest.call("POST", "/target-systems/" + *id + "/test");
  if (!answer) return report_error(answer.error());
  if (!answer->good()) return report_problem(*answer);
  const auto report = parse_json(answer->body.reveal());
  const auto* const hops =
      report && report->is_object() ? report->get_object().if_contains("hops") : nullptr;
  if (hops == nullptr || !hops->is_array()) {
    return report_error(
        Error{Code::kUnavailable, "The server's answer is not what it should be.", {}});
  }
  if (session.format == Format::kJson) {
    std::cout << answer->body.reveal() << "\n";
  } else {
    std::cout << table(hops->get_array(), kHopColumns) << "\n";
    print_facts(report->get_object());
  }
  return code_of(report->get_object());
}

}  // namespace strongroom::cli
