#include "catalogue/hints.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace strongroom::catalogue {
namespace {

constexpr std::size_t kLongestCompared = 64;  // of what somebody typed; names of ours are shorter

// How many letters have to be changed, added or left out to make `b` of `a` (Levenshtein).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string form_of(TextRule rule) {
  switch (rule) {
    case TextRule::kPlain:
      return "Needed: 1 to 1,000 characters, without line ends and other control characters.";
    case TextRule::kLabel:
      return "Needed: 1 to 80 characters, without line ends and other control characters.";
    case TextRule::kSlug:
      return "Needed: lower-case letters, digits and single hyphens between them, at most 64.";
    case TextRule::kName:
      return "Needed: a lower-case letter, then lower-case letters, digits and _, at most 64.";
    case TextRule::kMember:
      return "Needed: a letter, then letters, digits, _ and -; at most 64.";
    case TextRule::kHeader:
      return "Needed: Accept, Accept-Language, User-Agent, or X- and letters, digits and hyphens.";
    case TextRule::kHttps:
      return "Needed: an address that begins with https://, without spaces.";
    case TextRule::kDate:
      return "Needed: a date as 2026-11-24.";
    case TextRule::kDelimiter:
      return "Needed: one of space , + ; : |";
    case TextRule::kGrantType:
      return "Needed: a name of lower-case letters, digits and _, or an absolute URI.";
    case TextRule::kScope:
      return "Needed: printable ASCII without spaces, quotes and backslashes; one scope an item.";
  }
  return "";
}

std::string_view nearest(std::string_view text, const std::vector<std::string_view>& known) {
  std::string_view best;
  std::size_t fewest = text.size() / 3 + 1;  // more is another word
  if (text.size() > kLongestCompared) return best;
  for (const std::string_view name : known) {
    const std::size_t changes = distance(text, name);
    if (changes > fewest || (changes == fewest && !best.empty())) continue;
    fewest = changes;
    best = name;
  }
  return best;
}

std::string known_here(std::string_view text, const std::vector<std::string_view>& known) {
  if (const std::string_view name = nearest(text, known); !name.empty()) {
    return "Did you mean \"" + std::string(name) + "\"?";
  }
  std::string list = "Known here: ";
  for (const std::string_view name : known) {
    list.append(name);
    list.append(", ");
  }
  list.resize(list.size() - 2);
  list.push_back('.');
  return known.empty() ? "Nothing is known here." : list;
}

}  // namespace strongroom::catalogue
