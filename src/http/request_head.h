#pragma once
// A strict look at the head of a request before anything else believes it.
//
// Request smuggling lives on heads that two readers understand in two ways. So this one takes only
// what RFC 9112 lets a careful sender send, and refuses the rest instead of repairing it. Pure
// functions of the bytes; safe on any thread and on any input.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace strongroom::http {

inline constexpr std::size_t kMaxTargetBytes = std::size_t{8} * 1024;
inline constexpr std::size_t kMaxFieldLines = 100;

// Why a head is refused; the number is the status that the client gets.
enum class HeadFault : int {
  kMalformed = 400,
  kTargetTooLong = 414,
  kExpectationFailed = 417,
  kTooLarge = 431,
};

// What a good head says. Views into the bytes that were checked.
struct RequestHead {
  std::string_view method;
  std::string_view target;
  int minor_version = 1;  // of HTTP/1.x
  std::optional<std::uint64_t> content_length;
  bool chunked = false;
  bool expects_continue = false;  // Expect: 100-continue (RFC 9110 section 10.1.1)
  bool keep_alive = true;         // RFC 9112 section 9.3
  std::string_view authorization;
  std::string_view if_match;
  std::string_view content_type;
  std::string_view fields;  // all of them, line by line, as they were sent

  bool has_body() const { return chunked || content_length.value_or(0) > 0; }
};

// How long the head at the start of `bytes` is, its empty line included; 0 while that has not
// arrived. `line_start` is 0 for a new head and is kept between calls that look at more bytes of
// the same head, so that a slow sender costs no more than a fast one.
//
// Errors:
//   kMalformed  a line ends in LF without CR, or there is an empty line before the request line
tl::expected<std::size_t, HeadFault> head_length(std::string_view bytes, std::size_t& line_start);

// Checks a whole head, from the request line to the empty line.
//
// Errors:
//   kMalformed          anything that RFC 9112 forbids, and what it allows but we have no use for:
//                       versions other than 1.0 and 1.1, targets not in origin-form, line folding,
//                       Transfer-Encoding other than one "chunked", Content-Length beside it, and
//                       more than one Host, Authorization, Content-Length or Content-Type
//   kTargetTooLong      more than kMaxTargetBytes
//   kExpectationFailed  Expect with anything but 100-continue
//   kTooLarge           more than kMaxFieldLines
tl::expected<RequestHead, HeadFault> check_head(std::string_view head);

// The value of the first field called `name`, in any case, among `fields` of a head that was
// checked; empty if there is none.
std::string_view find_field(std::string_view fields, std::string_view name);

// The values of all of them, in their order.
std::vector<std::string_view> all_fields(std::string_view fields, std::string_view name);

}  // namespace strongroom::http
