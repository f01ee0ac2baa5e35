#include "vault/json_texts.h"

#include <boost/json.hpp>

#include "base/json.h"

namespace strongroom::vault {
namespace {

Error corrupt() {
  return Error{Code::kCorrupt, "A stored row is damaged.", "a column does not hold its JSON"};
}

std::string text_of(const boost::json::string& text) { return {text.data(), text.size()}; }

}  // namespace

std::string to_json(const std::vector<std::string>& texts) {
  std::string json = "[";
  for (const std::string& text : texts) {
    if (json.size() > 1) json += ',';
    append_json_string(json, text);
  }
  return json + "]";
}

std::string to_json(const std::map<std::string, std::string>& texts) {
  std::string json = "{";
  for (const auto& [name, text] : texts) {
    if (json.size() > 1) json += ',';
    append_json_string(json, name);
    json += ':';
    append_json_string(json, text);
  }
  return json + "}";
}

Result<std::vector<std::string>> texts_from_json(std::string_view json) {
  const auto value = parse_json(json);
  if (!value || !value->is_array()) return corrupt();
  std::vector<std::string> texts;
  for (const boost::json::value& item : value->get_array()) {
    if (!item.is_string()) return corrupt();
    texts.push_back(text_of(item.get_string()));
  }
  return texts;
}

Result<std::map<std::string, std::string>> text_map_from_json(std::string_view json) {
  const auto value = parse_json(json);
  if (!value || !value->is_object()) return corrupt();
  std::map<std::string, std::string> texts;
  for (const auto& [name, item] : value->get_object()) {
    if (!item.is_string()) return corrupt();
    texts.emplace(std::string(name.data(), name.size()), text_of(item.get_string()));
  }
  return texts;
}

}  // namespace strongroom::vault
