#include "api/json_writer.h"

#include "base/json.h"

namespace strongroom::api {

void JsonWriter::separate() {
  if (!first_) text_ += ',';
  first_ = false;
}

void JsonWriter::begin_member(std::string_view name) {
  separate();
  append_json_string(text_, name);
  text_ += ':';
}

void JsonWriter::begin_object() {
  separate();
  text_ += '{';
  first_ = true;
}

void JsonWriter::value(std::string_view text) {
  separate();
  append_json_string(text_, text);
}

void JsonWriter::value(std::int64_t number) {
  separate();
  text_ += std::to_string(number);
}

void JsonWriter::begin_object(LiteralText name) {
  begin_member(name.view());
  text_ += '{';
  first_ = true;
}

void JsonWriter::begin_array(LiteralText name) {
  begin_member(name.view());
  text_ += '[';
  first_ = true;
}

void JsonWriter::member(LiteralText name, std::string_view text) { named(name.view(), text); }

void JsonWriter::member(LiteralText name, std::int64_t number) {
  raw_member(name, std::to_string(number));
}

void JsonWriter::member(LiteralText name, bool flag) { raw_member(name, flag ? "true" : "false"); }

void JsonWriter::member(LiteralText name, std::nullptr_t) { raw_member(name, "null"); }

void JsonWriter::member(LiteralText name, const std::vector<std::string>& texts) {
  begin_array(name);
  for (const std::string& text : texts) value(text);
  end_array();
}

void JsonWriter::named(std::string_view name, std::string_view text) {
  begin_member(name);
  append_json_string(text_, text);
}

void JsonWriter::raw_member(LiteralText name, std::string_view json) {
  begin_member(name.view());
  text_ += json;
}

void JsonWriter::end_object() {
  text_ += '}';
  first_ = false;
}

void JsonWriter::end_array() {
  text_ += ']';
  first_ = false;
}

}  // namespace strongroom::api
