#include "crypto/password_generator.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace strongroom::crypto {
namespace {

constexpr std::string_view kLowerCase = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kUpperCase = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kSymbols = "!#*+,-./:=?@_~";
constexpr std::string_view kMistakable = "0Oo1lI";
constexpr unsigned kByteValues = 256;

std::vector<std::string> classes_of(const PasswordWish& wish) {
  std::vector<std::string> classes;
  const auto add = [&](bool wanted, std::string_view all) {
    if (!wanted) return;
    std::string kept(all);
    if (wish.unmistakable) {
      std::erase_if(kept, [](char c) { return kMistakable.find(c) != std::string_view::npos; });
    }
    classes.push_back(std::move(kept));
  };
  add(wish.lower_case, kLowerCase);
  add(wish.upper_case, kUpperCase);
  add(wish.digits, kDigits);
  add(wish.symbols, kSymbols);
  return classes;
}

// Characters of `alphabet`, each as likely as any other: a byte that would make the first ones
// likelier is thrown away.
void draw(std::string_view alphabet, Random& random, std::string& letters, std::size_t length) {
  const auto size = static_cast<unsigned>(alphabet.size());
  const unsigned limit = kByteValues - kByteValues % size;
  std::array<std::byte, 64> bytes{};
  while (letters.size() < length) {
    random.fill(bytes);
    for (const std::byte byte : bytes) {
      const auto number = std::to_integer<unsigned>(byte);
      if (number < limit && letters.size() < length) letters.push_back(alphabet[number % size]);
    }
  }
  wipe(std::span<std::byte>(bytes));
}

}  // namespace

Result<GeneratedPassword> generate_password(const PasswordWish& wish, Random& random) {
  if (wish.length < kShortestPassword || wish.length > kLongestPassword) {
    return Error{Code::kInvalidArgument, "A password has 8 to 256 characters."}.at("/length");
  }
  const std::vector<std::string> classes = classes_of(wish);
  if (classes.empty()) {
    return Error{Code::kInvalidArgument, "Choose at least one kind of characters."}.at(
        "/lower_case");
  }
  std::string alphabet;
  for (const std::string& one : classes) alphabet += one;
  const auto has = [](std::string_view letters, const std::string& one) {
    return letters.find_first_of(one) != std::string_view::npos;
  };
  std::string letters;
  letters.reserve(wish.length);
  // Drawing again, and not putting a character of each class somewhere, keeps all that are left
  // equally likely. Of the shortest with all classes more than one in four has them all.
  do {
    wipe(letters);
    letters.reserve(wish.length);
    draw(alphabet, random, letters, wish.length);
  } while (!std::ranges::all_of(classes, [&](const auto& one) { return has(letters, one); }));
  GeneratedPassword password{letters};
  wipe(letters);
  return password;
}

}  // namespace strongroom::crypto
