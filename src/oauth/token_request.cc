#include "oauth/token_request.h"

#include <algorithm>

namespace strongroom::oauth {

TokenForm::TokenForm(TokenForm&& other) noexcept
    : parameters_(std::move(other.parameters_)), text_(std::move(other.text_)) {
  wipe(other.text_);  // what fits std::string's inline buffer is copied by a move
}

TokenForm& TokenForm::operator=(TokenForm&& other) noexcept {
  if (this != &other) {
    wipe(text_);
    parameters_ = std::move(other.parameters_);
    text_ = std::move(other.text_);
    wipe(other.text_);
  }
  return *this;
}

TokenForm::~TokenForm() { wipe(text_); }

bool TokenForm::add(std::string_view name, std::string_view value) {
  if (value.empty()) return true;
  if (has(name)) return false;
  std::string encoded_name = http::form_encode(name);
  std::string encoded = http::form_encode(value);
  // A growing string would leave what it held before behind.
  const std::size_t needed = text_.size() + encoded_name.size() + encoded.size() + 2;
  if (needed > text_.capacity()) {
    std::string larger;
    larger.reserve(std::max<std::size_t>(1024, 2 * needed));
    larger = text_;
    wipe(text_);
    text_.swap(larger);
  }
  if (!text_.empty()) text_ += '&';
  text_.append(encoded_name).append("=").append(encoded);
  wipe(encoded);
  parameters_.push_back({std::string(name), may_be_seen(name) ? std::string(value) : ""});
  return true;
}

bool TokenForm::has(std::string_view name) const {
  return std::ranges::find(parameters_, name, &SeenParameter::name) != parameters_.end();
}

http::RequestBody TokenForm::body() const { return http::RequestBody(text_); }

}  // namespace strongroom::oauth
