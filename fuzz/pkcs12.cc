// open_pkcs12: a file that somebody uploaded, under the password "password".
//
// A file is authenticated with that password, so nothing that was changed gets past it. An input
// that begins with 'm' is therefore what such a file protects (an AuthenticatedSafe): it is put
// into a file with a good MAC. Any other input is a file.
#include "crypto/pkcs12.h"

#include <memory>
#include <string>

#include <openssl/evp.h>
#include <openssl/pkcs12.h>

#include "fuzz/fuzz_target.h"

namespace strongroom::fuzz {
namespace {

constexpr char kPassword[] = "password";

// DER by hand: a tag, a length of three bytes, the content.
std::string der(char tag, const std::string& content) {
  const auto size = static_cast<std::uint32_t>(content.size());
  std::string out(1, tag);
  for (const std::uint32_t byte : {0x83U, size >> 16U, size >> 8U, size}) {
    out.push_back(static_cast<char>(byte));
  }
  return out + content;
}

// Empty where OpenSSL makes no file of it: of nothing at all, say.
std::string with_mac(std::string_view safe) {
  const std::string data("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01");  // the OID pkcs7-data
  const std::string content = data + der('\xa0', der('\x04', std::string(safe)));
  const std::string bare = der('\x30', std::string("\x02\x01\x03") + der('\x30', content));
  const auto* at = reinterpret_cast<const unsigned char*>(bare.data());
  PKCS12* const file = d2i_PKCS12(nullptr, &at, static_cast<long>(bare.size()));
  if (file == nullptr || PKCS12_set_mac(file, kPassword, -1, nullptr, 0, 1, EVP_sha256()) != 1) {
    PKCS12_free(file);
    return "";
  }
  unsigned char* bytes = nullptr;
  const int size = i2d_PKCS12(file, &bytes);
  std::string made(reinterpret_cast<char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  PKCS12_free(file);
  return made;
}

}  // namespace

void one_input(std::string_view input) {
  const bool is_inside = input.starts_with('m');
  const std::string file = is_inside ? with_mac(input.substr(1)) : std::string(input);
  const auto opened = crypto::open_pkcs12(file, crypto::KeyPassword(kPassword));
  if (opened) {
    require(opened->certificate.matches(opened->key), "the certificate is that of the key");
    const auto chain = crypto::ClientCertificate::parse(opened->certificate.pem());
    require(chain.has_value(), "the chain is one");
    require(crypto::PrivateKey::open(opened->key.der()).has_value(), "the key can be stored");
    return;
  }
  require(opened.error().code == Code::kInvalidArgument, "a bad file is an invalid argument");
  require(opened.error().detail.empty(), "nothing of a file is in the log");
  require(!crypto::open_pkcs12(file, crypto::KeyPassword("")).has_value(), "a password is needed");
}

}  // namespace strongroom::fuzz
