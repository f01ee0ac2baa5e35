#pragma once
// Writes one JSON object (RFC 8259) of texts and numbers, member by member, in that order: the
// headers and claims of the assertions that we sign.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/json.h"

namespace strongroom::oauth {

// No name is looked at twice: the caller adds each once. For one thread.
class FlatJson {
 public:
  FlatJson& text(std::string_view name, std::string_view value) {
    begin(name);
    append_json_string(out_, value);
    return *this;
  }
  FlatJson& number(std::string_view name, std::int64_t value) {
    begin(name);
    out_ += std::to_string(value);
    return *this;
  }
  // The whole object. Something was added.
  std::string closed() const { return out_ + "}"; }

 private:
  void begin(std::string_view name) {
    out_ += out_.empty() ? '{' : ',';
    append_json_string(out_, name);
    out_ += ':';
  }
  std::string out_;
};

}  // namespace strongroom::oauth
