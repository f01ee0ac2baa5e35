#pragma once
// Whether one provider binds tokens to keys that clients prove to have (RFC 9449).

#include <cstdint>
#include <string_view>
#include <vector>

#include "catalogue/assertion_rules.h"

namespace strongroom::catalogue {

enum class DpopUse : std::uint8_t {
  kUnsupported,
  kSupported,  // where a target system asks for it
  kRequired,   // it gives no token without
};

// "unsupported", "supported", "required".
std::string_view to_text(DpopUse value);

struct DpopRules {
  DpopUse use = DpopUse::kUnsupported;
  std::vector<AssertionAlgorithm> algorithms = {};  // what is taken, the preferred one first
};

}  // namespace strongroom::catalogue
