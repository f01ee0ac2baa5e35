#pragma once
// What this provider does wrong, and how it handles refresh tokens: one table for the command line,
// the control endpoint and --help.

#include <cstdint>
#include <string>
#include <string_view>

#include <boost/json/fwd.hpp>

#include "base/result.h"

namespace strongroom::badprovider {

// A good provider that rotates, until told otherwise. kSwitchTable in the .cc says what each means.
struct Switches {
  bool rotation = true;
  std::int64_t reuse_window_s = 0;
  bool family_revocation = true;
  bool repeats_refresh_token = false;
  std::int64_t latency_ms = 0;
  std::int64_t delay_after_ms = 0;
  std::string fault = "none";
  std::int64_t fault_times = -1;
  std::int64_t fault_status = 500;
  std::int64_t drop_at_byte = -1;
  std::int64_t retry_after_s = 0;
  std::string error = "server_error";
  std::string expires = "seconds";
  std::int64_t expires_in_s = 3600;
  std::string scopes = "as_asked";
  std::int64_t clock_offset_s = 0;
  std::int64_t padding_bytes = 0;
  std::string content_type = "application/json";
};

// Takes over the members of `changes`; all of them or, on an error, none.
//
// Errors:
//   kInvalidArgument  no such switch, or not a value for it; the detail is its name
Status change(Switches& switches, const boost::json::object& changes);
// The same for one switch, as text: "on", "250", "hang_after".
Status change(Switches& switches, std::string_view name, std::string_view text);

// All of them, as JSON.
boost::json::object to_json(const Switches& switches);

// One line a switch: name, default, meaning.
std::string switch_help();

}  // namespace strongroom::badprovider
