#include "crypto/pkcs11_uri.h"

#include <algorithm>
#include <cstring>
#include <set>
#include <utility>

#include <p11-kit/pkcs11.h>
#include <p11-kit/uri.h>

namespace strongroom::crypto {
namespace {

// Of two equal ones the last would count, and somebody else may read the first.
bool says_something_twice(std::string_view text) {
  std::set<std::string_view> names;
  text = text.substr(0, text.find('?'));
  text.remove_prefix(std::string_view("pkcs11:").size());
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find(';'));
    text.remove_prefix(std::min(part.size() + 1, text.size()));
    if (!names.insert(part.substr(0, part.find('='))).second) return true;
  }
  return false;
}

Error refused(LiteralText message) { return Error{Code::kInvalidArgument, message}; }

bool is_visible(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return '!' <= c && c <= '~'; });
}

// What is said of the object besides its name.
Status check_object(P11KitUri* uri) {
  const CK_ATTRIBUTE* const label = p11_kit_uri_get_attribute(uri, CKA_LABEL);
  const CK_ATTRIBUTE* const id = p11_kit_uri_get_attribute(uri, CKA_ID);
  const bool has_label = label != nullptr && label->ulValueLen != 0;
  const bool has_id = id != nullptr && id->ulValueLen != 0;
  if (!has_label && !has_id) {
    return refused("The URI names no key. Say which by object=LABEL or id=%01.");
  }
  const CK_ATTRIBUTE* const kind = p11_kit_uri_get_attribute(uri, CKA_CLASS);
  if (kind == nullptr) return {};
  CK_OBJECT_CLASS value = 0;
  if (kind->ulValueLen == sizeof value) std::memcpy(&value, kind->pValue, sizeof value);
  if (kind->ulValueLen == sizeof value && value == CKO_PRIVATE_KEY) return {};
  return refused(
      "The URI names something else than a private key. Leave out type=, or say private.");
}

Status check_settings(P11KitUri* uri) {
  if (p11_kit_uri_get_pin_value(uri) != nullptr || p11_kit_uri_get_pin_source(uri) != nullptr) {
    return refused(
        "The URI holds a PIN, or says where one is. Leave it out: the PIN is a setting of the "
        "server.");
  }
  if (p11_kit_uri_get_module_path(uri) != nullptr || p11_kit_uri_get_module_name(uri) != nullptr) {
    return refused("The URI names a module. Leave it out: the module is a setting of the server.");
  }
  return {};
}

}  // namespace

void Pkcs11Uri::Free::operator()(p11_kit_uri* uri) const { p11_kit_uri_free(uri); }

Result<Pkcs11Uri> Pkcs11Uri::parse(std::string_view text) {
  constexpr LiteralText kNoUri =
      "This is not a PKCS#11 URI. One looks like this: pkcs11:token=robots;object=key1.";
  if (!text.starts_with("pkcs11:") || !is_visible(text)) return refused(kNoUri);
  if (text.size() > kMaxBytes) return refused("A PKCS#11 URI has at most 1,024 characters.");
  std::string copy(text);
  Handle uri(p11_kit_uri_new());
  if (uri == nullptr || says_something_twice(text) ||
      p11_kit_uri_parse(copy.c_str(), P11_KIT_URI_FOR_ANY, uri.get()) != 0) {
    return refused(kNoUri);
  }
  STRONGROOM_CHECK(check_settings(uri.get()));
  // All that a query may have are settings (RFC 7512 section 2.4). libp11-kit passes over those
  // that it does not know, so "pin_value=1234" would be stored and shown.
  const bool has_query = text.find('?') != std::string_view::npos;
  if (has_query || p11_kit_uri_any_unrecognized(uri.get()) != 0) {
    return refused("The URI has an attribute that is not known (RFC 7512 section 2.3).");
  }
  STRONGROOM_CHECK(check_object(uri.get()));
  return Pkcs11Uri(std::move(copy), std::move(uri));
}

}  // namespace strongroom::crypto
