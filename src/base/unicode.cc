#include "base/unicode.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <span>

#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#include "base/secret.h"

namespace strongroom {
namespace {

// No character of a text in NFC is made of more than this many bytes of the text as it was sent
// (four code points of four bytes), so a longer text need not be normalised to be found too long.
constexpr std::size_t kMaxBytesPerCharacter = 16;

const std::uint8_t* as_utf8(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

struct Free {
  void operator()(std::uint8_t* text) const { std::free(text); }
};

// Takes over what libunistring allocated; nullopt for a null pointer.
std::optional<std::string> adopt(std::uint8_t* text, std::size_t size) {
  const std::unique_ptr<std::uint8_t, Free> owned(text);
  if (!owned) return std::nullopt;
  std::string taken(reinterpret_cast<const char*>(owned.get()), size);
  wipe(std::as_writable_bytes(std::span(owned.get(), size)));  // it may be a password's
  return taken;
}

std::optional<std::string> nfc(std::string_view text) {
  std::size_t size = 0;
  std::uint8_t* const out = u8_normalize(UNINORM_NFC, as_utf8(text), text.size(), nullptr, &size);
  return adopt(out, size);
}

// `text` is UTF-8.
std::string_view trim(std::string_view text) {
  ucs4_t c = 0;
  while (!text.empty()) {
    const int length = u8_mbtouc(&c, as_utf8(text), text.size());
    if (!uc_is_property_white_space(c)) break;
    text.remove_prefix(static_cast<std::size_t>(length));
  }
  while (!text.empty()) {
    const std::uint8_t* const end = as_utf8(text) + text.size();
    const std::uint8_t* const last = u8_prev(&c, end, as_utf8(text));
    if (!uc_is_property_white_space(c)) break;
    text.remove_suffix(static_cast<std::size_t>(end - last));
  }
  return text;
}

bool is_trick(ucs4_t c) {
  return uc_is_general_category_withtable(
             c, UC_CATEGORY_MASK_Cc | UC_CATEGORY_MASK_Zl | UC_CATEGORY_MASK_Zp) ||
         uc_is_property_default_ignorable_code_point(c) || uc_is_property_bidi_control(c) ||
         uc_is_property_not_a_character(c) || (0xFFF9 <= c && c <= 0xFFFB);
}

bool has_trick(std::string_view text) {
  for (ucs4_t c = 0; !text.empty();) {
    text.remove_prefix(static_cast<std::size_t>(u8_mbtouc(&c, as_utf8(text), text.size())));
    if (is_trick(c)) return true;
  }
  return false;
}

constexpr bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }
constexpr char ascii_lower(char c) {
  return 'A' <= c && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string ascii_key(std::string_view name) {
  std::string key(name);
  std::ranges::transform(key, key.begin(), ascii_lower);
  return key;
}

}  // namespace

bool is_utf8(std::string_view text) { return u8_check(as_utf8(text), text.size()) == nullptr; }

Result<std::string> to_nfc(std::string_view text) {
  if (std::ranges::all_of(text, is_ascii)) return std::string(text);
  std::optional<std::string> normal = nfc(text);
  if (!normal) return Error{Code::kInternal, "A text could not be normalised."};
  return *std::move(normal);
}

std::size_t count_characters(std::string_view text) {
  return u8_mbsnlen(as_utf8(text), text.size());
}

bool has_control_character(std::string_view text) {
  for (ucs4_t c = 0; !text.empty();) {
    text.remove_prefix(static_cast<std::size_t>(u8_mbtouc(&c, as_utf8(text), text.size())));
    if (uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Cc)) return true;
  }
  return false;
}

Result<std::string> clean_name(std::string_view text, std::string_view field,
                               std::size_t max_characters) {
  const auto refused = [&](LiteralText message) {
    return Error{Code::kInvalidArgument, message}.at(std::string(field));
  };
  if (text.size() > max_characters * kMaxBytesPerCharacter) return refused("The name is too long.");
  if (!is_utf8(text)) return refused("The name is not valid UTF-8.");
  const std::string_view trimmed = trim(text);
  if (trimmed.empty()) return refused("The name is empty.");
  if (has_trick(trimmed)) {
    return refused("The name has a control character or an invisible character.");
  }
  std::optional<std::string> name = nfc(trimmed);
  if (!name) return Error{Code::kInternal, "The name could not be normalised."};
  if (count_characters(*name) > max_characters) {
    return refused("The name is too long.");
  }
  return *std::move(name);
}

std::string plain_excerpt(std::string_view text, std::size_t max_characters) {
  constexpr std::string_view kReplacement = "\xef\xbf\xbd";
  std::string plain;
  ucs4_t c = 0;
  for (std::size_t n = 0; !text.empty(); ++n) {
    if (n == max_characters) return plain.append("\xe2\x80\xa6");
    const auto length = static_cast<std::size_t>(u8_mbtouc(&c, as_utf8(text), text.size()));
    plain.append(is_trick(c) || c == 0xFFFD ? kReplacement : text.substr(0, length));
    text.remove_prefix(length);
  }
  return plain;
}

std::string name_key(std::string_view clean_name) {
  if (std::ranges::all_of(clean_name, is_ascii)) return ascii_key(clean_name);
  // What is not UTF-8 is no clean name; left as it is, it equals none. (The library would read it
  // as if U+FFFD stood there, which could be somebody's name.)
  if (!is_utf8(clean_name)) return std::string(clean_name);
  std::size_t size = 0;
  std::uint8_t* const folded =
      u8_casefold(as_utf8(clean_name), clean_name.size(), nullptr, UNINORM_NFC, nullptr, &size);
  return adopt(folded, size).value_or(std::string(clean_name));
}

}  // namespace strongroom
