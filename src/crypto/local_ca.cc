#include "crypto/local_ca.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

#include <arpa/inet.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

namespace strongroom::crypto {
namespace {

template <auto kFree>
struct Freer {
  template <class T>
  void operator()(T* pointer) const {
    kFree(pointer);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509_free>>;
using File = std::unique_ptr<std::FILE, Freer<std::fclose>>;

constexpr long kSecondsPerDay = 24L * 3600;
constexpr long kCaDays = 3650;
constexpr long kServerDays = 397;  // browsers refuse longer ones
constexpr long kRenewDaysAhead = 30;

Error failed(const std::string& what) {
  const unsigned long code = ERR_get_error();
  const char* const reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return Error{Code::kUnavailable, "The server's own certificate could not be made.",
               what + (reason == nullptr ? "" : std::string(": ") + reason)};
}

// A rename outlives a crash of the machine when its directory was synced.
Status sync_directory_of(const std::string& path) {
  const std::string directory = std::filesystem::path(path).parent_path().string();
  const int descriptor =
      open(directory.empty() ? "." : directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return failed(directory);
  const bool synced = fsync(descriptor) == 0;
  close(descriptor);
  if (!synced) return failed(directory);
  return {};
}

// Writes a file of its own beside `path` and renames it, so that a crash leaves no half of one.
template <class Write>
Status write_file(const std::string& path, mode_t mode, Write write) {
  const std::string draft = path + ".new";
  const int descriptor = open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  if (descriptor < 0) return failed(draft);
  File file(fdopen(descriptor, "w"));
  if (!file) return failed(draft);
  const bool written =
      write(file.get()) == 1 && std::fflush(file.get()) == 0 && fsync(descriptor) == 0;
  if (!written || std::rename(draft.c_str(), path.c_str()) != 0) return failed(path);
  return sync_directory_of(path);
}

template <class T, auto kRead>
Result<T> read_file(const std::string& path) {
  const File file(std::fopen(path.c_str(), "re"));
  if (!file) return failed(path);
  T thing(kRead(file.get(), nullptr, nullptr, nullptr));
  if (!thing) return Error{Code::kCorrupt, "A TLS file in the data directory is damaged.", path};
  return thing;
}

Status save_key(const std::string& path, EVP_PKEY* key) {
  return write_file(path, S_IRUSR | S_IWUSR, [&](std::FILE* file) {
    return PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
  });
}

Status save_certificate(const std::string& path, X509* certificate) {
  return write_file(path, S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH,
                    [&](std::FILE* file) { return PEM_write_X509(file, certificate); });
}

bool set_random_serial(X509* certificate) {
  unsigned char bytes[16];
  if (RAND_bytes(bytes, sizeof(bytes)) != 1) return false;
  bytes[0] &= 0x7f;  // positive, RFC 5280 section 4.1.2.2
  const std::unique_ptr<BIGNUM, Freer<BN_free>> number(BN_bin2bn(bytes, sizeof(bytes), nullptr));
  return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

using Extension = std::unique_ptr<X509_EXTENSION, Freer<X509_EXTENSION_free>>;

Extension make_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  return Extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
}

bool add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  const Extension extension = make_extension(certificate, issuer, nid, value);
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool set_subject(X509* certificate, const char* name) {
  return X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(name), -1, -1, 0) == 1;
}

// A certificate for `key` that starts an hour ago, for clocks that are a little behind.
Certificate blank(EVP_PKEY* key, const char* name, long days, std::time_t now) {
  Certificate certificate(X509_new());
  std::time_t from = now;
  const bool made =
      certificate && X509_set_version(certificate.get(), X509_VERSION_3) == 1 &&
      set_random_serial(certificate.get()) && set_subject(certificate.get(), name) &&
      X509_set_pubkey(certificate.get(), key) == 1 &&
      X509_time_adj_ex(X509_getm_notBefore(certificate.get()), 0, -3600, &from) &&
      X509_time_adj_ex(X509_getm_notAfter(certificate.get()), static_cast<int>(days), 0, &from);
  return made ? std::move(certificate) : nullptr;
}

std::string alternative_names(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) {
    unsigned char address[sizeof(in6_addr)];
    const bool is_address = inet_pton(AF_INET, name.c_str(), address) == 1 ||
                            inet_pton(AF_INET6, name.c_str(), address) == 1;
    list += (list.empty() ? "" : ",") + std::string(is_address ? "IP:" : "DNS:") + name;
  }
  return list;
}

Status make_ca(const LocalCaFiles& files, std::time_t now) {
  const Key key(EVP_EC_gen("P-256"));
  if (!key) return failed("CA key");
  const Certificate ca = blank(key.get(), "Strongroom local CA", kCaDays, now);
  const bool made =
      ca && X509_set_issuer_name(ca.get(), X509_get_subject_name(ca.get())) == 1 &&
      add_extension(ca.get(), ca.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
      add_extension(ca.get(), ca.get(), NID_key_usage, "critical,keyCertSign,cRLSign") &&
      add_extension(ca.get(), ca.get(), NID_ext_key_usage, "serverAuth") &&
      add_extension(ca.get(), ca.get(), NID_subject_key_identifier, "hash") &&
      X509_sign(ca.get(), key.get(), EVP_sha256()) > 0;
  if (!made) return failed("CA certificate");
  STRONGROOM_CHECK(save_key(files.ca_key, key.get()));
  return save_certificate(files.ca_certificate, ca.get());
}

Status make_server_certificate(const LocalCaFiles& files, const std::vector<std::string>& names,
                               std::time_t now) {
  STRONGROOM_TRY(const Certificate ca,
                 (read_file<Certificate, PEM_read_X509>(files.ca_certificate)));
  STRONGROOM_TRY(const Key ca_key, (read_file<Key, PEM_read_PrivateKey>(files.ca_key)));
  const Key key(EVP_EC_gen("P-256"));
  if (!key) return failed("server key");
  const Certificate server = blank(key.get(), "Strongroom", kServerDays, now);
  const bool made =
      server && X509_set_issuer_name(server.get(), X509_get_subject_name(ca.get())) == 1 &&
      add_extension(server.get(), ca.get(), NID_basic_constraints, "critical,CA:FALSE") &&
      add_extension(server.get(), ca.get(), NID_key_usage, "critical,digitalSignature") &&
      add_extension(server.get(), ca.get(), NID_ext_key_usage, "serverAuth") &&
      add_extension(server.get(), ca.get(), NID_subject_key_identifier, "hash") &&
      add_extension(server.get(), ca.get(), NID_authority_key_identifier, "keyid") &&
      add_extension(server.get(), ca.get(), NID_subject_alt_name, alternative_names(names)) &&
      X509_sign(server.get(), ca_key.get(), EVP_sha256()) > 0;
  if (!made) return failed("server certificate");
  STRONGROOM_CHECK(save_key(files.server_key, key.get()));
  return save_certificate(files.server_certificate, server.get());
}

// Whether the certificate was made for just these names.
bool names_fit(X509* certificate, const std::vector<std::string>& names) {
  const Extension wanted =
      make_extension(certificate, certificate, NID_subject_alt_name, alternative_names(names));
  const int place = X509_get_ext_by_NID(certificate, NID_subject_alt_name, -1);
  return wanted && place >= 0 &&
         ASN1_OCTET_STRING_cmp(X509_EXTENSION_get_data(X509_get_ext(certificate, place)),
                               X509_EXTENSION_get_data(wanted.get())) == 0;
}

// A certificate and its key are two files: a crash between them leaves the one without the other,
// or with that of before. Answers the certificate if both are there and fit, or nothing.
Result<Certificate> read_pair(const std::string& certificate_file, const std::string& key_file) {
  if (!std::filesystem::exists(certificate_file) || !std::filesystem::exists(key_file)) {
    return Certificate();
  }
  STRONGROOM_TRY(Certificate certificate,
                 (read_file<Certificate, PEM_read_X509>(certificate_file)));
  STRONGROOM_TRY(const Key key, (read_file<Key, PEM_read_PrivateKey>(key_file)));
  if (X509_check_private_key(certificate.get(), key.get()) == 1) return certificate;
  ERR_clear_error();
  return Certificate();
}

Result<bool> still_good(const LocalCaFiles& files, const std::vector<std::string>& names,
                        std::time_t now) {
  STRONGROOM_TRY(const Certificate certificate,
                 read_pair(files.server_certificate, files.server_key));
  std::time_t renew_when = now + kRenewDaysAhead * kSecondsPerDay;
  return certificate && X509_cmp_time(X509_get0_notAfter(certificate.get()), &renew_when) > 0 &&
         names_fit(certificate.get(), names);
}

}  // namespace

Result<bool> ensure_local_ca(const LocalCaFiles& files, std::vector<std::string> names,
                             WallTime now) {
  std::ranges::sort(names);  // another order is no reason for another certificate
  const std::time_t today = std::chrono::system_clock::to_time_t(now);
  std::error_code problem;
  for (const std::string& file : {files.ca_certificate, files.server_certificate}) {
    std::filesystem::create_directories(std::filesystem::path(file).parent_path(), problem);
    if (problem) return failed(file);
  }
  STRONGROOM_TRY(const Certificate ca, read_pair(files.ca_certificate, files.ca_key));
  if (!ca) {
    STRONGROOM_CHECK(make_ca(files, today));
    STRONGROOM_CHECK(make_server_certificate(files, names, today));
    return true;
  }
  STRONGROOM_TRY(const bool good, still_good(files, names, today));
  if (good) return false;
  STRONGROOM_CHECK(make_server_certificate(files, names, today));
  return true;
}

}  // namespace strongroom::crypto
