#pragma once
// An answer, and how much of it is sent.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "badprovider/grants.h"
#include "badprovider/switches.h"
#include "base/clock.h"
#include "http/message.h"

namespace strongroom::badprovider {

struct Answer {
  int status = 200;
  std::string content_type = "application/json";
  std::string body = {};
  std::vector<http::Header> headers = {};
  Seconds clock_offset{0};                    // of its Date
  bool is_withheld = false;                   // nothing is sent, and the connection stays open
  std::optional<std::size_t> cut_after = {};  // bytes, from "HTTP/1.1" on; then it is closed
};

// The bytes of the whole answer. `now` is for its Date.
std::string to_bytes(const Answer& answer, WallTime now);

// {"error": ...} (RFC 6749 section 5.2).
Answer error_answer(int status, std::string_view error);

// The token endpoint's answer, told as `switches` say.
Answer token_answer(const Issued& issued, const Switches& switches, WallTime now);

}  // namespace strongroom::badprovider
