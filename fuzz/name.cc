// clean_name and name_key: what makes two names one name must not depend on who asks, or how often.
#include <algorithm>
#include <string>

#include "base/look_alike.h"
#include "base/unicode.h"
#include "fuzz/fuzz_target.h"

namespace strongroom::fuzz {
namespace {

std::string with_ascii_case_swapped(std::string text) {
  for (char& c : text) {
    if (('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z')) c = static_cast<char>(c ^ 0x20);
  }
  return text;
}

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

void check_key(const std::string& text) {
  const std::string key = name_key(text);
  require(name_key(key) == key, "the key of a key is itself");
  require(is_utf8(text) == is_utf8(key), "a key is as well-formed as its name");
  if (is_utf8(text)) {
    require(name_key(with_ascii_case_swapped(text)) == key, "case does not tell names apart");
  }
}

void check_clean(std::string_view text, std::size_t most) {
  const auto name = clean_name(text, "/name", most);
  if (!name) {
    require(name.error().code == Code::kInvalidArgument, "a bad name is an invalid argument");
    require(name.error().find("field") != nullptr, "a bad name has a place");
    return;
  }
  require(is_utf8(*name) && !name->empty(), "a clean name is text");
  require(code_points(*name) <= most, "a clean name is not too long");
  require(std::ranges::none_of(*name, is_control), "a clean name has no control character");
  const auto again = clean_name(*name, "/name", most);
  require(again.has_value() && *again == *name, "a clean name stays as it is");
  const auto look = look_of(*name);
  require(look.has_value(), "a clean name looks like something");
  const auto other = look_of(with_ascii_case_swapped(*name));
  require(other.has_value() && other->folded == look->folded, "case makes no other look");
  const Status scripts = check_scripts(*name, "/name");
  require(scripts.has_value() || scripts.error().code == Code::kInvalidArgument,
          "scripts are fine or refused");
  const auto key = clean_name(name_key(*name), "/name", 4 * most);
  require(key.has_value() && *key == name_key(*name), "the key of a clean name is clean");
}

}  // namespace

void one_input(std::string_view input) {
  check_key(std::string(input));
  check_clean(input, 128);
  check_clean(input, 4);
}

}  // namespace strongroom::fuzz
