#pragma once
// The fields of a row as one text, to take a MAC over.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace strongroom::identity {

// Each field with its length before it, so that no two lists of fields have one text.
class MacFields {
 public:
  MacFields& add(std::string_view field) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      text_ += static_cast<char>((std::uint64_t{field.size()} >> shift) & 0xff);
    }
    text_ += field;
    return *this;
  }
  MacFields& add(const std::optional<WallTime>& time) {
    return add(time ? std::string_view(std::to_string(time->time_since_epoch().count()))
                    : std::string_view());
  }

  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace strongroom::identity
