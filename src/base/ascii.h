#pragma once
// What an ASCII character is, whatever the locale.

#include <string>

namespace strongroom {

constexpr bool is_digit(char c) { return '0' <= c && c <= '9'; }
constexpr bool is_letter(char c) { return ('A' <= c && c <= 'Z') || ('a' <= c && c <= 'z'); }
constexpr bool is_hex(char c) {
  return is_digit(c) || ('A' <= c && c <= 'F') || ('a' <= c && c <= 'f');
}

// A to Z become small, as the store's lower() does: for addresses and names of hosts. No letter of
// another alphabet becomes one of somebody else's address.
inline std::string lower_case(std::string text) {
  for (char& letter : text) {
    if ('A' <= letter && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return text;
}

}  // namespace strongroom
