#include "crypto/pkcs12.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <openssl/err.h>
#include <openssl/pkcs12.h>

#include "crypto/client_certificate_impl.h"
#include "crypto/private_key_checks.h"

namespace strongroom::crypto {
namespace {

constexpr int kMaxDepth = 4;
constexpr std::size_t kMaxCertificates = 100;

void free_bags(STACK_OF(PKCS12_SAFEBAG) * bags) {
  sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
}
void free_safes(STACK_OF(PKCS7) * safes) { sk_PKCS7_pop_free(safes, PKCS7_free); }

using FilePtr = std::unique_ptr<PKCS12, OpensslFree<PKCS12_free>>;
using BagsPtr = std::unique_ptr<STACK_OF(PKCS12_SAFEBAG), OpensslFree<free_bags>>;
using SafesPtr = std::unique_ptr<STACK_OF(PKCS7), OpensslFree<free_safes>>;

Error damaged() { return key_refused("The PKCS#12 file is damaged."); }

// What lies in the bags of a file. Keys stay where they are until it is known that there is one.
class Contents {
 public:
  Status take(BagsPtr bags) {
    if (!bags) return damaged();
    STRONGROOM_CHECK(look_into(bags.get(), 0));
    owned_.push_back(std::move(bags));
    return {};
  }

  Result<EvpKeyPtr> key(const KeyPassword& password, PasswordWork& work) const {
    if (keys_.empty()) return key_refused("There is no private key in the PKCS#12 file.");
    if (keys_.size() > 1) {
      return key_refused(
          "There is more than one private key in the PKCS#12 file. Export the one that is meant.");
    }
    const PKCS12_SAFEBAG* const bag = keys_.front();
    if (PKCS12_SAFEBAG_get_nid(bag) == NID_keyBag) {
      return key_of(PKCS12_SAFEBAG_get0_p8inf(bag));
    }
    return decrypted_key(PKCS12_SAFEBAG_get0_pkcs8(bag), password, work);
  }

  // The certificate of `key`, then its issuers, as far as they are here.
  std::vector<X509Ptr> chain_of(const PrivateKey& key) && {
    std::vector<X509Ptr> chain;
    const auto is_own = [&](const X509Ptr& certificate) {
      const EVP_PKEY* const own = X509_get0_pubkey(certificate.get());
      return own != nullptr && EVP_PKEY_eq(own, key.handle()) == 1;
    };
    move_first(is_own, chain);
    const auto is_next = [&](const X509Ptr& certificate) {
      return is_issued_by(chain.back().get(), certificate.get());
    };
    while (!chain.empty() && chain.size() < ClientCertificate::kMaxChain &&
           move_first(is_next, chain)) {
    }
    ERR_clear_error();
    return chain;
  }

 private:
  Status look_into(const STACK_OF(PKCS12_SAFEBAG) * bags, int depth) {
    if (depth > kMaxDepth) return damaged();
    for (int i = 0; i < sk_PKCS12_SAFEBAG_num(bags); ++i) {
      STRONGROOM_CHECK(look_at(sk_PKCS12_SAFEBAG_value(bags, i), depth));
    }
    return {};
  }

  Status look_at(const PKCS12_SAFEBAG* bag, int depth) {
    switch (PKCS12_SAFEBAG_get_nid(bag)) {
      case NID_keyBag:
      case NID_pkcs8ShroudedKeyBag:
        keys_.push_back(bag);
        return {};
      case NID_safeContentsBag:
        return look_into(PKCS12_SAFEBAG_get0_safes(bag), depth + 1);
      case NID_certBag:
        return take_certificate(bag);
      default:
        return {};  // certificate revocation lists and secrets are of no use here
    }
  }

  Status take_certificate(const PKCS12_SAFEBAG* bag) {
    if (PKCS12_SAFEBAG_get_bag_nid(bag) != NID_x509Certificate) return {};
    if (certificates_.size() == kMaxCertificates) {
      return key_refused("There are more than 100 certificates in the PKCS#12 file.");
    }
    certificates_.emplace_back(PKCS12_SAFEBAG_get1_cert(bag));
    if (!certificates_.back()) return damaged();
    return {};
  }

  template <class Wanted>
  bool move_first(const Wanted& wanted, std::vector<X509Ptr>& chain) {
    const auto found = std::ranges::find_if(certificates_, wanted);
    if (found == certificates_.end()) return false;
    X509Ptr certificate = std::move(*found);
    certificates_.erase(found);
    chain.push_back(std::move(certificate));
    return true;
  }

