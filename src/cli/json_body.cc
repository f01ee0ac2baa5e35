#include "cli/json_body.h"

#include <charconv>
#include <cstdint>
#include <system_error>

#include "base/json.h"

namespace strongroom::cli {

void JsonBody::begin(std::string_view name) {
  if (!text_.empty()) text_.push_back(',');
  append_json_string(text_, name);
  text_.push_back(':');
}

void JsonBody::add(std::string_view name, std::string_view value) {
  begin(name);
  append_json_string(text_, value);
}

void JsonBody::add(std::string_view name, const std::optional<std::string>& value) {
  if (value) add(name, std::string_view(*value));
}

void JsonBody::add(std::string_view name, const std::optional<bool>& value) {
  if (value) add_raw(name, *value ? "true" : "false");
}

void JsonBody::add(std::string_view name, const std::vector<std::string>& values) {
  if (values.empty()) return;
  begin(name);
  char separator = '[';
  for (const std::string& value : values) {
    text_.push_back(separator);
    append_json_string(text_, value);
    separator = ',';
  }
  text_.push_back(']');
}

void JsonBody::add_number(std::string_view name, const std::optional<std::string>& digits) {
  if (!digits) return;
  std::int64_t number = 0;
  const char* const end = digits->data() + digits->size();
  const auto [last, problem] = std::from_chars(digits->data(), end, number);
  if (problem != std::errc() || last != end) return add(name, std::string_view(*digits));
  add_raw(name, std::to_string(number));
}

void JsonBody::add_secret(std::string_view name, const InputText& value) {
  // Room first, so that the text is not moved, and left behind, while the secret goes in.
  text_.reserve(text_.size() + name.size() + 6 * value.reveal().size() + 16);
  begin(name);
  append_json_string(text_, value.reveal());
}

void JsonBody::add_secret_json(std::string_view name, const InputText& json) {
  text_.reserve(text_.size() + name.size() + json.reveal().size() + 16);
  begin(name);
  text_.append(json.reveal());
}

void JsonBody::add_raw(std::string_view name, std::string_view json) {
  begin(name);
  text_.append(json);
}

http::RequestBody JsonBody::body() const {
  std::string object = "{" + text_ + "}";
  http::RequestBody body{object};
  wipe(object);
  return body;
}

}  // namespace strongroom::cli
