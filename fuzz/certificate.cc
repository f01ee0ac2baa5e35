// ClientCertificate::parse: a certificate that somebody pasted. What was taken reads back as the
// same, and can be shown and judged.
#include "crypto/certificate.h"

#include <algorithm>
#include <string>

#include "base/unicode.h"
#include "crypto/client_certificate.h"
#include "fuzz/fuzz_target.h"

namespace strongroom::fuzz {
namespace {

using crypto::ClientCertificate;

const crypto::PrivateKey& some_key() {
  static const crypto::PrivateKey key = *crypto::PrivateKey::generate(crypto::NewKey::kP256);
  return key;
}

void check_certificate(const ClientCertificate& certificate) {
  require(certificate.x5t().size() == 27 && certificate.x5t_s256().size() == 43,
          "a certificate has thumbprints");
  const std::string subject = certificate.subject();
  require(is_utf8(subject) && std::ranges::none_of(subject, is_control), "a name can be shown");
  const auto again = ClientCertificate::parse(certificate.pem());
  require(again.has_value() && again->x5t_s256() == certificate.x5t_s256(),
          "what was taken reads back as the same");
  require(crypto::check_pem_certificates(certificate.pem()).has_value(),
          "it is a certificate to the other reader too");
  for (const auto use : {crypto::CertificateUse::kSigning, crypto::CertificateUse::kTlsClient}) {
    const Status checked = certificate.check(some_key(), use, certificate.not_before());
    require(!checked.has_value(), "a certificate does not belong to a key made just now");
  }
}

}  // namespace

void one_input(std::string_view input) {
  const auto certificate = ClientCertificate::parse(input);
  if (certificate) return check_certificate(*certificate);
  require(certificate.error().code == Code::kInvalidArgument, "a bad file is an invalid argument");
}

}  // namespace strongroom::fuzz
