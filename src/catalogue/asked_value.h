#pragma once
// A value that a person gives for a target system, and what it must look like.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace strongroom::catalogue {

// A closed set in place of regular expressions: provider files are hostile input, and so is the
// value that would be matched.
enum class ValueFormat : std::uint8_t {
  kText,          // 1 to 1,024 bytes of UTF-8 without control characters
  kToken,         // 1 to 128 characters of A-Z a-z 0-9 - . _ ~, other than "." and ".."
  kDigits,        // 1 to 20 digits
  kGuid,          // 8-4-4-4-12 hexadecimal digits
  kGuidOrDomain,  // a kGuid or a kDnsName
  kDnsLabel,      // one label of a host name (RFC 1123 section 2.1)
  kDnsName,       // two labels or more; the last is not all digits, so never an IPv4 address
  kAbsoluteUri,   // RFC 3986 section 4.3: a scheme, no fragment (RFC 8707 section 2)
  kHttpUrl,       // http:// or https:// and more, no fragment, none of the characters that RFC 3986
                  // forbids; the rest is judged by oauth/token_endpoint.h
};

struct AskedValue {
  std::string name;   // the key in a target system's endpoint_parameters: "domain", "audience"
  std::string label;  // for people: "Domain"
  std::string help;
  ValueFormat format = ValueFormat::kText;
  std::vector<std::string> allowed;           // not empty: one of these and nothing else
  std::vector<std::string> allowed_suffixes;  // not empty: a host below one of these
  std::string default_value;                  // used where nothing is given; may be empty
  bool required = false;
};

// True if `text` has the form.
bool has_format(std::string_view text, ValueFormat format);

// True if `text` is a value that `asked` takes: its form, `allowed` and `allowed_suffixes`.
bool accepts(const AskedValue& asked, std::string_view text);

std::string_view to_text(ValueFormat value);  // "dns_name"

}  // namespace strongroom::catalogue
