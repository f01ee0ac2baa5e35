#pragma once
// Writes JSON from literals for names and typed values for members. Cannot produce invalid JSON as
// long as what was begun is ended.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/uuid.h"

namespace strongroom::api {

class JsonWriter {
 public:
  // Inside an array, or as the whole text.
  void begin_object();
  void value(std::string_view text);
  void value(std::int64_t number);

  // Inside an object.
  void begin_object(LiteralText name);
  void begin_array(LiteralText name);
  void member(LiteralText name, std::string_view text);
  void member(LiteralText name, const char* text) { member(name, std::string_view(text)); }
  void member(LiteralText name, const std::string& text) { member(name, std::string_view(text)); }
  void member(LiteralText name, std::int64_t number);
  void member(LiteralText name, bool flag);
  void member(LiteralText name, std::nullptr_t);
  void member(LiteralText name, const Uuid& id) { member(name, id.text()); }
  void member(LiteralText name, WallTime time) { member(name, rfc3339(time)); }
  void member(LiteralText name, const std::vector<std::string>& texts);
  template <class Kind>
  void member(LiteralText name, const Id<Kind>& id) {
    member(name, id.uuid);
  }
  template <class T>
  void member(LiteralText name, const std::optional<T>& maybe) {
    if (maybe) {
      member(name, *maybe);
    } else {
      member(name, nullptr);
    }
  }
  // A member whose name was chosen at run time: endpoint parameters.
  void named(std::string_view name, std::string_view text);
  void raw_member(LiteralText name, std::string_view json);

  void end_object();
  void end_array();

  std::string take() { return std::move(text_); }

 private:
  void separate();
  void begin_member(std::string_view name);

  std::string text_;
  bool first_ = true;  // nothing was written yet since the last bracket
};

}  // namespace strongroom::api
