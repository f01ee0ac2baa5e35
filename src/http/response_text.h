#pragma once
// A Response as the bytes that go to the client.

#include <cstdint>
#include <ctime>
#include <string>
#include <string_view>

#include "http/server.h"

namespace strongroom::http {

// "Tue, 24 Nov 2026 03:08:20 GMT" (RFC 9110 section 5.6.7), made once a second. One a loop; not
// thread-safe.
class DateText {
 public:
  // The present date, valid until the next call.
  std::string_view now();

 private:
  std::time_t second_ = -1;
  char text_[32] = {};
};

struct ResponseFrame {
  bool head_request = false;      // no body is sent, its length is
  bool keep_alive = true;         // as the server decided
  bool http_1_0 = false;          // the client needs to be told when the connection stays
  bool strict_transport = false;  // see ServerOptions; pages and redirects alone say so
  bool body_apart = false;        // the caller sends a standing body itself, after this
  std::string_view date;
};

// Appends status line, fields and body to `out`. False, with `out` as it was, where a header of the
// response could not be sent safely: a name that is no token, or a value with a control character
// (which could start a header of its own).
bool append_response(const Response& response, const ResponseFrame& frame, std::string& out);

// The problem document (RFC 9457) for a request that never reached a handler, or whose handler gave
// no answer: 400, 408, 413, 414, 417 or 431; everything else is a 500. It names no request, because
// none has an id yet.
Response problem_for(int status);

}  // namespace strongroom::http
