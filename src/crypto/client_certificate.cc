#include "crypto/client_certificate.h"

#include <array>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <span>
#include <utility>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "crypto/algorithms.h"
#include "crypto/client_certificate_impl.h"
#include "crypto/encoding.h"
#include "crypto/pem_block.h"

namespace strongroom::crypto {
namespace {

constexpr std::string_view kBegin = "-----BEGIN ";

Error refused(LiteralText message) {
  ERR_clear_error();
  return Error{Code::kInvalidArgument, message};
}

Error damaged() { return refused("The certificate is damaged."); }

// nullptr for what is no certificate, or one with something behind it.
X509Ptr decode(std::string_view der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const auto* const end = at + der.size();
  X509Ptr certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  ERR_clear_error();
  return at == end ? std::move(certificate) : nullptr;
}

Result<std::vector<X509Ptr>> read_pem(std::string_view pem) {
  const BioPtr source(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (!source) return Error{Code::kInternal, "A certificate could not be read."};
  std::vector<X509Ptr> chain;
  for (;;) {
    PemBlock block;
    if (!block.read(source.get())) {
      if (!PemBlock::ends_here()) return damaged();
      ERR_clear_error();
      return chain;
    }
    if (!block.says_certificate()) {
      return refused(
          "There is something beside the certificate. Leave the certificate and its issuers alone; "
          "a private key has its own place.");
    }
    if (chain.size() == ClientCertificate::kMaxChain) {
      return refused("There are more than ten certificates. Give one, and its issuers.");
    }
    chain.push_back(decode(block.der()));
    if (!chain.back()) return damaged();
  }
}

Result<std::vector<X509Ptr>> read_der(std::string_view der) {
  std::vector<X509Ptr> chain;
  if (X509Ptr certificate = decode(der)) chain.push_back(std::move(certificate));
  return chain;
}

std::string fingerprint(const X509* certificate, const EVP_MD* digest) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned int size = 0;
  if (X509_digest(certificate, digest, bytes.data(), &size) != 1) std::abort();  // out of memory
  return base64url(std::as_bytes(std::span(bytes)).first(size));
}

WallTime time_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) ERR_clear_error();  // 1900: expired, or long valid
  return WallTime(std::chrono::seconds(timegm(&parts)));
}

bool may_sign(X509* certificate) {
  return (X509_get_key_usage(certificate) & KU_DIGITAL_SIGNATURE) != 0;  // all bits: not there
}

bool may_be_client(X509* certificate) {
  const std::uint32_t uses = X509_get_extended_key_usage(certificate);
  return (uses & (XKU_SSL_CLIENT | XKU_ANYEKU)) != 0;
}

Status check_use(X509* certificate, CertificateUse use) {
  if ((X509_get_extension_flags(certificate) & EXFLAG_INVALID) != 0) return damaged();
  if (!may_sign(certificate)) {
    return refused(
        "The certificate is not meant for signing: its key usage lacks digitalSignature. Have one "
        "issued that is.");
  }
  if (use == CertificateUse::kTlsClient && !may_be_client(certificate)) {
    return refused(
        "The certificate is not meant for clients: its extended key usage lacks clientAuth. Have "
        "one issued that is.");
  }
  return {};
}

}  // namespace

bool is_issued_by(X509* certificate, X509* issuer) {
  const bool fits = X509_check_issued(issuer, certificate) == X509_V_OK;
  ERR_clear_error();
  return fits;
}

ClientCertificate::ClientCertificate(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ClientCertificate::ClientCertificate(ClientCertificate&&) noexcept = default;
ClientCertificate& ClientCertificate::operator=(ClientCertificate&&) noexcept = default;
ClientCertificate::~ClientCertificate() = default;

Result<ClientCertificate> ClientCertificate::parse(std::string_view file) {
  if (file.size() > kMaxFileBytes) return refused("A certificate file has at most 64 KiB.");
  const bool is_pem = file.find(kBegin) != std::string_view::npos;
  STRONGROOM_TRY(std::vector<X509Ptr> chain, is_pem ? read_pem(file) : read_der(file));
  if (chain.empty()) {
    return refused(
        "This is not a certificate. Give one as PEM (it begins with -----BEGIN CERTIFICATE-----) "
        "or DER.");
  }
  for (std::size_t i = 1; i < chain.size(); ++i) {
    if (!is_issued_by(chain[i - 1].get(), chain[i].get())) {
      return refused(
          "The certificates are no chain. Put the client's own first, and each next the issuer of "
          "the one before it.");
    }
  }
  return ClientCertificate(std::make_unique<Impl>(Impl{std::move(chain)}));
}

std::string ClientCertificate::x5t() const {
  return fingerprint(impl_->chain.front().get(), sha1_algorithm());
}

std::string ClientCertificate::x5t_s256() const {
  return fingerprint(impl_->chain.front().get(), sha256_algorithm());
}

WallTime ClientCertificate::not_before() const {
  return time_of(X509_get0_notBefore(impl_->chain.front().get()));
}

WallTime ClientCertificate::not_after() const {
  return time_of(X509_get0_notAfter(impl_->chain.front().get()));
}

std::string ClientCertificate::subject() const {
  const BioPtr out(BIO_new(BIO_s_mem()));
  const X509_NAME* const name = X509_get_subject_name(impl_->chain.front().get());
  if (!out || X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) < 0) {
    ERR_clear_error();
    return "";
  }
  char* letters = nullptr;
  const long size = BIO_get_mem_data(out.get(), &letters);
  return {letters, static_cast<std::size_t>(size)};
}

bool ClientCertificate::matches(const PrivateKey& key) const {
  const EVP_PKEY* const own = X509_get0_pubkey(impl_->chain.front().get());
  const bool same = own != nullptr && EVP_PKEY_eq(own, key.handle()) == 1;
  ERR_clear_error();
  return same;
}

Status ClientCertificate::check(const PrivateKey& key, CertificateUse use, WallTime now) const {
  if (!matches(key)) {
    return refused("The certificate does not belong to the private key. Give the two of a pair.");
  }
  if (now > not_after()) {
    return refused("The certificate has expired. Have a new one issued.")
        .with("not_after", not_after());
  }
  if (now < not_before()) {
    return refused("The certificate is not valid yet.").with("not_before", not_before());
  }
  return check_use(impl_->chain.front().get(), use);
}

std::string ClientCertificate::pem() const {
  const BioPtr out(BIO_new(BIO_s_mem()));
  for (const X509Ptr& certificate : impl_->chain) {
    if (!out || PEM_write_bio_X509(out.get(), certificate.get()) != 1) std::abort();  // memory
  }
  char* letters = nullptr;
  const long size = BIO_get_mem_data(out.get(), &letters);
  return {letters, static_cast<std::size_t>(size)};
}

}  // namespace strongroom::crypto
