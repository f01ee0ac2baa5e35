#pragma once
// The server's settings: from a TOML file, then STRONGROOM_… variables, then flags. Each one knows
// where its value came from.

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace strongroom::app {

// A list is a text with commas, or, in a file, an array of texts.
enum class SettingKind : std::uint8_t { kText, kNumber, kSwitch, kList };
// What a text must be. A URL may also be empty. The entries of a list of proxies are as
// http::TrustedProxies takes them.
enum class TextForm : std::uint8_t { kAny, kListenAddress, kHttpsUrl, kProxies };

// One setting that exists. The table in config.cc is the only list of them.
struct Setting {
  std::string_view key;  // "server.listen"
  SettingKind kind;
  std::string_view standard;  // the value when nobody gives one
  std::string_view help;
  std::int64_t least = 0;  // numbers only
  std::int64_t most = 0;
  std::string_view choices = {};  // texts only, "this, that"; empty: any text
  TextForm form = TextForm::kAny;
};
std::span<const Setting> settings();

// A value with its source: "default", "file /etc/strongroom/strongroom.toml:12",
// "environment STRONGROOM_SERVER__LISTEN", "flag --listen".
struct ConfiguredValue {
  std::string text;
  std::string origin;
};

// What one source said, in its order.
struct RawValue {
  std::string key;
  std::string text;
  std::string origin;
  SettingKind kind = SettingKind::kText;
};

// Immutable once built.
class Config {
 public:
  // The standard values, overridden by `sources` in their order.
  //
  // Errors, each naming key and origin in its detail:
  //   kInvalidArgument  an unknown key, a value of another kind, a number out of range, a text that
  //                     is none of the setting's choices or has not its form
  static Result<Config> build(const std::vector<RawValue>& sources);

  const std::string& text(std::string_view key) const { return value(key).text; }
  std::int64_t number(std::string_view key) const;
  // The entries of a list, without the white space around them.
  std::vector<std::string> list(std::string_view key) const;
  const ConfiguredValue& value(std::string_view key) const;

 private:
  std::map<std::string, ConfiguredValue, std::less<>> values_;
};

// The variables STRONGROOM_SECTION__KEY of `environment` ("NAME=value" strings), and
// STRONGROOM_PROFILE. Passed over are those of the command line (STRONGROOM_URL, ...) and what a
// cluster sets for services (STRONGROOM_SERVICE_HOST, ...). Errors: kInvalidArgument for every
// other STRONGROOM_ variable; the detail names it and the setting that was probably meant.
Result<std::vector<RawValue>> values_from_environment(const char* const* environment);

// The values of a TOML file. Errors: kNotFound; kInvalidArgument with line and column in the
// detail.
Result<std::vector<RawValue>> values_from_file(const std::string& path);

}  // namespace strongroom::app
