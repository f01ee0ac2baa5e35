#pragma once
// A form that comes from a provider or a browser in OAuth 1.0a, read strictly.

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace strongroom::oauth {

// Move-only; what it holds may be secret and is wiped with it.
class Oauth1Form {
 public:
  static constexpr std::size_t kMaxParameters = 50;

  // `form` is application/x-www-form-urlencoded; its size is for the caller to limit, its copy to
  // wipe.
  //
  // Errors: kInvalidArgument: not well-formed, more than kMaxParameters, a parameter twice.
  static Result<Oauth1Form> read(std::string_view form);

  Oauth1Form(Oauth1Form&&) noexcept = default;
  Oauth1Form& operator=(Oauth1Form&&) = delete;
  ~Oauth1Form();

  // nullptr: it is not there. Valid while *this lives.
  const std::string* find(std::string_view name) const;
  // The same, but nullptr too where it is empty.
  const std::string* find_said(std::string_view name) const;

 private:
  using Field = std::pair<std::string, std::string>;

  Oauth1Form() { fields_.reserve(kMaxParameters); }  // never moved, so nothing is left behind
  Status add(std::string_view field);

  std::vector<Field> fields_;
};

// `text` without blanks and line breaks around it.
std::string_view without_blanks(std::string_view text);

}  // namespace strongroom::oauth
