#include "oauth/service_account_file.h"

#include <algorithm>
#include <span>
#include <utility>

#include <boost/json.hpp>

#include "base/json.h"
#include "base/secret.h"

namespace strongroom::oauth {
namespace {

namespace json = boost::json;

constexpr JsonLimits kLimits{.max_bytes = kMaxServiceAccountFile, .max_depth = 4};
constexpr std::size_t kMaxText = 254;

// The texts of a parsed file, which are gone when it is.
class WipedObject {
 public:
  explicit WipedObject(json::value value) : value_(std::move(value)) {}
  ~WipedObject() {
    json::object* const object = value_.if_object();
    if (object == nullptr) return;
    for (auto& member : *object) {
      if (json::string* const text = member.value().if_string()) {
        wipe(std::as_writable_bytes(std::span(text->data(), text->size())));
      }
    }
  }
  WipedObject(const WipedObject&) = delete;
  WipedObject& operator=(const WipedObject&) = delete;

  // Empty: it is not there, or not a text.
  std::string_view text(std::string_view name) const {
    const json::object* const object = value_.if_object();
    const json::value* const value = object == nullptr ? nullptr : object->if_contains(name);
    const json::string* const text = value == nullptr ? nullptr : value->if_string();
    return text == nullptr ? std::string_view() : std::string_view(*text);
  }
  bool has(std::string_view name) const {
    const json::object* const object = value_.if_object();
    return object != nullptr && object->contains(name);
  }

 private:
  json::value value_;
};

bool is_one_word(std::string_view text) {
  return !text.empty() && text.size() <= kMaxText &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace

Result<ServiceAccountFile> read_service_account_file(std::string_view file) {
  STRONGROOM_TRY(json::value value, parse_json(file, kLimits));
  const WipedObject object(std::move(value));
  if (object.text("type") != "service_account") {
    return Error{Code::kInvalidArgument,
                 "This is not the key file of a service account. Make a key of type JSON for the "
                 "service account and give that file."};
  }
  const std::string_view email = object.text("client_email");
  if (!is_one_word(email) || email.find('@') == std::string_view::npos) {
    return Error{Code::kInvalidArgument,
                 "The key file does not say which service account it is for (client_email)."};
  }
  const std::string_view key_id = object.text("private_key_id");
  if (object.has("private_key_id") && !is_one_word(key_id)) {
    return Error{Code::kInvalidArgument,
                 "The key file has an id of the key that is none (private_key_id)."};
  }
  STRONGROOM_TRY(crypto::PrivateKey key,
                 crypto::PrivateKey::parse(object.text("private_key"), crypto::KeyPassword("")));
  return ServiceAccountFile{
      .client_email = std::string(email), .key_id = std::string(key_id), .key = std::move(key)};
}

}  // namespace strongroom::oauth