  std::vector<BagsPtr> owned_;
  std::vector<const PKCS12_SAFEBAG*> keys_;
  std::vector<X509Ptr> certificates_;
};

Result<BagsPtr> unpack(PKCS7* safe, const KeyPassword& password, PasswordWork& work) {
  if (safe->d.ptr == nullptr) return damaged();
  if (PKCS7_type_is_data(safe)) return BagsPtr(PKCS12_unpack_p7data(safe));
  if (!PKCS7_type_is_encrypted(safe)) return BagsPtr(sk_PKCS12_SAFEBAG_new_null());
  const PKCS7_ENC_CONTENT* const content = safe->d.encrypted->enc_data;
  if (content == nullptr || content->algorithm == nullptr) return damaged();
  STRONGROOM_CHECK(work.spend(content->algorithm));
  const std::string_view letters = password.reveal();
  return BagsPtr(PKCS12_unpack_p7encdata(safe, letters.data(), static_cast<int>(letters.size())));
}

// The MAC over the whole file tells a wrong password from a right one.
Status check_password(PKCS12* file, const KeyPassword& password, PasswordWork& work) {
  if (PKCS12_mac_present(file) != 1) {
    return key_refused("The PKCS#12 file is not protected by a password. Export it with one.");
  }
  const std::string_view letters = password.reveal();
  if (letters.empty()) {
    return key_refused("The PKCS#12 file is protected by a password. Give the password as well.");
  }
  if (letters.size() > PrivateKey::kMaxPasswordBytes) {
    return key_refused("The password is longer than 1,023 bytes.");
  }
  const ASN1_INTEGER* iterations = nullptr;
  PKCS12_get0_mac(nullptr, nullptr, nullptr, &iterations, file);
  STRONGROOM_CHECK(work.spend_iterations(iterations));
  if (PKCS12_verify_mac(file, letters.data(), static_cast<int>(letters.size())) != 1) {
    return key_refused("The password does not open the PKCS#12 file, or the file was changed.");
  }
  return {};
}

Result<Contents> contents_of(PKCS12* file, const KeyPassword& password, PasswordWork& work) {
  const SafesPtr safes(PKCS12_unpack_authsafes(file));
  if (!safes) return damaged();
  Contents contents;
  for (int i = 0; i < sk_PKCS7_num(safes.get()); ++i) {
    STRONGROOM_TRY(BagsPtr bags, unpack(sk_PKCS7_value(safes.get(), i), password, work));
    STRONGROOM_CHECK(contents.take(std::move(bags)));
  }
  return contents;
}

// nullptr for what is no such file, or has something behind it. BER is let through: some write it.
FilePtr decode(std::string_view file) {
  const auto* at = reinterpret_cast<const unsigned char*>(file.data());
  const auto* const end = at + file.size();
  FilePtr decoded(d2i_PKCS12(nullptr, &at, static_cast<long>(file.size())));
  return at == end ? std::move(decoded) : nullptr;
}

}  // namespace

Result<KeyAndCertificate> open_pkcs12(std::string_view file, const KeyPassword& password) {
  if (file.size() > kMaxPkcs12Bytes) return key_refused("A PKCS#12 file has at most 64 KiB.");
  const FilePtr decoded = decode(file);
  if (!decoded) return key_refused("This is not a PKCS#12 file (.p12, .pfx), or it is damaged.");
  PasswordWork work;
  STRONGROOM_CHECK(check_password(decoded.get(), password, work));
  STRONGROOM_TRY(Contents contents, contents_of(decoded.get(), password, work));
  STRONGROOM_TRY(EvpKeyPtr found, contents.key(password, work));
  STRONGROOM_TRY(PrivateKey key, PrivateKeyChecks::admit(std::move(found)));
  std::vector<X509Ptr> chain = std::move(contents).chain_of(key);
  if (chain.empty()) {
    return key_refused("There is no certificate of the private key in the PKCS#12 file.");
  }
  ClientCertificate certificate(
      std::make_unique<ClientCertificate::Impl>(ClientCertificate::Impl{std::move(chain)}));
  return KeyAndCertificate{std::move(key), std::move(certificate)};
}

}  // namespace strongroom::crypto
