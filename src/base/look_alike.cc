// The only file that includes ICU.

#include "base/look_alike.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include <unicase.h>
#include <unicode/uspoof.h>
#include <uninorm.h>

namespace strongroom {
namespace {

Error failed(UErrorCode code) {
  return Error{Code::kInternal, "A name could not be compared with others.", u_errorName(code)};
}

struct Close {
  void operator()(USpoofChecker* checker) const { uspoof_close(checker); }
};

// Made once and never changed, so that threads may share it (ICU says so of const checkers); null:
// ICU has not its data.
const USpoofChecker* checker() {
  static const std::unique_ptr<USpoofChecker, Close> made_once = [] {
    UErrorCode code = U_ZERO_ERROR;
    std::unique_ptr<USpoofChecker, Close> made(uspoof_open(&code));
    if (U_FAILURE(code)) return std::unique_ptr<USpoofChecker, Close>();
    uspoof_setRestrictionLevel(made.get(), USPOOF_HIGHLY_RESTRICTIVE);
    uspoof_setChecks(made.get(), USPOOF_RESTRICTION_LEVEL | USPOOF_MIXED_NUMBERS | USPOOF_INVISIBLE,
                     &code);
    if (U_FAILURE(code)) made.reset();
    return made;
  }();
  return made_once.get();
}

using Normalise = std::uint8_t* (*)(const std::uint8_t* text, std::size_t size,
                                    std::uint8_t* buffer, std::size_t* length);

std::uint8_t* compatible(const std::uint8_t* text, std::size_t size, std::uint8_t* buffer,
                         std::size_t* length) {
  return u8_normalize(UNINORM_NFKC, text, size, buffer, length);
}

std::uint8_t* fold(const std::uint8_t* text, std::size_t size, std::uint8_t* buffer,
                   std::size_t* length) {
  return u8_casefold(text, size, nullptr, UNINORM_NFKC, buffer, length);
}

// "IT-отдел" has two words.
bool is_between_words(char c) {
  const bool is_of_a_word = static_cast<unsigned char>(c) >= 0x80 || ('0' <= c && c <= '9') ||
                            ('A' <= c && c <= 'Z') || ('a' <= c && c <= 'z');
  return !is_of_a_word;
}

Result<std::string> skeleton(std::string_view text, Normalise normalise) {
  std::size_t length = 0;
  const std::unique_ptr<std::uint8_t, decltype(&std::free)> normal(
      normalise(reinterpret_cast<const std::uint8_t*>(text.data()), text.size(), nullptr, &length),
      &std::free);
  if (normal == nullptr) return Error{Code::kInternal, "A text could not be normalised."};
  if (checker() == nullptr) return failed(U_MISSING_RESOURCE_ERROR);
  std::string bare(2 * length + 1, '\0');
  UErrorCode code = U_BUFFER_OVERFLOW_ERROR;
  std::int32_t size = 0;
  for (int attempt = 0; attempt < 2 && code == U_BUFFER_OVERFLOW_ERROR; ++attempt) {
    bare.resize(std::max(bare.size(), static_cast<std::size_t>(size)));
    code = U_ZERO_ERROR;
    size = uspoof_getSkeletonUTF8(checker(), 0, reinterpret_cast<const char*>(normal.get()),
                                  static_cast<std::int32_t>(length), bare.data(),
                                  static_cast<std::int32_t>(bare.size()), &code);
  }
  if (U_FAILURE(code)) return failed(code);
  bare.resize(static_cast<std::size_t>(size));
  return bare;
}

}  // namespace

Result<Look> look_of(std::string_view clean_name) {
  Look look;
  STRONGROOM_TRY(look.written, skeleton(clean_name, &compatible));
  STRONGROOM_TRY(look.folded, skeleton(clean_name, &fold));
  return look;
}

Status check_scripts(std::string_view clean_name, std::string_view field) {
  if (checker() == nullptr) return failed(U_MISSING_RESOURCE_ERROR);
  while (!clean_name.empty()) {
    const auto* const end = std::ranges::find_if(clean_name, is_between_words);
    const std::string_view word(clean_name.begin(), end);
    UErrorCode code = U_ZERO_ERROR;
    const std::int32_t found = uspoof_check2UTF8(
        checker(), word.data(), static_cast<std::int32_t>(word.size()), nullptr, &code);
    if (U_FAILURE(code)) return failed(code);
    if (found != 0) {
      return Error{
          Code::kInvalidArgument,
          "A word of the name mixes letters or digits of several scripts, so that it could "
          "be taken for another one."}
          .at(std::string(field));
    }
    clean_name.remove_prefix(std::min(word.size() + 1, clean_name.size()));
  }
  return {};
}

}  // namespace strongroom
