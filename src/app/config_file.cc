// Reads TOML. The only file that includes toml++, which is slow to compile.

#include <fstream>
#include <optional>
#include <sstream>

#include <toml++/toml.h>

#include "app/config.h"

namespace strongroom::app {
namespace {

// The texts of an array behind commas; nullopt where one is no text, or has a comma of its own.
std::optional<std::string> texts(const toml::array& array) {
  std::string joined;
  for (const toml::node& node : array) {
    const auto* text = node.as_string();
    if (text == nullptr || text->get().find(',') != std::string::npos) return std::nullopt;
    if (!joined.empty()) joined += ", ";
    joined += text->get();
  }
  return joined;
}

Result<RawValue> raw_value(const std::string& key, const toml::node& node,
                           const std::string& path) {
  RawValue raw{key, {}, "file " + path + ":" + std::to_string(node.source().begin.line)};
  if (const auto* text = node.as_string()) {
    raw.text = text->get();
  } else if (const auto* number = node.as_integer()) {
    raw.text = std::to_string(number->get());
    raw.kind = SettingKind::kNumber;
  } else if (const auto* flag = node.as_boolean()) {
    raw.text = flag->get() ? "true" : "false";
    raw.kind = SettingKind::kSwitch;
  } else if (const auto* entries = node.as_array(); entries != nullptr && texts(*entries)) {
    raw.text = *texts(*entries);
    raw.kind = SettingKind::kList;
  } else {
    return Error{Code::kInvalidArgument,
                 "A setting must be a text, a list of texts, a whole number or a switch.",
                 key + " (" + raw.origin + ")"};
  }
  return raw;
}

Status flatten(const toml::table& table, const std::string& prefix, const std::string& path,
               std::vector<RawValue>& values) {
  for (const auto& [name, node] : table) {
    const std::string key = prefix + std::string(name.str());
    if (const toml::table* const section = node.as_table()) {
      STRONGROOM_CHECK(flatten(*section, key + ".", path, values));
      continue;
    }
    STRONGROOM_TRY(RawValue raw, raw_value(key, node, path));
    values.push_back(std::move(raw));
  }
  return {};
}

}  // namespace

Result<std::vector<RawValue>> values_from_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error{Code::kNotFound, "The configuration file cannot be read.", path};
  std::stringstream text;
  text << file.rdbuf();
  try {
    const toml::table table = toml::parse(text.str(), path);
    std::vector<RawValue> values;
    STRONGROOM_CHECK(flatten(table, "", path, values));
    return values;
  } catch (const toml::parse_error& error) {
    return Error{Code::kInvalidArgument, "The configuration file is not TOML.",
                 path + ":" + std::to_string(error.source().begin.line) + ":" +
                     std::to_string(error.source().begin.column) + ": " +
                     std::string(error.description())};
  }
}

}  // namespace strongroom::app
