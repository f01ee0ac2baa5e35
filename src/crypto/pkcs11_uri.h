#pragma once
// Names of private keys that lie in a security token: RFC 7512.

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

struct p11_kit_uri;  // libp11-kit's P11KitUri

namespace strongroom::crypto {

// "pkcs11:token=robots;object=key1". Not secret: one with a PIN in it is refused. Safe to read from
// several threads at once.
class Pkcs11Uri {
 public:
  static constexpr std::size_t kMaxBytes = 1024;

  // Errors, all kInvalidArgument: not such a URI; no object and no id; something else than a
  // private key; a PIN, a place to find one, or a module, which are the server's own settings.
  static Result<Pkcs11Uri> parse(std::string_view text);

  const std::string& text() const { return text_; }  // as it was given

  // For the sources of this room.
  p11_kit_uri* handle() const { return uri_.get(); }

 private:
  struct Free {
    void operator()(p11_kit_uri* uri) const;
  };
  using Handle = std::unique_ptr<p11_kit_uri, Free>;
  Pkcs11Uri(std::string text, Handle uri) : text_(std::move(text)), uri_(std::move(uri)) {}

  std::string text_;
  Handle uri_;
};

}  // namespace strongroom::crypto
