#pragma once
// Reads the members of a JSON object one by one and remembers what is wrong with them.
//
// Reading goes on after a problem with harmless values, so that the code that reads a provider file
// looks like the file. Whoever reads asks `Problems` at the end.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json/fwd.hpp>

#include "catalogue/problems.h"

namespace strongroom::catalogue {

// "/a~1b" below `pointer` (RFC 6901 section 3).
std::string child(std::string_view pointer, std::string_view name);
std::string child(std::string_view pointer, std::size_t index);

// What a text must be.
enum class TextRule : std::uint8_t {
  kPlain,      // 1 to 1,000 characters without control characters
  kLabel,      // the same, to 80
  kSlug,       // ^[a-z0-9]+(-[a-z0-9]+)*$, to 64
  kName,       // ^[a-z][a-z0-9_]*$, to 64
  kMember,     // ^[A-Za-z][A-Za-z0-9_-]*$, to 64: as some providers call things
  kHeader,     // Accept, Accept-Language, User-Agent, or X- and letters, digits, hyphens
  kHttps,      // https:// and printable ASCII without space
  kDate,       // 2026-11-24
  kDelimiter,  // one of space , + ; : |
  kGrantType,  // a lower-case name, or an absolute URI (RFC 6749 section 4.5)
  kScope,      // RFC 6749 section 3.3: printable ASCII without space, quote and backslash
};
bool satisfies(std::string_view text, TextRule rule);

enum class Need : std::uint8_t { kRequired, kOptional };

template <class E>
using Choices = std::initializer_list<std::pair<std::string_view, E>>;

// One object of the file. Members that nobody asked for are a problem when it goes away.
class ObjectReader {
 public:
  ObjectReader(const boost::json::value& value, std::string pointer, Problems& problems);
  ~ObjectReader();
  ObjectReader(const ObjectReader&) = delete;
  ObjectReader& operator=(const ObjectReader&) = delete;

  bool has(std::string_view name) const;
  std::string text(std::string_view name, TextRule rule, Need need);
  bool flag(std::string_view name);
  std::optional<std::int64_t> integer(std::string_view name, std::int64_t min, std::int64_t max);
  std::vector<std::string> texts(std::string_view name, TextRule rule, std::size_t max);
  const boost::json::value* value(std::string_view name, Need need);

  // Calls `read` with each element of an array of at most `max`, and its pointer.
  using ReadElement = std::function<void(const boost::json::value&, std::string pointer)>;
  void each(std::string_view name, Need need, std::size_t max, const ReadElement& read);

  template <class E>
  E choice(std::string_view name, Choices<E> choices, E otherwise, Need need) {
    const std::optional<std::size_t> index = choose(name, names_of(choices), need);
    return index ? (choices.begin() + *index)->second : otherwise;
  }
  template <class E>
  std::vector<E> choices(std::string_view name, Choices<E> choices, Need need) {
    std::vector<E> chosen;
    for (const std::size_t index : choose_many(name, names_of(choices), need)) {
      chosen.push_back((choices.begin() + index)->second);
    }
    return chosen;
  }

  const std::string& pointer() const { return pointer_; }
  Problems& problems() { return problems_; }
  // The names of all members, for an object whose names are data.
  std::vector<std::string> names() const;

 private:
  template <class E>
  static std::vector<std::string_view> names_of(Choices<E> choices) {
    std::vector<std::string_view> names;
    for (const auto& [name, value] : choices) names.push_back(name);
    return names;
  }
  std::optional<std::size_t> choose(std::string_view name,
                                    const std::vector<std::string_view>& names, Need need);
  std::vector<std::size_t> choose_many(std::string_view name,
                                       const std::vector<std::string_view>& names, Need need);

  const boost::json::object* object_ = nullptr;  // nullptr: the value is not an object
  std::string pointer_;
  Problems& problems_;
  std::set<std::string, std::less<>> asked_;
};

}  // namespace strongroom::catalogue
