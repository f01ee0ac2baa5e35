// Reads STRONGROOM_… variables. One that means nothing is an error: somebody set it for a reason.

#include <algorithm>
#include <array>
#include <numeric>

#include "app/config.h"

namespace strongroom::app {
namespace {

constexpr std::string_view kPrefix = "STRONGROOM_";
// What main() reads for the command line.
constexpr std::array<std::string_view, 3> kOfTheCommandLine{"STRONGROOM_URL", "STRONGROOM_CA_FILE",
                                                            "STRONGROOM_KEY_FILE"};

// "PORT_8443_TCP", "PORT_8443_TCP_ADDR": what Docker's links and Kubernetes call a service's port.
bool ends_like_a_port(std::string_view name) {
  const std::size_t start = name.rfind("_PORT_");
  if (start == std::string_view::npos) return false;
  std::string_view rest = name.substr(start + 6);
  const std::size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
  if (digits == 0) return false;
  rest.remove_prefix(digits);
  return rest == "_TCP" || rest == "_UDP" || rest.starts_with("_TCP_") || rest.starts_with("_UDP_");
}

// What a cluster sets in every container for a service that is called strongroom, or strongroom-….
bool is_of_a_cluster(std::string_view name, std::string_view value) {
  if (name.ends_with("_SERVICE_HOST") || name.ends_with("_SERVICE_PORT")) return true;
  if (name.find("_SERVICE_PORT_") != std::string_view::npos) return true;
  if (name.ends_with("_PORT")) return value.find("://") != std::string_view::npos;
  return ends_like_a_port(name);
}

// "SERVER__LISTEN" as "server.listen".
std::string key_of(std::string_view name) {
  std::string key;
  for (const char c : name) {
    key.push_back('A' <= c && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  }
  if (const std::size_t end = key.find("__"); end != std::string::npos) key.replace(end, 2, ".");
  return key;
}

// And back: "server.listen" as "STRONGROOM_SERVER__LISTEN".
std::string variable_of(std::string_view key) {
  std::string name(kPrefix);
  for (const char c : key) {
    if (c == '.') {
      name += "__";
    } else {
      name.push_back('a' <= c && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
    }
  }
  return name;
}

// How many letters one must change, add or take away to make `b` of `a` (Levenshtein).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, replaced});
    }
  }
  return row.back();
}

constexpr std::size_t kFar = 7;  // twice three letters, and more

// Of two short words that have not a letter in common, few have to be exchanged all the same.
std::size_t distance_of_alike(std::string_view a, std::string_view b) {
  const std::size_t letters = distance(a, b);
  return letters < std::max(a.size(), b.size()) ? letters : std::max(letters, kFar);
}

// How far `key` is from a setting's key, or from the half of it that somebody took for the whole.
// Counted twofold, so that the whole key wins over a half.
std::size_t distance_to(std::string_view key, std::string_view setting) {
  const std::size_t dot = setting.find('.');
  if (dot == std::string_view::npos) return 2 * distance(key, setting);
  const std::size_t half = std::min(distance_of_alike(key, setting.substr(0, dot)),
                                    distance_of_alike(key, setting.substr(dot + 1)));
  return std::min(2 * distance(key, setting), 2 * half + 1);
}

// The variable that was probably meant; empty where none is near.
std::string nearest(std::string_view key) {
  const auto far = [&](const Setting& setting) { return distance_to(key, setting.key); };
  const Setting& best = *std::ranges::min_element(settings(), {}, far);
  return far(best) < kFar ? variable_of(best.key) : "";
}

Error unknown(std::string_view name, std::string_view key) {
  const std::string meant = nearest(key);
  return Error{Code::kInvalidArgument, "There is no such setting.",
               std::string(name) + (meant.empty() ? "" : "; did you mean " + meant + "?")};
}

}  // namespace

Result<std::vector<RawValue>> values_from_environment(const char* const* environment) {
  std::vector<RawValue> values;
  for (; *environment != nullptr; ++environment) {
    const std::string_view entry = *environment;
    const std::size_t equals = entry.find('=');
    if (!entry.starts_with(kPrefix) || equals == std::string_view::npos) continue;
    const std::string_view name = entry.substr(0, equals);
    const std::string_view value = entry.substr(equals + 1);
    const std::string key = key_of(name.substr(kPrefix.size()));
    if (std::ranges::find(settings(), key, &Setting::key) != settings().end()) {
      values.push_back(
          {key, std::string(value), "environment " + std::string(name), SettingKind::kText});
      continue;
    }
    if (std::ranges::find(kOfTheCommandLine, name) != kOfTheCommandLine.end()) continue;
    if (!is_of_a_cluster(name, value)) return unknown(name, key);
  }
  return values;
}

}  // namespace strongroom::app
